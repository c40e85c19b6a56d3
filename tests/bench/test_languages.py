"""The bench of twenty languages against three."""

from bench.languages import FEW, INTENTS, conversation, figures
from bench.measure import Sample


def test_each_language_has_a_conversation_of_its_own():
    spoken = [conversation(language) for language in (*FEW, "ar", "ja")]
    assert [len(one.messages) for one in spoken] == [len(INTENTS)] * len(spoken)
    assert len({one.messages for one in spoken}) == len(spoken)
    assert spoken[-1].told["locale"] == "ja"


def test_look_ups_are_not_counted():
    samples = [Sample(("de", 1), 9.0), Sample(("de", 2), 0.02), Sample(("de", 3), 0.04), Sample(("en", 1), 9.0)]
    assert figures(samples)["median"] == 30.0
