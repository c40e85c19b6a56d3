"""How much may be sent to the desk: told from the length, before anything of it is read, whoever sends it."""

import re
from typing import Any, Awaitable, Callable

from starlette.responses import PlainTextResponse

from cases.proof_file import limits

LARGEST_FORM = 200_000  # bytes; the longest reply, in any script, is a tenth of it
WITH_A_FILE = re.compile(r"/cases/\d+/proofs")
FORM_AROUND_FILE = 20_000


class BoundedForms:
    """An ASGI layer that refuses what has no length (411) or is too long (413)."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        """Args: app: the next layer."""
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Callable, send: Callable) -> None:
        """Handles one connection."""
        answer = self._app
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            told = dict(scope["headers"]).get(b"content-length", b"")
            if not told.isdigit():
                answer = PlainTextResponse("The length of what is sent must be told.", 411)
            elif int(told) > _largest(scope["path"]):
                answer = PlainTextResponse("That is too long.", 413)
        await answer(scope, receive, send)


def _largest(path: str) -> int:
    return limits()["largest_file"] + FORM_AROUND_FILE if WITH_A_FILE.fullmatch(path) else LARGEST_FORM
