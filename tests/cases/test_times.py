from datetime import datetime, timezone

import pytest

from cases.times import read_time, zone_of_country


def test_times_of_the_record_have_a_zone():
    assert read_time("2026-01-31T23:30:00Z") == datetime(2026, 1, 31, 23, 30, tzinfo=timezone.utc)
    assert read_time("2026-02-01T00:30:00+01:00") == datetime(2026, 1, 31, 23, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize("text", ["2026-01-31T23:30:00", "x", "", None, 5])
def test_what_has_none_is_no_time(text):
    assert read_time(text) is None


def test_a_country_has_its_main_zone():
    assert zone_of_country("PL") == "Europe/Warsaw"
    assert zone_of_country("XX") is zone_of_country(None) is None
