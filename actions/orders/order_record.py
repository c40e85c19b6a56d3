"""An order as the case record keeps it: one shape, whatever shop it comes from."""

import re
from typing import Any, Iterable, Mapping, Optional

from actions.orders.order import Order, Parcel


def order_record(
    number: str,
    marketplace: str,
    *,
    buyer_id: Optional[str] = None,
    email: Optional[str] = None,
    address: Mapping[str, Optional[str]],
    amount: Optional[float] = None,
    currency: Optional[str] = None,
    title: Optional[str] = None,
    item_ids: Iterable[str] = (),
    ordered_at: Optional[str] = None,
    dispute_open: bool = False,
    parcels: Iterable[tuple[str, Optional[str]]] = (),
) -> dict[str, Any]:
    """What is known of an order, as JSON can hold it.

    Args:
        address: name, street, city, postcode and country (ISO 3166, two letters), as far as they are known.
        amount: the order's whole value in `currency` (ISO 4217).
        ordered_at: ISO 8601.
        parcels: tracking number and carrier of each; a number that stands there twice is one parcel.
    """
    by_number: dict[str, dict[str, Optional[str]]] = {}
    for tracking_number, carrier in parcels:
        by_number.setdefault(compact(tracking_number), {"tracking_number": tracking_number, "carrier": carrier})
    return {
        "order_id": number,
        "item_ids": list(item_ids),
        "marketplace": marketplace,
        "buyer": {"buyer_id": buyer_id, "email": email},
        "address": {name: address.get(name) for name in ("name", "street", "city", "postcode", "country")},
        "title": title,
        "value": {"amount": amount, "currency": currency},
        "ordered_at": ordered_at,
        "dispute_open": dispute_open,
        "parcels": list(by_number.values()),
    }


def order_of(record: dict[str, Any]) -> Order:
    """The order in a record of the shape above, or of the sandbox's, which tells history and providers too.

    Raises:
        KeyError, TypeError, AttributeError: it has another shape.
    """
    address, history = record["address"], record.get("history") or {}
    return Order(
        number=record["order_id"],
        buyer_id=record["buyer"]["buyer_id"],
        email=record["buyer"].get("email"),
        marketplace=record["marketplace"],
        street=address.get("street"),
        city=address.get("city"),
        postcode=address.get("postcode"),
        country=address.get("country"),
        amount=record["value"]["amount"],
        currency=record["value"]["currency"],
        dispute_open=record["dispute_open"],
        reported_missing=history.get("reported_missing_last_12_months", 0),
        reported_before=history.get("earlier_contact") is not None,
        parcels=tuple(
            Parcel(p["tracking_number"], p.get("carrier"), p.get("provider", ""), p.get("carrier_base_url"))
            for p in record["parcels"]
        ),
        raw=record,
    )


def compact(number: str) -> str:
    """A number for comparing: capitals, without blanks, hyphens and the # that shops put before order numbers."""
    return re.sub(r"[\s#-]", "", number).upper()
