"""Downloads one proof of delivery: bounded in time and size, from public addresses, with no key of ours.

The proof addresses of the providers in scope carry their own token, so no key is sent to anyone.
"""

import time
from threading import Event
from typing import Optional
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from cases.proof_file import limits
from cases.public_addresses import AddressRefused, checked_url, session
from cases.settings import settings

PIECE = 65_536
REDIRECTS = (301, 302, 303, 307, 308)
REASONS = {401: "not_allowed", 403: "not_allowed", 404: "not_there", 410: "not_there", 429: "busy"}
HEADERS = {"User-Agent": "Porchlight", "Accept": "image/*, application/pdf", "Accept-Encoding": "identity"}


class DownloadFailed(RuntimeError):
    """The file did not come.

    ``reason`` is slow, unavailable, busy, not_allowed, not_there, refused, too_large, redirects, address_refused or
    stopped; ``retry_after`` is how many seconds the other side wants to be left alone, if it said so. Neither has
    anything of the address, which may hold a token.
    """

    def __init__(self, reason: str, retry_after: Optional[float] = None) -> None:
        super().__init__(reason)
        self.reason, self.retry_after = reason, retry_after


def download(url: str, stopping: Optional[Event] = None) -> bytes:
    """The file at an address; at most `limits()["seconds"]` long, plus one wait for a piece.

    Args:
        url: https; http and loopback too in the sandbox.
        stopping: set when the process ends; the download then ends soon.

    Raises:
        DownloadFailed: with the reason.
    """
    known = limits()
    deadline = time.monotonic() + known["seconds"]
    loopback_allowed = settings().sandbox
    with session(loopback_allowed) as connections:
        for _ in range(known["redirects"] + 1):
            try:
                answer = connections.get(
                    checked_url(url, loopback_allowed),
                    headers=HEADERS,
                    timeout=(known["connect_seconds"], known["read_seconds"]),
                    stream=True,
                    allow_redirects=False,  # each address is checked before it is called
                )
            except AddressRefused:
                raise DownloadFailed("address_refused") from None
            except requests.Timeout:
                raise DownloadFailed("slow") from None  # the text of the error has the address
            except (requests.RequestException, ValueError):
                raise DownloadFailed("unavailable") from None
            with answer:
                if answer.status_code in REDIRECTS and answer.headers.get("Location"):
                    url = urljoin(url, answer.headers["Location"])
                    continue
                if not 200 <= answer.status_code < 300:
                    raise _failure(answer)
                return _body(answer, known["largest_file"], deadline, stopping)
    raise DownloadFailed("redirects")


def _body(answer: requests.Response, largest: int, deadline: float, stopping: Optional[Event]) -> bytes:
    told = answer.headers.get("Content-Length", "")
    if told.isdigit() and int(told) > largest:
        raise DownloadFailed("too_large")
    body = bytearray()
    try:
        while piece := answer.raw.read1(PIECE, decode_content=True):
            body += piece
            if len(body) > largest:
                raise DownloadFailed("too_large")
            if time.monotonic() > deadline:
                raise DownloadFailed("slow")
            if stopping is not None and stopping.is_set():
                raise DownloadFailed("stopped")
    except ReadTimeoutError:
        raise DownloadFailed("slow") from None
    except (HTTPError, OSError):
        raise DownloadFailed("unavailable") from None
    return bytes(body)


def _failure(answer: requests.Response) -> DownloadFailed:
    status = answer.status_code
    reason = REASONS.get(status) or ("unavailable" if status >= 500 else "refused")
    wait = answer.headers.get("Retry-After", "").strip()
    return DownloadFailed(reason, float(wait) if wait.isdigit() else None)
