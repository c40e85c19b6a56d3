"""A message's facts as entities: what the platform told, what the text says, what answers the open question."""

import pytest
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.facts import FactExtractor
from bot.nlu.intent import CLAUSES, CONCEPTS
from bot.nlu.language import UNSUPPORTED
from bot.nlu.lexicon import Lexicon, patterns_of
from bot.nlu.text import clauses, normalized
from tests.bot.conversation import conversation

WORDS = Lexicon(
    patterns_of(
        "en",
        {
            "NEIGHBOUR": ["neighbour*"],
            "GARAGE": ["garage"],
            "HOUSEHOLD": ["wife", "husband"],
            "NOT_THERE": ["nothing", "not there"],
            "LATER": ["later"],
            "ORDER": ["order"],
            "ADDRESS": ["address"],
            "CORRECT": ["right"],
            "HUMAN": ["human"],
            "SPEAK_TO": ["speak to"],
            "DISPUTE_OPENED": ["opened a case"],
            "LANGUAGE_DE": ["german"],
            "LANGUAGE_EN": ["english"],
            "LANGUAGE_FR": ["french"],
        },
    )
)


def facts(text, intent="nlu_fallback", metadata=None, each=None, unsupported=False, **slots):
    """The facts in a message, whose intent (and those of its clauses) the test decides."""
    parts = clauses(normalized(text))
    message = Message({TEXT: text, INTENT: {"name": intent}, "metadata": metadata or {}, UNSUPPORTED: unsupported})
    message.set(CONCEPTS, WORDS.concepts(normalized(text)))
    message.set(CLAUSES, list(zip(parts, each or [(intent, 0.9)] * len(parts))))
    FactExtractor().process([message], conversation(**slots))
    return {entity["entity"]: entity["value"] for entity in message.get(ENTITIES)}


PLATFORM = {
    "order_id": "DEMO-1001",
    "buyer_id": "demo-buyer",
    "marketplace": "ebay",
    "case_id": "7",
    "ask_style": "all_at_once",
}


def test_what_the_platform_tells_becomes_facts_once():
    told = {"order_number": "DEMO-1001", **{name: PLATFORM[name] for name in PLATFORM if name != "order_id"}}
    assert facts("hello", "greet", PLATFORM) == told
    assert facts("hello", "greet", PLATFORM, **told) == {}


def test_the_platforms_order_number_goes_before_a_typed_one():
    assert facts("about DEMO-1002", "provide_reference", PLATFORM)["order_number"] == "DEMO-1001"


def test_a_platforms_number_that_led_nowhere_makes_room_for_a_typed_one():
    found = facts("DEMO-1002", "provide_reference", PLATFORM, requested_slot="order_number")
    assert found["order_number"] == "DEMO-1002"


def test_a_typed_command_tells_nothing():
    assert facts("/request_human") == {}


def test_numbers_are_read_from_the_text():
    found = facts("order DEMO-1003, tracking RB123456785GB", "provide_reference")
    assert (found["order_number"], found["tracking_number"]) == ("DEMO-1003", "RB123456785GB")


def test_a_known_tracking_number_stays():
    assert "tracking_number" not in facts("RB123456785GB", tracking_number="EE473124829SE")


def test_a_postcode_counts_only_while_it_is_asked_for():
    assert facts("10115", requested_slot="verification")["verification"] == "10115"
    assert "verification" not in facts("10115")


@pytest.mark.parametrize(
    ("text", "intent", "slots", "expected"),
    [
        ("no", "deny", {}, {"checked_neighbors": "not_there"}),
        ("yes", "affirm", {}, {"checked_neighbors": "found"}),
        ("I'll do it", "will_check_later", {}, {"checked_neighbors": "will_check"}),
        ("no", "deny", {"requested_slot": "address_confirmed"}, {"address_confirmed": False}),
        # a place that is named is meant, not the one that was asked about
        ("garage nothing", "checked_not_found", {}, {"checked_hidden_spots": "not_there"}),
        # an answer and another place in one message
        ("nothing. garage later", "deny", {}, {"checked_neighbors": "not_there", "checked_hidden_spots": "will_check"}),
        # a yes about the address is no yes to the place
        ("yes, the address is right", "affirm", {}, {"address_confirmed": True}),
        # nothing at all, after all questions in one message
        (
            "no",
            "deny",
            {"ask_style": "all_at_once", "checked_household": "not_there"},
            {"checked_neighbors": "not_there", "checked_hidden_spots": "not_there"},
        ),
    ],
)
def test_an_answer_is_about_what_was_asked_unless_it_names_something_else(text, intent, slots, expected):
    found = facts(text, intent, **{"requested_slot": "checked_neighbors", "buyer_wish": "find", **slots})
    assert {name: value for name, value in found.items() if name != "trigger"} == expected


