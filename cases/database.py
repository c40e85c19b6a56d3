"""Connections to the databases: SQLite with a write-ahead log by default, PostgreSQL by URL."""

import threading
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Iterator

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event, inspect
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

from cases.settings import settings

SQLITE_BUSY_SECONDS = 5
MIGRATIONS = Path(__file__).parent / "migrations"
_making = threading.Lock()


def open_engine(url: str) -> Engine:
    """Makes an engine for a database URL.

    SQLite files get a write-ahead log, so that readers never wait for a writer, and a busy time-out; their folder
    is made when it is missing. Transactions begin as writers (``BEGIN IMMEDIATE``): one that reads first and
    writes later could otherwise fail half-way with "database is locked", whatever the time-out.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        poolclass=QueuePool,  # opening a file and configuring it costs more than most statements
        pool_size=8,
        max_overflow=24,
        connect_args={"timeout": SQLITE_BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection, _record):
        connection.isolation_level = None  # the driver must not begin transactions of its own
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection):
        mode = "" if connection.get_execution_options().get("read_only") else " IMMEDIATE"
        connection.exec_driver_sql(f"BEGIN{mode}")

    return engine


@lru_cache(maxsize=4)
def _sessions(url: str) -> sessionmaker:
    engine = open_engine(url)
    with _making:  # `rasa run` and `rasa shell` must work without anything having been started before
        with engine.connect().execution_options(read_only=True) as connection:
            is_new = not inspect(connection).has_table("alembic_version")
        if is_new:
            _upgrade(url)
    return sessionmaker(bind=engine, future=True, expire_on_commit=False)


@contextmanager
def transaction() -> Iterator[Session]:
    """A session on the case database whose changes are kept together, or not at all.

    Raises:
        sqlalchemy.exc.OperationalError: the database is locked or cannot be reached.
    """
    with _sessions(settings().cases_url).begin() as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A session on the case database that only reads, and never waits for a writer."""
    factory = _sessions(settings().cases_url)
    with factory.kw["bind"].connect().execution_options(read_only=True) as connection:
        with Session(bind=connection, future=True) as session:
            yield session


def upgrade() -> None:
    """Brings the case database to the newest schema; safe at every start. An empty database gets it by itself."""
    _upgrade(settings().cases_url)


def _upgrade(url: str) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")


if __name__ == "__main__":
    upgrade()
