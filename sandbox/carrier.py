"""The carrier: EasyPost's trackers API over the parcels of the sandbox's orders.

The base address says which moment it speaks about: /carrier/as-of/<stamp>, or /carrier for now.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any, Dict, Iterator, Optional, Tuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from typing_extensions import Annotated

from sandbox.anchor import anchor_of, parse_anchor
from sandbox.api_error import ApiError
from sandbox.easypost import tracker, tracker_id
from sandbox.orders import Order, Parcel


class TrackerWanted(BaseModel):
    """What POST /trackers asks for. Without a carrier any carrier's parcel of that number is meant."""

    tracking_code: str
    carrier: Optional[str] = None


class TrackerRequest(BaseModel):
    """The body of POST /trackers."""

    tracker: TrackerWanted


async def require_api_key(request: Request) -> None:
    """Accept any non-empty EasyPost API key, given as the user of HTTP Basic; ApiError 401 otherwise."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    try:
        user = base64.b64decode(credentials, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        user = ""
    if scheme.lower() != "basic" or not user:
        raise ApiError(401, "UNAUTHORIZED", "This request needs an API key as the user name of HTTP Basic.")


async def moment_of(request: Request) -> datetime:
    """The moment (UTC) that the request's base address names; ApiError 404 when it is no such stamp."""
    stamp = request.path_params.get("stamp")
    if stamp is None:
        return parse_anchor(None)
    try:
        return anchor_of(stamp)
    except ValueError:
        raise ApiError(404, "NOT_FOUND", f"{stamp} is not a moment such as 20261123T120000Z.") from None


Moment = Annotated[datetime, Depends(moment_of)]

router = APIRouter(dependencies=[Depends(require_api_key)])


@router.post("/carrier/v2/trackers")
@router.post("/carrier/as-of/{stamp}/v2/trackers")
async def create_tracker(wanted: TrackerRequest, request: Request, anchor: Moment) -> JSONResponse:
    """The Tracker of one parcel. ApiError 422 when the carrier does not know the number."""
    for order, parcel in _matching(request, wanted.tracker.tracking_code, wanted.tracker.carrier):
        return JSONResponse(_tracker(request, order, parcel, anchor))
    raise ApiError(
        422,
        "TRACKER.CREATE.ERROR",
        "The carrier does not know this tracking code.",
        [{"field": "tracking_code", "message": "not found"}],
    )


@router.get("/carrier/v2/trackers")
@router.get("/carrier/as-of/{stamp}/v2/trackers")
async def list_trackers(
    request: Request, anchor: Moment, tracking_code: Optional[str] = None, carrier: Optional[str] = None
) -> Dict[str, Any]:
    """The Trackers that match, possibly none, as EasyPost's page: {"trackers": [...], "has_more": false}."""
    found = [_tracker(request, order, parcel, anchor) for order, parcel in _matching(request, tracking_code, carrier)]
    return {"trackers": found, "has_more": False}


@router.get("/carrier/v2/trackers/{wanted_id}")
@router.get("/carrier/as-of/{stamp}/v2/trackers/{wanted_id}")
async def retrieve_tracker(wanted_id: str, request: Request, anchor: Moment) -> Dict[str, Any]:
    """The Tracker with this id, or with this tracking code. ApiError 404 when there is none."""
    for order, parcel in _answering(request):
        if wanted_id in (tracker_id(parcel), parcel.tracking_number):
            return _tracker(request, order, parcel, anchor)
    raise ApiError(404, "NOT_FOUND", "The requested resource could not be found.")


def _answering(request: Request) -> Iterator[Tuple[Order, Parcel]]:
    for order in request.app.state.orders.values():
        for parcel in order.parcels:
            if parcel.carrier_account == "answers":
                yield order, parcel


def _matching(request: Request, code: Optional[str], carrier: Optional[str]) -> Iterator[Tuple[Order, Parcel]]:
    wanted = code.replace(" ", "").upper() if code else None
    for order, parcel in _answering(request):
        if wanted in (None, parcel.tracking_number) and carrier in (None, "", parcel.carrier):
            yield order, parcel


def _tracker(request: Request, order: Order, parcel: Parcel, anchor: datetime) -> Dict[str, Any]:
    later = request.app.state.later_scans.of(parcel.tracking_number)
    return tracker(order, parcel, anchor, _own_url(request), later)


def _own_url(request: Request) -> str:
    return str(request.base_url).rstrip("/")
