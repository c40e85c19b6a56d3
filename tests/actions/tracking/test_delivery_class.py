"""Which class a delivery is, and what goes before what."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from actions.tracking.delivery_class import delivery_class, reason_for_human
from actions.tracking.parcel_facts import STATUSES, ParcelFacts, Scan
from tests.actions.an_order import ORDER

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


MOVED = Scan(NOW, "Out for Delivery")


def facts(status="delivered", hours_ago=72.0, city="Berlin", postcode="10115", **more):
    """What tracking says: delivered at home three days ago, unless told otherwise."""
    at = NOW - timedelta(hours=hours_ago)
    scan = Scan(at, "…", city=city, postcode=postcode, country="DE")
    delivered_at = at if status == "delivered" else None
    return ParcelFacts("CC731010015DE", "easypost", status, scans=(scan,), **{"delivered_at": delivered_at, **more})


@pytest.mark.parametrize(
    ("parcel", "expected"),
    [
        (facts(), "D0"),
        (facts(place="person"), "D1"),
        (facts(signed_by="M. Keller"), "D1"),
        (facts(place="letterbox"), "D2"),
        (facts(place="porch"), "D3"),
        (facts(place="garage"), "D3"),
        (facts(place="garden_shed"), "D3"),
        (facts(place="back_door"), "D3"),
        (facts(place="safe_place"), "D3"),
        (facts(place="neighbor"), "D4"),
        (facts(place="reception"), "D5"),
        (facts(place="locker"), "D6"),
        (facts("available_for_pickup", place="locker"), "D6"),
        (facts("available_for_pickup"), "D7"),
        (facts(place="pickup_point"), "D7"),
        (facts(place="collected"), "D8"),
        (facts("returned"), "D9"),
        (facts("in_transit", special="returned"), "D9"),
        (facts("in_transit", special="customs"), "D10"),
        (facts(special="dead_letter"), "D11"),
        (facts(special="end_of_tracking"), "D12"),
        (facts(city="Hamburg", postcode="20095"), "D13"),
        (facts(moved_on=MOVED), "D13"),
        (facts(hours_ago=2), "D14"),
        (facts("in_transit"), None),
        (facts("pre_transit"), None),
        (facts("out_for_delivery"), None),
        (facts("attempted"), None),
        (facts("exception"), None),
        (facts("unknown"), None),
    ],
)
def test_each_class(parcel, expected):
    assert delivery_class(parcel, ORDER, NOW) == expected


ELSEWHERE = {"city": "Hamburg", "postcode": "20095"}


@pytest.mark.parametrize(
    ("parcel", "expected"),
    [
        # a scan elsewhere goes before everything
        (facts(**ELSEWHERE, place="porch"), "D13"),
        (facts(**ELSEWHERE, special="returned"), "D13"),
        (facts(**ELSEWHERE, signed_by="M. Keller"), "D13"),
        (facts(**ELSEWHERE, hours_ago=2), "D13"),
        # so does a scan that finds it on its way after the delivery
        (facts(moved_on=MOVED, place="letterbox"), "D13"),
        (facts(moved_on=MOVED, signed_by="M. Keller", hours_ago=2), "D13"),
        (facts("returned", moved_on=MOVED), "D9"),
        # what is no delivery to the buyer goes before a named place
        (facts(special="returned", place="letterbox"), "D9"),
        (facts(special="customs", place="person"), "D10"),
        (facts(special="dead_letter", place="reception"), "D11"),
        (facts(special="end_of_tracking", place="neighbor"), "D12"),
        # a named place goes before a signature and before a fresh scan
        (facts(place="neighbor", signed_by="M. Keller"), "D4"),
        (facts(place="letterbox", hours_ago=1), "D2"),
        (facts(signed_by="M. Keller", hours_ago=1), "D1"),
    ],
)
def test_what_goes_before_what(parcel, expected):
    assert delivery_class(parcel, ORDER, NOW) == expected


@pytest.mark.parametrize(("hours", "expected"), [(0, "D14"), (23.9, "D14"), (24, "D0"), (24.1, "D0")])
def test_a_scan_is_fresh_for_a_day(hours, expected):
    assert delivery_class(facts(hours_ago=hours), ORDER, NOW) == expected


def test_a_delivery_without_a_time_is_not_fresh():
    assert delivery_class(facts(hours_ago=1, delivered_at=None), ORDER, NOW) == "D0"


@pytest.mark.parametrize(
    ("scan", "order"),
    [
        ({"city": None, "postcode": None}, {}),
        ({"city": "BERLIN", "postcode": None}, {}),
        ({"city": "Berlin-Mitte", "postcode": None}, {}),
        ({"city": "MUENCHEN", "postcode": None}, {"city": "München"}),
        ({"city": "MUNCHEN", "postcode": None}, {"city": "München"}),
        ({"city": "Frankfurt am Main", "postcode": None}, {"city": "Frankfurt"}),
        ({"city": "SAO PAULO", "postcode": None}, {"city": "São Paulo"}),
        ({"city": "Hamburg", "postcode": "10115"}, {}),
        ({"city": "Berlin", "postcode": " 10115 "}, {}),
        ({"city": "Hamburg", "postcode": None}, {"city": None}),
        ({"city": None, "postcode": "20095"}, {"postcode": None}),
        ({"city": "London", "postcode": "sw1a1aa"}, {"postcode": "SW1A 1AA"}),
    ],
)
def test_what_is_unknown_or_only_written_otherwise_is_no_mismatch(scan, order):
    assert delivery_class(facts(**scan), replace(ORDER, **order), NOW) == "D0"


@pytest.mark.parametrize(
    ("scanned", "ordered"), [("94105", "94105-1234"), ("94105-1234", "94105"), ("D-10115", "10115")]
)
def test_the_same_postcode_in_its_longer_form_is_no_mismatch(scanned, ordered):
    assert delivery_class(facts(postcode=scanned), replace(ORDER, postcode=ordered), NOW) == "D0"


@pytest.mark.parametrize(("scanned", "ordered"), [("Hamburg", "Berlin"), ("Neustadt", "Neuss"), ("York", "New York")])
def test_another_town_is_a_mismatch_also_without_a_postcode(scanned, ordered):
    parcel = facts(city=scanned, postcode=None)
    assert delivery_class(parcel, replace(ORDER, city=ordered), NOW) == "D13"


def test_a_parcel_on_its_way_through_another_city_is_no_mismatch():
    assert delivery_class(facts("in_transit", **ELSEWHERE), ORDER, NOW) is None


def test_a_parcel_without_any_scan_has_a_class_too():
    assert delivery_class(ParcelFacts("CC731010015DE", "easypost", "delivered"), ORDER, NOW) == "D0"


@pytest.mark.parametrize(
    ("status", "found_class", "reason"),
    [
        ("returned", "D9", "returned"),
        ("in_transit", "D10", "customs"),
        ("delivered", "D11", "carrier_problem"),
        ("delivered", "D12", "carrier_problem"),
        ("delivered", "D13", "tracking_mismatch"),
        ("exception", None, "carrier_problem"),
        ("unknown", None, "lookup_failed"),
        *(("delivered", f"D{number}", None) for number in (0, 1, 2, 3, 4, 5, 8, 14)),
        ("available_for_pickup", "D6", None),
        ("available_for_pickup", "D7", None),
        *((status, None, None) for status in ("pre_transit", "in_transit", "out_for_delivery", "attempted")),
    ],
)
def test_which_classes_make_a_human_take_over(status, found_class, reason):
    assert reason_for_human(facts(status), found_class) == reason


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_a_class_or_none(status):
    found = delivery_class(facts(status), ORDER, NOW)
    assert found is None or found in {f"D{number}" for number in range(15)}
