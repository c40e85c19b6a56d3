"""Puts the sandbox together: the marketplace's API and message box, the reply door and the carrier."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import AsyncIterator, Dict

from fastapi import FastAPI
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from sandbox import (
    aftership,
    carrier,
    carrier_moves,
    conversation_api,
    delivery_photo,
    message_box,
    reply_door,
    seller_api,
)
from sandbox.api_error import answer_errors
from sandbox.change_bell import ChangeBell
from sandbox.failures import Failures
from sandbox.later_scans import LaterScans
from sandbox.message_store import MessageStore
from sandbox.orders import load_orders
from sandbox.settings import Settings
from sandbox.silent_carrier import SilentCarrier
from sandbox.webhook_delivery import WebhookDelivery


def build_app(settings: Settings) -> FastAPI:
    """The whole sandbox as one app. Raises OrdersFileError when an orders file is wrong."""
    app = FastAPI(
        title="Porchlight sandbox",
        docs_url=None,
        redoc_url=None,
        openapi_url="/marketplace/api/openapi.json",
        lifespan=_running,
    )
    app.state.settings = settings
    app.state.orders = load_orders(settings.extra_orders)
    app.state.failures = Failures()
    app.state.later_scans = LaterScans()
    app.state.bell = ChangeBell()
    app.state.closing = asyncio.Event()
    answer_errors(app)
    carriers = (carrier, carrier_moves, aftership, delivery_photo)
    for door in (seller_api, conversation_api, reply_door, *carriers, message_box):
        app.include_router(door.router)
    silent = SilentCarrier(app.state.closing)
    app.router.routes.append(Route("/silent-carrier", silent))
    app.mount("/silent-carrier", silent)
    app.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")), name="static")

    @app.get("/health")
    async def health() -> Dict[str, str]:
        """Says that the sandbox can answer."""
        return {"status": "ok"}

    return app


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    store = MessageStore(app.state.settings.database)
    delivery = WebhookDelivery(store, app.state.bell, app.state.settings)
    app.state.store, app.state.delivery = store, delivery
    delivery.start()
    try:
        yield
    finally:
        await delivery.stop()
        store.close()
