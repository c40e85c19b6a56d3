"""What a carrier tells of the number under which it brings another carrier's parcel to the door."""

from datetime import timedelta

import pytest

from actions.follow_up import ActionFollowUp
from actions.investigation import investigate
from actions.look_up import ActionLookUp
from actions.tracking import easypost
from actions.tracking.parcel_facts import REFUSED, LastMile, ParcelFacts, TrackingFailed
from actions.tracking_news import keep
from cases.database import reading
from cases.record import case_of_conversation
from tests.actions.conftest import NOW
from tests.actions.doing import keys, slots_of
from tests.actions.test_tracking_news import NEIGHBOR, PICKUP, news, waiting

OWN, USPS = "CC731010015DE", "9400111206206406260787"


@pytest.fixture
def looked_up(run, monkeypatch):
    """The order was looked up: its carrier gave the parcel to USPS, of whom nothing is known yet."""
    answers = {
        OWN: ParcelFacts(OWN, "easypost", "in_transit", last_mile=LastMile(USPS, "USPS", "easypost"), body="own"),
        USPS: ParcelFacts(USPS, "easypost", "in_transit", body="last"),
    }
    monkeypatch.setattr(easypost, "look_up", lambda number, *about, **more: answers[number])
    events, _ = run(ActionLookUp(), "reports_a_known_order")
    assert slots_of(events)["tracking_status"] == "in_transit"
    return slots_of(events)


def case():
    with reading() as session:
        found = case_of_conversation(session, "c1")
        list(found.snapshots)
        return found


def test_it_is_news_of_the_orders_parcel(looked_up):
    assert keep(news("9400 1112 0620 6406 2607 87", *PICKUP)) == 1
    kept = case()
    assert (kept.tracking_number, kept.tracking_status, kept.delivery_class) == (OWN, "available_for_pickup", "D7")
    told = {"tracking_number": OWN, "status": "available_for_pickup", "delivery_class": "D7"}
    assert waiting() == [("c1", told)]
    assert [row.tracking_number for row in kept.snapshots][-1] == "9400 1112 0620 6406 2607 87"


def test_the_buyer_hears_it_under_the_orders_own_number(looked_up, run):
    keep(news(USPS, *PICKUP))
    [(_, told)] = waiting()
    events, messages = run(ActionFollowUp(), "waits_for_the_parcel", metadata={"news": told}, **looked_up)
    assert keys(messages) == ["utter_carrier_news", "utter_status_available_for_pickup"]
    assert messages[0]["tracking_number"] == OWN
    assert slots_of(events)["tracking_number"] == OWN


def test_a_look_up_afterwards_joins_it_with_what_the_first_carrier_told(looked_up):
    keep(news(USPS, *NEIGHBOR))
    finding = investigate("c1", "DEMO-1001", fresh=True)
    assert (finding.parcel.tracking_number, finding.parcel.status, finding.found_class) == (OWN, "delivered", "D4")
    assert finding.parcel.last_mile.tracking_number == USPS


@pytest.mark.parametrize("answers", [True, False])
def test_it_counts_alone_when_nobody_knows_more(looked_up, monkeypatch, answers):
    def look_up(number, *about, **more):
        if answers:
            return ParcelFacts(number, "easypost", "unknown", body="nothing")
        raise TrackingFailed("status 400", REFUSED)

    keep(news(USPS, *NEIGHBOR))
    monkeypatch.setattr(easypost, "look_up", look_up)
    finding = investigate("c1", "DEMO-1001", fresh=True)
    assert (finding.parcel.tracking_number, finding.found_class) == (OWN, "D4")


def test_what_is_older_than_the_look_up_changes_nothing(looked_up):
    keep(news(USPS, *NEIGHBOR, at=NOW - timedelta(hours=1)))
    keep(news(USPS, "out_for_delivery", "Out for delivery", at=NOW - timedelta(days=1)))
    assert case().delivery_class == "D4"
    assert len(waiting()) == 1


def test_a_parcel_whose_own_number_it_is_comes_second(run, monkeypatch):
    """The order lists both numbers; they are one parcel, which the buyer knows by the first."""
    first, second = "CC731010126DE", "CC731101224DE"
    answers = {
        first: ParcelFacts(first, "easypost", "in_transit", last_mile=LastMile(second, None, "easypost"), body="own"),
        second: ParcelFacts(second, "easypost", "in_transit", body="last"),
    }
    monkeypatch.setattr(easypost, "look_up", lambda number, *about, **more: answers[number])
    run(ActionLookUp(), "reports_a_known_order", order_number="DEMO-1012")
    assert keep(news(second, *PICKUP)) == 2
    assert [told["tracking_number"] for _, told in waiting()] == [first]
