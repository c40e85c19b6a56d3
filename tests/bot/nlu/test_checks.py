"""Places and results in a message, clause by clause, with concepts that each test names itself."""

import re

import pytest

from bot.nlu.checks import PLACES, Clause, address_confirmed, answers, places_checked
from bot.nlu.lexicon import Concept
from bot.nlu.text import clauses

NEIGHBORS, HOUSEHOLD, HIDDEN = "checked_neighbors", "checked_household", "checked_hidden_spots"
ALL_PLACES = [NEIGHBORS, HOUSEHOLD, HIDDEN]
_NAMED = re.compile(r"[A-Z_]{2,}")


def read(text, intent, clause_intent=None):
    """A text in which concepts stand by their names in capitals: what it tells about places."""
    concepts = [Concept(match.group(), match.start(), match.end()) for match in _NAMED.finditer(text)]
    parts = [Clause(begin, end, clause_intent or intent) for begin, end in clauses(text)]
    return places_checked(parts, concepts, intent)


@pytest.mark.parametrize("place", PLACES)
def test_each_place_fills_its_slots(place):
    assert set(read(f"{place} NOT_THERE", "checked_not_found")) == set(PLACES[place])


@pytest.mark.parametrize(
    ("result", "intent", "value"),
    [
        ("NOT_THERE", "report_not_received", "not_there"),
        ("FOUND", "found_parcel", "found"),
        ("NOT_YET", "deny", "will_check"),
        ("LATER", "will_check_later", "will_check"),
        ("CANNOT", "deny", "cannot_check"),
        ("DONT_KNOW", "deny", "cannot_check"),
        ("NO_SUCH_PLACE", "deny", "not_there"),
        ("NO", "deny", "not_there"),
        ("ASKED", "checked_not_found", "not_there"),
        ("LOOKED", "checked_not_found", "not_there"),
    ],
)
def test_each_result_has_its_value(result, intent, value):
    assert read(f"NEIGHBOUR {result}", intent) == {NEIGHBORS: value}
    assert read(f"{result} NEIGHBOUR", intent) == {NEIGHBORS: value}


@pytest.mark.parametrize("result", ["ASKED", "LOOKED", "NO", "LATER", "FOUND"])
def test_a_result_counts_only_in_a_message_that_is_about_checking(result):
    assert read(f"the driver should have {result} the NEIGHBOUR", "express_anger") == {}


def test_a_result_counts_when_its_clause_alone_is_about_checking():
    assert read("NEIGHBOUR ASKED", "request_human", clause_intent="deny") == {NEIGHBORS: "not_there"}


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        # each place takes the result that stands nearest
        ("NEIGHBOUR NOT_THERE and the GARAGE LATER", "deny", {NEIGHBORS: "not_there", HIDDEN: "will_check"}),
        ("ASKED NEIGHBOUR, GARAGE LATER", "will_check_later", {NEIGHBORS: "will_check", HIDDEN: "will_check"}),
        # a result after a list is for the whole list
        ("NEIGHBOUR, GARAGE, HOUSEHOLD: NOT_THERE", "report_not_received", dict.fromkeys(ALL_PLACES, "not_there")),
        ("NEIGHBOUR GARAGE HOUSEHOLD NOT_THERE", "deny", dict.fromkeys(ALL_PLACES, "not_there")),
        # asked and nothing is nothing
        ("ASKED NEIGHBOUR NOT_THERE", "checked_not_found", {NEIGHBORS: "not_there"}),
        # a later clause about the same place wins
        ("NEIGHBOUR LATER. NEIGHBOUR NOT_THERE", "deny", {NEIGHBORS: "not_there"}),
        # what is said before the places is not theirs
        ("NOT_THERE. GARAGE LATER", "will_check_later", {HIDDEN: "will_check"}),
    ],
)
def test_a_place_takes_the_result_that_belongs_to_it(text, intent, expected):
    assert read(text, intent) == expected


def test_a_place_whose_meaning_is_a_result_needs_no_other():
    assert read("LIVE_ALONE", "report_not_received") == {HOUSEHOLD: "not_there"}
    assert read("NO_NEIGHBOURS", "report_not_received") == {NEIGHBORS: "cannot_check"}


def test_everyone_means_neighbours_and_household():
    assert read("EVERYONE ASKED", "checked_not_found") == {NEIGHBORS: "not_there", HOUSEHOLD: "not_there"}


