"""Settings and databases of its own for each test of the bot."""

import pytest

from cases import clock, database, settings
from tests.bot import core_model


def _forget():
    settings.settings.cache_clear()
    database._sessions.cache_clear()
    clock._known.clear()


@pytest.fixture
def var(tmp_path, monkeypatch):
    """An empty data folder in sandbox mode; no database is made yet."""
    for name in ("PORCHLIGHT_MODE", "PORCHLIGHT_CASES_URL", "PORCHLIGHT_TRACKER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORCHLIGHT_VAR", str(tmp_path))
    _forget()
    yield tmp_path
    _forget()


@pytest.fixture(scope="session")
def deciding(tmp_path_factory):
    """An agent that decides with the project's policies, rules and stories, and understands nothing."""
    return core_model.train(core_model.project_copy(tmp_path_factory.mktemp("core")))
