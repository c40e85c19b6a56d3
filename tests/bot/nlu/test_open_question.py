"""The same words mean other things after a question."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.nlu.open_question import kind_of, weighed
from tests.bot.conversation import conversation

ROOT = Path(__file__).parents[3]
TABLE = YAML(typ="safe", pure=True).load((ROOT / "bot" / "nlu" / "open_question.yml").read_text(encoding="utf-8"))
INTENTS = YAML(typ="safe", pure=True).load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]
UNSURE = [("out_of_scope", 0.4), ("deny", 0.35), ("greet", 0.25)]


@pytest.mark.parametrize(
    ("slot", "kind"),
    [
        ("checked_neighbors", "place"),
        ("checked_household", "place"),
        ("checked_hidden_spots", "place"),
        ("order_number", "reference"),
        ("verification", "reference"),
        ("address_confirmed", "address_confirmed"),
        ("outcome", "outcome"),
        (None, None),
    ],
)
def test_each_open_slot_has_its_row_of_weights(slot, kind):
    assert kind_of(slot) == kind
    assert kind is None or TABLE[kind]


def test_an_unsure_no_becomes_an_answer_when_a_place_is_asked_about():
    assert weighed(UNSURE, conversation(requested_slot="checked_neighbors"))[0][0] == "deny"


def test_without_a_question_nothing_changes():
    assert weighed(UNSURE, conversation()) == UNSURE
    assert weighed(UNSURE, None) == UNSURE


def test_a_sure_message_stays_what_it_is():
    sure = [("request_human", 0.9), ("deny", 0.1)]
    assert weighed(sure, conversation(requested_slot="checked_household"))[0][0] == "request_human"


@given(
    st.lists(st.tuples(st.sampled_from(INTENTS), st.floats(0.001, 1)), min_size=1, unique_by=lambda entry: entry[0]),
    st.sampled_from(["checked_neighbors", "address_confirmed", "order_number", "outcome"]),
)
def test_probabilities_sum_to_one_and_the_most_probable_stands_first(raw, slot):
    total = sum(probability for _, probability in raw)
    ranking = weighed([(name, probability / total) for name, probability in raw], conversation(requested_slot=slot))
    assert math.isclose(sum(probability for _, probability in ranking), 1.0)
    assert [p for _, p in ranking] == sorted((p for _, p in ranking), reverse=True)
    assert {name for name, _ in ranking} == {name for name, _ in raw}


@pytest.mark.parametrize("kind", TABLE)
def test_only_intents_that_the_domain_has_are_weighed(kind):
    assert set(TABLE[kind]) <= set(INTENTS)
