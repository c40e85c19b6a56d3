"""The script's policy among the others: who wins, and what becomes true with its step."""

import pytest
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, ActiveLoop, SlotSet

from bot.script import FORM
from tests.bot.conversation import conversation, domain, said
from tests.bot.core_model import quiet

SEARCHING = {"stage": "checking", "delivery_class": "D0", "tracking_status": "delivered"}
ASKED = {**SEARCHING, "requested_slot": "checked_neighbors"}


@pytest.fixture
def predict(deciding):
    """``predict(tracker)``: the action, the policy that wants it, and the events that come with it."""

    def look(tracker):
        with quiet():
            action, prediction = deciding.processor.predict_next_with_tracker_if_should(tracker)
        return action.name(), (prediction.policy_name or "").split("_")[-1], prediction.events

    return look


def turn(predict, tracker, left_behind=None):
    """All actions of a turn; an action's own events are those in `left_behind`."""
    done = []
    while not done or done[-1] != "action_listen":
        action, _, events = predict(tracker)
        for event in [*events, ActionExecuted(action), *(left_behind or {}).get(action, [])]:
            tracker.update(event, domain())
        done.append(action)
        assert len(done) < 10, f"the turn does not end: {done}"
    return done


def slots(**values):
    return [SlotSet(name, value) for name, value in values.items()]


def asking(message, **more):
    """A tracker in the middle of the search, with the neighbours asked about."""
    return conversation(message, loop=FORM, loop_rejected=True, **{**ASKED, **more})


def test_the_first_question_opens_the_loop_without_the_form(predict):
    tracker = conversation(said("report_not_received"), done=["action_look_up"], **SEARCHING)
    action, policy, events = predict(tracker)
    assert (action, policy) == ("utter_ask_checked_neighbors", "DeliveryCheckPolicy")
    assert events == [
        SlotSet("reminded_of", None),
        ActiveLoop(FORM),
        ActionExecutionRejected(FORM),
        SlotSet("requested_slot", "checked_neighbors"),
    ]


def test_an_escalation_wins_over_the_open_question_and_the_answer_is_kept(predict):
    tracker = asking(said("request_human", checked_neighbors="not_there", trigger="human_requested"))
    action, policy, events = predict(tracker)
    assert (action, policy) == ("action_hand_over", "DeliveryCheckPolicy")
    assert SlotSet("handoff_reason", "human_requested") in events
    assert tracker.get_slot("checked_neighbors") == "not_there"


def test_an_answer_goes_on_with_the_script_and_the_form_is_never_run(predict):
    tracker = asking(said("deny", checked_neighbors="not_there"))
    assert turn(predict, tracker) == ["utter_ask_checked_household", "action_listen"]
    assert tracker.get_slot("requested_slot") == "checked_household"
    assert tracker.active_loop_name == FORM


def test_the_end_of_the_script_closes_the_loop(predict):
    places = dict.fromkeys(("checked_neighbors", "checked_household", "checked_hidden_spots"), "not_there")
    tracker = asking(said("affirm", address_confirmed=True), **places, requested_slot="address_confirmed")
    left_behind = {
        "action_conclude": slots(handoff_reason="not_found", stage="settled"),
        "action_hand_over": slots(outcome="handed_over"),
    }
    assert turn(predict, tracker, left_behind) == ["action_conclude", "action_hand_over", "action_listen"]
    assert tracker.active_loop_name is None
    assert tracker.get_slot("requested_slot") is None


@pytest.mark.parametrize(
    ("intent", "answer"),
    [
        ("bot_challenge", "utter_bot"),  # from a story
        ("feel_accused", "utter_reassure"),  # from a story
        ("thank", "utter_welcome"),  # from a rule without a condition
        ("request_refund", "utter_wish_refund"),  # from a rule of this stage
        ("nlu_fallback", "utter_not_understood"),
    ],
)
def test_a_question_in_between_is_answered_and_the_open_one_comes_back_once(predict, intent, answer):
    tracker = asking(said(intent))
    assert turn(predict, tracker) == [answer, "utter_again_checked_neighbors", "action_listen"]
    tracker.update(said(intent), domain())
    assert turn(predict, tracker) == [answer, "action_listen"]
    assert tracker.get_slot("requested_slot") == "checked_neighbors"


WRITTEN = sorted(set(domain().intents) - {"back", "restart", "session_start", "follow_up_due"})
# They come with a trigger, which hands over; without one there is nothing that could be said.
ESCALATING = {
    "dispute_proof",
    "report_item_problem",
    "report_theft",
    "report_wrong_address",
    "request_cancellation",
    "request_human",
    "threaten_dispute",
}


@pytest.mark.parametrize("intent", [name for name in WRITTEN if name not in ESCALATING])
@pytest.mark.parametrize(
    "where",
    [
        {},
        {"stage": "identifying", "requested_slot": "order_number"},
        ASKED,
        {"stage": "waiting", "outcome": "waiting"},
        {"stage": "settled", "outcome": "informed"},
    ],
    ids=["beginning", "identifying", "checking", "waiting", "settled"],
)
def test_no_message_leaves_the_buyer_without_a_word(predict, where, intent):
    loop = {"loop": FORM, "loop_rejected": True} if "requested_slot" in where else {}
    assert predict(conversation(said(intent), **loop, **where))[0].startswith(
        ("utter_", "action_look_up", "action_conc")
    )


def test_a_message_after_the_hand_back_goes_on_where_the_script_was(predict):
    tracker = asking(said("checked_not_found", checked_neighbors="not_there"), outcome=None, handoff_reason=None)
    assert turn(predict, tracker) == ["utter_ask_checked_household", "action_listen"]
