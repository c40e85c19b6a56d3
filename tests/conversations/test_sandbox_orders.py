"""Each order of the sandbox goes the way that its tracking asks for."""

import time

import pytest

pytestmark = pytest.mark.processes
MISSING = "My parcel is marked as delivered but I don't have it"

SEARCHED = [
    ("DEMO-1001", "D0", "checked_neighbors"),
    ("DEMO-1003", "D1", "checked_household"),
    ("DEMO-1004", "D14", "checked_neighbors"),
    ("DEMO-1006", "D4", "checked_neighbors"),
    ("DEMO-1012", "D0", "checked_neighbors"),
    ("DEMO-1013", "D3", "checked_hidden_spots"),
    ("DEMO-1016", "D0", "checked_neighbors"),
    ("TEST-2004", "D2", "checked_hidden_spots"),
    ("TEST-2005", "D5", "checked_neighbors"),
]
INFORMED = [
    ("DEMO-1002", "in_transit", None),
    ("DEMO-1005", "available_for_pickup", "D7"),
    ("DEMO-1014", "out_for_delivery", None),
    ("DEMO-1015", "available_for_pickup", "D6"),
    ("TEST-2006", "pre_transit", None),
    ("TEST-2007", "attempted", None),
]
HANDED_OVER = [
    ("DEMO-1007", "delivered", "D13", "tracking_mismatch"),
    ("DEMO-1008", "returned", "D9", "returned"),
    ("DEMO-1010", "in_transit", "D10", "customs"),
    ("DEMO-1011", "delivered", "D0", "dispute_open"),
    ("DEMO-1017", "delivered", "D0", "repeat_contact"),
    ("TEST-2001", "delivered", "D0", "high_value"),
    ("TEST-2002", "exception", None, "carrier_problem"),
]
doors = pytest.mark.parametrize("door", ["rest", "platform"])


@doors
@pytest.mark.parametrize(("order", "delivery_class", "question"), SEARCHED)
def test_a_delivered_parcel_is_searched_for(buyer, door, order, delivery_class, question):
    writer = buyer(order, door)
    assert "automated assistant" in writer.says(MISSING)
    slots, case = writer.slots, writer.case
    assert (slots["tracking_status"], slots["delivery_class"]) == ("delivered", delivery_class)
    assert (slots["outcome"], slots["handoff_reason"], slots["requested_slot"]) == (None, None, question)
    assert (slots["order_number"], slots["case_id"]) == (order, str(case["id"]))
    assert (case["status"], case["outcome"], case["order_number"]) == ("open", None, order)
    assert case["tracking"]["number"] == slots["tracking_number"] and case["tracking"]["delivered_at"]
    assert case["tracking"]["evidence"]


@doors
@pytest.mark.parametrize(("order", "status", "delivery_class"), INFORMED)
def test_a_parcel_that_was_not_delivered_is_explained(buyer, door, order, status, delivery_class):
    writer = buyer(order, door)
    assert "?" not in writer.says(MISSING)
    slots, case = writer.slots, writer.case
    assert (slots["tracking_status"], slots["delivery_class"]) == (status, delivery_class)
    assert (slots["outcome"], slots["handoff_reason"], slots["requested_slot"]) == ("informed", None, None)
    assert (case["status"], case["outcome"], case["tracking"]["status"]) == ("open", "informed", status)


@doors
@pytest.mark.parametrize(("order", "status", "delivery_class", "reason"), HANDED_OVER)
def test_a_parcel_that_no_search_finds_goes_to_a_human_at_once(buyer, door, order, status, delivery_class, reason):
    writer = buyer(order, door)
    said = writer.says(MISSING)
    assert "colleague" in said and "?" not in said
    slots, case = writer.slots, writer.case
    assert (slots["tracking_status"], slots["delivery_class"]) == (status, delivery_class)
    assert (slots["outcome"], slots["handoff_reason"]) == ("handed_over", reason)
    assert slots["requested_slot"] is None
    assert (case["status"], case["outcome"], case["handoff_reason"]) == ("handed_over", "handed_over", reason)
    assert [promise["kind"] for promise in case["promises"]] == ["agent_answer"]
    assert writer.says("Hello?") == "", "after the hand-over the assistant says nothing"


@doors
def test_a_carrier_that_never_answers_is_told_honestly_within_ten_seconds(buyer, door):
    writer = buyer("DEMO-1009", door)
    began = time.monotonic()
    said = writer.says(MISSING)
    assert time.monotonic() - began < 10
    assert "can not see the tracking" in said
    assert (writer.slots["outcome"], writer.slots["handoff_reason"]) == ("handed_over", "lookup_failed")
    assert (writer.slots["tracking_status"], writer.case["tracking"]["status"]) == ("unknown", "unknown")


def test_the_pickup_point_its_last_day_and_what_to_bring_are_told(buyer):
    said = buyer("DEMO-1005").says(MISSING)
    assert "Kiosk am Nordbahnhof, Invalidenstraße 130" in said and "until" in said and "code" in said


def test_both_parcels_of_an_order_are_named(buyer):
    writer = buyer("DEMO-1012")
    said = writer.says(MISSING)
    assert "CC731010126DE" in said and "CC731101224DE" in said
    assert writer.slots["tracking_number"] == "CC731010126DE"


def test_a_dispute_comes_before_value_and_keeps_its_marketplace(buyer):
    writer = buyer("DEMO-1011", "platform")
    writer.says(MISSING)
    assert (writer.slots["marketplace"], writer.case["marketplace"]) == ("ebay", "ebay")


@pytest.mark.parametrize(
    ("order", "flag"),
    [("DEMO-1016", {"kind": "reported_missing_last_12_months", "count": 2})],
)
def test_earlier_reports_are_for_agents_only(buyer, missing, order, flag):
    flagged, plain = buyer(order), buyer("DEMO-1001")
    said = flagged.says(missing["en"])
    assert flagged.case["flags"] == [flag] and plain.case is None
    assert said == plain.says(missing["en"]), "the buyer reads the same words as everybody"


def test_in_the_sandbox_no_conversation_counts_as_history_of_another(buyer):
    first, second = buyer("DEMO-1001"), buyer("DEMO-1001")
    first.says(MISSING)
    first.says("I want to talk to a human")
    second.says(MISSING)
    assert second.slots["outcome"] is None and second.slots["requested_slot"] == "checked_neighbors"
