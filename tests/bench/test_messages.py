"""The bench's conversations load, and each language says the same."""

from collections import Counter

import pytest

from bench.conversations import load, repeated
from bench.figures import EARLY
from sandbox.orders import load_orders


def test_every_language_has_the_same_conversations():
    shapes = {}
    for one in load(100).whole:
        kind = one.name.rpartition(",")[0]
        shapes.setdefault(kind, Counter())[one.language, one.order, len(one.messages), one.look_up_at] += 1
    assert len(shapes) >= 4
    for kind, counted in shapes.items():
        assert {language for language, *_ in counted} == {"en", "de", "zh"}, kind
        assert len({tuple(shape) for _, *shape in counted}) == 1, kind


def test_every_order_stands_in_the_sandbox():
    orders = load_orders()
    conversations = load(100)
    assert {one.order for one in [*conversations.whole, *conversations.long]} <= set(orders)


def test_names_are_unique():
    conversations = load(100)
    names = [one.name for one in [*conversations.whole, *conversations.long]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("length", [20, 40, 100])
def test_early_and_late_messages_of_a_long_conversation_are_the_same_texts(length):
    conversations = load(length)
    around = conversations.round
    for one in conversations.long:
        assert len(one.messages) == length
        early = one.messages[EARLY - around // 2 - 1 : EARLY + around // 2]
        assert len(early) == around
        assert sorted(early) == sorted(one.messages[-around:])


def test_the_look_up_is_one_of_the_messages():
    assert all(1 <= one.look_up_at < len(one.messages) for one in load(100).whole)


def test_a_pass_goes_through_all_conversations_before_it_repeats_one():
    whole = load(100).whole
    passed = repeated(whole, 2 * len(whole) + 1)
    assert passed[: len(whole)] == whole
    assert passed[-1] == whole[0]


def test_rounds_of_different_length_are_refused(tmp_path):
    path = tmp_path / "messages.yml"
    entry = "{{name: {0}, language: en, order: DEMO-1001, messages: [a], round: [{1}]}}"
    entries = ", ".join([entry.format("one", "b, c"), entry.format("two", "b")])
    path.write_text(f"conversations: []\nlong: [{entries}]\n", encoding="utf-8")
    with pytest.raises(ValueError, match="same number"):
        load(20, path)
