"""Hashes of what is kept as evidence, to show that it is still what came."""

import hashlib
from typing import Union

from cases.models import Proof, TrackingSnapshot


def digest(body: Union[str, bytes]) -> str:
    """The SHA-256 of a body (a text: of its UTF-8 bytes), in hexadecimal."""
    return hashlib.sha256(body.encode("utf-8") if isinstance(body, str) else body).hexdigest()


def is_unchanged(kept: Union[TrackingSnapshot, Proof]) -> bool:
    """Whether the stored body still has the hash with which it was stored."""
    return digest(kept.body) == kept.sha256
