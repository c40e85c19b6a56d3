"""What the sandbox's tests share: one running sandbox, sandboxes of one's own, and a bot for them to call."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Callable, Iterator, List

import pytest

from tests.sandbox.bot_double import BotDouble
from tests.sandbox.running_sandbox import Sandbox


@pytest.fixture(scope="session")
def bot() -> Iterator[BotDouble]:
    """A bot that takes everything, for the shared sandbox."""
    with BotDouble() as double:
        yield double


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory, bot: BotDouble) -> Iterator[Sandbox]:
    """One sandbox for all tests that leave it running; each test uses conversations of its own."""
    running = Sandbox(tmp_path_factory.mktemp("sandbox") / "sandbox.db", bot.url).start()
    yield running
    assert running.stop() in (0, -signal.SIGTERM)


@pytest.fixture
def own_sandbox(tmp_path: Path) -> Iterator[Callable[..., Sandbox]]:
    """Makes sandboxes that a test may stop, kill and restart; all share one database file."""
    made: List[Sandbox] = []

    def make(bot_url: str, **environment: str) -> Sandbox:
        made.append(Sandbox(tmp_path / "kept" / "sandbox.db", bot_url, **environment))
        return made[-1]

    yield make
    for one in made:
        if one.process and one.process.poll() is None:
            one.stop(signal.SIGKILL)
