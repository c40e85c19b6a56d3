"""An order, whatever shop it comes from."""

import re
from dataclasses import dataclass, field
from typing import Any, Optional

from actions.tracking.parcel_facts import LastMile


class OrderNotFound(LookupError):
    """The source has no such order, or several that fit: nothing is guessed."""


class OrderSourceFailed(RuntimeError):
    """The source could not be asked, or answered nonsense; the text says which, without private data.

    `kind` is one of the kinds of `actions.tracking.parcel_facts`, None when it is not known; `retry_after` is for how
    many seconds the source wants to be left alone, if it said so.
    """

    def __init__(self, text: str, kind: Optional[str] = None, retry_after: Optional[float] = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.retry_after = retry_after


@dataclass(frozen=True)
class Parcel:
    """One parcel of an order, and whom to ask about it: provider name and the address of its API.

    `last_mile` is the number under which another carrier delivers it, if the order's source tells one.
    """

    tracking_number: str
    carrier: Optional[str]
    provider: str = ""
    provider_url: Optional[str] = None
    last_mile: Optional[LastMile] = None


@dataclass(frozen=True)
class Order:
    """What the assistant may know of an order. `reported_missing` counts other parcels in the last 12 months."""

    number: str
    buyer_id: Optional[str]
    email: Optional[str]
    marketplace: Optional[str]
    street: Optional[str]
    city: Optional[str]
    postcode: Optional[str]
    country: Optional[str]
    amount: Optional[float]
    currency: Optional[str]
    dispute_open: bool
    reported_missing: int
    reported_before: bool
    parcels: tuple[Parcel, ...]
    raw: dict[str, Any] = field(repr=False, default_factory=dict)

    def belongs_to(self, buyer_id: Optional[str], detail: Optional[str]) -> bool:
        """Whether the asker is the buyer: by the platform's word, or by a postcode or e-mail address of the order."""
        if buyer_id and buyer_id == self.buyer_id:
            return True
        given = _compact(detail)
        return bool(given) and given in (_compact(self.postcode), _compact(self.email))

    def masked_address(self) -> Optional[str]:
        """Street without house number, and town; None if neither is known."""
        street = re.sub(r"^\s*\d+\s*[a-zA-Z]?\b[,\s]*", "", self.street or "")
        street = re.sub(r"\d.*$", "", street, flags=re.DOTALL).strip(" ,")  # rather too much than a house number
        return ", ".join(part for part in (street, self.city) if part) or None


def _compact(text: Optional[str]) -> str:
    return re.sub(r"[\s-]", "", text or "").lower()
