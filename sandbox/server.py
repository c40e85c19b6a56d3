"""Serves the app until it is told to stop, and then stops at once."""

from __future__ import annotations

import uvicorn

from sandbox.app import build_app
from sandbox.settings import Settings


class SandboxServer(uvicorn.Server):
    """uvicorn's server, which lets go of calls that would never end by themselves before it waits for the rest."""

    async def shutdown(self, sockets=None) -> None:
        """End live updates and silent calls, then shut down as usual."""
        self.config.app.state.closing.set()
        await super().shutdown(sockets=sockets)


def serve(settings: Settings) -> None:
    """Run the sandbox until SIGINT or SIGTERM.

    Raises OrdersFileError when an orders file is wrong; exits with status 1 when the port is taken.
    """
    config = uvicorn.Config(
        build_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=5,
    )
    SandboxServer(config).run()
