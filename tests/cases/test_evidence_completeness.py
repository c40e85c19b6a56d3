"""The score of a case's evidence, and the names of what is missing."""

from datetime import date, datetime, timezone

import pytest

from cases import rules
from cases.digest import digest
from cases.evidence_completeness import Completeness, completeness
from cases.models import Case, Message, TrackingSnapshot
from cases.postcodes import same_postcode

AT = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
NUMBER = "CC731010015DE"
ADDRESS = {"street": "Musterstraße 12", "city": "Berlin", "postcode": "10115", "country": "DE"}
CHECKED = {
    "checked_neighbors": "not_there",
    "checked_household": "not_there",
    "checked_hidden_spots": "cannot_check",
    "address_confirmed": True,
}
LABEL = {"kind": "label_address", "source": "dhl", "street": "musterstraße  12", "postcode": "D-10115"}
SCAN = {"kind": "delivery_scan", "source": "dhl", "postcode": "10115", "city": "Berlin"}


def complete(**changed):
    """A case that holds everything, with some of it changed."""
    known = {
        "tracking_number": NUMBER,
        "order_facts": {"address": ADDRESS, "parcels": [{"tracking_number": NUMBER}]},
        "evidence": [LABEL, SCAN, {"kind": "signature", "signed_by": "M. Keller"}],
        "checks": CHECKED,
        "inquiry": {"carrier_reply": "A photo is attached."},
        "snapshots": [TrackingSnapshot(tracking_number=NUMBER, body="{}", sha256=digest("{}"))],
        "messages": [Message(sender_kind="buyer", at=AT), Message(sender_kind="agent", at=AT)],
    }
    return Case(**{**known, **changed})


def labelled(**changed):
    """The evidence of a parcel whose label is another."""
    return [{**LABEL, **changed}, SCAN, {"kind": "photo"}]


def test_a_complete_file_has_ten_points_and_misses_nothing():
    assert completeness(complete()) == Completeness(10, 10, ())


def test_of_a_new_case_everything_is_missing_the_weightiest_first():
    empty = Case(order_facts={}, evidence=[], checks={}, inquiry={})
    assert completeness(empty) == Completeness(0, 10, tuple(rules.load("evidence")["weights"]))


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        # the label's address
        ({"evidence": [SCAN, {"kind": "photo"}]}, "label_address"),
        ({"evidence": labelled(street="Musterstraße 21")}, "label_address"),
        ({"evidence": labelled(postcode="20095")}, "label_address"),
        ({"evidence": labelled(postcode=None)}, "label_address"),
        ({"evidence": labelled(street=None)}, "label_address"),
        ({"evidence": labelled(kind="label_differs")}, "label_address"),
        ({"order_facts": {"address": {**ADDRESS, "street": None}}, "evidence": labelled()}, "label_address"),
        # the scan's postcode: unknown or another one is none
        ({"evidence": [LABEL, {**SCAN, "postcode": "20095"}, {"kind": "photo"}]}, "scan_in_postcode"),
        ({"evidence": [LABEL, {**SCAN, "postcode": None}, {"kind": "photo"}]}, "scan_in_postcode"),
        ({"evidence": [LABEL, {"kind": "place", "postcode": "10115"}, {"kind": "photo"}]}, "scan_in_postcode"),
        # a place that the carrier names, or a text, is no proof
        ({"evidence": [LABEL, SCAN, {"kind": "place", "place": "porch"}]}, "proof_of_delivery"),
        # a snapshot of this parcel, unchanged
        ({"snapshots": []}, "snapshot"),
        ({"snapshots": [TrackingSnapshot(tracking_number="OTHER", body="{}", sha256=digest("{}"))]}, "snapshot"),
        ({"snapshots": [TrackingSnapshot(tracking_number=NUMBER, body="{ }", sha256=digest("{}"))]}, "snapshot"),
        # the buyer's checks
        ({"checks": {**CHECKED, "checked_neighbors": "will_check"}}, "buyer_checks"),
        ({"checks": {**CHECKED, "address_confirmed": None}}, "buyer_checks"),
        # the carrier's answer; an inquiry that was only prepared has none
        ({"inquiry": {"asks_for": ["photo"]}}, "carrier_reply"),
        # what was written
        ({"messages": [Message(sender_kind="buyer", at=AT)]}, "chronology"),
        ({"messages": [Message(sender_kind="buyer"), Message(sender_kind="agent", at=AT)]}, "chronology"),
    ],
)
def test_what_is_missing_is_named_and_costs_its_weight(changed, missing):
    weights = rules.load("evidence")["weights"]
    assert completeness(complete(**changed)) == Completeness(10 - weights[missing], 10, (missing,))


@pytest.mark.parametrize("kind", ["signature", "photo", "coordinates", "proof"])
def test_any_of_these_is_a_proof(kind):
    assert completeness(complete(evidence=[LABEL, SCAN, {"kind": kind}])).missing == ()


def test_an_address_that_the_buyer_denies_was_checked_all_the_same():
    assert completeness(complete(checks={**CHECKED, "address_confirmed": False})).missing == ()


def test_the_weights_have_a_source_and_a_date_and_are_ten():
    rule = rules.load("evidence")
    assert rule["source"] and isinstance(rule["checked_on"], date)
    assert sum(rule["weights"].values()) == 10


def test_it_reads_a_case_as_it_is_stored(write, record_of):
    write("It is not here")
    found = completeness(record_of())
    assert (found.score, "chronology" in found.missing) == (0, True)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10115", " 10115 ", True),
        ("94105-1234", "94105", True),
        ("D-10115", "10115", True),
        ("sw1a1aa", "SW1A 1AA", True),
        ("10115", "20095", False),
        ("", "10115", False),
    ],
)
def test_the_same_postcode_may_be_written_otherwise(one, other, same):
    assert same_postcode(one, other) is same_postcode(other, one) is same
