"""One HTTP request that ends in time, whatever the other side does, and tells what went wrong."""

import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Mapping, Optional

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from actions.connections import connections
from actions.tracking.documented_shape import documented_shape
from actions.tracking.parcel_facts import BUSY, NOT_FOUND, REFUSED, SLOW, UNAVAILABLE, WRONG_KEY, TrackingFailed
from actions.tracking.providers import plan

_LIMITS = plan().limits
SECONDS = (_LIMITS["connect_seconds"], _LIMITS["read_seconds"])
LARGEST_BODY = _LIMITS["largest_body"]
LONGEST_PAUSE = _LIMITS["longest_pause"]
KINDS = {401: WRONG_KEY, 403: WRONG_KEY, 404: NOT_FOUND, 429: BUSY}
PIECE = 65_536


def ask(
    method: str,
    url: str,
    *,
    deadline: Optional[float] = None,
    seconds: tuple[float, float] = SECONDS,
    kinds: Optional[Mapping[int, str]] = None,
    **sent: Any,
) -> str:
    """Sends a request and reads the whole answer.

    Args:
        method, url: of the request.
        deadline: on the clock of `time.monotonic`; the sum of `seconds` by default.
        seconds: to connect, and between two pieces of the answer.
        kinds: what an error status means with this provider, before what it means in general.
        sent: headers, params, json, data or auth, as `requests` takes them.

    Returns:
        The body of an answer with a 2xx status.

    Raises:
        TrackingFailed: with what it was.
    """
    deadline = time.monotonic() + sum(seconds) if deadline is None else deadline
    left = deadline - time.monotonic()
    if left <= 0:
        raise TrackingFailed("no time left", SLOW)
    try:
        answer = connections().request(
            method,
            url,
            timeout=(min(seconds[0], left), min(seconds[1], left)),
            stream=True,
            allow_redirects=False,  # a key in a header of its own would go along to another host
            **sent,
        )
    except requests.Timeout as error:
        raise TrackingFailed(type(error).__name__, SLOW) from None  # its own text has the address, and so the number
    except requests.RequestException as error:
        raise TrackingFailed(type(error).__name__, UNAVAILABLE) from None
    with answer:
        if not 200 <= answer.status_code < 300:
            raise _failure(answer, kinds or {})
        body = _body(answer, deadline)
    with documented_shape():
        return body.decode("utf-8")


def _body(answer: requests.Response, deadline: float) -> bytes:
    """The whole body, if it comes before the deadline; a time-out of `requests` holds for each piece only."""
    body = b""
    try:
        while piece := answer.raw.read1(PIECE, decode_content=True):
            body += piece
            if len(body) > LARGEST_BODY:
                raise TrackingFailed("the answer is too long", REFUSED)
            if time.monotonic() > deadline:
                raise TrackingFailed("the answer did not end in time", SLOW)
    except ReadTimeoutError:
        raise TrackingFailed("ReadTimeout", SLOW) from None
    except (HTTPError, OSError) as error:
        raise TrackingFailed(type(error).__name__, UNAVAILABLE) from None
    return body


def _failure(answer: requests.Response, kinds: Mapping[int, str]) -> TrackingFailed:
    status, wait = answer.status_code, _wait(answer.headers)
    kind = kinds.get(status) or KINDS.get(status) or (UNAVAILABLE if status >= 500 else REFUSED)
    if kind == UNAVAILABLE and wait is not None:
        kind = BUSY
    return TrackingFailed(f"status {status}", kind, wait if kind == BUSY else None)


def _wait(headers: Mapping[str, str]) -> Optional[float]:
    """How many seconds to wait: Retry-After in seconds or as a date (RFC 9110, 10.2.3), else X-RateLimit-Reset."""
    told, now = headers.get("Retry-After", "").strip(), datetime.now(timezone.utc).timestamp()
    if told.isdigit():
        wait = float(told)
    elif told:
        try:
            wait = parsedate_to_datetime(told).timestamp() - now
        except (TypeError, ValueError):
            return None
    elif headers.get("X-RateLimit-Reset", "").isdigit():
        wait = float(headers["X-RateLimit-Reset"]) - now
    else:
        return None
    return min(max(wait, 0.0), LONGEST_PAUSE)
