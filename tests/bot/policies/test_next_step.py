"""Which step comes next: states of a conversation, and what the script does in them."""

import pytest

from bot.policies.next_step import CONCLUDE, DIGRESSIONS, HAND_OVER, LOOK_UP, Step, next_step
from tests.bot.conversation import conversation, domain, said

LISTEN = "action_listen"
PLACES = ("checked_neighbors", "checked_household", "checked_hidden_spots")
ALL_NOT_THERE = {**dict.fromkeys(PLACES, "not_there"), "address_confirmed": True}
SEARCH = {"stage": "checking", "delivery_class": "D0", "requested_slot": "checked_neighbors"}
FOUND = Step(
    "utter_found",
    {"outcome": "found", "stage": "settled", "buyer_wish": "none", "handoff_reason": None},
    ends_loop=True,
)


def asks(check, again=False):
    if again:
        return Step(f"utter_again_{check}", {"reminded_of": check}, asks=check)
    return Step(f"utter_ask_{check}", {"reminded_of": None}, asks=check)


@pytest.mark.parametrize(
    ("message", "slots", "step"),
    [
        # a reason for a human wins over everything, and the answers stay in their slots
        (said("request_human", trigger="human_requested"), {}, Step(HAND_OVER, {"handoff_reason": "human_requested"})),
        (
            said("deny", checked_neighbors="not_there", trigger="dispute_threat"),
            SEARCH,
            Step(HAND_OVER, {"handoff_reason": "dispute_threat"}),
        ),
        (
            said("found_parcel", checked_neighbors="found", trigger="item_problem"),
            SEARCH,
            Step(HAND_OVER, {"handoff_reason": "item_problem"}),
        ),
        # found, in any stage and in any words
        (said("found_parcel"), {}, FOUND),
        (said("found_parcel"), {"stage": "waiting"}, FOUND),
        (said("deny", checked_hidden_spots="found"), SEARCH, FOUND),
        (said("affirm"), {"stage": "waiting", "requested_slot": "outcome"}, FOUND),
        # an answer goes on with the script
        (said("deny", checked_neighbors="not_there"), SEARCH, asks("checked_household")),
        (
            said("deny", checked_neighbors="not_there", checked_household="not_there"),
            SEARCH,
            asks("checked_hidden_spots"),
        ),
        (said("deny", checked_hidden_spots="not_there"), SEARCH, asks("checked_neighbors")),
        (
            said("deny", checked_household="not_there"),
            {**SEARCH, "delivery_class": "D1", "requested_slot": "checked_household"},
            asks("checked_neighbors"),
        ),
        (said("affirm", address_confirmed=True), {**SEARCH, **ALL_NOT_THERE}, Step(CONCLUDE, ends_loop=True)),
        (
            said("will_check_later", checked_neighbors="will_check"),
            {**SEARCH, **ALL_NOT_THERE, "checked_neighbors": None},
            Step(CONCLUDE, ends_loop=True),
        ),
        (said("checked_not_found", checked_neighbors="not_there"), {"stage": "waiting"}, asks("checked_household")),
        # who answers something else than was asked hears the open question in other words, once
        (
            said("checked_not_found", checked_household="not_there"),
            {**SEARCH, "checked_household": "not_there", "ask_style": "one_at_a_time"},
            asks("checked_neighbors", again=True),
        ),
        (
            said("checked_not_found", checked_household="not_there"),
            {
                **SEARCH,
                "checked_household": "not_there",
                "ask_style": "one_at_a_time",
                "reminded_of": "checked_neighbors",
            },
            asks("checked_neighbors"),
        ),
        (
            said("checked_not_found", checked_household="not_there"),
            {**SEARCH, "checked_household": "not_there", "ask_style": "all_at_once"},
            asks("checked_neighbors"),
        ),
        # what is needed to find the order
        (said("provide_reference", order_number="DEMO-1001"), {"stage": "identifying"}, Step(LOOK_UP)),
        (said("deny"), {"stage": "identifying"}, Step(LOOK_UP)),
        (said("nlu_fallback", verification="10115"), {"stage": "identifying"}, Step(LOOK_UP)),
        # rules and stories decide about the rest
        (said("follow_up_due"), {"stage": "waiting", "requested_slot": "outcome"}, None),
        (said("report_not_received"), {}, None),
        (said("feel_accused"), SEARCH, None),
        (said("deny"), SEARCH, None),
        (said("deny", checked_neighbors="not_there"), {"stage": "settled"}, None),
        (said("affirm"), {"stage": "waiting"}, None),
        (said("bot_challenge"), {"stage": "identifying"}, None),
    ],
)
def test_after_a_message(message, slots, step):
    assert next_step(conversation(message, **slots)) == step


