"""Where replies to buyers come in: POST /marketplace/replies, signed like the webhooks that go out."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timezone
from typing import Any, Dict, List, Optional, Union

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StrictStr, ValidationError
from typing_extensions import Literal

from sandbox.api_error import ApiError
from sandbox.message import Message
from sandbox.signature import HEADER, refusal

LONGEST_TEXT = 2000

router = APIRouter()


class Button(BaseModel):
    """A quick reply. What the buyer sees and sends is the title."""

    title: StrictStr
    payload: Optional[StrictStr] = None


class Reply(BaseModel):
    """A reply as the seller's software sends it."""

    id: StrictStr = Field(..., min_length=1)
    conversation_id: StrictStr = Field(..., min_length=1)
    in_reply_to: Optional[StrictStr] = None
    text: StrictStr = Field(..., min_length=1, max_length=LONGEST_TEXT)
    language: Optional[StrictStr] = None
    sender_kind: Literal["assistant", "agent"]
    buttons: List[Union[StrictStr, Button]] = []


@router.post("/marketplace/replies")
async def take_reply(request: Request) -> Dict[str, str]:
    """Store a reply once and say {"status": "stored"}, or "duplicate" for an id that is stored already.

    ApiError 401: signature missing, wrong or stale. 400: no JSON. 422: not a Reply, for example more than 2000
    characters. Any status that the failure switch was told. A conversation that was begun elsewhere is taken up.
    """
    body = await request.body()
    state = request.app.state
    refused = refusal(state.settings.platform_secret, body, request.headers.get(HEADER))
    if refused:
        raise ApiError(401, "bad_signature", refused)
    failure = state.failures.for_this_reply()
    await asyncio.sleep(failure.delay_seconds)
    if failure.status and not failure.after_storing:
        raise ApiError(failure.status, "switched_off", "The failure switch refused this reply.")
    message = _message(_reply(body))
    new = state.store.keep_reply(message)
    if new:
        state.bell.ring(message.conversation_id)
    if failure.status:
        raise ApiError(failure.status, "switched_off", "The failure switch stored this reply, and says it did not.")
    return {"status": "stored" if new else "duplicate"}


def _reply(body: bytes) -> Reply:
    try:
        content: Any = json.loads(body)
    except ValueError:
        raise ApiError(400, "bad_json", "The body is no JSON.") from None
    try:
        return Reply.parse_obj(content)
    except ValidationError as error:
        errors = [{"field": ".".join(map(str, found["loc"])), "message": found["msg"]} for found in error.errors()]
        raise ApiError(422, "unprocessable", "The body is not a reply that the marketplace takes.", errors) from None


def _message(reply: Reply) -> Message:
    return Message(
        id=reply.id,
        conversation_id=reply.conversation_id,
        sender_kind=reply.sender_kind,
        text=reply.text,
        sent_at=datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
        language=reply.language,
        in_reply_to=reply.in_reply_to,
        buttons=[
            button.dict() if isinstance(button, Button) else {"title": button, "payload": None}
            for button in reply.buttons
        ],
    )
