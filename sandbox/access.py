"""Who may use the marketplace's API: the seller's software with its bearer token, and the message box itself."""

from __future__ import annotations

import hashlib
import hmac

from fastapi import Request, Response

from sandbox.api_error import ApiError

_COOKIE = "porchlight_sandbox_box"


async def require_access(request: Request) -> None:
    """Let a request with the bearer token, or with the message box's cookie, pass; ApiError 401 otherwise."""
    token: str = request.app.state.settings.token
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and _same(given.strip(), token):
        return
    if _same(request.cookies.get(_COOKIE, ""), _box_key(token)):
        return
    raise ApiError(401, "unauthorized", "This request needs the marketplace's bearer token.")


def admit_browser(request: Request, response: Response) -> None:
    """Give the browser the cookie that its message box works with; the token itself never leaves the server."""
    response.set_cookie(_COOKIE, _box_key(request.app.state.settings.token), httponly=True, samesite="strict")


def _box_key(token: str) -> str:
    return hmac.new(token.encode(), b"message box", hashlib.sha256).hexdigest()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
