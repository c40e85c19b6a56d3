"""Where a person moves a parcel on: the carrier scans it once more and tells the seller's software."""

from __future__ import annotations

import asyncio
import functools
from typing import Tuple

import requests
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel
from typing_extensions import Annotated

from sandbox import carrier_webhook
from sandbox.access import require_access
from sandbox.api_error import ApiError
from sandbox.easypost import tracker
from sandbox.later_scans import KINDS
from sandbox.orders import Order, Parcel

router = APIRouter(dependencies=[Depends(require_access)])


class Move(BaseModel):
    """What the carrier does: a name in later_scans.yml."""

    kind: str


class Moved(BaseModel):
    """How the seller's software answered the webhook: its HTTP status."""

    webhook_status: int


@router.post("/marketplace/api/parcels/{tracking_number}/scans")
async def move(tracking_number: str, wanted: Move, request: Request) -> Moved:
    """Let the carrier scan a parcel once more. ApiError 404: no such parcel or kind; 502: nobody takes the webhook."""
    return Moved(webhook_status=await _move(request, tracking_number, wanted.kind))


@router.post("/orders/{order_id}/conversations/{conversation_id}/scans", include_in_schema=False)
async def move_from_page(
    order_id: str,
    conversation_id: str,
    request: Request,
    tracking_number: Annotated[str, Form()],
    kind: Annotated[str, Form()],
) -> Response:
    """The same for the order's page, which is shown again."""
    await _move(request, tracking_number, kind)
    return RedirectResponse(f"/orders/{order_id}/conversations/{conversation_id}", status_code=303)


async def _move(request: Request, tracking_number: str, kind: str) -> int:
    state = request.app.state
    order, parcel = _parcel(request, tracking_number)
    if kind not in KINDS:
        raise ApiError(404, "no_such_scan", f"The carrier does not do {kind}; it does {', '.join(KINDS)}.")
    own_url = str(request.base_url).rstrip("/")
    earlier = state.later_scans.of(tracking_number)
    newest = state.later_scans.add(tracking_number, kind)
    before, now = (tracker(order, parcel, newest.at, own_url, later) for later in (earlier, [*earlier, newest]))
    send = functools.partial(carrier_webhook.send, carrier_webhook.event(now, before["status"]), state.settings)
    try:
        answer = await asyncio.get_running_loop().run_in_executor(None, send)
    except requests.RequestException:
        raise ApiError(502, "seller_unreachable", "The seller's software cannot be reached for the webhook.") from None
    return answer.status_code


def _parcel(request: Request, tracking_number: str) -> Tuple[Order, Parcel]:
    for order in request.app.state.orders.values():
        for parcel in order.parcels:
            if parcel.tracking_number == tracking_number and parcel.carrier_account == "answers":
                return order, parcel
    raise ApiError(404, "no_such_parcel", f"The carrier has no parcel {tracking_number}.")
