"""What every tracking provider can do. One module a provider; the module itself is the provider."""

from typing import Optional, Protocol

from actions.tracking.parcel_facts import ParcelFacts


class Provider(Protocol):
    """A tracking provider.

    `NAME` is how it is called in `providers.yml`, in the case record and in logs; it is also the module's name.
    """

    NAME: str

    def look_up(
        self,
        tracking_number: str,
        carrier: Optional[str],
        key: str,
        base_url: Optional[str] = None,
        *,
        postcode: Optional[str] = None,
        deadline: Optional[float] = None,
    ) -> ParcelFacts:
        """Asks for a parcel's newest state, once.

        Args:
            tracking_number: as the carrier gave it.
            carrier: the carrier's name; None lets the provider find out.
            key: the provider's API key; never logged, never in an error.
            base_url: another address of the same API; the provider's own by default.
            postcode: of the recipient, for providers that tell more to those who know it.
            deadline: on the clock of `time.monotonic`, in seconds; by then an answer or an error is there. None: the
                time limits of `providers.yml`.

        Raises:
            TrackingFailed: with what it was.
        """
