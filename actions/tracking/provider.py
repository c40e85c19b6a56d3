"""What every tracking provider can do. One module a provider; the module itself is the provider."""

from typing import Mapping, Optional, Protocol

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


class Notifier(Provider, Protocol):
    """A provider that also tells by itself what has changed (webhooks)."""

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, secret: str) -> None:
        """Checks that the provider has sent this.

        Args:
            headers: of the request, whatever their case.
            body: as it came.
            secret: what provider and installation share; never logged, never in an error.

        Raises:
            BadSignature: the signature is missing, stale or wrong.
        """

    def read_webhook(self, body: str) -> Optional[ParcelFacts]:
        """The newest state of the parcel that a body tells of; None when it tells of something else.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: the body has another shape than documented.
        """
