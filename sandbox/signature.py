"""The marketplace's message signature: t=<unix seconds>,v1=<hex HMAC-SHA256(secret, "{t}.{raw body}")>."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Optional

HEADER = "X-Porchlight-Signature"
GRACE_SECONDS = 300


def sign(secret: str, body: bytes, at: Optional[int] = None) -> str:
    """The header's value for this body. `at`: Unix seconds, now when left out."""
    moment = int(time.time()) if at is None else at
    return f"t={moment},v1={_digest(secret, moment, body)}"


def refusal(secret: str, body: bytes, header: Optional[str], now: Optional[float] = None) -> Optional[str]:
    """Why a signed body is refused, as a sentence; None when it is genuine and at most five minutes off."""
    parts = dict(part.strip().partition("=")[::2] for part in (header or "").split(","))
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdigit() and given.isascii() and given):
        return f"The header {HEADER} is missing or unreadable."
    if abs((time.time() if now is None else now) - int(stamp)) > GRACE_SECONDS:
        return "The signature is older or newer than five minutes."
    if not hmac.compare_digest(given, _digest(secret, int(stamp), body)):
        return "The signature does not match the body."
    return None


def _digest(secret: str, moment: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
