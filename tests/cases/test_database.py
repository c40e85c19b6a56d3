import os
import sqlite3
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import StatementError

from cases import database
from cases.database import open_engine, reading, transaction, upgrade
from cases.models import Base, Case, Setting
from cases.settings import ROOT, settings


def test_migrations_lead_from_nothing_to_the_models(var):
    upgrade()
    engine = open_engine(settings().cases_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() is not None
    engine.dispose()


def test_upgrading_twice_keeps_what_is_there(record_of, write):
    write()
    upgrade()
    assert record_of().conversation_id == "c1"


@pytest.mark.processes
def test_processes_that_start_together_all_upgrade(var):
    env = {**os.environ, "PORCHLIGHT_VAR": str(var)}
    # A writer holds all of them back at the same point, so that they go on together.
    writer = sqlite3.connect(var / "cases.db", isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("BEGIN IMMEDIATE")
    started = [
        subprocess.Popen([sys.executable, "-m", "cases.database"], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    time.sleep(3)
    writer.execute("ROLLBACK")
    writer.close()
    for process in started:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err


def test_times_come_back_in_utc_and_need_a_zone(record_of, write):
    write()
    at = datetime(2026, 3, 29, 3, 30, tzinfo=timezone(timedelta(hours=8)))
    with transaction() as session:
        session.query(Case).one().delivered_at = at
    back = record_of().delivered_at
    assert back == at and back.utcoffset() == timedelta(0)
    with pytest.raises(StatementError, match="without a zone"):
        with transaction() as session:
            session.query(Case).one().delivered_at = datetime(2026, 3, 29)
    assert record_of().delivered_at == at, "nothing of the failed transaction is kept"


def test_a_transaction_is_kept_whole_or_not_at_all(record_of):
    with pytest.raises(RuntimeError):
        with transaction() as session:
            session.add(Setting(name="one", value="1"))
            session.flush()
            raise RuntimeError
    with reading() as session:
        assert session.query(Setting).count() == 0


def test_reading_does_not_wait_for_a_writer(record_of, var):
    writer = sqlite3.connect(var / "cases.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        with reading() as session:
            assert session.query(Case).count() == 0
    finally:
        writer.execute("ROLLBACK")
        writer.close()


def test_the_write_ahead_log_is_on(record_of, var):
    assert sqlite3.connect(var / "cases.db").execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.SQLITE_BUSY_SECONDS > 0
