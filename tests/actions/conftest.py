"""What the action tests share: the sandbox on a real port, a case database, one moment, and trackers from files."""

import asyncio
import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.tracking.tracking import tracking
from cases import clock, database, settings
from tests.sandbox.running_sandbox import TOKEN, Sandbox

TRACKERS = Path(__file__).parent / "trackers"
NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)  # a Monday, 13:00 at the desk


@pytest.fixture(scope="session")
def orders_and_carrier(tmp_path_factory):
    """The sandbox's marketplace and carrier, with a few orders more than it shows."""
    extra = Path(__file__).parent / "extra_orders.yml"
    running = Sandbox(
        tmp_path_factory.mktemp("sandbox") / "sandbox.db",
        "http://127.0.0.1:9",
        PORCHLIGHT_SANDBOX_EXTRA_ORDERS=str(extra),
    ).start()
    yield running
    running.stop()


def _forget():
    settings.settings.cache_clear()
    database._sessions.cache_clear()
    clock._known.clear()
    tracking.cache_clear()


@pytest.fixture
def world(orders_and_carrier, tmp_path, monkeypatch):
    """A case database of its own, the running sandbox, and a clock that stands still at NOW."""
    for name in ("PORCHLIGHT_MODE", "PORCHLIGHT_CASES_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORCHLIGHT_VAR", str(tmp_path))
    monkeypatch.setenv("PORCHLIGHT_SANDBOX_URL", orders_and_carrier.url)
    monkeypatch.setenv("PORCHLIGHT_SANDBOX_TOKEN", TOKEN)
    _forget()
    database.upgrade()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    yield orders_and_carrier
    _forget()


@pytest.fixture
def run(world):
    """``run(action, name, slot=…)``: the events and the responses of an action for a tracker from a file.

    The newest message has another text when ``said`` is given; ``metadata`` is that of the newest message.
    """

    def act(action, name, said=None, metadata=None, **slots):
        data = json.loads((TRACKERS / f"{name}.json").read_text(encoding="utf-8"))
        data["slots"].update(slots)
        data["latest_message"]["metadata"] = metadata or {}
        if said is not None:
            data["latest_message"]["text"] = said
        dispatcher = CollectingDispatcher()
        events = asyncio.run(action.run(dispatcher, Tracker.from_dict(data), {}))
        return events, dispatcher.messages

    return act
