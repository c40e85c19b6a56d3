"""An order as the case record keeps it: one shape, whatever shop it comes from."""

import re
from dataclasses import replace
from typing import Any, Iterable, Mapping, Optional

from actions.orders.order import Order, Parcel
from actions.tracking.parcel_facts import LastMile


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
    parcels: Iterable[Parcel] = (),
) -> dict[str, Any]:
    """What is known of an order, as JSON can hold it.

    Args:
        address: name, street, city, postcode and country (ISO 3166, two letters), as far as they are known.
        amount: the order's whole value in `currency` (ISO 4217).
        ordered_at: ISO 8601.
        parcels: a number that stands there twice is one parcel, and so is one that is another's last mile.
    """
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
        "parcels": [_parcel_record(parcel) for parcel in _one_each(parcels)],
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
        parcels=tuple(_parcel_of(parcel) for parcel in record["parcels"]),
        raw=record,
    )


def _one_each(parcels: Iterable[Parcel]) -> list[Parcel]:
    by_number: dict[str, Parcel] = {}
    for parcel in parcels:
        known = by_number.setdefault(compact(parcel.tracking_number), parcel)
        if parcel.last_mile and not known.last_mile:
            by_number[compact(parcel.tracking_number)] = replace(known, last_mile=parcel.last_mile)
    last_miles = {compact(one.last_mile.tracking_number) for one in by_number.values() if one.last_mile}
    return [parcel for number, parcel in by_number.items() if number not in last_miles]


def _parcel_record(parcel: Parcel) -> dict[str, Any]:
    record: dict[str, Any] = {"tracking_number": parcel.tracking_number, "carrier": parcel.carrier}
    if parcel.last_mile:
        last_mile = parcel.last_mile
        record["last_mile"] = {"tracking_number": last_mile.tracking_number, "carrier": last_mile.carrier}
    return record


def _parcel_of(record: Mapping[str, Any]) -> Parcel:
    told = record.get("last_mile")
    return Parcel(
        record["tracking_number"],
        record.get("carrier"),
        record.get("provider", ""),
        record.get("carrier_base_url"),
        LastMile(told["tracking_number"], told.get("carrier")) if told else None,
    )


def compact(number: str) -> str:
    """A number for comparing: capitals, without blanks, hyphens and the # that shops put before order numbers."""
    return re.sub(r"[\s#-]", "", number).upper()
