"""The clock queues what is due, and outlives a database that is locked for a while."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from cases import clock, database, follow_ups
from cases.clockwork import Clockwork
from cases.database import reading, transaction
from cases.models import Case, InboxMessage

ROOT = Path(__file__).resolve().parents[2]


def plan(conversation="c1", in_seconds=-1.0):
    """A follow-up on the conversation's case."""
    with transaction() as session:
        case = session.query(Case).filter(Case.conversation_id == conversation).one()
        follow_ups.plan(session, case, "wait_over", clock.now() + timedelta(seconds=in_seconds))


def queued():
    """How many follow-ups wait in the inbox."""
    with reading() as session:
        return session.query(InboxMessage).filter(InboxMessage.kind == "follow_up").count()


def test_what_is_due_is_queued_once(write):
    write()
    plan()
    clockwork = Clockwork()
    assert [clockwork.look(), clockwork.look()] == [1, 0]
    assert queued() == 1


def test_what_is_not_due_waits(write):
    write()
    plan(in_seconds=3600)
    assert Clockwork().look() == 0


def test_the_schema_is_made_when_it_is_missing(var):
    assert Clockwork().look() == 0
    assert (var / "cases.db").exists()


def test_a_locked_database_is_logged_once_and_tried_again(write, var, monkeypatch, caplog):
    write()
    plan()
    clockwork = Clockwork()
    monkeypatch.setattr(database, "SQLITE_BUSY_SECONDS", 0.1)
    database._sessions.cache_clear()
    other = sqlite3.connect(var / "cases.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert [clockwork.look(), clockwork.look()] == [0, 0]
    other.execute("ROLLBACK")
    other.close()
    assert clockwork.look() == 1
    told = [record.getMessage() for record in caplog.records if record.name == "cases.clockwork"]
    assert len([line for line in told if "can not be used" in line]) == 1
    assert len([line for line in told if "can be used again" in line]) == 1


@pytest.mark.processes
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_queues_and_stops_cleanly(write, number):
    write()
    plan(in_seconds=1)
    process = subprocess.Popen([sys.executable, "-m", "cases.clockwork"], cwd=ROOT, env=dict(os.environ))
    try:
        end = time.monotonic() + 60
        while not queued():
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.1)
        process.send_signal(number)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