@pytest.mark.parametrize("intent", sorted(DIGRESSIONS))
def test_a_question_in_between_is_never_taken_for_an_answer(intent):
    assert next_step(conversation(said(intent, checked_neighbors="not_there"), **SEARCH)) is None


@pytest.mark.parametrize("intent", sorted(DIGRESSIONS))
def test_only_intents_of_the_domain_are_questions_in_between(intent):
    assert intent in domain().intents


@pytest.mark.parametrize(
    ("intent", "done", "slots", "step"),
    [
        # a reason that an action left behind hands over before anything else
        (
            "report_not_received",
            LOOK_UP,
            {"stage": "settled", "handoff_reason": "returned"},
            Step(HAND_OVER),
        ),
        ("deny", CONCLUDE, {"stage": "settled", "handoff_reason": "not_found"}, Step(HAND_OVER)),
        # and only once
        (
            "report_not_received",
            HAND_OVER,
            {"stage": "settled", "handoff_reason": "returned", "outcome": "handed_over"},
            Step(LISTEN),
        ),
        # after a question the buyer speaks
        ("deny", "utter_ask_checked_household", {**SEARCH, "requested_slot": "checked_household"}, Step(LISTEN)),
        ("feel_accused", "utter_again_checked_neighbors", SEARCH, Step(LISTEN)),
        ("found_parcel", "utter_found", {"stage": "settled", "outcome": "found"}, Step(LISTEN)),
        # a look-up is followed by the first question of its class, or by nothing
        ("report_not_received", LOOK_UP, {"stage": "checking", "delivery_class": "D0"}, asks("checked_neighbors")),
        ("report_not_received", LOOK_UP, {"stage": "checking", "delivery_class": "D3"}, asks("checked_hidden_spots")),
        (
            "report_not_received",
            LOOK_UP,
            {"stage": "checking", "delivery_class": "D0", "checked_neighbors": "not_there"},
            asks("checked_household"),
        ),
        ("report_not_received", LOOK_UP, {"stage": "settled", "outcome": "informed"}, Step(LISTEN)),
        (
            "report_not_received",
            LOOK_UP,
            {"stage": "checking", "delivery_class": "D0", **ALL_NOT_THERE},
            Step(CONCLUDE, ends_loop=True),
        ),
        (
            "report_not_received",
            LOOK_UP,
            {"stage": "identifying", "requested_slot": "order_number"},
            Step(LISTEN, asks="order_number"),
        ),
        ("deny", CONCLUDE, {"stage": "waiting", "outcome": "waiting"}, Step(LISTEN)),
        # after an answer to something else the open question comes back once, in other words
        ("feel_accused", "utter_reassure", SEARCH, asks("checked_neighbors", again=True)),
        ("bot_challenge", "utter_bot", {**SEARCH, "reminded_of": "checked_neighbors"}, Step(LISTEN)),
        (
            "bot_challenge",
            "utter_bot",
            {**SEARCH, "requested_slot": "checked_household", "reminded_of": "checked_neighbors"},
            asks("checked_household", again=True),
        ),
        ("goodbye", "utter_goodbye", SEARCH, Step(LISTEN)),
        (
            "bot_challenge",
            "utter_bot",
            {"stage": "identifying", "requested_slot": "verification"},
            asks("verification", again=True),
        ),
        (
            "bot_challenge",
            "utter_bot",
            {"stage": "identifying", "requested_slot": "verification", "reminded_of": "verification"},
            Step(LISTEN),
        ),
        # nothing is asked when nothing is open
        ("thank", "utter_welcome", {}, None),
        ("thank", "utter_welcome", {"stage": "waiting", "outcome": "waiting"}, None),
        ("bot_challenge", "utter_bot", {"stage": "settled", "outcome": "found"}, None),
    ],
)
def test_after_an_action(intent, done, slots, step):
    assert next_step(conversation(said(intent), done=[done], **slots)) == step


def test_a_follow_up_about_checks_asks_the_first_one_that_is_open():
    tracker = conversation(
        said("follow_up_due"), done=["action_follow_up"], stage="checking", outcome="waiting", delivery_class="D0"
    )
    assert next_step(tracker) == asks("checked_neighbors")
