"""A buyer types a tracking number, and the order is known: the order's own wins, another one is only noted."""

from dataclasses import replace

import pytest

from actions.look_up import ActionLookUp
from actions.named_numbers import NamedNumbers, named_numbers
from actions.orders.order import Parcel
from actions.tracking import easypost
from actions.tracking.parcel_facts import LastMile, ParcelFacts
from cases.database import reading
from cases.record import case_of_conversation
from tests.actions.an_order import ORDER
from tests.actions.doing import keys, slots_of

UPS, USPS = "1Z999AA10123456784", "9400111206206406260787"
ORDERED = replace(ORDER, parcels=(Parcel("CC-20331", "CityCourier"), Parcel("LP00123456789012", "Cainiao")))


@pytest.mark.parametrize(
    ("text", "own", "others"),
    [
        ("Where is it?", (), ()),
        ("cc 20331 please", ("CC-20331",), ()),
        ("it is LP 0012 3456 7890 12", ("LP00123456789012",), ()),
        (f"{UPS} is missing", (), (UPS,)),
        (f"cc20331 came, {UPS} and {UPS} did not", ("CC-20331",), (UPS,)),
        ("DPD wrote 09980000020033F", ("LP00123456789012",), ()),
        (f"USPS wrote {USPS}", ("CC-20331",), ()),
        # what may be anything is nobody's number
        ("call me, 030 1234567890", (), ()),
        ("order 12-34567-89012", (), ()),
    ],
)
def test_what_was_typed(text, own, others):
    """The last mile of one parcel is told by a provider, that of the other by the order."""
    told = replace(ORDERED.parcels[1], last_mile=LastMile("09980000020033F", "DPD"))
    order = replace(ORDERED, parcels=(ORDERED.parcels[0], told))
    read = [ParcelFacts("CC-20331", "easypost", "in_transit", last_mile=LastMile(USPS, "USPS", "easypost"))]
    assert named_numbers(text, order, read) == NamedNumbers(own, others)


def test_the_named_parcels_are_those_that_are_meant_and_without_a_name_all_are():
    parcels = [ParcelFacts("CC-20331", "easypost", "delivered"), ParcelFacts("LP00123456789012", "dhl", "in_transit")]
    assert NamedNumbers(("LP00123456789012",)).of(parcels) == parcels[1:]
    assert NamedNumbers(others=(UPS,)).of(parcels) == parcels
    assert NamedNumbers(("NOT-READ",)).of(parcels) == parcels


def history():
    """The tracking number of the case, and what its history says of other numbers."""
    with reading() as session:
        case = case_of_conversation(session, "c1")
        noted = [event for event in case.events if event.kind == "other_number_named"]
        return case.tracking_number, [(event.actor, event.data["tracking_number"]) for event in noted]


def test_of_two_parcels_the_one_is_told_whose_number_the_buyer_types(run):
    said = "Where is cc 7311 012 24 de?"
    events, messages = run(ActionLookUp(), "reports_a_known_order", said=said, order_number="DEMO-1012")
    assert slots_of(events)["tracking_number"] == "CC731101224DE"
    assert slots_of(events)["tracking_status"] == "in_transit"
    assert keys(messages)[1].startswith("utter_status_in_transit")
    assert history() == ("CC731101224DE", [])


def test_a_number_that_was_typed_before_the_order_was_known_counts_until_something_was_looked_up(run):
    known = {"order_number": "DEMO-1012", "tracking_number": "CC731101224DE"}
    events, _ = run(ActionLookUp(), "gave_the_right_postcode", **known)
    assert slots_of(events)["tracking_number"] == "CC731101224DE"
    events, _ = run(ActionLookUp(), "gave_the_right_postcode", tracking_status="in_transit", **known)
    assert slots_of(events)["tracking_number"] == "CC731010126DE", "the slot holds what was looked up, not a wish"


def test_a_number_of_another_order_replaces_nothing_is_asked_of_nobody_and_noted_once(run, monkeypatch):
    asked, real = [], easypost.look_up
    monkeypatch.setattr(easypost, "look_up", lambda *about, **more: asked.append(about[0]) or real(*about, **more))
    for _ in range(2):
        events, messages = run(ActionLookUp(), "reports_a_known_order", said=f"My number is {UPS}", tracking_number=UPS)
        assert slots_of(events)["tracking_number"] == "CC731010015DE"
        assert keys(messages) == ["utter_sympathy", "utter_facts_delivered"]
        assert UPS not in str(messages)
    assert set(asked) == {"CC731010015DE"}
    assert history() == ("CC731010015DE", [("buyer", UPS)])


def test_nor_does_it_when_tracking_can_not_be_read(run):
    events, _ = run(ActionLookUp(), "reports_a_known_order", order_number="DEMO-1009", tracking_number=UPS)
    own = slots_of(events)["tracking_number"]
    assert own and own != UPS
    assert history() == (own, [("buyer", UPS)])
