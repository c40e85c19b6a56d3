"""The same carrier over AfterShip's API, for parcels with a proof of delivery: EasyPost's Tracker has no place for one.

The fields are those of https://www.aftership.com/docs/tracking/2026-07 (Get trackings, Tracking, Checkpoint).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Optional

from fastapi import APIRouter, Header, Request

from sandbox.anchor import iso
from sandbox.api_error import ApiError
from sandbox.carrier import Moment
from sandbox.delivery_photo import photo_url
from sandbox.easypost import tracker_id
from sandbox.orders import Order, Parcel, Scan

_TAGS = {
    "unknown": "Pending",
    "pre_transit": "InfoReceived",
    "in_transit": "InTransit",
    "out_for_delivery": "OutForDelivery",
    "delivered": "Delivered",
    "available_for_pickup": "AvailableForPickup",
}
_COUNTRIES = {"DE": "DEU"}  # ISO 3166-1 alpha-3, of the places in orders.yml

router = APIRouter()


@router.get("/carrier/tracking/2026-07/trackings")
@router.get("/carrier/as-of/{stamp}/tracking/2026-07/trackings")
async def get_trackings(
    request: Request, anchor: Moment, tracking_numbers: str = "", as_api_key: Optional[str] = Header(None)
) -> Dict[str, Any]:
    """The Trackings of these numbers (parted by commas), possibly none. ApiError 401 without a key."""
    if not as_api_key:
        raise ApiError(401, "UNAUTHORIZED", "This request needs an API key in the header as-api-key.")
    wanted = tracking_numbers.replace(" ", "").upper().split(",")
    own_url = str(request.base_url).rstrip("/")
    found = [
        tracking(order, parcel, anchor, own_url)
        for order in request.app.state.orders.values()
        for parcel in order.parcels
        if parcel.carrier_account == "answers" and parcel.tracking_number in wanted
    ]
    page = {"total": len(found), "next_cursor": None, "has_next_page": False}
    return {"meta": {"code": 200}, "data": {"pagination": page, "trackings": found}}


def tracking(order: Order, parcel: Parcel, anchor: datetime, own_url: str) -> Dict[str, Any]:
    """The Tracking of one parcel of the order, as it stands at `anchor` (UTC)."""
    last = parcel.scans[-1] if parcel.scans else None
    tag = _tag(last)
    return {
        "id": tracker_id(parcel)[4:],
        "tracking_number": parcel.tracking_number,
        "slug": parcel.carrier.lower(),
        "order_id": order.order_id,
        "signed_by": parcel.signed_by,
        "tag": tag,
        "subtag": f"{tag}_001",
        "return_to_sender": False,
        "pickup_location": None,
        "delivery_location_type": None,
        "courier_estimated_delivery_date": None,
        "proof_of_delivery": _proofs(parcel, own_url),
        "checkpoints": [_checkpoint(scan, parcel, anchor) for scan in parcel.scans],
    }


def _tag(scan: Optional[Scan]) -> str:
    return _TAGS.get(scan.status if scan else "unknown", "Exception")


def _proofs(parcel: Parcel, own_url: str) -> List[Dict[str, str]]:
    return [{"type": "image", "url": photo_url(parcel, own_url)}] if parcel.delivery_photo else []


def _checkpoint(scan: Scan, parcel: Parcel, anchor: datetime) -> Dict[str, Any]:
    return {
        "slug": parcel.carrier.lower(),
        "checkpoint_time": iso(anchor - scan.age),
        "city": scan.at.city if scan.at else None,
        "postal_code": scan.at.zip if scan.at else None,
        "country_region": _COUNTRIES.get(scan.at.country) if scan.at else None,
        "message": scan.message,
        "tag": _tag(scan),
        "subtag": f"{_tag(scan)}_001",
        "events": [],
    }
