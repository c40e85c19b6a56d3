"""`python -m desk`: serves the desk on ``PORCHLIGHT_DESK_HOST`` (127.0.0.1) and ``PORCHLIGHT_DESK_PORT`` (8000)."""

import os
import sys
from contextlib import suppress
from types import FrameType
from typing import Optional

import uvicorn
from fastapi import FastAPI

from cases.database import upgrade
from cases.settings import SettingsError
from desk.app import create_app
from desk.first_account import prepare_sandbox_account
from desk.passwords import PasswordTooWeak


class DeskServer(uvicorn.Server):
    """A server that tells open live pages to end when it is asked to stop; it would wait for them otherwise."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        """Args: config: how to serve. app: the desk's app."""
        super().__init__(config)
        self._closing = app.state.closing

    def handle_exit(self, sig: int, frame: Optional[FrameType]) -> None:
        """Stops, live pages first."""
        self._closing.set()
        super().handle_exit(sig, frame)


def _port() -> int:
    text = os.environ.get("PORCHLIGHT_DESK_PORT") or "8000"
    if not text.isdigit() or int(text) > 65535:
        raise SettingsError(f"PORCHLIGHT_DESK_PORT must be a number from 0 to 65535, not '{text}'")
    return int(text)


def main() -> int:
    """Upgrades the database, makes the sandbox's account at the first start, and serves until it is stopped.

    Returns:
        0 after a clean stop, 1 when a setting is wrong; the reason then stands on the error output.
    """
    try:
        port = _port()
        upgrade()
        account = prepare_sandbox_account()
        app = create_app()
    except (SettingsError, PasswordTooWeak) as error:
        print(f"The desk can not start: {error}", file=sys.stderr)
        return 1
    if account:
        print(account, flush=True)
    host = os.environ.get("PORCHLIGHT_DESK_HOST") or "127.0.0.1"
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,  # addresses may hold order numbers and conversation ids
        ws="none",  # Rasa's Sanic needs an older websockets than uvicorn's, and the desk uses none
        timeout_graceful_shutdown=5,
    )
    server = DeskServer(config, app)
    with suppress(KeyboardInterrupt):  # uvicorn raises Ctrl-C again once it has stopped
        server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