@pytest.mark.parametrize("text", ["garage: nothing", "husband, garage: not there"])
def test_a_result_after_a_list_is_no_answer_to_the_open_question(text):
    assert "checked_neighbors" not in facts(text, "checked_not_found", requested_slot="checked_neighbors")


def test_a_yes_to_the_name_of_who_signed_finds_nothing_yet():
    slots = {"delivery_class": "D1", "signed_by": "M. Keller", "requested_slot": "checked_household"}
    assert facts("yes", "affirm", **slots)["checked_household"] == "will_check"


def test_without_a_question_a_no_answers_nothing():
    assert facts("no", "deny") == {}


def test_an_escalation_keeps_the_answers_of_the_same_message():
    found = facts(
        "no garage, nothing. get me a human",
        "request_human",
        each=[("deny", 0.9), ("checked_not_found", 0.9), ("request_human", 0.9)],
        requested_slot="checked_hidden_spots",
    )
    assert found["trigger"] == "human_requested"
    assert found["checked_hidden_spots"] == "not_there"


def test_words_for_speaking_to_a_human_are_enough_in_a_clause_that_is_not_clear():
    unclear = [("checked_not_found", 0.9), ("deny", 0.3)]
    found = facts("garage nothing. let me speak to a human", "checked_not_found", each=unclear)
    assert found["trigger"] == "human_requested"


@pytest.mark.parametrize("text", ["are you human. what do I speak to", "a human, speak to"])
def test_the_same_words_in_two_clauses_ask_for_nobody(text):
    assert "trigger" not in facts(text, "bot_challenge", each=[("bot_challenge", 0.3)] * 2)


def test_the_first_of_several_reasons_wins():
    found = facts("I opened a case. get me a human", "request_human", each=[("deny", 0.2), ("request_human", 0.9)])
    assert found["trigger"] == "dispute_open"


def test_a_wish_is_noted_first_and_hands_over_the_second_time():
    first = facts("refund please", "request_refund")
    assert (first["buyer_wish"], first.get("trigger")) == ("refund", None)
    assert facts("refund please", "request_refund", buyer_wish="refund")["trigger"] == "refund_requested"
    assert facts("refund please", "request_refund", buyer_wish="replacement")["trigger"] == "refund_requested"


def test_who_reports_a_parcel_wants_it_found_and_a_wish_stays():
    assert facts("it is not here", "report_not_received")["buyer_wish"] == "find"
    assert "buyer_wish" not in facts("it is not here", "report_not_received", buyer_wish="refund")


def test_the_second_angry_message_hands_over():
    assert facts("this is a joke", "express_anger")["angry_messages"] == 1
    assert facts("this is a joke", "express_anger", angry_messages=1)["trigger"] == "upset"


def test_calm_messages_in_between_do_not_make_the_anger_new():
    assert "angry_messages" not in facts("no", "deny", angry_messages=1)


def test_two_messages_in_a_row_that_are_not_understood_hand_over():
    assert facts("blorp")["misunderstandings"] == 1
    assert facts("blorp", misunderstandings=1)["trigger"] == "not_understood"
    assert facts("no", "deny", misunderstandings=1)["misunderstandings"] == 0


def test_a_message_with_a_usable_fact_was_understood():
    assert "misunderstandings" not in facts("neighbour not there", "nlu_fallback")


def test_an_unsupported_language_hands_over():
    assert facts("je n'ai rien", unsupported=True)["trigger"] == "not_understood"


@pytest.mark.parametrize(
    ("text", "language", "wished"),
    [("german please", "en", "de"), ("not english, german", "en", "de"), ("english please", "en", "en")],
)
def test_a_language_is_asked_for_by_its_name(text, language, wished):
    found = facts(text, "change_language", language=language)
    assert (found["language_wish"], found["language"]) == (wished, wished)


def test_a_language_that_is_not_offered_hands_over(monkeypatch):
    monkeypatch.setattr("bot.nlu.facts.languages", lambda: ["en", "de"])
    found = facts("french please", "change_language", language="en")
    assert found["trigger"] == "not_understood"
    assert "language_wish" not in found
