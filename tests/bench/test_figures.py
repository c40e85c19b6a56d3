"""Figures, ratios and bars are computed as they say."""

import json

import pytest

from bench import report
from bench.conversations import load
from bench.figures import BARS, Bar, Measured, different, figures, look_ups, percentile
from bench.measure import Load, Sample, Seen


def seen(*actions, intent="deny", question="", outcome="", replies=1):
    return Seen(intent, actions, question, outcome, replies)


@pytest.fixture
def measured():
    """Two turns, the first with a look-up of 100 ms, the second 10 ms; a conversation that gets twice as slow."""
    turns = [Sample(("a", 1), 0.1), Sample(("a", 2), 0.01)]
    long = [Sample(("l", number), 0.01 if number <= 50 else 0.02) for number in range(1, 101)]
    return Measured(
        boots=[9.0, 5.0, 6.0],
        memory=600.0,
        peak=650.0,
        seen={("a", 1): seen("action_look_up"), ("a", 2): seen("utter_noted")},
        one_by_one=turns * 3,
        processor_time=0.12,
        side_by_side=Load(0.5, turns * 5),
        after_look_up=Load(0.1, [turns[1]] * 10),
        long=long,
    )


@pytest.fixture
def own(measured):
    return figures(measured, look_ups(measured.seen), around=5)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([3.0], 0.95, 3.0), ([1, 2], 0.5, 1.5), ([4, 1, 3, 2, 5], 0.5, 3), (range(101), 0.95, 95), ([1, 9], 1.0, 9)],
)
def test_percentile(values, share, expected):
    assert percentile(values, share) == pytest.approx(expected)


def test_percentile_of_nothing_is_an_error():
    with pytest.raises(ValueError):
        percentile([], 0.5)


def test_figures(own):
    assert own["messages"] == 6
    assert own["processor_ms"] == pytest.approx(20)
    assert own["per_second"] == pytest.approx(6 / 0.33)
    assert own["p50_ms"] == pytest.approx(55)
    assert own["p50_without_look_up_ms"] == pytest.approx(10)
    assert own["load_per_second"] == pytest.approx(20)
    assert own["load_per_second_without_look_up"] == pytest.approx(100)
    assert own["boot_s"] == 6.0
    assert own["growth"] == pytest.approx(2.0)


def test_a_turn_in_which_only_the_other_bot_looks_up_is_left_out_too(measured):
    other = {("a", 2): seen("action_look_up")}
    assert look_ups(measured.seen, other) == {("a", 1), ("a", 2)}


def test_bars_against_stock_and_by_themselves():
    faster = Bar("per_second", 5.0, at_least=True)
    assert faster.met({"per_second": 50.0}, {"per_second": 10.0}) is True
    assert faster.met({"per_second": 49.0}, {"per_second": 10.0}) is False
    assert faster.met({"per_second": 49.0}, None) is None
    growth = Bar("growth", 1.5, against=False)
    assert growth.met({"growth": 1.5}, None) is True
    assert growth.met({"growth": 1.6}, {"growth": 9.0}) is False


def test_every_figure_of_the_report_is_measured(own):
    assert {bar.figure for bar in BARS} <= set(own)
    assert set(report.LABELS) == {bar.figure for bar in BARS}
    text = report.table(own, own, 100)
    assert "up to the 100th" in text
    assert text.count("1.00") >= len([row for row in report.ROWS if not isinstance(row, str)])


def test_bars_say_whether_they_are_met(own):
    alone = report.bars(own, None)
    assert alone.count("needs stock") == sum(bar.against for bar in BARS)
    assert "NOT MET" in alone  # the growth of 2
    assert not report.all_met(own, None)
    stock = {**{name: 10 * value for name, value in own.items()}, "load_per_second": own["load_per_second"] / 6}
    against = report.bars(own, stock)
    assert "needs stock" not in against
    assert "6.00 x" in against


def test_differences_name_the_turns():
    conversations = load(100).whole
    name = conversations[0].name
    own = {(name, 1): seen(question="checked_neighbors"), (name, 2): seen(outcome="found")}
    stock = {(name, 1): seen(question="checked_neighbors"), (name, 2): seen(intent="thank", replies=0)}
    assert different(own, stock, lambda one: one.intent) == [(name, 2)]
    text = report.differences(own, stock, conversations)
    assert f"{name}: messages 2 (at 2: Porchlight is at outcome found, stock asks nothing)" in text
    assert "stock 1." in text


def test_the_report_for_machines_is_json(own, measured):
    content = json.loads(json.dumps(report.as_json(own, None, {"porchlight": measured}, {"quick": True})))
    assert content["stock"] is None
    assert content["turns"]["porchlight"][0]["conversation"] == "a"
    assert {bar["figure"] for bar in content["bars"]} == {bar.figure for bar in BARS}
