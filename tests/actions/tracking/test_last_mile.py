"""A parcel that another carrier delivers: whom to ask about it, and what both say together."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from actions.orders.order import Parcel
from actions.tracking.delivery_class import delivery_class
from actions.tracking.last_mile import joined, last_mile_parcel, only_last_mile, without_last_miles
from actions.tracking.parcel_facts import LabelAddress, LastMile, ParcelFacts, Scan
from tests.actions.an_order import ORDER

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
OWN, LAST = "LP00123456789012", "9400111206206406260787"
TOLD = LastMile(LAST, "usps", "aftership")


def scan(days_ago, text="…", city="Berlin", postcode="10115"):
    return Scan(NOW - timedelta(days=days_ago), text, city=city, postcode=postcode, country="DE")


def own(status="in_transit", days_ago=5.0, **more):
    """What was told of the order's own number."""
    known = {"scans": (scan(days_ago, "Departed", "Shenzhen", None),), "last_mile": TOLD, "body": "own"}
    return ParcelFacts(OWN, "seventeen_track", status, **{**known, **more})


def last(status="delivered", days_ago=3.0, **more):
    """What was told of the last mile's number."""
    seen = scan(days_ago, "Delivered, In/At Mailbox")
    known = {"scans": (seen,), "body": "last"}
    if status == "delivered":
        known.update(delivery_scan=seen, delivered_at=seen.at, place="letterbox")
    return ParcelFacts(LAST, "easypost", status, **{**known, **more})


# Whom to ask


@pytest.mark.parametrize(
    ("told", "carrier"),
    [
        (LastMile(LAST, "usps"), "USPS"),
        (LastMile(LAST, None), "USPS"),  # the check digit of 22 digits is right
        (LastMile(LAST, "evri"), "evri"),  # a contradiction is not for us to settle
        (LastMile("C00HHA0576245896", None), "Evri"),
        (LastMile("12345678", "citycourier"), "citycourier"),
        (LastMile("12345678", None), None),
        (LastMile("00573132901903503247", None), None),  # several carriers number like this
    ],
)
def test_the_carrier_has_the_name_that_providers_know(told, carrier):
    parcel = last_mile_parcel(told, Parcel(OWN, "Cainiao"))
    assert (parcel.tracking_number, parcel.carrier, parcel.provider_url) == (told.tracking_number, carrier, None)


def test_who_alone_knows_the_order_s_number_is_asked_about_the_last_mile_too():
    parcel = last_mile_parcel(TOLD, Parcel(OWN, "Cainiao", "easypost", "http://carrier.example"))
    assert (parcel.provider, parcel.provider_url) == ("easypost", "http://carrier.example")


def test_a_number_that_the_order_lists_is_asked_about_as_the_order_lists_it():
    own_parcel, listed = Parcel(OWN, "Cainiao"), Parcel("9400 1112 0620 6406 2607 87", "USPS", "easypost")
    assert last_mile_parcel(TOLD, own_parcel, [own_parcel, listed]) is listed


# What both say together


def test_the_last_miles_delivery_is_the_parcels_under_the_orders_own_number():
    facts = joined(own(), last())
    assert (facts.tracking_number, facts.status, facts.place) == (OWN, "delivered", "letterbox")
    assert facts.delivered_at == NOW - timedelta(days=3)
    assert [one.city for one in facts.scans] == ["Shenzhen", "Berlin"]
    assert delivery_class(facts, ORDER, NOW) == "D2"
    assert [(answer.tracking_number, answer.body) for answer in facts.answers] == [(OWN, "own"), (LAST, "last")]


def test_the_evidence_names_the_last_mile_and_who_told_what():
    rows = joined(own(), last(signed_by="M. Keller")).evidence()
    assert [(row["kind"], row["source"]) for row in rows] == [
        ("delivery_scan", "easypost"),
        ("place", "easypost"),
        ("signature", "easypost"),
        ("last_mile", "aftership"),
    ]
    assert (rows[-1]["carrier"], rows[-1]["number"]) == ("usps", LAST)


def test_an_end_of_tracking_is_over_when_the_last_mile_is_known_and_stays_when_it_can_not_be_asked():
    announced = own(special="end_of_tracking")
    assert delivery_class(joined(announced, last()), ORDER, NOW) == "D2"
    assert joined(announced, None) is announced
    assert delivery_class(joined(announced, last("unknown")), ORDER, NOW) == "D12"


