"""Looking up: what is asked, what is said of the parcel, and what is known afterwards."""

import time
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from actions.investigation import Finding
from actions.look_up import ActionLookUp, wording
from actions.tracking import easypost
from actions.tracking.parcel_facts import LabelAddress, LastMile, ParcelFacts
from cases.database import reading
from cases.models import Case
from cases.record import case_of_conversation
from tests.actions.an_order import ORDER
from tests.actions.doing import END, keys, sets, slots_of
from tests.scripted_server import Answer, ScriptedServer

KNOWN = {
    "order_number": "DEMO-1001",
    "marketplace": "sandbox",
    "masked_address": "Musterstraße, Berlin",
    "time_zone": "Europe/Berlin",
    "tracking_number": "CC731010015DE",
    "tracking_status": "delivered",
    "delivery_class": "D0",
    "delivered_at": "2026-11-20T12:00:00+00:00",
    "signed_by": None,
    "has_photo": False,
    "delivery_place": None,
}
NOTHING_YET = {"outcome": None, "handoff_reason": None}


def test_a_delivered_parcel_is_told_and_the_search_begins(run):
    events, messages = run(ActionLookUp(), "reports_a_known_order")
    assert events == sets(**NOTHING_YET, **KNOWN) + sets(stage="checking", requested_slot=None)
    assert keys(messages) == ["utter_sympathy", "utter_facts_delivered"]


@pytest.mark.parametrize("found_class", ["D0", "D1", "D2", "D3", "D4", "D5", "D8"])
def test_of_a_delivery_without_a_time_none_is_told(found_class):
    order = replace(ORDER, parcels=())
    parcel = ParcelFacts("CC1", "dhl", "delivered", place="porch", signed_by="M. Keller")
    assert wording(Finding(order, parcel, found_class)) == "utter_facts_delivered_undated"


def test_a_wish_in_the_first_message_is_acknowledged_after_the_facts(run):
    events, messages = run(ActionLookUp(), "wants_the_money_back_first")
    assert keys(messages) == ["utter_sympathy", "utter_facts_delivered", "utter_wish_refund"]
    assert events == sets(**NOTHING_YET, **KNOWN) + sets(stage="checking", requested_slot=None)


def test_a_second_look_up_keeps_the_open_question_and_says_no_second_word_of_sympathy(run):
    events, messages = run(ActionLookUp(), "asks_again_in_the_search")
    assert events == sets(**NOTHING_YET, **KNOWN) + sets(stage="checking", requested_slot="checked_household")
    assert keys(messages) == ["utter_facts_delivered"]


def test_who_writes_again_hears_what_is_new_and_not_what_was_said_a_moment_ago(run, monkeypatch):
    asked, real = [], easypost.look_up
    monkeypatch.setattr(easypost, "look_up", lambda *about, **more: asked.append(about) or real(*about, **more))
    run(ActionLookUp(), "reports_a_known_order")
    run(ActionLookUp(), "reports_a_known_order")
    assert len(asked) == 1, "a turn that is repeated, or another conversation"
    run(ActionLookUp(), "reports_a_known_order", tracking_status="delivered")
    assert len(asked) == 2


def test_the_first_scan_is_kept_because_carriers_count_days_from_it(run):
    run(ActionLookUp(), "reports_a_known_order")
    with reading() as session:
        [case] = session.query(Case)
    assert [parcel["shipped_at"] for parcel in case.order_facts["parcels"]] == ["2026-11-17T12:00:00+00:00"]


def test_without_an_order_its_number_is_asked_for(run):
    events, messages = run(ActionLookUp(), "reports_without_an_order")
    assert events == sets(stage="identifying", requested_slot="order_number", reminded_of=None)
    assert keys(messages) == ["utter_ask_order_number"]


def test_who_has_no_order_number_is_handed_over_and_not_asked_a_third_time(run):
    events, messages = run(ActionLookUp(), "was_asked_for_the_order_and_has_none")
    assert events == END + sets(handoff_reason="lookup_failed", stage="settled")
    assert messages == []


def test_an_order_that_does_not_exist_is_asked_for_once_more(run):
    events, messages = run(ActionLookUp(), "gave_a_wrong_order_number")
    assert events == sets(order_number=None, stage="identifying", requested_slot="order_number", reminded_of=None)
    assert [(message["response"], message["order_number"]) for message in messages] == [
        ("utter_order_unknown", "DEMO-9999")
    ]


def test_a_second_number_that_does_not_exist_is_handed_over(run):
    events, messages = run(ActionLookUp(), "gave_a_wrong_order_number_again")
    assert events == END + sets(handoff_reason="lookup_failed", stage="settled")
    assert messages == []


def test_a_stranger_is_asked_for_a_detail_and_shown_nothing(run):
    events, messages = run(ActionLookUp(), "reports_without_an_identity")
    assert events == sets(stage="identifying", requested_slot="verification", reminded_of=None)
    assert keys(messages) == ["utter_ask_verification"]


