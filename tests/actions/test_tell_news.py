"""What a buyer is told of a carrier's news, and how the talk goes on."""

import pytest

from actions.follow_up import ActionFollowUp
from actions.look_up import ActionLookUp
from actions.tracking_news import keep
from tests.actions.doing import END, keys, sets, slots_of
from tests.actions.test_tracking_news import BACK, NEIGHBOR, PICKUP, news

NUMBER, FIRST, SECOND = "CC731010015DE", "CC731010126DE", "CC731101224DE"
OUT = ("out_for_delivery", "Out for delivery")
CHECKING = {"stage": "checking", "requested_slot": "checked_household", "checked_neighbors": None}


@pytest.fixture
def hears(run):
    """``hears(what, order, number, slots…)``: after a look-up the carrier tells this, and the bot's turn has come."""

    def act(what, order="DEMO-1001", number=NUMBER, told=None, **slots):
        events, _ = run(ActionLookUp(), "reports_a_known_order", order_number=order)
        facts = news(number, *what)
        keep(facts)
        about = told or {"tracking_number": number, "status": facts.status, "delivery_class": CLASSES.get(what)}
        slots = {**slots_of(events), **slots}
        return run(ActionFollowUp(), "waits_for_the_parcel", metadata={"news": about}, **slots)

    return act


CLASSES = {PICKUP: "D7", BACK: "D9", NEIGHBOR: "D4"}


def test_a_pickup_point_is_told_and_ends_the_search(hears):
    events, messages = hears(PICKUP, **CHECKING)
    assert keys(messages) == ["utter_carrier_news", "utter_status_available_for_pickup"]
    assert messages[0]["tracking_number"] == NUMBER
    assert events[-4:] == END + sets(outcome="informed", stage="settled")
    assert slots_of(events)["delivery_class"] == "D7"


def test_a_search_goes_on_with_the_question_that_fits_best_now(hears):
    events, messages = hears(NEIGHBOR, **CHECKING)
    assert keys(messages) == ["utter_carrier_news", "utter_facts_neighbor"]
    told = slots_of(events)
    assert (told["delivery_class"], told["requested_slot"], told["reminded_of"]) == ("D4", None, None)
    assert not {"stage", "outcome", "handoff_reason"} & set(told)


@pytest.mark.parametrize("stage", ["waiting", "settled"])
def test_a_delivery_leaves_a_wait_and_an_informed_buyer_where_they_are(hears, stage):
    events, messages = hears(NEIGHBOR, stage=stage)
    assert keys(messages) == ["utter_carrier_news", "utter_facts_neighbor"]
    assert not {"stage", "outcome", "handoff_reason", "requested_slot"} & set(slots_of(events))


@pytest.mark.parametrize("order", ["TEST-3003", "DEMO-1017"])
def test_that_it_was_delivered_is_no_report_of_a_missing_parcel(run, order):
    """The order is over the seller's limit, or was reported before; its parcel was on its way until now."""
    run(ActionLookUp(), "reports_a_known_order", order_number=order)
    number = {"TEST-3003": "CC000030031DE", "DEMO-1017": "CC731010174DE"}[order]
    keep(news(number, *NEIGHBOR))
    about = {"tracking_number": number, "status": "delivered", "delivery_class": "D4"}
    slots = {"order_number": order, "tracking_number": number, "tracking_status": "in_transit", "delivery_class": None}
    events, messages = run(
        ActionFollowUp(), "waits_for_the_parcel", metadata={"news": about}, stage="settled", outcome="informed", **slots
    )
    assert keys(messages) == ["utter_carrier_news", "utter_facts_neighbor"]
    assert "handoff_reason" not in slots_of(events)


def test_what_only_a_human_can_settle_is_handed_over(hears):
    events, messages = hears(BACK, **CHECKING)
    assert keys(messages) == ["utter_carrier_news"]
    assert events[-4:] == END + sets(handoff_reason="returned", stage="settled")


def test_what_was_told_meanwhile_is_not_told_again(hears):
    events, messages = hears(NEIGHBOR, delivery_class="D4", **CHECKING)
    assert messages == []
    assert events == sets(reminded_of="checked_household"), "nor is the open question asked again"


def test_a_stranger_hears_nothing(hears):
    events, messages = hears(PICKUP, buyer_id="somebody-else", stage="checking", requested_slot=None)
    assert (events, messages) == (sets(reminded_of=None), [])


def test_without_an_order_nothing_is_said(run, monkeypatch):
    from cases import settings

    monkeypatch.setenv("PORCHLIGHT_SANDBOX_URL", "http://127.0.0.1:9")
    settings.settings.cache_clear()
    about = {"tracking_number": NUMBER, "status": "returned", "delivery_class": "D9"}
    events, messages = run(ActionFollowUp(), "waits_for_the_parcel", metadata={"news": about})
    assert (events, messages) == (sets(reminded_of=None), [])


def test_a_dispute_that_is_open_goes_to_a_human_without_persuasion(hears):
    number = "CC731010112DE"
    events, messages = hears(NEIGHBOR, "DEMO-1011", number, tracking_number=number, tracking_status="in_transit")
    assert messages == []
    assert events[-2:] == sets(handoff_reason="dispute_open", stage="settled")


def test_another_parcel_is_told_of_by_its_number_and_changes_nothing(hears):
    events, messages = hears(OUT, "DEMO-1012", SECOND, **CHECKING)
    assert keys(messages) == ["utter_carrier_news", "utter_status_out_for_delivery"]
    assert messages[0]["tracking_number"] == SECOND
    assert events == sets(reminded_of=None)


def test_another_parcel_that_goes_back_brings_a_human(hears):
    events, messages = hears(BACK, "DEMO-1012", SECOND, **CHECKING)
    assert keys(messages) == ["utter_carrier_news"]
    assert events == END + sets(handoff_reason="returned", stage="settled")


def test_of_another_parcel_only_the_newest_is_told(hears):
    before = {"tracking_number": SECOND, "status": "out_for_delivery", "delivery_class": None}
    events, messages = hears(PICKUP, "DEMO-1012", SECOND, told=before, **CHECKING)
    assert (events, messages) == (sets(reminded_of="checked_household"), [])


def test_a_turn_without_news_is_a_follow_up_as_ever(run):
    _, messages = run(ActionFollowUp(), "waits_for_the_parcel")
    assert keys(messages) == ["utter_follow_up_wait_over"]
