"""What tracking says of one parcel, in the product's own words."""

import re
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


# What can go wrong with a look-up.
SLOW = "slow"  # no answer in time
UNAVAILABLE = "unavailable"  # no connection, hung up, half an answer, a fault on the provider's side
BUSY = "busy"  # asked too often; retry_after says how long to wait, if the provider said so
WRONG_KEY = "wrong_key"
NOT_FOUND = "not_found"
REFUSED = "refused"  # the provider does not take this request
NONSENSE = "nonsense"  # an answer in another shape than documented
OVERLOADED = "overloaded"  # too much is under way on our own side


class TrackingFailed(RuntimeError):
    """A look-up that told nothing. The text says why, without key, address or tracking number.

    `kind` is one of the constants above; `retry_after` is for how many seconds the provider wants to be left alone, if
    it said so.
    """

    def __init__(self, text: str, kind: str = NONSENSE, retry_after: Optional[float] = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.retry_after = retry_after


def same_number(one: str, other: str) -> bool:
    """Whether two tracking numbers are the same but for case, spaces and hyphens."""
    return _compact(one) == _compact(other)


def _compact(number: str) -> str:
    return re.sub(r"[\s-]", "", number).upper()


@dataclass(frozen=True)
class Scan:
    """One event of a parcel's journey.

    `at` has a zone; where a carrier tells a local time without one, and its place has several, only `local_at` (without
    a zone) is known. `city` and `postcode` are where the parcel was; `area` is coarser (a depot, a country, a service
    area), and says nothing about the address.
    """

    at: Optional[datetime]
    text: str
    city: Optional[str] = None
    postcode: Optional[str] = None
    country: Optional[str] = None
    local_at: Optional[datetime] = None
    area: Optional[str] = None


@dataclass(frozen=True)
class ParcelFacts:
    """The newest state of a parcel. What the provider does not tell stays None; nothing is guessed.

    `scans` stand oldest first; `delivery_scan` is the one that says "delivered", notes may come after it. `place` is
    where the parcel was left, one of `scan_texts.PLACES`; `proof_url` leads to a photo, signature or document.
    `moved_on` is a scan that finds the parcel on its way after it was delivered; `text_says` is the status that the
    carrier's text tells where the provider's code tells another one. `body` is the provider's whole answer,
    `fetched_at` the product's time at which it came.
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
    proof_url: Optional[str] = None
    moved_on: Optional[Scan] = None
    text_says: Optional[str] = None
    body: str = field(repr=False, default="")
    fetched_at: Optional[datetime] = None

    @property
    def last_scan(self) -> Optional[Scan]:
        """The scan that tells the newest state: that of the delivery, else the newest; None if there is none."""
        return self.delivery_scan or (self.scans[-1] if self.scans else None)

    @property
    def scanned_at(self) -> Optional[datetime]:
        """The time of the newest scan; None when no scan has one."""
        return max((scan.at for scan in self.scans if scan.at), default=None)

    def evidence(self) -> list[dict[str, Any]]:
        """What speaks for a delivery, for the case record: kind, source, and what is known of it."""
        rows: list[dict[str, Any]] = []
        scan = self.last_scan
        if scan and (self.delivered_at or self.delivery_scan):
            row = {
                "kind": "delivery_scan",
                "source": self.provider,
                "at": self.delivered_at.isoformat() if self.delivered_at else None,
                "text": scan.text,
                "city": scan.city,
                "postcode": scan.postcode,
                "country": scan.country,
            }
            if scan.local_at and not self.delivered_at:
                row["local_time"] = scan.local_at.isoformat(sep=" ")
            if scan.area:
                row["area"] = scan.area
            rows.append(row)
        if self.place:
            rows.append({"kind": "place", "source": self.provider, "place": self.place})
        if self.signed_by:
            rows.append({"kind": "signature", "source": self.provider, "signed_by": self.signed_by})
        if self.has_photo:
            rows.append({"kind": "photo", "source": self.provider})
        if self.proof_url:
            rows.append({"kind": "proof", "source": self.provider, "url": self.proof_url})
        if self.moved_on:
            at = self.moved_on.at.isoformat() if self.moved_on.at else None
            rows.append({"kind": "moved_on", "source": self.provider, "at": at, "text": self.moved_on.text})
        if self.text_says and scan:
            rows.append({"kind": "text_differs", "source": self.provider, "text": scan.text})
        return rows
