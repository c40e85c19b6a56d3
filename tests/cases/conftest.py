"""A case database of its own for each test."""

import pytest

from cases import database, inbox, settings
from cases.database import reading, transaction
from cases.models import Case


def _forget():
    settings.settings.cache_clear()
    database._sessions.cache_clear()


@pytest.fixture
def var(tmp_path, monkeypatch):
    """An empty data folder; the database is not made yet."""
    for name in ("PORCHLIGHT_MODE", "PORCHLIGHT_CASES_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORCHLIGHT_VAR", str(tmp_path))
    monkeypatch.setenv("PORCHLIGHT_DRAFTS", "on")
    _forget()
    yield tmp_path
    _forget()


@pytest.fixture
def record_of(var):
    """The newest schema; ``record_of(conversation)`` reads a case with all that belongs to it."""
    database.upgrade()

    def read(conversation="c1"):
        with reading() as session:
            case = session.query(Case).filter(Case.conversation_id == conversation).one()
            for part in (case.messages, case.events, case.promises, case.follow_ups, case.snapshots, case.proofs):
                list(part)
            return case

    return read


@pytest.fixture
def write(record_of):
    """``write(text)``: a buyer's message is stored; its inbox id."""
    numbers = iter(range(1, 1000))

    def store(text="nothing here", conversation="c1", channel="platform", **known):
        return inbox.store_buyer_message(channel, f"m{next(numbers)}", conversation, text, [], known, {}).inbox_id

    return store


@pytest.fixture
def turn(record_of):
    """``turn(inbox_id, reply, **facts)``: the assistant's whole turn; the reply's row."""
    from cases import turns

    def take(inbox_id, reply="Sorry.", between=None, **facts):
        if between:
            between()
        with transaction() as session:
            said = turns.Said(reply, "en") if reply else None
            return turns.commit(session, inbox_id, turns.TurnFacts(**facts), said)

    return take