def test_a_place_that_is_only_mentioned_says_nothing():
    assert read("my NEIGHBOUR has a camera", "report_theft") == {}
    assert read("is it with a NEIGHBOUR?", "ask_order_status") == {}


@pytest.mark.parametrize(
    ("intent", "value"),
    [
        ("checked_not_found", "not_there"),
        ("deny", "not_there"),
        ("will_check_later", "will_check"),
        ("found_parcel", "found"),
    ],
)
def test_a_place_without_a_result_takes_what_the_message_says(intent, value):
    assert read("the NEIGHBOUR", intent) == {NEIGHBORS: value}


def test_there_is_no_such_place_is_about_hidden_spots():
    assert read("NO_SUCH_PLACE", "deny") == {HIDDEN: "not_there"}


def test_nothing_said_is_nothing_told():
    assert read("", "deny") == {}
    assert read("hello", "greet") == {}


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        ("the ADDRESS is CORRECT", "affirm", True),
        ("the ADDRESS is WRONG", "report_not_received", False),
        ("anything", "report_wrong_address", False),
        ("MOVED_AWAY", "deny", False),
        ("OLD_ADDRESS", "nlu_fallback", False),
        ("MOVED_AWAY", "checked_not_found", None),
        ("the ADDRESS, CORRECT", "affirm", None),
        ("WRONG", "deny", None),
        ("", "affirm", None),
    ],
)
def test_an_address_is_right_or_wrong_only_when_it_is_said_of_the_address(text, intent, expected):
    concepts = [Concept(match.group(), match.start(), match.end()) for match in _NAMED.finditer(text)]
    parts = [Clause(begin, end, intent) for begin, end in clauses(text)]
    assert address_confirmed(parts, concepts, intent) is expected


@pytest.mark.parametrize(
    ("intent", "names", "value"),
    [
        ("deny", set(), "not_there"),
        ("checked_not_found", set(), "not_there"),
        ("will_check_later", set(), "will_check"),
        ("affirm", set(), "found"),
        ("affirm", {"ASKED"}, "not_there"),
        ("affirm", {"LOOKED"}, "not_there"),
        ("deny", {"CANNOT"}, "cannot_check"),
        ("out_of_scope", {"DONT_KNOW"}, "cannot_check"),
    ],
)
def test_a_short_answer_is_about_the_place_that_was_asked_about(intent, names, value):
    assert answers(HOUSEHOLD, ALL_PLACES, False, intent, names) == {HOUSEHOLD: value}


@pytest.mark.parametrize("intent", ["greet", "bot_challenge", "feel_accused", "request_refund", "nlu_fallback", None])
def test_what_is_no_answer_answers_nothing(intent):
    assert answers(HOUSEHOLD, ALL_PLACES, False, intent, set()) == {}


def test_a_yes_to_the_name_of_who_signed_means_that_this_person_can_be_asked():
    assert answers(HOUSEHOLD, ALL_PLACES, False, "affirm", set(), names_a_person=True) == {HOUSEHOLD: "will_check"}


def test_nothing_at_all_answers_all_that_was_asked_at_once():
    assert answers(NEIGHBORS, [NEIGHBORS, HIDDEN], True, "deny", set()) == {NEIGHBORS: "not_there", HIDDEN: "not_there"}


def test_a_yes_to_several_questions_finds_nothing_yet():
    assert "found" not in answers(NEIGHBORS, ALL_PLACES, True, "affirm", set()).values()


@pytest.mark.parametrize(
    ("intent", "names", "expected"),
    [
        ("affirm", set(), {"address_confirmed": True}),
        ("checked_not_found", {"YES"}, {"address_confirmed": True}),
        ("deny", set(), {"address_confirmed": False}),
        ("deny", {"YES"}, {"address_confirmed": False}),
        ("report_wrong_address", {"YES"}, {"address_confirmed": False}),
        ("bot_challenge", set(), {}),
    ],
)
def test_yes_and_no_are_about_the_address_when_it_was_asked_about(intent, names, expected):
    assert answers("address_confirmed", [], False, intent, names) == expected


@pytest.mark.parametrize("requested", [None, "order_number", "outcome", NEIGHBORS])
def test_a_no_to_something_else_is_no_answer_to_the_search(requested):
    assert answers(requested, [HOUSEHOLD], False, "deny", set()) == {}