def test_a_stranger_with_the_right_detail_is_the_buyer(run):
    events, messages = run(ActionLookUp(), "gave_the_right_postcode")
    assert events == sets(**NOTHING_YET, **KNOWN) + sets(stage="checking", requested_slot=None)
    assert keys(messages) == ["utter_sympathy", "utter_facts_delivered"]


def test_a_stranger_with_a_wrong_detail_is_handed_over_and_shown_nothing(run):
    events, messages = run(ActionLookUp(), "gave_a_wrong_postcode")
    assert events == END + sets(handoff_reason="identity_unverified", stage="settled")
    assert messages == []


@pytest.mark.parametrize("order", ["DEMO-1003", "DEMO-1008", "DEMO-1011", "DEMO-1017", "TEST-3003"])
def test_nothing_about_any_order_is_shown_to_a_stranger(run, order):
    events, messages = run(ActionLookUp(), "reports_without_an_identity", order_number=order)
    assert events == sets(stage="identifying", requested_slot="verification", reminded_of=None)
    assert keys(messages) == ["utter_ask_verification"]


@pytest.mark.parametrize(
    ("order", "wording", "facts"),
    [
        ("DEMO-1001", "utter_facts_delivered", {"delivery_class": "D0"}),
        ("DEMO-1003", "utter_facts_signed", {"delivery_class": "D1", "signed_by": "M. Keller"}),
        ("DEMO-1004", "utter_facts_fresh", {"delivery_class": "D14"}),
        ("DEMO-1006", "utter_facts_neighbor", {"delivery_class": "D4", "delivery_place": "neighbor"}),
        ("DEMO-1013", "utter_facts_porch", {"delivery_class": "D3", "delivery_place": "porch", "has_photo": True}),
        ("DEMO-1016", "utter_facts_delivered", {"delivery_class": "D0"}),
        ("TEST-3002", "utter_facts_letterbox", {"delivery_class": "D2", "delivery_place": "letterbox"}),
        ("TEST-3005", "utter_facts_collected", {"delivery_class": "D8", "delivery_place": "collected"}),
    ],
)
def test_a_delivery_begins_the_search_with_what_the_carrier_recorded(run, order, wording, facts):
    events, messages = run(ActionLookUp(), "reports_a_known_order", order_number=order)
    assert keys(messages) == ["utter_sympathy", wording]
    told = slots_of(events)
    assert {**told, **facts} == told
    assert (told["tracking_status"], told["stage"], told["handoff_reason"]) == ("delivered", "checking", None)


@pytest.mark.parametrize(
    ("order", "wording", "status", "values"),
    [
        ("DEMO-1002", "utter_status_in_transit_expected", "in_transit", {"expected_on": "2026-11-25"}),
        (
            "DEMO-1005",
            "utter_status_available_for_pickup_until",
            "available_for_pickup",
            {"pickup_until": "2026-11-28", "pickup_point": "Kiosk am Nordbahnhof, Invalidenstraße 130"},
        ),
        ("DEMO-1014", "utter_status_out_for_delivery", "out_for_delivery", {}),
        (
            "DEMO-1015",
            "utter_status_locker_until",
            "available_for_pickup",
            {"pickup_until": "2026-11-27", "pickup_point": "Parcel locker 143, Chausseestraße 20"},
        ),
        ("TEST-3006", "utter_status_attempted", "attempted", {}),
    ],
)
def test_what_is_not_delivered_yet_is_told_and_nothing_is_asked(run, order, wording, status, values):
    events, messages = run(ActionLookUp(), "reports_a_known_order", order_number=order)
    assert keys(messages) == ["utter_sympathy", wording]
    assert {**messages[1], **values} == messages[1]
    assert events[-4:] == END + sets(outcome="informed", stage="settled")
    assert slots_of(events)["tracking_status"] == status


@pytest.mark.parametrize(
    ("order", "reason", "found_class"),
    [
        ("DEMO-1007", "tracking_mismatch", "D13"),
        ("DEMO-1008", "returned", "D9"),
        ("DEMO-1010", "customs", "D10"),
        ("DEMO-1011", "dispute_open", "D0"),
        ("TEST-3003", "high_value", "D0"),
        ("TEST-3004", "carrier_problem", None),
    ],
)
def test_what_only_a_human_can_settle_is_handed_over_without_facts_or_questions(run, order, reason, found_class):
    events, messages = run(ActionLookUp(), "reports_a_known_order", order_number=order)
    assert keys(messages) == ["utter_sympathy"]
    assert events[-4:] == END + sets(handoff_reason=reason, stage="settled")
    assert slots_of(events)["delivery_class"] == found_class


def test_a_second_contact_about_the_same_parcel_is_handed_over_at_once(run):
    events, messages = run(ActionLookUp(), "reports_a_known_order", order_number="DEMO-1017")
    assert messages == []
    assert events[-4:] == END + sets(handoff_reason="repeat_contact", stage="settled")


def test_of_two_parcels_the_delivered_one_is_spoken_of_and_both_are_named(run):
    events, messages = run(ActionLookUp(), "reports_a_known_order", order_number="DEMO-1012")
    assert keys(messages) == ["utter_sympathy", "utter_facts_delivered", "utter_facts_second_parcel"]
    assert (messages[2]["tracking_number"], messages[2]["other_tracking_number"]) == ("CC731010126DE", "CC731101224DE")
    assert slots_of(events)["tracking_number"] == "CC731010126DE"


