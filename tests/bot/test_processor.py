"""The short way of a message leads where Rasa's own leads."""

import pytest
from rasa.core.actions.action import ActionExecutionRejection
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.events import ActiveLoop, SlotSet

from bot.action_endpoint import StrictActionEndpoint
from bot.graph_runner import StraightGraphRunner
from bot.policies.delivery_check import DeliveryCheckPolicy
from bot.processor import TurnProcessor, turn_processor
from bot.script import FORM
from bot.turn_failed import TurnFailed
from tests.bot.conversation import conversation, said
from tests.bot.core_model import quiet
from tests.scripted_server import Answer, ScriptedServer

SEARCHING = {"stage": "checking", "delivery_class": "D0", "tracking_status": "delivered"}
ASKED = {**SEARCHING, "requested_slot": "checked_neighbors"}
LOOP = {"loop": FORM, "loop_rejected": True}
SITUATIONS = {
    "a greeting at the beginning": conversation(said("greet")),
    "a report at the beginning": conversation(said("report_not_received")),
    "after the look-up": conversation(said("report_not_received"), done=["action_look_up"], **SEARCHING),
    "an answer": conversation(said("deny", checked_neighbors="not_there"), **LOOP, **ASKED),
    "a question in between": conversation(said("ask_how_long"), **LOOP, **ASKED),
    "after the answer to a question in between": conversation(
        said("ask_how_long"), done=["utter_how_long"], **LOOP, **ASKED
    ),
    "thanks": conversation(said("thank"), **LOOP, **ASKED),
    "an escalation": conversation(said("request_human", trigger="human_requested"), **LOOP, **ASKED),
    "the parcel is found": conversation(said("found_parcel"), **LOOP, **ASKED),
    "a due follow-up": conversation(said("follow_up_due"), stage="waiting", outcome="waiting"),
}


@pytest.fixture(scope="module")
def short(deciding):
    return TurnProcessor(deciding.processor)


def told(prediction: PolicyPrediction):
    best = prediction.max_confidence_index
    return best, prediction.max_confidence, prediction.is_no_user_prediction, prediction.events


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_same_action_with_the_same_events_as_rasas_own_processor(deciding, short, name):
    with quiet():
        action, prediction = short.predict_next_with_tracker_if_should(SITUATIONS[name].copy())
        wanted_action, wanted = deciding.processor.predict_next_with_tracker_if_should(SITUATIONS[name].copy())
    assert action.name() == wanted_action.name()
    assert told(prediction) == told(wanted)
    assert (prediction.policy_name or "").split("_")[-1] == (wanted.policy_name or "").split("_")[-1]


def test_situations_of_the_script_and_of_rules_are_both_among_them(short):
    with quiet():
        policies = {
            (short.predict_next_with_tracker_if_should(tracker.copy())[1].policy_name or "").split("_")[-1]
            for tracker in SITUATIONS.values()
        }
    assert {DeliveryCheckPolicy.__name__, RulePolicy.__name__} <= policies


def test_components_run_in_any_order_that_their_needs_allow(deciding):
    runner = deciding.processor.graph_runner
    straight = StraightGraphRunner(runner)
    target = deciding.processor.model_metadata.core_target
    tracker = SITUATIONS["a question in between"]
    with quiet():
        mine = straight.run({"__tracker__": tracker.copy()}, [target])[target]
        wanted = runner.run({"__tracker__": tracker.copy()}, [target])[target]
    assert told(mine) == told(wanted)


def look_up(short):
    """The action that calls the action server, and the tracker with which it is called."""
    tracker = SITUATIONS["a report at the beginning"].copy()
    with quiet():
        return short.predict_next_with_tracker_if_should(tracker)[0], tracker


async def run(short, answer: Answer, monkeypatch):
    """What becomes of the action when the action server answers this."""
    with ScriptedServer(answer) as server:
        monkeypatch.setattr(short, "action_endpoint", StrictActionEndpoint(server.url))
        action, tracker = look_up(short)
        return await action.run(CollectingOutputChannel(), short.nlg, tracker, short.domain)


async def test_an_action_of_the_action_server_says_and_does_what_it_answers(short, monkeypatch):
    events = [{"event": "slot", "name": "stage", "value": "checking"}, {"event": "form", "name": FORM}]
    answer = {"events": events, "responses": [{"text": "One moment."}]}
    said_first, *rest = await run(short, Answer(body=answer), monkeypatch)
    assert said_first.text == "One moment."
    assert rest == [SlotSet("stage", "checking"), ActiveLoop(FORM)]


async def test_an_action_that_declines_is_rejected_as_with_rasa(short, monkeypatch):
    with pytest.raises(ActionExecutionRejection) as raised:
        await run(short, Answer(400, {"error": "no", "action_name": "action_look_up"}), monkeypatch)
    assert raised.value.action_name == "action_look_up"


async def test_an_action_server_that_fails_fails_the_turn(short, monkeypatch):
    with pytest.raises(TurnFailed):
        await run(short, Answer(500, {"error": "broken"}), monkeypatch)


def test_the_processor_is_made_once_for_each_loaded_model(deciding):
    loaded = deciding.processor
    try:
        first = turn_processor(deciding)
        assert turn_processor(deciding) is first
        deciding.processor = loaded
        assert turn_processor(deciding) is not first
    finally:
        deciding.processor = loaded


def test_a_follow_up_action_that_an_action_asked_for_goes_first(short):
    tracker = SITUATIONS["an answer"].copy()
    tracker.trigger_followup_action("utter_calm")
    with quiet():
        action, _ = short.predict_next_with_tracker_if_should(tracker)
    assert action.name() == "utter_calm"
