"""The signed door: a platform posts buyers' messages here, and gets the replies posted to its own address.

The message is stored before it is answered with 202, and handled afterwards; a platform that gets no 2xx sends it
again, and a message that comes twice is stored once.
"""

import asyncio
import json
from typing import Any, Awaitable, Callable, Dict, Text

import requests
import structlog
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.signature import HEADER, BadSignature, sign, verify
from bot.sender import OutboxSender, PermanentlyRefused
from bot.worker import worker_of
from cases import inbox
from cases.models import OutboxMessage
from cases.settings import settings

logger = structlog.get_logger(__name__)
LARGEST_BODY = 512 * 1024
SEND_SECONDS = (5, 15)
REQUIRED = ("id", "conversation_id", "buyer_id", "marketplace", "sent_at")
LONGEST = {
    "id": 255,
    "conversation_id": 255,
    "buyer_id": 255,
    "order_id": 255,
    "item_id": 255,
    "marketplace": 64,
    "locale": 35,
}
OPTIONAL = ("order_id", "item_id", "locale")


class NotReadable(ValueError):
    """The body is not a message of the contract; the text says what is wrong with it."""


def read_json(body: bytes) -> Any:
    """What a body says. Halves of characters, which are left where a text was cut, become "?": no database keeps them.

    Raises:
        ValueError: the body is not JSON.
        RecursionError: it is nested too deeply.
    """
    return json.loads(json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "replace"))


def read_message(body: bytes) -> Dict[str, Any]:
    """A message of the contract from a raw body.

    Raises:
        NotReadable: no JSON, no object, or a field that is missing or has the wrong type.
    """
    try:
        data = read_json(body)
    except (ValueError, RecursionError) as error:
        raise NotReadable("the body is not JSON") from error
    if not isinstance(data, dict):
        raise NotReadable("the body is not an object")
    for name in REQUIRED:
        if not isinstance(data.get(name), str) or not data[name].strip():
            raise NotReadable(f"'{name}' must be a text that is not empty")
    for name in OPTIONAL:
        if data.get(name) is not None and not isinstance(data[name], str):
            raise NotReadable(f"'{name}' must be a text")
    for name, longest in LONGEST.items():
        if len(data.get(name) or "") > longest:
            raise NotReadable(f"'{name}' is longer than {longest} characters")
    if not isinstance(data.get("text", ""), str):
        raise NotReadable("'text' must be a text")
    if not isinstance(data.get("attachments", []), list):
        raise NotReadable("'attachments' must be a list")
    return data


class PlatformInput(InputChannel):
    """Rasa's channel ``platform``: ``POST /webhooks/platform/messages``."""

    @classmethod
    def name(cls) -> Text:
        """The channel's name, also in the case record."""
        return "platform"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The door; handling does not go through `on_new_message` but through the inbox."""
        door = Blueprint("platform_webhook", __name__)

        @door.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @door.route("/messages", methods=["POST"])
        async def messages(request: Request) -> HTTPResponse:
            return await _receive(request)

        @door.listener("after_server_start")
        async def begin(app: Any, _loop: Any) -> None:
            worker_of(app).start()
            app.ctx.outbox_sender = OutboxSender(cls_name, send)
            app.ctx.outbox_sender.start()

        @door.listener("before_server_stop")
        async def end(app: Any, _loop: Any) -> None:
            await worker_of(app).stop()
            await app.ctx.outbox_sender.stop()

        cls_name = self.name()
        return door


async def _receive(request: Request) -> HTTPResponse:
    if len(request.body) > LARGEST_BODY:
        return response.json({"error": f"a message has at most {LARGEST_BODY} bytes"}, status=413)
    try:
        verify(settings().platform_secret, request.body, request.headers.get(HEADER))
        data = read_message(request.body)
    except BadSignature as error:
        return response.json({"error": str(error)}, status=401)
    except NotReadable as error:
        return response.json({"error": str(error)}, status=400)
    try:
        stored = await asyncio.to_thread(_store, data)
    except SQLAlchemyError as error:
        logger.error("message.not_stored", error=type(error).__name__)
        return response.json({"error": "the message could not be stored; please send it again"}, status=503)
    if stored.is_new:
        asyncio.create_task(worker_of(request.app).handle(data["conversation_id"], stored))
    return response.json({"status": "stored" if stored.is_new else "duplicate"}, status=202)


def _store(data: Dict[str, Any]) -> inbox.Stored:
    told = {name: data.get(name) for name in ("order_id", "buyer_id", "marketplace", "locale") if data.get(name)}
    return inbox.store_buyer_message(
        channel=PlatformInput.name(),
        external_id=data["id"],
        conversation_id=data["conversation_id"],
        text=data.get("text") or "",
        attachments=data.get("attachments") or [],
        known={
            "marketplace": data["marketplace"],
            "buyer_id": data["buyer_id"],
            "item_id": data.get("item_id"),
            "locale": data.get("locale"),
        },
        metadata=told,
    )


def send(reply: OutboxMessage) -> None:
    """Posts one reply to the platform.

    Raises:
        PermanentlyRefused: the platform will never take this message.
        requests.RequestException: it could not be delivered now.
    """
    body = json.dumps(
        {
            "id": reply.id,
            "conversation_id": reply.conversation_id,
            "in_reply_to": reply.in_reply_to,
            "text": reply.text,
            "language": reply.language,
            "sender_kind": reply.sender_kind,
            "buttons": reply.buttons,
        },
        ensure_ascii=False,
    ).encode("utf-8")
    headers = {"Content-Type": "application/json", HEADER: sign(settings().platform_secret, body)}
    answer = requests.post(settings().platform_replies_url, data=body, headers=headers, timeout=SEND_SECONDS)
    if answer.status_code in (400, 404, 410, 413, 422):
        raise PermanentlyRefused(f"the platform answered {answer.status_code}")
    answer.raise_for_status()
