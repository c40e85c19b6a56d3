"""What every answer of the desk tells the browser: run nothing but our own files, show us in no frame, keep no copy."""

from typing import Any, Awaitable, Callable

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class SafeHeaders:
    """An ASGI layer that adds the headers; it does not touch bodies, so streams stay streams."""

    def __init__(self, app: Callable[..., Awaitable[None]], secure: bool) -> None:
        """Args: app: the next layer. secure: the desk is reached over HTTPS."""
        self._app = app
        self._headers = {**ALWAYS, **({"strict-transport-security": "max-age=31536000"} if secure else {})}

    async def __call__(self, scope: dict[str, Any], receive: Callable, send: Callable) -> None:
        """Handles one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                added = dict(self._headers)
                if not scope["path"].startswith("/static/"):
                    added["cache-control"] = "no-store"
                message["headers"] = [
                    *message["headers"],
                    *((k.encode(), v.encode()) for k, v in added.items() if k.encode() not in given),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)