def test_a_parcel_that_was_delivered_into_a_locker_is_told_to_be_there(run):
    _, messages = run(ActionLookUp(), "reports_a_known_order", order_number="TEST-3001")
    assert "utter_facts_delivered" not in keys(messages), "it says that the carrier did not say where it was left"


def test_a_provider_that_never_answers_is_handed_over_within_ten_seconds(run):
    began = time.monotonic()
    events, messages = run(ActionLookUp(), "reports_a_known_order", order_number="DEMO-1009")
    assert time.monotonic() - began < 10
    assert keys(messages) == ["utter_sympathy"]
    assert events[-4:] == END + sets(handoff_reason="lookup_failed", stage="settled")
    assert slots_of(events)["tracking_status"] == "unknown"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500),
        Answer(401),
        Answer(429, headers={"Retry-After": "60"}),
        Answer(body=b"<html>"),
        Answer(body={}),
        Answer(body=[]),
        Answer(body={"order_id": "DEMO-1001", "address": None, "history": None}),
        Answer(hang_up=True),
        Answer(body={"order_id": "DEMO-1001"}, cut=True),
        Answer(after=20),
    ],
    ids=["500", "401", "429", "page", "empty", "list", "half an order", "hangs up", "half a body", "slow"],
)
def test_a_marketplace_that_can_not_be_asked_is_handed_over(run, monkeypatch, answer):
    from actions.orders import sandbox
    from cases import settings

    monkeypatch.setattr(sandbox, "SECONDS", (1, 0.3))
    with ScriptedServer(answer) as server:
        monkeypatch.setenv("PORCHLIGHT_SANDBOX_URL", server.url)
        settings.settings.cache_clear()
        events, messages = run(ActionLookUp(), "reports_a_known_order")
    assert keys(messages) == ["utter_sympathy"]
    assert events == sets(**NOTHING_YET, tracking_status="unknown") + END + sets(
        handoff_reason="lookup_failed", stage="settled"
    )


def test_an_order_number_is_only_a_number_and_never_a_part_of_the_address(run, world):
    events, _ = run(ActionLookUp(), "gave_a_wrong_order_number", order_number="../orders/DEMO-1001")
    assert slots_of(events)["order_number"] is None


def test_what_was_found_is_kept_in_the_case_with_the_providers_own_words(run):
    run(ActionLookUp(), "reports_a_known_order", order_number="DEMO-1016")
    with reading() as session:
        case = case_of_conversation(session, "c1")
        assert (case.tracking_status, case.delivery_class, case.marketplace) == ("delivered", "D0", "sandbox")
        assert case.flags == [{"kind": "reported_missing_last_12_months", "count": 2}]
        assert [row["kind"] for row in case.evidence] == ["delivery_scan", "label_address"]
        [snapshot] = case.snapshots
        assert (snapshot.tracking_number, snapshot.provider) == ("CC731010165DE", "easypost")
        assert '"tracking_code"' in snapshot.body


def test_the_last_mile_is_spoken_of_under_the_orders_own_number_and_both_answers_are_kept(run, monkeypatch):
    own, usps = "CC731010015DE", "9400111206206406260787"
    at = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
    label = LabelAddress("Hauptstraße 1", "20095", "Hamburg", "DE")
    answers = {
        own: ParcelFacts(own, "easypost", "in_transit", special="end_of_tracking", body="own"),
        usps: ParcelFacts(usps, "easypost", "delivered", place="letterbox", delivered_at=at, body="last"),
    }
    answers[own] = replace(answers[own], last_mile=LastMile(usps, "USPS", "easypost"), label_address=label)
    monkeypatch.setattr(easypost, "look_up", lambda number, *about, **more: answers[number])
    events, messages = run(ActionLookUp(), "reports_a_known_order")
    assert keys(messages) == ["utter_sympathy", "utter_facts_letterbox"]
    assert "Hauptstraße" not in str(events) + str(messages), "what the label says is for agents only"
    with reading() as session:
        case = case_of_conversation(session, "c1")
        assert (case.tracking_number, case.tracking_status, case.delivery_class) == (own, "delivered", "D2")
        assert [(row.tracking_number, row.body, row.delivery_class) for row in case.snapshots] == [
            (own, "own", "D12"),
            (usps, "last", "D2"),
        ]
        assert [row["kind"] for row in case.evidence] == ["place", "last_mile", "label_differs"]


def test_the_buyers_history_never_shows_in_what_is_said_or_known_to_the_bot(run):
    plain_events, plain_messages = run(ActionLookUp(), "reports_a_known_order", order_number="DEMO-1001")
    events, messages = run(ActionLookUp(), "reports_a_known_order", order_number="DEMO-1016")
    numbers = {"order_number", "tracking_number"}
    hide = lambda values: {name: value for name, value in values.items() if name not in numbers}  # noqa: E731
    assert [hide(message) for message in messages] == [hide(message) for message in plain_messages]
    assert hide(slots_of(events)) == hide(slots_of(plain_events))
