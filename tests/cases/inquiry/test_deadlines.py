"""The first and the last day: never later than the rule allows, whatever the place and the hour."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.inquiry.carriers import CarrierRule, Window, rule_for
from cases.inquiry.deadlines import ParcelDates, answer_expected_on, deadline, earliest

SHIPPED = datetime(2026, 11, 10, 9, tzinfo=timezone.utc)
DELIVERED = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
ORDERED = datetime(2026, 11, 8, 9, tzinfo=timezone.utc)
ALL = ParcelDates(SHIPPED, DELIVERED, ORDERED, "DE")


def rule(*latest, first=None, home=None, answer=None):
    return CarrierRule("X", "sender", (), latest=latest, earliest=first, home=home, answer_days=answer)


def window(days, counted_from="delivered", **more):
    return Window(days, counted_from, "carrier", "https://example.com", **more)


def test_days_count_from_the_day_after_the_event():
    told = deadline(rule(window(60)), "N", ALL)
    assert told == {
        "date": "2027-01-19",
        "days": 60,
        "working_days": False,
        "counted_from": "delivered",
        "counted_on": "2026-11-20",
        "basis": "carrier",
        "source": "https://example.com",
    }


def test_of_several_windows_the_earliest_last_day_counts():
    assert deadline(rule(window(60), window(30, "shipped")), "N", ALL)["date"] == "2026-12-10"


def test_without_a_window_the_contract_tells():
    assert deadline(rule(), "N", ALL) == {"date": None, "reason": "contract"}


def test_in_place_of_an_unknown_day_an_earlier_one_counts_and_never_a_later():
    both = rule(window(10, "shipped"))
    assert deadline(both, "N", ParcelDates(None, DELIVERED, ORDERED))["counted_from"] == "ordered"
    assert deadline(both, "N", ParcelDates(None, DELIVERED, None)) == {"date": None, "reason": "no_date"}
    told = deadline(rule(window(10)), "N", ParcelDates(SHIPPED, None, ORDERED))
    assert (told["counted_from"], told["date"]) == ("shipped", "2026-11-20")


@pytest.mark.parametrize(
    ("to", "home", "country", "fits"),
    [
        (None, None, "FR", True),
        ("home", "GB", "GB", True),
        ("home", "GB", "FR", False),
        ("abroad", "GB", "FR", True),
        ("abroad", "GB", "GB", False),
        ("abroad", "GB", None, True),
        ("home", None, "FR", True),
        (["GB", "IE"], None, "IE", True),
        (["GB", "IE"], None, "FR", False),
    ],
)
def test_a_window_is_for_parcels_to_its_countries_and_for_those_of_which_it_is_not_known(to, home, country, fits):
    told = deadline(rule(window(5, to=to), home=home), "N", ParcelDates(SHIPPED, DELIVERED, None, country))
    assert (told["date"] is not None) == fits


def test_a_window_for_some_numbers_is_for_these_only():
    express = rule(window(181, "shipped"), window(120, "shipped", number=r"E[A-Z]\d{9}[A-Z]{2}"))
    assert deadline(express, "EE123456785KR", ALL)["days"] == 120
    assert deadline(express, "RB123456785KR", ALL)["days"] == 181
    assert deadline(express, None, ALL)["days"] == 181


def test_the_first_day_is_told_only_from_the_event_itself():
    first = rule(first=window(7, "shipped"))
    assert earliest(first, ALL)["date"] == "2026-11-17"
    assert earliest(first, ParcelDates(None, DELIVERED, ORDERED)) is None
    assert earliest(rule(), ALL) is None


def test_an_answer_is_expected_in_days_or_working_days():
    friday = date(2026, 11, 20)
    assert answer_expected_on(rule(answer=28), friday) == date(2026, 12, 18)
    working = CarrierRule("X", "sender", (), answer_days=2, answer_in_working_days=True)
    assert answer_expected_on(working, friday) == date(2026, 11, 24)
    assert answer_expected_on(working, date(2026, 11, 21)) == date(2026, 11, 24)
    assert answer_expected_on(rule(), friday) is None


@given(
    at=st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(timezone.utc)),
    country=st.sampled_from([None, "DE", "US", "JP", "NZ", "BR", "RU", "xx"]),
    days=st.integers(0, 365),
)
def test_a_last_day_is_never_later_than_any_clock_in_the_country_allows(at, country, days):
    told = deadline(rule(window(days)), "N", ParcelDates(delivered_at=at, country=country))
    last = date.fromisoformat(told["date"])
    assert last <= at.date() + timedelta(days=days + (1 if country in ("JP", "NZ", "RU", "DE") else 0))
    assert last >= at.date() + timedelta(days=days - 1)


@given(days=st.integers(0, 60), begin=st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_working_days_are_counted_one_by_one(days, begin):
    working = CarrierRule("X", "sender", (), answer_days=days, answer_in_working_days=True)
    end = answer_expected_on(working, begin)
    between = [begin + timedelta(days=n) for n in range(1, (end - begin).days + 1)]
    assert sum(day.weekday() < 5 for day in between) == days


@pytest.mark.parametrize(
    ("carrier", "number", "country", "days", "counted_from"),
    [
        ("UPS", None, "US", 60, "delivered"),
        ("Royal Mail", None, "GB", 80, "shipped"),
        ("Royal Mail", None, "FR", 181, "shipped"),
        ("Royal Mail", None, None, 80, "shipped"),
        ("DPD", None, "GB", 14, "shipped"),
        ("DPD", None, "PL", None, None),
        ("La Poste", None, "FR", 3, "delivered"),
        (None, "EE123456785KR", "DE", 120, "shipped"),
        (None, "RB123456785SG", "DE", 181, "shipped"),
        (None, "RB123456785SG", "SG", None, None),
        ("Yanwen", None, "US", None, None),
    ],
)
def test_known_carriers_have_their_last_day(carrier, number, country, days, counted_from):
    told = deadline(rule_for(carrier, number), number, ParcelDates(SHIPPED, DELIVERED, ORDERED, country))
    assert (told.get("days"), told.get("counted_from")) == (days, counted_from)
