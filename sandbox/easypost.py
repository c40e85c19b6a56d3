"""Parcels as EasyPost's Tracker objects.

The fields are the documented ones (https://docs.easypost.com/docs/trackers). There is none for a photo, so a
photo is told in the scan's message, as carriers do through EasyPost; sandbox/aftership.py has one.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Dict, Optional, Sequence

from sandbox.anchor import iso
from sandbox.later_scans import LaterScan
from sandbox.orders import Order, Parcel, Place, Scan

_FINAL = ("delivered", "return_to_sender", "cancelled")


def tracker(
    order: Order, parcel: Parcel, anchor: datetime, own_url: str, later: Sequence[LaterScan] = ()
) -> Dict[str, Any]:
    """The Tracker of one parcel of the order, as it stands at `anchor` (UTC), and with the scans that came later.

    The id depends on the tracking number alone. public_url leads to the order in the message box.
    """
    last = later[-1] if later else parcel.scans[-1] if parcel.scans else None
    updated_at = iso(later[-1].at) if later else iso(anchor - last.age) if last else None
    ordered_at = iso(anchor - order.ordered)
    return {
        "id": tracker_id(parcel),
        "object": "Tracker",
        "mode": "test",
        "tracking_code": parcel.tracking_number,
        "status": last.status if last else "unknown",
        "status_detail": last.detail if last else "unknown",
        "created_at": iso(anchor - parcel.scans[0].age) if parcel.scans else ordered_at,
        "updated_at": updated_at or ordered_at,
        "signed_by": None if later else parcel.signed_by,
        "weight": parcel.weight_ounces,
        "est_delivery_date": _estimate(parcel, anchor),
        "shipment_id": None,
        "carrier": parcel.carrier,
        "tracking_details": [
            *(_detail(scan, parcel, anchor) for scan in parcel.scans),
            *(_later_detail(scan, parcel, order) for scan in later),
        ],
        "fees": [],
        "carrier_detail": _carrier_detail(order, parcel),
        "public_url": f"{own_url}/orders/{order.order_id}",
        "finalized": bool(last and last.status in _FINAL),
        "is_return": False,
    }


def tracker_id(parcel: Parcel) -> str:
    """The Tracker's id: trk_ and 32 hexadecimal digits."""
    return "trk_" + hashlib.sha256(parcel.tracking_number.encode()).hexdigest()[:32]


def _estimate(parcel: Parcel, anchor: datetime) -> Optional[str]:
    return iso(anchor + parcel.estimated_in) if parcel.estimated_in is not None else None


def _detail(scan: Scan, parcel: Parcel, anchor: datetime) -> Dict[str, Any]:
    message = scan.message
    if parcel.collect_within is not None:
        message = message.replace("{last_day}", (anchor + parcel.collect_within).date().isoformat())
    return _event(message, scan.status, scan.detail, anchor - scan.age, parcel, scan.at)


def _later_detail(scan: LaterScan, parcel: Parcel, order: Order) -> Dict[str, Any]:
    place = _home(order) if scan.at_home else None
    return _event(scan.message, scan.status, scan.detail, scan.at, parcel, place)


def _event(
    message: str, status: str, detail: str, at: datetime, parcel: Parcel, place: Optional[Place]
) -> Dict[str, Any]:
    return {
        "object": "TrackingDetail",
        "message": message,
        "description": "",
        "status": status,
        "status_detail": detail,
        "datetime": iso(at),
        "source": parcel.carrier,
        "carrier_code": "",
        "tracking_location": _location(place),
        "est_delivery_date": None,
    }


def _home(order: Order) -> Place:
    return Place(city=order.address.city, zip=order.address.postcode, country=order.address.country)


def _location(place: Optional[Place]) -> Dict[str, Any]:
    return {
        "object": "TrackingLocation",
        "city": place.city if place else None,
        "state": None,
        "country": place.country if place else None,
        "zip": place.zip if place else None,
    }


def _carrier_detail(order: Order, parcel: Parcel) -> Dict[str, Any]:
    origin = parcel.scans[0].at if parcel.scans else None
    destination = _home(order)
    return {
        "object": "CarrierDetail",
        "service": parcel.service,
        "container_type": None,
        "est_delivery_date_local": None,
        "est_delivery_time_local": None,
        "origin_location": f"{origin.city}, {origin.zip}" if origin else None,
        "origin_tracking_location": _location(origin) if origin else None,
        "destination_location": f"{destination.city}, {destination.zip}",
        "destination_tracking_location": _location(destination),
        "guaranteed_delivery_date": None,
        "alternate_identifier": None,
        "initial_delivery_attempt": None,
    }
