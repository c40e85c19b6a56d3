"""What makes a human take over, and which of several reasons goes first."""

from itertools import combinations
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.nlu import triggers

DOMAIN = YAML(typ="safe", pure=True).load(Path(__file__).parents[3].joinpath("domain.yml").read_text(encoding="utf-8"))
# The contract's order; `cancellation_requested` and the rest follow.
CONTRACT = [
    "dispute_open",
    "dispute_threat",
    "urgent",
    "human_requested",
    "theft_reported",
    "wrong_address",
    "proof_disputed",
    "item_problem",
]
NOTHING = dict(
    intents=set(),
    concepts=set(),
    address_confirmed=None,
    repeated_wish=None,
    angry_messages=0,
    misunderstandings=0,
    unsupported_language=False,
)
ALONE = {
    "dispute_open": {"concepts": {"DISPUTE_OPENED"}},
    "dispute_threat": {"intents": {"threaten_dispute"}},
    "urgent": {"concepts": {"MEDICINE"}},
    "human_requested": {"intents": {"request_human"}},
    "theft_reported": {"intents": {"report_theft"}},
    "wrong_address": {"address_confirmed": False},
    "proof_disputed": {"intents": {"dispute_proof"}},
    "item_problem": {"intents": {"report_item_problem"}},
    "cancellation_requested": {"intents": {"request_cancellation"}},
    "refund_requested": {"repeated_wish": "refund"},
    "replacement_requested": {"repeated_wish": "replacement"},
    "upset": {"angry_messages": 2},
    "not_understood": {"misunderstandings": 2},
}


def told(**said):
    return triggers.reasons(**{**NOTHING, **said})


def both(one, other):
    said = {**ALONE[one]}
    for name, value in ALONE[other].items():
        said[name] = said[name] | value if isinstance(value, set) and name in said else value
    return said


@pytest.mark.parametrize("reason", ALONE)
def test_each_reason_stands_alone(reason):
    assert told(**ALONE[reason]) == [reason]


@pytest.mark.parametrize(("first", "second"), combinations(CONTRACT, 2))
def test_within_one_message_the_contracts_order_decides(first, second):
    assert told(**both(first, second)) == [first, second]


@pytest.mark.parametrize("reason", sorted(set(ALONE) - set(CONTRACT)))
def test_the_contracts_reasons_go_before_the_rest(reason):
    assert told(**both(CONTRACT[-1], reason)) == [CONTRACT[-1], reason]


@pytest.mark.parametrize("reason", triggers.PRECEDENCE)
def test_for_each_reason_there_is_wording_to_hand_over(reason):
    assert f"utter_handover_{reason}" in DOMAIN["responses"]


@pytest.mark.parametrize("intent", [*triggers.BY_INTENT, *triggers.WISHES])
def test_only_intents_that_the_domain_has_are_looked_for(intent):
    assert intent in DOMAIN["intents"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"angry_messages": 1},
        {"misunderstandings": 1},
        {"address_confirmed": True},
        {"intents": {"feel_accused", "bot_challenge", "request_refund", "express_anger"}},
        {"concepts": {"NEIGHBOUR", "NOT_THERE"}},
        {"concepts": {"URGENT"}, "intents": {"out_of_scope"}},
    ],
)
def test_what_is_no_reason_hands_nothing_over(said):
    assert told(**said) == []


def test_a_language_that_nobody_here_speaks_goes_to_a_human():
    assert told(unsupported_language=True) == ["not_understood"]


def test_a_clause_counts_only_when_it_is_clear():
    clauses = [("request_human", 0.61), ("report_theft", 0.59)]
    assert triggers.intents_told("deny", clauses) == {"deny", "request_human"}


def test_a_message_counts_however_sure_it_is():
    assert triggers.intents_told("report_theft", []) == {"report_theft"}
    assert triggers.intents_told(None, []) == set()


@pytest.mark.parametrize(
    ("intents", "expected"),
    [
        ({"request_refund"}, "refund"),
        ({"request_replacement"}, "replacement"),
        ({"request_refund", "request_replacement"}, "refund"),
        ({"deny"}, None),
    ],
)
def test_a_wish_is_a_refund_or_a_replacement(intents, expected):
    assert triggers.wish(intents) == expected


@pytest.mark.parametrize(
    ("before", "happened", "resets", "after"),
    [(None, True, True, 1), (1, True, True, 2), (1, False, True, 0), (1, False, False, 1), (None, False, False, 0)],
)
def test_a_counter_counts_and_starts_again_only_when_it_counts_what_comes_in_a_row(before, happened, resets, after):
    slots = {} if before is None else {"n": before}
    assert triggers.count_after(slots, "n", happened, resets) == after
