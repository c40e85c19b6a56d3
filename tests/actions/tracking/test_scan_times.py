"""Carriers' times, as exactly as they are known."""

from datetime import datetime, timedelta, timezone

import pytest

from actions.tracking.scan_times import read_time


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "country", "at", "local"),
    [
        ("2026-11-20T12:00:00Z", None, utc(2026, 11, 20, 12), None),
        ("2026-11-20T12:00:00.5Z", None, utc(2026, 11, 20, 12, 0, 0, 500000), None),
        ("2026-11-20T13:00:00+01:00", "US", utc(2026, 11, 20, 12), None),
        ("2026-11-20T13:00:00+0100", None, utc(2026, 11, 20, 12), None),
        # one zone, or several that agree
        ("2026-11-20T13:00:00", "DE", utc(2026, 11, 20, 12), None),
        ("2026-07-20T13:00:00", "DE", utc(2026, 7, 20, 11), None),
        ("2026-11-20T13:00:00", "DEU", utc(2026, 11, 20, 12), None),
        ("2026-11-20T13:00:00", "jp", utc(2026, 11, 20, 4), None),
        # several zones, none, or an hour that comes twice or never
        ("2026-11-20T13:00:00", "US", None, datetime(2026, 11, 20, 13)),
        ("2026-11-20T13:00:00", "ES", None, datetime(2026, 11, 20, 13)),
        ("2026-11-20T13:00:00", None, None, datetime(2026, 11, 20, 13)),
        ("2026-11-20T13:00:00", "XX", None, datetime(2026, 11, 20, 13)),
        ("2026-11-20T13:00:00", "XYZ", None, datetime(2026, 11, 20, 13)),
        ("2026-10-25T02:30:00", "DE", None, datetime(2026, 10, 25, 2, 30)),
        ("2026-03-29T02:30:00", "DE", None, datetime(2026, 3, 29, 2, 30)),
        # a day is no point in time
        ("2026-11-20", "DE", None, None),
        ("", "DE", None, None),
        (None, None, None, None),
    ],
)
def test_what_is_known_of_a_time(text, country, at, local):
    assert read_time(text, country) == (at, local)


def test_the_offset_is_kept_as_it_was_told():
    assert read_time("2026-11-20T13:00:00+01:00")[0].utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-40", "2026-11-20T99:00:00", "T", "20.11.2026"])
def test_what_is_no_time_is_told(text):
    with pytest.raises(ValueError):
        read_time(text)
