import hashlib
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from cases import evidence, staffing
from cases.database import transaction
from cases.digest import is_unchanged
from cases.models import Case

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = {day: ["09:00", "17:00"] for day in staffing.WEEKDAYS[:5]}


def _table(**more):
    return {"time_zone": "Europe/Berlin", "answers_within_hours": 4, "hours": WEEK, "closed_on": [], **more}


def _at(text):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("2026-11-23T10:00", "2026-11-23T14:00"),  # Monday, in time
        ("2026-11-23T13:00", "2026-11-23T17:00"),  # just in time
        ("2026-11-23T16:00", "2026-11-24T12:00"),  # the rest tomorrow
        ("2026-11-23T05:00", "2026-11-23T13:00"),  # before opening
        ("2026-11-23T17:00", "2026-11-24T13:00"),  # at closing
        ("2026-11-27T16:00", "2026-11-30T12:00"),  # Friday, over the weekend
        ("2026-11-28T12:00", "2026-11-30T13:00"),  # Saturday
        ("2026-03-27T16:00", "2026-03-30T12:00"),  # over the change to summer time
    ],
)
def test_working_hours_are_counted_only(asked, answered):
    assert staffing.answer_by(_at(asked), _table()) == _at(answered)


def test_holidays_are_left_out_however_they_are_written():
    from datetime import date

    for closed in ("2026-11-24", date(2026, 11, 24)):
        by = staffing.answer_by(_at("2026-11-23T16:00"), _table(closed_on=[closed]))
        assert by == _at("2026-11-25T12:00")


def test_the_zone_of_the_question_does_not_matter():
    asked = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)
    assert staffing.answer_by(asked, _table()) == _at("2026-11-23T14:00")


def test_a_long_answer_takes_several_days():
    assert staffing.answer_by(_at("2026-11-23T09:00"), _table(answers_within_hours=20)) == _at("2026-11-25T13:00")


@pytest.mark.parametrize("hours", [{}, {"Monday": ["09:00", "17:00"]}, {"monday": None}])
def test_a_table_without_working_time_is_told_instead_of_searched_for_ever(hours):
    with pytest.raises(ValueError, match="staffing.yml"):
        staffing.answer_by(_at("2026-11-23T09:00"), _table(hours=hours))


def test_the_installed_table_answers():
    assert staffing.answer_by(datetime.now(timezone.utc)) > datetime.now(timezone.utc)


def test_a_snapshot_shows_when_its_body_was_changed(write):
    write()
    with transaction() as session:
        case = session.query(Case).one()
        snapshot = evidence.keep_snapshot(session, case, "CC1", "easypost", '{"ä": 1}', "delivered", "D0")
        assert snapshot.sha256 == hashlib.sha256('{"ä": 1}'.encode()).hexdigest()
        assert is_unchanged(snapshot)
        snapshot.body += " "
        assert not is_unchanged(snapshot)
