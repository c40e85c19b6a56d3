"""Access tokens that an API gives for a key (OAuth 2.0), kept until shortly before they end."""

import json
import threading
import time
from typing import Any, Callable

from actions.tracking import bounded_request
from actions.tracking.documented_shape import documented_shape, part, text
from actions.tracking.parcel_facts import REFUSED, SLOW, WRONG_KEY, TrackingFailed

KINDS = {400: WRONG_KEY, 404: REFUSED}
MARGIN = 60.0
"""Seconds before its end from which a token is not used any more."""


class AccessTokens:
    """The tokens of one API. Thread-safe."""

    def __init__(self, path: str) -> None:
        """Args: path: of the OAuth 2.0 token endpoint, below the API's address."""
        self._path = path
        self._kept: dict[tuple[str, str], tuple[str, float]] = {}
        self._lock = threading.Lock()

    def used_for(self, base: str, key: str, deadline: float, request: Callable[[str], str], **sent: Any) -> str:
        """What `request` answers with a token; a kept one that is not taken any more is replaced, once.

        Args:
            base: the API's address.
            key: what the token is given for.
            deadline: on the clock of `time.monotonic`.
            sent: the token request's data and auth, as `requests` takes them.

        Raises:
            TrackingFailed: what went wrong with either request.
        """
        token, is_new = self._token("", base, key, deadline, sent)
        try:
            return request(token)
        except TrackingFailed as error:
            if error.kind != WRONG_KEY or is_new:
                raise
        token, _ = self._token(token, base, key, deadline, sent)
        return request(token)

    def forget(self) -> None:
        """Forgets all tokens."""
        self._kept.clear()

    def _token(self, refused: str, base: str, key: str, deadline: float, sent: dict[str, Any]) -> tuple[str, bool]:
        """A kept token other than the refused one, else a new one, and whether it is; others wait for that."""
        if not self._lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise TrackingFailed("no token in time", SLOW)
        try:
            token, end = self._kept.get((base, key), ("", 0.0))
            is_new = token == refused or time.monotonic() >= end
            if is_new:
                token, seconds = self._new(base, deadline, sent)
                self._kept[base, key] = (token, time.monotonic() + seconds - MARGIN)
            return token, is_new
        finally:
            self._lock.release()

    def _new(self, base: str, deadline: float, sent: dict[str, Any]) -> tuple[str, float]:
        body = bounded_request.ask("POST", f"{base}{self._path}", deadline=deadline, kinds=KINDS, **sent)
        with documented_shape():
            answer = part(json.loads(body))
            return text(answer["access_token"]), float(answer["expires_in"])
