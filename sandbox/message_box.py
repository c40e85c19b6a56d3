"""The marketplace's message box: the pages where a person picks an order and writes as its buyer."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, Dict, List

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from ruamel.yaml import YAML
from starlette.templating import Jinja2Templates

from sandbox.access import admit_browser
from sandbox.later_scans import KINDS
from sandbox.orders import Order

_HERE = Path(__file__).parent
_LOCALES: List[Dict[str, Any]] = YAML(typ="safe", pure=True).load(_HERE / "locales.yml")
_SECURITY = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_MARKETPLACE_NAMES = {"ebay": "eBay"}
_STATES = {
    "silent": ("No answer", "quiet"),
    "held": ("Held", "care"),
    "delivered": ("Delivered", "done"),
    "in_transit": ("On its way", "moving"),
    "out_for_delivery": ("Out for delivery", "moving"),
    "available_for_pickup": ("To collect", "care"),
    "return_to_sender": ("Returned", "care"),
}

router = APIRouter(include_in_schema=False)
_templates = Jinja2Templates(directory=_HERE / "templates")


@router.get("/", response_class=HTMLResponse)
async def order_list(request: Request) -> Response:
    """The first screen: every order as a card."""
    store = request.app.state.store
    cards = [
        {**_card(order), "conversations": len(store.conversations(order.order_id))}
        for order in request.app.state.orders.values()
    ]
    return _page(request, "order_list.html", {"cards": cards})


@router.get("/orders/{order_id}")
async def open_order(order_id: str, request: Request, new: bool = False) -> Response:
    """Go to the order's newest conversation; to a new one when there is none or `new` is asked for.

    A new conversation is stored with its first message, so opening pages leaves nothing behind.
    """
    if order_id not in request.app.state.orders:
        return _page(request, "not_found.html", {"what": f"order {order_id}"}, status=404)
    known = [] if new else request.app.state.store.conversations(order_id)
    conversation_id = known[0].id if known else f"sbx-{uuid.uuid4().hex[:12]}"
    return RedirectResponse(f"/orders/{order_id}/conversations/{conversation_id}", status_code=303)


@router.get("/orders/{order_id}/conversations/{conversation_id}", response_class=HTMLResponse)
async def conversation(order_id: str, conversation_id: str, request: Request) -> Response:
    """One conversation about one order."""
    state = request.app.state
    order = state.orders.get(order_id)
    if order is None:
        return _page(request, "not_found.html", {"what": f"order {order_id}"}, status=404)
    return _page(
        request,
        "conversation.html",
        {
            "card": _card(order),
            "order": order,
            "conversation_id": conversation_id,
            "conversations": state.store.conversations(order_id),
            "locales": _LOCALES,
            "movable": [parcel for parcel in order.parcels if parcel.carrier_account == "answers"],
            "moves": KINDS,
        },
    )


def _page(request: Request, template: str, content: Dict[str, Any], status: int = 200) -> Response:
    content = {**content, "desk_url": request.app.state.settings.desk_url}
    response = _templates.TemplateResponse(request, template, content, status_code=status, headers=_SECURITY)
    admit_browser(request, response)
    return response


def _card(order: Order) -> Dict[str, Any]:
    parcel = order.parcels[0]
    if parcel.carrier_account == "silent":
        state = "silent"
    elif parcel.scans and parcel.scans[-1].detail == "held":
        state = "held"
    else:
        state = parcel.scans[-1].status if parcel.scans else "unknown"
    label, tone = _STATES.get(state, (state.replace("_", " ").capitalize(), "quiet"))
    return {
        "order_id": order.order_id,
        "title": order.title,
        "summary": order.summary,
        "note": order.note,
        "marketplace": _MARKETPLACE_NAMES.get(order.marketplace, order.marketplace.capitalize()),
        "price": f"{order.value.amount:,.2f} {order.value.currency}",
        "dispute_open": order.dispute_open,
        "state": label,
        "tone": tone,
    }
