"""The marketplace's API for conversations: write as the buyer, read what was said, follow it live."""

from __future__ import annotations

import asyncio
import json
import uuid
from datetime import datetime, timezone
from typing import Any, AsyncIterator, Dict, List, Optional

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, StrictStr

from sandbox.access import require_access
from sandbox.message import Delivery, Message
from sandbox.message_store import Conversation

_PULSE_SECONDS = 15.0
_RECONNECT_MILLISECONDS = 1000

router = APIRouter(prefix="/marketplace/api/conversations", dependencies=[Depends(require_access)])


class BuyerMessage(BaseModel):
    """What the buyer writes. Buyer, item and marketplace are the order's own unless they are given."""

    text: StrictStr
    order_id: Optional[StrictStr] = None
    item_id: Optional[StrictStr] = None
    buyer_id: Optional[StrictStr] = None
    marketplace: Optional[StrictStr] = None
    locale: Optional[StrictStr] = None
    id: Optional[StrictStr] = Field(None, min_length=1)
    attachments: List[Any] = []


@router.post("/{conversation_id}/messages", status_code=202)
async def write(conversation_id: str, written: BuyerMessage, request: Request) -> Dict[str, Any]:
    """Store a buyer's message, then deliver it to the bot in the background; answers with the stored message.

    An id that is known already is not stored again: its webhook is sent once more, unchanged.
    """
    state = request.app.state
    webhook = _webhook(conversation_id, written, state.orders)
    message = Message(
        id=webhook["id"],
        conversation_id=conversation_id,
        sender_kind="buyer",
        text=written.text,
        sent_at=webhook["sent_at"],
        locale=written.locale,
        attachments=written.attachments,
        delivery=Delivery(),
    )
    head = Conversation(conversation_id, written.order_id, webhook["buyer_id"], webhook["sent_at"])
    state.store.keep_buyer_message(message, head, webhook)
    stored = state.store.buyer_message(message.id)
    state.bell.ring(stored.conversation_id)
    state.delivery.deliver(stored.conversation_id)
    return stored.record()


@router.get("/{conversation_id}/messages")
async def read(conversation_id: str, request: Request) -> Dict[str, Any]:
    """The conversation's messages in order: {"conversation_id", "order_id", "messages": [...]}; maybe none."""
    store = request.app.state.store
    head = store.conversation(conversation_id)
    return {
        "conversation_id": conversation_id,
        "order_id": head.order_id if head else None,
        "messages": [message.record() for message in store.messages(conversation_id)],
    }


@router.get("/{conversation_id}/events")
async def follow(conversation_id: str, request: Request, after: int = 0) -> Response:
    """Server-Sent Events: every message, then every new or changed one, each as JSON under event `message`.

    The event's id is the message's revision. A reader comes back with it in Last-Event-ID (or `after`) and
    gets what it has missed.
    """
    seen = request.headers.get("Last-Event-ID", "")
    start = int(seen) if seen.isdigit() else after
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(request, conversation_id, start), media_type="text/event-stream", headers=headers)


async def _events(request: Request, conversation_id: str, seen: int) -> AsyncIterator[str]:
    state = request.app.state
    if seen > state.store.last_revision():
        # The store was emptied since: what the reader has seen counts for nothing here.
        seen = 0
    yield f"retry: {_RECONNECT_MILLISECONDS}\n\n"
    with state.bell.listening(conversation_id) as changed:
        while not state.closing.is_set():
            changed.clear()
            news = state.store.messages(conversation_id, after=seen)
            # A reader that is cut off in between must not miss older revisions: they go out oldest first.
            for message in sorted(news, key=lambda one: one.revision):
                seen = message.revision
                yield f"id: {seen}\nevent: message\ndata: {json.dumps(message.record())}\n\n"
            if not news and not await _change(changed, state.closing):
                yield ": still here\n\n"


async def _change(changed: asyncio.Event, closing: asyncio.Event) -> bool:
    waits = [asyncio.ensure_future(changed.wait()), asyncio.ensure_future(closing.wait())]
    try:
        done, _ = await asyncio.wait(waits, timeout=_PULSE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return bool(done)


def _webhook(conversation_id: str, written: BuyerMessage, orders: Dict[str, Any]) -> Dict[str, Any]:
    order = orders.get(written.order_id)
    optional = {
        "order_id": written.order_id,
        "item_id": written.item_id or (order.item_id if order else None),
        "locale": written.locale,
    }
    return {
        "id": written.id or f"msg-{uuid.uuid4()}",
        "conversation_id": conversation_id,
        "buyer_id": written.buyer_id or (order.buyer_id if order else "demo-buyer"),
        "marketplace": written.marketplace or (order.marketplace if order else "sandbox"),
        **{name: value for name, value in optional.items() if value},
        "sent_at": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
        "text": written.text,
        "attachments": written.attachments,
    }
