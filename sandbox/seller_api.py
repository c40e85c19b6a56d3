"""The marketplace's API for the seller's software: orders, and the failure switch for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Optional

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from typing_extensions import Annotated

from sandbox.access import require_access
from sandbox.anchor import parse_anchor
from sandbox.api_error import ApiError
from sandbox.failures import Failures
from sandbox.order_record import order_line, order_record

router = APIRouter(prefix="/marketplace/api", dependencies=[Depends(require_access)])


async def anchor_asked_for(as_of: Optional[str] = None) -> datetime:
    """The query's as_of in UTC, now when left out; ApiError 422 when it cannot be read."""
    try:
        return parse_anchor(as_of)
    except ValueError as error:
        raise ApiError(422, "bad_as_of", str(error)) from None


@router.get("/orders/{order_id}")
async def one_order(
    order_id: str, request: Request, anchor: Annotated[datetime, Depends(anchor_asked_for)]
) -> JSONResponse:
    """Everything that the marketplace knows about an order; ApiError 404 when it knows none of this id."""
    order = request.app.state.orders.get(order_id)
    if order is None:
        raise ApiError(404, "order_not_found", f"The marketplace has no order {order_id}.")
    request.app.state.later_scans.saw(anchor)
    return JSONResponse(order_record(order, anchor, str(request.base_url).rstrip("/")))


@router.get("/orders")
async def list_orders(request: Request, buyer_id: Optional[str] = None) -> Dict[str, List[Dict[str, Any]]]:
    """All orders, or those of one buyer, as short lines: {"orders": [...]}."""
    orders = request.app.state.orders.values()
    return {"orders": [order_line(order) for order in orders if buyer_id in (None, order.buyer_id)]}


@router.post("/failures")
async def switch_failures(failures: Failures, request: Request) -> Failures:
    """Set the failure switch; {} clears it. Answers with the switch as it stands."""
    request.app.state.failures = failures
    return failures


@router.get("/failures")
async def show_failures(request: Request) -> Failures:
    """The failure switch as it stands; `times` counts down."""
    return request.app.state.failures
