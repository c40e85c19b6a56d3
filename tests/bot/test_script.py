"""Which checks are open, and in which order they are asked."""

import pytest

from bot import script

NEIGHBORS, HOUSEHOLD, HIDDEN, ADDRESS = (
    "checked_neighbors",
    "checked_household",
    "checked_hidden_spots",
    "address_confirmed",
)


@pytest.mark.parametrize(
    ("delivery_class", "order"),
    [
        (None, [NEIGHBORS, HOUSEHOLD, HIDDEN, ADDRESS]),
        ("D0", [NEIGHBORS, HOUSEHOLD, HIDDEN, ADDRESS]),
        ("D1", [HOUSEHOLD, NEIGHBORS, HIDDEN, ADDRESS]),
        ("D2", [HIDDEN, NEIGHBORS, HOUSEHOLD, ADDRESS]),
        ("D3", [HIDDEN, NEIGHBORS, HOUSEHOLD, ADDRESS]),
        ("D4", [NEIGHBORS, HOUSEHOLD, HIDDEN, ADDRESS]),
        ("D5", [NEIGHBORS, HOUSEHOLD, HIDDEN, ADDRESS]),
        ("D8", [HOUSEHOLD, NEIGHBORS, HIDDEN, ADDRESS]),
        ("D14", [NEIGHBORS, HOUSEHOLD, HIDDEN, ADDRESS]),
    ],
)
def test_what_the_carrier_recorded_decides_which_check_goes_first(delivery_class, order):
    assert script.order_of_checks(delivery_class) == order


@pytest.mark.parametrize("delivery_class", [f"D{number}" for number in range(15)])
def test_every_check_is_asked_once(delivery_class):
    assert sorted(script.order_of_checks(delivery_class)) == sorted(script.CHECKS)


def test_classes_that_end_without_a_search_are_not_searched():
    assert {"D0", "D1", "D2", "D3", "D4", "D5", "D8", "D14"} == script.SEARCHED


def test_what_the_buyer_has_said_is_not_open():
    assert script.open_checks({HOUSEHOLD: "not_there", ADDRESS: False}) == [NEIGHBORS, HIDDEN]
    assert script.open_checks({"delivery_class": "D3", NEIGHBORS: "will_check"}) == [HIDDEN, HOUSEHOLD, ADDRESS]
    assert script.open_checks(dict.fromkeys(script.CHECKS, "cannot_check")) == []


@pytest.mark.parametrize(
    ("check", "slots", "name"),
    [
        (HOUSEHOLD, {"delivery_class": "D1", "signed_by": "M. Keller"}, "signed"),
        (HOUSEHOLD, {"delivery_class": "D1"}, None),
        (HOUSEHOLD, {"delivery_class": "D0", "signed_by": "M. Keller"}, None),
        (HIDDEN, {"delivery_class": "D2"}, "letterbox"),
        (HIDDEN, {"delivery_class": "D3", "delivery_place": "porch"}, "porch"),
        (HIDDEN, {"delivery_class": "D3", "delivery_place": "garage"}, None),
        (NEIGHBORS, {"delivery_class": "D2"}, None),
        (ADDRESS, {}, None),
    ],
)
def test_a_question_fits_what_the_carrier_recorded(check, slots, name):
    assert script.wording(check, slots) == name


SIGNED = {"tracking_status": "delivered", "signed_by": "M. Keller", "delivered_at": "2026-11-20T12:00:00+00:00"}


@pytest.mark.parametrize(
    ("slots", "key"),
    [
        ({}, "utter_proof_not_delivered"),
        ({"tracking_status": "in_transit", "signed_by": "M. Keller"}, "utter_proof_not_delivered"),
        ({"tracking_status": "delivered"}, "utter_proof"),
        ({"tracking_status": "delivered", "has_photo": True}, "utter_proof_photo"),
        ({**SIGNED, "delivery_class": "D1", "has_photo": True}, "utter_proof_signed"),
        ({**SIGNED, "delivery_class": "D8"}, "utter_proof_signed"),
        ({**SIGNED, "delivery_class": "D1", "delivered_at": None}, "utter_facts_delivered_undated"),
        # a third person: the name is withheld, and must not be told even where an older look-up left it
        ({**SIGNED, "delivery_class": "D4", "signed_by": ""}, "utter_facts_neighbor"),
        ({**SIGNED, "delivery_class": "D4"}, "utter_facts_neighbor"),
        ({**SIGNED, "delivery_class": "D5"}, "utter_facts_reception"),
        ({**SIGNED, "delivery_class": "D13"}, "utter_facts_signed_unnamed"),
        ({**SIGNED, "delivery_class": "D3", "signed_by": ""}, "utter_facts_signed_unnamed"),
        ({**SIGNED, "delivery_class": "D1", "signed_by": ""}, "utter_facts_signed_unnamed"),
    ],
)
def test_the_proof_that_is_told_is_the_one_that_tracking_shows(slots, key):
    assert script.proof_wording(slots) == key
