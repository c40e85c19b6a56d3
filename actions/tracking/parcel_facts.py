"""What tracking says of one parcel, in the product's own words."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Optional

from cases.postcodes import same_postcode

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
class LastMile:
    """The number under which another carrier brings a parcel to the door.

    `carrier` is its name as it was told, None if it was not. `told_by` is the provider that told it, or "order";
    `is_followed` says whether that one tells the other carrier's scans as well.
    """

    tracking_number: str
    carrier: Optional[str] = None
    told_by: str = "order"
    is_followed: bool = False


@dataclass(frozen=True)
class LabelAddress:
    """Where a parcel's label sends it, as far as it is told; `country` as ISO 3166-1, two letters or three."""

    street: Optional[str] = None
    postcode: Optional[str] = None
    city: Optional[str] = None
    country: Optional[str] = None


@dataclass(frozen=True)
class ProofFound:
    """A proof of delivery that a provider tells of: a photo, signature or document, at an address or in its answer."""

    kind: str
    url: Optional[str] = None
    body: Optional[bytes] = field(repr=False, default=None)


@dataclass(frozen=True)
class ParcelFacts:
    """The newest state of a parcel. What the provider does not tell stays None; nothing is guessed.

    `scans` stand oldest first; `delivery_scan` is the one that says "delivered", notes may come after it. `place` is
    where the parcel was left, one of `scan_texts.PLACES`; `proofs` are photos, signatures and documents.
    `moved_on` is a scan that finds the parcel on its way after it was delivered; `text_says` is the status that the
    carrier's text tells where the provider's code tells another one. `body` is the provider's whole answer,
    `fetched_at` the product's time at which it came. `parts` are the answers that these facts were joined from (about
    the order's own number, and about the last mile), if there were several.
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
    proofs: tuple[ProofFound, ...] = ()
    moved_on: Optional[Scan] = None
    text_says: Optional[str] = None
    last_mile: Optional[LastMile] = None
    label_address: Optional[LabelAddress] = None
    body: str = field(repr=False, default="")
    fetched_at: Optional[datetime] = None
    parts: tuple["ParcelFacts", ...] = field(repr=False, default=())

    @property
    def answers(self) -> tuple["ParcelFacts", ...]:
        """What providers answered, each with the number that it is about."""
        return self.parts or (self,)

    @property
    def last_scan(self) -> Optional[Scan]:
        """The scan that tells the newest state: that of the delivery, else the newest; None if there is none."""
        return self.delivery_scan or (self.scans[-1] if self.scans else None)

    @property
    def shipped_at(self) -> Optional[datetime]:
        """The first scan whose time is known; it may be the label's, before the carrier had the parcel."""
        return min((scan.at for scan in self.scans if scan.at), default=None)

    @property
    def scanned_at(self) -> Optional[datetime]:
        """The time of the newest scan; None when no scan has one."""
        return max((scan.at for scan in self.scans if scan.at), default=None)

    def evidence(self, ordered_postcode: Optional[str] = None) -> list[dict[str, Any]]:
        """What speaks for a delivery or against it, for the case record: kind, source, and what is known of it.

        Args:
            ordered_postcode: the order's; a label with another one is told as such (``label_differs``).
        """
        rows: list[dict[str, Any]] = []
        scan = self.last_scan
        if scan and (self.delivered_at or self.delivery_scan):
            rows.append(self._delivery_scan(scan))
        if self.place:
            rows.append({"kind": "place", "source": self._told_by("place"), "place": self.place})
        if self.signed_by:
            rows.append({"kind": "signature", "source": self._told_by("signed_by"), "signed_by": self.signed_by})
        if self.has_photo:
            rows.append({"kind": "photo", "source": self._told_by("has_photo")})
        for proof in self.proofs:
            if proof.url:
                source = self._told_by("proofs")
                rows.append({"kind": "proof", "source": source, "shows": proof.kind, "url": proof.url})
        if self.moved_on:
            at = self.moved_on.at.isoformat() if self.moved_on.at else None
            rows.append({"kind": "moved_on", "source": self.provider, "at": at, "text": self.moved_on.text})
        if self.text_says and scan:
            rows.append({"kind": "text_differs", "source": self.provider, "text": scan.text})
        if self.last_mile:
            number, carrier = self.last_mile.tracking_number, self.last_mile.carrier
            rows.append({"kind": "last_mile", "source": self.last_mile.told_by, "carrier": carrier, "number": number})
        if self.label_address:
            label = asdict(self.label_address)
            differs = label["postcode"] and ordered_postcode and not same_postcode(label["postcode"], ordered_postcode)
            kind = "label_differs" if differs else "label_address"
            rows.append({"kind": kind, "source": self._told_by("label_address"), **label})
        return rows

    def _delivery_scan(self, scan: Scan) -> dict[str, Any]:
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
        return row

    def _told_by(self, name: str) -> str:
        """The provider of these facts, or of the part of them that a fact was taken from."""
        value = getattr(self, name)
        return next((part.provider for part in reversed(self.parts) if getattr(part, name) == value), self.provider)
