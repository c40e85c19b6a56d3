"""The door for tracking providers' webhooks: ``POST /webhooks/tracking/<provider>`` beside the action server's own.

What is sent is stored before it is answered; a provider that gets no 2xx sends it again, and what comes twice is known.
"""

import asyncio
from typing import Optional

import structlog
from sanic import Blueprint, Sanic, response
from sanic.exceptions import MethodNotSupported, NotFound, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy.exc import SQLAlchemyError

from actions import tracking_news
from actions.tracking import providers
from actions.tracking.documented_shape import documented_shape
from actions.tracking.parcel_facts import ParcelFacts, TrackingFailed
from actions.tracking.providers import Sender
from actions.tracking.webhook_signature import BadSignature

logger = structlog.get_logger(__name__)
door = Blueprint("tracking_webhooks", url_prefix="/webhooks/tracking")


def attach(app: Sanic) -> None:
    """Opens the door at an action server, and has it say of other addresses that they are none, not that it failed."""
    app.blueprint(door)
    app.exception(NotFound, MethodNotSupported)(_nobody_here)


@door.post("/<provider:str>", stream=True)
async def receive(request: Request, provider: str) -> HTTPResponse:
    """Takes one webhook.

    Answers 200 when it is stored, or concerns nobody here; 400, 401, 404 and 413 for what will never be taken; 503 when
    it could not be stored now.
    """
    sender = providers.plan().sender(provider)
    if sender is None:
        return _refused(404, "no webhooks are taken from this provider")
    raw = await _body(request)
    if raw is None:
        return _refused(413, "the body is too long")
    try:
        sender.module.verify_webhook(request.headers, raw, sender.secret)
        news = _read(sender, raw)
    except BadSignature as error:
        logger.warning("webhook.refused", provider=provider, error=str(error))
        return _refused(401, str(error))
    except TrackingFailed as error:
        logger.warning("webhook.refused", provider=provider, error=str(error))
        return _refused(400, "the body has another shape than documented")
    if news is None:
        return response.json({"status": "ignored"})
    try:
        cases = await asyncio.to_thread(tracking_news.keep, news)
    except SQLAlchemyError as error:
        logger.error("webhook.not_stored", provider=provider, error=type(error).__name__)
        return _refused(503, "it could not be stored; please send it again")
    return response.json({"status": "stored" if cases else "unknown_parcel"})


async def _nobody_here(request: Request, error: SanicException) -> HTTPResponse:
    return _refused(error.status_code, "there is no such door")


async def _body(request: Request) -> Optional[bytes]:
    """The whole body; None when it is longer than any provider's answer."""
    largest = providers.plan().limits["largest_body"]
    body = b""
    while (piece := await request.stream.read()) is not None:
        body += piece
        if len(body) > largest:
            return None
    return body


def _read(sender: Sender, raw: bytes) -> Optional[ParcelFacts]:
    with documented_shape():
        return sender.module.read_webhook(raw.decode("utf-8"))


def _refused(status: int, why: str) -> HTTPResponse:
    return response.json({"error": why}, status=status)
