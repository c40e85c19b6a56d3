"""An order as the seller's software reads it over the marketplace's API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, Optional

from sandbox.anchor import iso, stamp_of
from sandbox.orders import EarlierContact, Order, Parcel


def order_record(order: Order, anchor: datetime, own_url: str) -> Dict[str, Any]:
    """The whole order as JSON; every time in it is UTC and relative to `anchor`.

    own_url: the sandbox's address as its caller knows it, without a slash at the end; the carrier's base
    addresses start with it.
    """
    return {
        "order_id": order.order_id,
        "item_id": order.item_id,
        "marketplace": order.marketplace,
        "buyer": {"buyer_id": order.buyer_id, "email": order.buyer_email},
        "address": order.address.dict(),
        "title": order.title,
        "value": order.value.dict(),
        "ordered_at": iso(anchor - order.ordered),
        "signature_required": order.signature_required,
        "dispute_open": order.dispute_open,
        "dispute_opened_at": iso(anchor - order.dispute_opened) if order.dispute_opened is not None else None,
        "history": {
            "reported_missing_last_12_months": order.history.reported_missing_last_12_months,
            "earlier_contact": _earlier_contact(order.history.earlier_contact, anchor),
        },
        "parcels": [_parcel(parcel, anchor, own_url) for parcel in order.parcels],
    }


def order_line(order: Order) -> Dict[str, Any]:
    """The order as one entry of a list: ids, title and one line about its tracking."""
    return {
        "order_id": order.order_id,
        "item_id": order.item_id,
        "buyer_id": order.buyer_id,
        "marketplace": order.marketplace,
        "title": order.title,
        "summary": order.summary,
    }


def _earlier_contact(contact: Optional[EarlierContact], anchor: datetime) -> Optional[Dict[str, Any]]:
    if contact is None:
        return None
    return {
        "conversation_id": contact.conversation_id,
        "tracking_number": contact.tracking_number,
        "status": "closed",
        "subject": contact.subject,
        "reported_at": iso(anchor - contact.reported),
        "closed_at": iso(anchor - contact.closed),
    }


def _parcel(parcel: Parcel, anchor: datetime, own_url: str) -> Dict[str, Any]:
    silent = parcel.carrier_account == "silent"
    return {
        "tracking_number": parcel.tracking_number,
        "carrier": parcel.carrier,
        "provider": parcel.provider,
        "carrier_base_url": f"{own_url}/silent-carrier" if silent else f"{own_url}/carrier/as-of/{stamp_of(anchor)}",
    }
