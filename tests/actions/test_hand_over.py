"""Handing over: who answers by when, the facts for the human, and a pause that holds."""

from pathlib import Path

import pytest
from rasa_sdk.events import ActionExecuted, ConversationPaused
from ruamel.yaml import YAML

from actions.hand_over import ActionHandOver
from cases.database import reading
from cases.record import case_of_conversation
from tests.actions.doing import END, keys, sets, slots_of

ROOT = Path(__file__).parents[2]
BY = "2026-11-23T17:00:00+01:00"  # four working hours after Monday 13:00
PAUSE = [*END, ActionExecuted("action_listen"), ConversationPaused()]
DOMAIN = YAML(typ="safe", pure=True).load((ROOT / "domain.yml").read_text(encoding="utf-8"))
REASONS = [key.removeprefix("utter_handover_") for key in DOMAIN["responses"] if key.startswith("utter_handover_")]


def settled(reason):
    return sets(outcome="handed_over", handoff_reason=reason, stage="settled", answer_by=BY)


@pytest.mark.parametrize("reason", [name for name in REASONS if name != "who_when"])
def test_each_reason_has_its_own_word_and_all_say_who_answers_by_when(run, reason):
    events, messages = run(ActionHandOver(), "found_nothing", handoff_reason=reason)
    assert keys(messages) == [f"utter_handover_{reason}", "utter_handover_who_when"]
    assert messages[1]["answer_by"] == BY
    assert events == settled(reason) + PAUSE


def test_the_pause_comes_last_and_after_a_listen(run):
    events, _ = run(ActionHandOver(), "wants_a_human_in_the_search")
    assert events == settled("human_requested") + PAUSE


def test_without_a_reason_somebody_asked_for_a_human(run):
    events, messages = run(ActionHandOver(), "found_nothing", handoff_reason=None)
    assert keys(messages)[0] == "utter_handover_human_requested"
    assert events == settled("human_requested") + PAUSE


def test_nobody_has_looked_yet_so_the_human_gets_the_facts_and_the_buyer_none(run):
    events, messages = run(ActionHandOver(), "wants_a_human_first")
    known = sets(
        order_number="DEMO-1001",
        marketplace="sandbox",
        masked_address="Musterstraße, Berlin",
        time_zone="Europe/Berlin",
        tracking_number="CC731010015DE",
        tracking_status="delivered",
        delivery_class="D0",
        delivered_at="2026-11-20T12:00:00+00:00",
        has_photo=False,
    )
    assert events == known + settled("human_requested") + PAUSE
    assert keys(messages) == ["utter_handover_human_requested", "utter_handover_who_when"]
    assert messages[1]["time_zone"] == "Europe/Berlin"
    with reading() as session:
        assert case_of_conversation(session, "c1").delivery_class == "D0"


def test_what_was_looked_up_before_is_not_looked_up_again(run, world):
    run(ActionHandOver(), "wants_a_human_in_the_search")
    with reading() as session:
        assert case_of_conversation(session, "c1") is None


def test_without_an_order_there_is_nothing_to_look_up(run):
    events, messages = run(ActionHandOver(), "wants_a_human_without_an_order")
    assert events == settled("human_requested") + PAUSE
    assert keys(messages) == ["utter_handover_human_requested", "utter_handover_who_when"]


def test_a_strangers_case_has_the_facts_and_the_conversation_has_none(run):
    events, messages = run(ActionHandOver(), "wants_a_human_without_an_identity")
    assert events == settled("human_requested") + PAUSE
    assert not any("masked_address" in message for message in messages)
    with reading() as session:
        assert case_of_conversation(session, "c1").tracking_status == "delivered"


def test_an_open_dispute_is_the_reason_whatever_was_asked_for(run):
    events, messages = run(ActionHandOver(), "wants_a_human_first", order_number="DEMO-1011")
    assert keys(messages)[0] == "utter_handover_dispute_open"
    assert slots_of(events)["handoff_reason"] == "dispute_open"


@pytest.mark.parametrize("order", ["DEMO-1007", "DEMO-1008", "DEMO-1017", "TEST-3003"])
def test_what_the_buyer_asked_for_goes_before_what_tracking_says(run, order):
    events, _ = run(ActionHandOver(), "wants_a_human_first", order_number=order)
    assert slots_of(events)["handoff_reason"] == "human_requested"


@pytest.mark.parametrize("order", ["DEMO-9999", "DEMO-1009"])
def test_an_order_that_can_not_be_read_keeps_nobody_from_a_human(run, order):
    events, messages = run(ActionHandOver(), "wants_a_human_first", order_number=order)
    assert keys(messages) == ["utter_handover_human_requested", "utter_handover_who_when"]
    assert events[-8:] == settled("human_requested") + PAUSE
