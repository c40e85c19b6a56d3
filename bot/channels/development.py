"""The development door: Rasa's own ``rest`` channel, with the same inbox, turn and outbox behind it as the signed door.

Sandbox only. The reply is in the HTTP response; one question at a time, never drafted.
"""

import asyncio
import uuid
from typing import Any, Awaitable, Callable, Dict, Optional, Text

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.platform import LARGEST_BODY, read_json
from bot.worker import worker_of
from cases import inbox
from cases.models import OutboxMessage
from cases.settings import settings

TOLD = ("order_id", "buyer_id", "marketplace", "locale")


class DevelopmentInput(InputChannel):
    """Rasa's channel ``rest``: ``POST /webhooks/rest/webhook``."""

    @classmethod
    def name(cls) -> Text:
        """The channel's name, also in the case record."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The door; handling does not go through `on_new_message` but through the inbox."""
        door = Blueprint("rest_webhook", __name__)

        @door.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @door.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not settings().sandbox:
                return response.json({"error": "this door is open in the sandbox only"}, status=404)
            return await _receive(request)

        return door


async def _receive(request: Request) -> HTTPResponse:
    if len(request.body) > LARGEST_BODY:
        return response.json({"error": f"a message has at most {LARGEST_BODY} bytes"}, status=413)
    try:
        data = read_json(request.body)
    except (ValueError, RecursionError):
        return response.json({"error": "the body is not JSON"}, status=400)
    problem = _problem(data)
    if problem:
        return response.json({"error": problem}, status=400)
    sender = data["sender"]
    try:
        stored = await asyncio.to_thread(_store, sender, data.get("message") or "", data.get("metadata") or {})
    except SQLAlchemyError:
        return response.json({"error": "the message could not be stored; please send it again"}, status=503)
    handled = await worker_of(request.app).handle(sender, stored)
    if not handled.done:
        return response.json({"status": "stored", "error": "the message will be answered later"}, status=503)
    reply = handled.reply
    return response.json([_as_rasa(sender, reply)] if reply and reply.status == "sent" else [])


def _problem(data: Any) -> Optional[str]:
    if not isinstance(data, dict):
        return "the body is not an object"
    if not isinstance(data.get("sender"), str) or not data["sender"].strip() or len(data["sender"]) > 255:
        return "'sender' must be a text of 1 to 255 characters"
    if not isinstance(data.get("message") or "", str):
        return "'message' must be a text"
    metadata = data.get("metadata") or {}
    if not isinstance(metadata, dict) or any(not isinstance(metadata.get(name) or "", str) for name in TOLD):
        return "'metadata' must be an object of texts"
    return None


def _store(sender: str, text: str, metadata: Dict[str, Any]) -> inbox.Stored:
    told = {name: metadata[name] for name in TOLD if metadata.get(name)}
    return inbox.store_buyer_message(
        channel=DevelopmentInput.name(),
        external_id=str(uuid.uuid4()),
        conversation_id=sender,
        text=text,
        attachments=[],
        known={name: told.get(name) for name in ("buyer_id", "marketplace", "locale")},
        metadata=told,
    )


def _as_rasa(sender: str, reply: OutboxMessage) -> Dict[str, Any]:
    """A reply as Rasa's rest channel writes it."""
    message: Dict[str, Any] = {"recipient_id": sender, "text": reply.text}
    if reply.buttons:
        message["buttons"] = reply.buttons
    return message
