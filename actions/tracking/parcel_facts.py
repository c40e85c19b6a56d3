"""What tracking says of one parcel, in the product's own words."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Optional

STATUSES = (
    "pre_transit",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "available_for_pickup",
    "attempted",
    "exception",
    "returned",
    "unknown",
)


class TrackingFailed(RuntimeError):
    """The provider could not be asked, does not know the number, or answered nonsense; the text says which."""


@dataclass(frozen=True)
class Scan:
    """One event of a parcel's journey; `at` has a zone."""

    at: Optional[datetime]
    text: str
    city: Optional[str] = None
    postcode: Optional[str] = None
    country: Optional[str] = None


@dataclass(frozen=True)
class ParcelFacts:
    """The newest state of a parcel. What the provider does not tell stays None; nothing is guessed.

    `delivery_scan` is the scan that says "delivered"; notes may come after it. `place` is where the parcel was left, as
    `actions/tracking/places.yml` names it; `body` is the provider's whole answer.
    """

    tracking_number: str
    provider: str
    status: str
    scans: tuple[Scan, ...] = ()
    delivery_scan: Optional[Scan] = None
    place: Optional[str] = None
    special: Optional[str] = None
    signed_by: Optional[str] = None
    has_photo: bool = False
    delivered_at: Optional[datetime] = None
    expected_on: Optional[date] = None
    pickup_point: Optional[str] = None
    pickup_until: Optional[date] = None
    body: str = field(repr=False, default="")

    @property
    def last_scan(self) -> Optional[Scan]:
        """The scan that tells the newest state: that of the delivery, else the newest; None if there is none."""
        return self.delivery_scan or (self.scans[-1] if self.scans else None)

    def evidence(self) -> list[dict[str, Any]]:
        """What speaks for a delivery, for the case record: kind, source, and what is known of it."""
        rows: list[dict[str, Any]] = []
        if self.delivered_at and self.last_scan:
            scan = self.last_scan
            rows.append(
                {
                    "kind": "delivery_scan",
                    "source": self.provider,
                    "at": self.delivered_at.isoformat(),
                    "text": scan.text,
                    "city": scan.city,
                    "postcode": scan.postcode,
                    "country": scan.country,
                }
            )
        if self.place:
            rows.append({"kind": "place", "source": self.provider, "place": self.place})
        if self.signed_by:
            rows.append({"kind": "signature", "source": self.provider, "signed_by": self.signed_by})
        if self.has_photo:
            rows.append({"kind": "photo", "source": self.provider})
        return rows
