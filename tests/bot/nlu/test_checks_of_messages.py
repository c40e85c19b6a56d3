"""Facts in messages as buyers write them: the real lexicons and rules, with an intent that the test names."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.nlu.checks import Clause, address_confirmed, places_checked
from bot.nlu.lexicon import Lexicons
from bot.nlu.text import clauses, normalized

DEVELOPMENT = Path(__file__).parents[2] / "nlu" / "development" / "facts.yml"
LEXICONS = Lexicons.read(["en", "de", "zh"])
NEIGHBORS, HOUSEHOLD, HIDDEN = "checked_neighbors", "checked_household", "checked_hidden_spots"
ADDRESS = "address_confirmed"
NONE, SOON, CANNOT, FOUND = "not_there", "will_check", "cannot_check", "found"


def read(language, text, intent="checked_not_found"):
    """The facts in a text, if it and each of its clauses have this intent."""
    text = normalized(text)
    concepts = LEXICONS.of(language).concepts(text)
    parts = [Clause(begin, end, intent) for begin, end in clauses(text)]
    told = places_checked(parts, concepts, intent)
    address = address_confirmed(parts, concepts, intent)
    return told if address is None else {**told, ADDRESS: address}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "no one next door has it", {NEIGHBORS: NONE}),
        ("en", "My neighbours haven't so far as they say found it", {NEIGHBORS: NONE}),
        ("en", "my wife has still not taken it in", {HOUSEHOLD: NONE}),
        ("de", "Kein Nachbar hat es", {NEIGHBORS: NONE}),
        ("de", "In der Familie hat es keiner", {HOUSEHOLD: NONE}),
        ("de", "Niemand in der Familie hat ein Paket für mich angenommen", {HOUSEHOLD: NONE}),
        ("zh", "隔壁没帮我们收", {NEIGHBORS: NONE}),
    ],
)
def test_nobody_and_has_it_need_not_stand_side_by_side(language, text, expected):
    assert read(language, text, "found_parcel") == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "turns out our neighbour has it"), ("de", "unser Nachbar hat es"), ("zh", "原来邻居帮我收了")],
)
def test_without_a_negation_it_is_found(language, text):
    assert read(language, text, "found_parcel") == {NEIGHBORS: FOUND}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "it isn't in the garage but I havent asked the neighbours yet"),
        ("en", "not in the garage and I will ask the neighbours tonight"),
        ("de", "In der Garage ist es nicht, aber die Nachbarn habe ich noch nicht gefragt"),
        ("de", "in der garage nichts und die nachbarn frage ich heute abend"),
        ("zh", "车库没有但是邻居还没问"),
    ],
)
def test_each_side_of_a_conjunction_keeps_its_own_result(language, text):
    assert read(language, text) == {HIDDEN: NONE, NEIGHBORS: SOON}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "I asked everyone, nobody has it", {NEIGHBORS: NONE, HOUSEHOLD: NONE}),
        ("en", "I asked everyone in the building", {NEIGHBORS: NONE}),
        ("en", "asked all the neighbours, every single one", {NEIGHBORS: NONE, HOUSEHOLD: NONE}),
        ("en", "asked the whole family", {HOUSEHOLD: NONE}),
        ("de", "hab alle gefragt, keiner hats", {NEIGHBORS: NONE, HOUSEHOLD: NONE}),
        ("de", "alle im Haus gefragt", {NEIGHBORS: NONE}),
        ("de", "bei allen Nachbarn geklingelt", {NEIGHBORS: NONE}),
        ("zh", "所有人都问过了", {NEIGHBORS: NONE, HOUSEHOLD: NONE}),
        ("zh", "整栋楼都问了", {NEIGHBORS: NONE}),
        ("zh", "邻居都问遍了", {NEIGHBORS: NONE}),
    ],
)
def test_everyone_is_neighbours_and_household_unless_it_is_said_who(language, text, expected):
    assert read(language, text) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "One neighbour says no, the other one wasn't home so I'll try again tonight"),
        ("de", "Die eine Nachbarin hat nichts, die andere war nicht da, da klingel ich heute Abend"),
        ("zh", "一家邻居说没有，另一家不在家，晚上再去问"),
    ],
)
def test_one_neighbour_who_is_still_to_be_asked_keeps_it_open(language, text):
    assert read(language, text, "will_check_later") == {NEIGHBORS: SOON}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "cant look in the shed right now, will do it after work"),
        ("de", "im Keller kann ich grad nicht nachschauen, mach ich später"),
        ("zh", "现在看不了信箱，下班再去看"),
    ],
)
def test_what_can_not_be_done_now_but_later_will_be_done(language, text):
    assert read(language, text, "will_check_later") == {HIDDEN: SOON}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Please do not leave parcels with neighbours in future"),
        ("en", "last time it was not in the porch either"),
        ("en", "tracking says left with a neighbour"),
        ("en", "the courier put it in the porch, he says"),
        ("de", "Bitte in Zukunft nichts mehr bei den Nachbarn abgeben"),
        ("de", "Laut Sendungsverfolgung beim Nachbarn"),
        ("zh", "以后请不要把包裹放在邻居家"),
        ("zh", "物流显示放在邻居家了"),
    ],
)
def test_a_place_that_is_not_searched_tells_nothing_even_if_the_intent_is_mistaken(language, text):
    assert read(language, text) == {}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tracking says it was left in the porch but it isn't there"),
        ("de", "Laut Tracking liegt es vor der Haustür aber da ist es nicht"),
        ("zh", "物流说放在门口了但是门口没有"),
    ],
)
def test_what_tracking_says_can_be_refuted(language, text):
    assert read(language, text) == {HIDDEN: NONE}


def test_what_tracking_says_is_not_refuted_by_a_result_for_another_place():
    assert read("en", "Tracking says porch. Asked my wife, nothing") == {HOUSEHOLD: NONE}


@pytest.mark.parametrize(
    ("language", "text", "intent", "expected"),
    [
        ("en", "the address is right", "affirm", True),
        ("en", "postcode and house number are both correct", "affirm", True),
        ("en", "the address is not right", "deny", False),
        ("en", "is the address right or what", "ask_order_status", None),
        ("en", "postcode is correct but the house number is wrong", "deny", None),
        ("de", "ja die adresse ist richtig", "affirm", True),
        ("de", "die Adresse ist nicht richtig", "deny", False),
        ("zh", "地址是对的", "affirm", True),
        ("zh", "地址不对", "deny", False),
    ],
)
def test_one_adjective_beside_the_address_is_enough(language, text, intent, expected):
    assert read(language, text, intent).get(ADDRESS) is expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "I live alone and we have no garage", {HOUSEHOLD: NONE, HIDDEN: NONE}),
        ("en", "Haven't been down to the cellar yet", {HIDDEN: SOON}),
        ("en", "The neighbours weren't in when I knocked", {NEIGHBORS: CANNOT}),
        ("de", "ich wohn allein", {HOUSEHOLD: NONE}),
        ("de", "kann deshalb nicht in der Garage nachsehen", {HIDDEN: CANNOT}),
        ("de", "Frau Huber von nebenan hat nichts", {NEIGHBORS: NONE}),
        ("zh", "我独居，跟邻居也不来往，没法问", {HOUSEHOLD: NONE, NEIGHBORS: CANNOT}),
    ],
)
def test_forms_of_the_lexicons(language, text, expected):
    assert read(language, text) == expected


def test_the_development_set_has_sixty_messages_in_each_language():
    cases = YAML(typ="safe").load(DEVELOPMENT.read_text(encoding="utf-8"))
    languages = [case["language"] for case in cases]
    assert {language: languages.count(language) for language in languages} == {"en": 60, "de": 60, "zh": 60}
    assert {name for case in cases for name in case["facts"]} == {NEIGHBORS, HOUSEHOLD, HIDDEN, ADDRESS}
