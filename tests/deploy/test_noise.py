"""The terminal shows what needs attention, and the rest is for the log files."""

import pytest

from deploy.noise import Listener, without_colours


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-01 10:00:00 ERROR    rasa.core.processor  - it broke",
        "2026-01-01 10:00:00 WARNING  cases.clockwork: the case database can not be used",
        "2026-01-01 10:00:00 [error    ] turn.failed error=TurnFailed",
        "CRITICAL: disk full",
    ],
)
def test_warnings_and_errors_are_wanted(line):
    assert Listener().wants(line)


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-01 10:00:00 INFO     root  - Rasa server is up and running.",
        "2026-01-01 10:00:00 [info     ] message.stored",
        "x.py:134: DeprecationWarning: pkg_resources is deprecated as an API.",
        "x.py:1: MovedIn20Warning: Deprecated API features detected!",
        "",
    ],
)
def test_everyday_lines_are_not(line):
    assert not Listener().wants(line)


def test_a_traceback_is_wanted_to_its_last_line():
    listener = Listener()
    lines = ["Traceback (most recent call last):", '  File "x.py", line 1', "    f()", "ValueError: no", "all is well"]
    assert [listener.wants(line) for line in lines] == [True, True, True, True, False]


def test_colours_are_taken_off():
    assert without_colours("\x1b[93mwarning\x1b[0m") == "warning"
