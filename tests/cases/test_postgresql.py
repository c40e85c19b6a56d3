"""The case record and the tracker on PostgreSQL; a server of its own is started, and skipped where there is none."""

import glob
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from datetime import timedelta

import pytest

from cases import clock, database, follow_ups, inbox, outbox, proofs, settings, turns
from cases.database import reading, transaction
from cases.digest import is_unchanged
from cases.models import Case, InboxMessage, Proof
from tests.cases.pictures import PDF

SERVERS = sorted(glob.glob("/usr/lib/postgresql/*/bin"))


def _as_postgres(*command: str) -> list[str]:
    """PostgreSQL does not run as root; Debian's package makes a user for it."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else list(command)


@pytest.fixture(scope="module")
def server():
    """The URL of an empty database on a new server."""
    if not SERVERS:
        pytest.skip("PostgreSQL's server is not installed")
    folder = tempfile.mkdtemp(prefix="porchlight-postgresql-")
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tools, data = SERVERS[-1], f"{folder}/data"
    quiet = {"check": True, "cwd": "/", "stdout": subprocess.DEVNULL}
    subprocess.run(_as_postgres(f"{tools}/initdb", "-D", data, "-A", "trust", "-U", "porchlight"), **quiet)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    start = _as_postgres(f"{tools}/pg_ctl", "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start")
    subprocess.run(start, **quiet)
    yield f"postgresql://porchlight@127.0.0.1:{port}/postgres"
    subprocess.run(_as_postgres(f"{tools}/pg_ctl", "-D", data, "-m", "immediate", "stop"), **quiet)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def on_postgresql(server, tmp_path, monkeypatch):
    monkeypatch.setenv("PORCHLIGHT_VAR", str(tmp_path))
    monkeypatch.setenv("PORCHLIGHT_CASES_URL", server)
    settings.settings.cache_clear()
    database._sessions.cache_clear()
    database.upgrade()
    yield server
    settings.settings.cache_clear()
    database._sessions.cache_clear()


def _together(count, work):
    found = []
    threads = [threading.Thread(target=lambda i=i: found.append(work(i))) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_messages_of_a_new_conversation_that_come_together_are_each_stored_once(on_postgresql):
    def store(i):
        return inbox.store_buyer_message("platform", f"together-{i % 4}", "together", "nothing here\x00", [], {}, {})

    found = _together(12, store)
    assert len(found) == 12
    assert sum(stored.is_new for stored in found) == 4


def test_a_turn_and_its_follow_up(on_postgresql):
    inbox_id = inbox.store_buyer_message("platform", "turn-1", "turn", "nothing here", [], {}, {}).inbox_id
    told = turns.TurnFacts(language="en", outcome="waiting", follow_up_at=clock.now() + timedelta(hours=1))
    with transaction() as session:
        reply = turns.commit(session, inbox_id, told, turns.Said("I will write again.", "en"))
        assert reply.status == "released"
    with reading() as session:
        assert [row.text for row in outbox.due_for_sending(session, "platform")] == ["I will write again."]
    clock.advance(timedelta(hours=2))

    def queue(_):
        with transaction() as session:
            return follow_ups.queue_due(session)

    assert sorted(_together(4, queue)) == [0, 0, 0, 1]
    with reading() as session:
        kinds = [row.kind for row in session.query(InboxMessage).filter_by(conversation_id="turn")]
    assert kinds == ["message", "follow_up"]


async def test_the_tracker_too(on_postgresql):
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import SlotSet

    from bot.tracker_store import BoundedTrackerStore

    domain = Domain.from_dict({"slots": {"case_id": {"type": "any", "mappings": [{"type": "custom"}]}}})
    store = BoundedTrackerStore(domain, url=on_postgresql)
    tracker = await store.get_or_create_tracker("buyer")
    tracker.update(SlotSet("case_id", "7"))
    await store.save(tracker)
    assert (await store.retrieve("buyer")).get_slot("case_id") == "7"
    assert list(await store.keys()) == ["buyer"]


def test_look_ups_that_tell_of_the_same_proof_together_note_it_once_and_one_process_fetches_it(on_postgresql):
    inbox.store_buyer_message("platform", "proof-1", "proof", "nothing here", [], {}, {})

    def note(_):
        with transaction() as session:
            case = session.query(Case).filter(Case.conversation_id == "proof").one()
            proofs.note_address(session, case, "CC1", "dhl", "photo", "https://proof.example/1")

    def claim(_):
        with transaction() as session:
            return proofs.claim_due(session)

    _together(6, note)
    [taken] = [found for found in _together(6, claim) if found]
    with transaction() as session:
        proofs.keep(session, taken.proof_id, PDF, "application/pdf")
    with reading() as session:
        row = session.query(Proof).one()
        assert (row.status, bytes(row.body)) == ("kept", PDF) and is_unchanged(row)
