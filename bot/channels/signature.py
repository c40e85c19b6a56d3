"""The signature on messages between Porchlight and a platform: HMAC-SHA256 over time and body."""

import hashlib
import hmac
import time
from typing import Optional

HEADER = "X-Porchlight-Signature"
GRACE_SECONDS = 300
LONGEST_TIME = 12  # digits of a time in seconds


class BadSignature(ValueError):
    """The signature is missing, malformed, stale or wrong; the text says which."""


def sign(secret: str, body: bytes, at: Optional[int] = None) -> str:
    """The header's value ``t=<unix seconds>,v1=<hex>`` for a body sent at a time (now, by default)."""
    at = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def verify(secret: str, body: bytes, header: Optional[str], now: Optional[float] = None) -> None:
    """Checks a header against the raw body.

    Raises:
        BadSignature: there is none, it is more than five minutes old or ahead, or it does not fit the body.
    """
    if not header:
        raise BadSignature("the signature is missing")
    parts = dict(part.strip().split("=", 1) for part in header.split(",") if "=" in part)
    at, digest = parts.get("t", ""), parts.get("v1", "")
    if not at.isascii() or not at.isdigit() or len(at) > LONGEST_TIME or not digest:
        raise BadSignature("the signature is malformed")
    if abs((time.time() if now is None else now) - int(at)) > GRACE_SECONDS:
        raise BadSignature("the signature is stale")
    expected = sign(secret, body, int(at)).split("v1=", 1)[1]
    if not hmac.compare_digest(expected.encode(), digest.encode("utf-8", "replace")):
        raise BadSignature("the signature does not fit the message")
