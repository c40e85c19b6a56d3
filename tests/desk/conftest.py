"""A desk on a real port with a real database of its own."""

import threading
import time

import pytest
import uvicorn

from cases import database, inbox, turns
from cases.database import transaction
from cases.models import Case, InboxMessage
from desk.agents import add_agent
from desk.app import create_app
from tests.desk.running_desk import PASSWORD, Desk, forget_settings


@pytest.fixture
def installation(tmp_path, monkeypatch):
    """A sandbox with an empty database in a folder of its own."""
    for name in ("PORCHLIGHT_MODE", "PORCHLIGHT_CASES_URL", "PORCHLIGHT_API_TOKEN", "PORCHLIGHT_DESK_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("PORCHLIGHT_DESK_PASSWORD", raising=False)
    monkeypatch.setenv("PORCHLIGHT_VAR", str(tmp_path))
    monkeypatch.setenv("PORCHLIGHT_DRAFTS", "on")
    forget_settings()
    database.upgrade()
    yield tmp_path
    forget_settings()


@pytest.fixture
def desk(installation):
    """The desk, running, with the agents lena and omar; nobody is signed in."""
    with transaction() as session:
        add_agent(session, "lena", PASSWORD)
        add_agent(session, "omar", PASSWORD)
    app = create_app()
    server = uvicorn.Server(uvicorn.Config(app, port=0, ws="none", log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Desk(f"http://127.0.0.1:{port}", app)
    app.state.closing.set()
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def agent(desk):
    """The desk with lena signed in."""
    desk.sign_in()
    return desk


@pytest.fixture
def write(installation):
    """Lets a buyer write and the assistant answer: ``write(text, reply, **case and turn facts)`` -> case id."""
    numbers = iter(range(1, 1000))

    def write_message(text, reply="Sorry to hear that.", conversation="conv-1", known=None, track=None, **facts):
        known = {"marketplace": "sandbox", "buyer_id": "demo-buyer", "order_number": "DEMO-1001", **(known or {})}
        stored = inbox.store_buyer_message("platform", f"m{next(numbers)}", conversation, text, [], known, {})
        with transaction() as session:
            work = session.get(InboxMessage, stored.inbox_id)
            if track:
                track(session, session.get(Case, work.case_id))
        with transaction() as session:
            said = turns.Said(reply, "en") if reply else None
            turns.commit(session, stored.inbox_id, turns.TurnFacts(**{"language": "en", **facts}), said)
            return session.get(InboxMessage, stored.inbox_id).case_id

    return write_message
