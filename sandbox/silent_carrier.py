"""A carrier that takes every call and never answers: what an outage looks like to its callers."""

from __future__ import annotations

import asyncio
from typing import Any, Callable

_PATIENCE = 600.0
"""Seconds until even this carrier gives up with a 504, so that no connection is held for ever."""


class SilentCarrier:
    """An ASGI app for any method and path. It waits until the caller goes, the sandbox stops or patience ends."""

    def __init__(self, closing: asyncio.Event) -> None:
        self._closing = closing

    async def __call__(self, scope: Any, receive: Callable, send: Callable) -> None:
        """Hold one request open, in silence."""
        if scope["type"] != "http":
            return
        waits = [asyncio.ensure_future(_caller_gone(receive)), asyncio.ensure_future(self._closing.wait())]
        try:
            await asyncio.wait(waits, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        await send({"type": "http.response.start", "status": 504, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


async def _caller_gone(receive: Callable) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
