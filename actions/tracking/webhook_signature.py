"""Signatures on what tracking providers send without being asked."""

import hmac
from typing import Mapping, Optional


class BadSignature(ValueError):
    """The signature is missing, stale or wrong; the text says which, and nothing of the secret or the body."""


def require(headers: Mapping[str, str], name: str) -> str:
    """A header's value.

    Raises:
        BadSignature: there is none.
    """
    value = headers.get(name)
    if not value:
        raise BadSignature(f"the header {name} is missing")
    return value


def is_same(expected: str, given: Optional[str]) -> bool:
    """Whether a signature is the expected one; it takes as long whatever is given."""
    return given is not None and hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def require_same(expected: str, given: str) -> None:
    """Raises BadSignature unless the signature is the expected one."""
    if not is_same(expected, given):
        raise BadSignature("the signature does not fit the body")