@pytest.mark.parametrize("status", ["unknown", "pre_transit"])
def test_a_last_mile_that_has_not_begun_tells_nothing_yet_and_is_kept_all_the_same(status):
    facts = joined(own(), last(status))
    assert (facts.status, facts.provider) == ("in_transit", "seventeen_track")
    assert [answer.body for answer in facts.answers] == ["own", "last"]


@pytest.mark.parametrize(("days_ago", "status"), [(2.0, "out_for_delivery"), (9.0, "delivered")])
def test_of_two_states_the_newer_one_counts(days_ago, status):
    """The first carrier's "delivered" may be that it was handed over, or news that the other provider lacks."""
    delivered = own("delivered", 4.0, delivered_at=NOW - timedelta(days=4))
    assert joined(delivered, last("out_for_delivery", days_ago)).status == status


def test_a_delivery_of_the_last_mile_counts_whenever_it_was_scanned():
    assert joined(own("in_transit", 1.0), last(days_ago=3.0)).status == "delivered"


def test_scans_without_a_time_stand_in_the_order_of_the_carriers():
    local = Scan(None, "Out for delivery")
    facts = joined(own(), last("out_for_delivery", scans=(local,)))
    assert (facts.status, facts.last_scan) == ("out_for_delivery", local)


def test_who_signed_to_the_first_carrier_did_not_sign_for_the_buyer():
    handed_over = own("delivered", 5.0, delivered_at=NOW - timedelta(days=5), signed_by="HUB 7", has_photo=True)
    facts = joined(handed_over, last())
    assert (facts.signed_by, facts.has_photo) == (None, False)


def test_what_another_provider_tells_of_the_same_delivery_is_added_with_its_source():
    same = own("delivered", 3.0, delivered_at=last().delivered_at + timedelta(seconds=30), signed_by="M. Keller")
    facts = joined(same, last(place=None))
    assert (facts.provider, facts.signed_by) == ("easypost", "M. Keller")
    assert {row["kind"]: row["source"] for row in facts.evidence()}["signature"] == "seventeen_track"
    assert delivery_class(facts, ORDER, NOW) == "D1"


def test_what_only_one_of_them_tells_is_kept():
    label = LabelAddress(postcode="10115")
    assert joined(own(label_address=label), last()).label_address == label
    assert joined(own(), last("pre_transit", label_address=label)).label_address == label
    assert joined(own(expected_on=NOW.date()), last("in_transit")).expected_on == NOW.date()


def test_a_last_mile_alone_tells_the_parcel():
    facts = only_last_mile(Parcel(OWN, "Cainiao"), TOLD, last())
    assert (facts.tracking_number, facts.status, facts.last_mile) == (OWN, "delivered", TOLD)
    assert [answer.tracking_number for answer in facts.answers] == [LAST]
    assert only_last_mile(Parcel(OWN, "Cainiao"), TOLD, None) is None


# One parcel, not two


def test_a_parcel_that_is_another_ones_last_mile_is_no_parcel_of_its_own():
    other = replace(last(), tracking_number="CC731010015DE")
    assert without_last_miles([last(), own(), other]) == [own(), other]


def test_of_two_that_name_each_other_the_first_stays():
    back = last(last_mile=LastMile(OWN, "Cainiao", "dhl"))
    assert without_last_miles([own(), back]) == [own()]
    assert without_last_miles([back, own()]) == [back]


# The label


@pytest.mark.parametrize(
    ("postcode", "ordered", "kind"),
    [
        ("10115", "10115", "label_address"),
        ("D-10115", "10115", "label_address"),
        ("20095", "10115", "label_differs"),
        (None, "10115", "label_address"),
        ("20095", None, "label_address"),
    ],
)
def test_a_label_with_another_postcode_than_the_orders_is_told_as_such(postcode, ordered, kind):
    [*_, row] = last(label_address=LabelAddress("Musterstraße 12", postcode, "Berlin", "DE")).evidence(ordered)
    assert row == {
        "kind": kind,
        "source": "easypost",
        "street": "Musterstraße 12",
        "postcode": postcode,
        "city": "Berlin",
        "country": "DE",
    }
