"""Figures of an evaluation, from messages whose reading is known; and the page that shows them."""

import json

import pytest

from trainer import evaluate, evaluation, report
from trainer.evaluation import Read


def read(wanted, found, confidence=0.9, best=None, text="x"):
    return Read(text, wanted, found, best or found, confidence, 0.004)


MESSAGES = [
    read("greet", "greet", 0.95),
    read("greet", "thank", 0.55),
    read("thank", "thank", 0.85),
    read("thank", "nlu_fallback", 0.2, best="greet"),
    read("out_of_scope", "out_of_scope", 0.8),
    read("out_of_scope", "nlu_fallback", 0.1, best="thank"),
    read("out_of_scope", "greet", 0.6),
]


def test_a_message_about_other_things_only_has_to_be_rejected():
    assert MESSAGES[5].is_right
    assert not MESSAGES[3].is_right


def test_figures_are_shares():
    figures = evaluation.figures(MESSAGES)
    assert figures["accuracy"] == pytest.approx(4 / 7)
    assert figures["macro"] == pytest.approx((1 / 2 + 1 / 2 + 2 / 3) / 3)
    assert figures["others_rejected"] == pytest.approx(2 / 3)
    assert figures["ours_rejected"] == pytest.approx(1 / 4)
    assert figures["parse_ms"] == pytest.approx(4)


def test_a_higher_threshold_answers_less_and_is_right_more_often():
    points = {point["threshold"]: point for point in evaluation.curve(MESSAGES)}
    assert points[0.0]["coverage"] == 1
    assert points[0.0]["precision"] == pytest.approx(2 / 4)
    assert points[0.6]["coverage"] == pytest.approx(2 / 4)
    assert points[0.6]["precision"] == 1
    assert points[0.0]["others_rejected"] == pytest.approx(1 / 3)
    assert points[0.62]["others_rejected"] == 1


def test_a_model_that_is_as_right_as_it_is_sure_has_no_calibration_error():
    sure = [read("greet", "greet", 0.75)] * 3 + [read("greet", "thank", 0.75)]
    assert evaluation.calibration_error(sure) == pytest.approx(0)
    assert evaluation.calibration_error([read("greet", "thank", 0.75)]) == pytest.approx(0.75)


def test_facts_are_counted_whole_and_one_by_one():
    rows = [
        ("a", {"checked_neighbors": "not_there"}, {"checked_neighbors": "not_there"}),
        ("b", {"checked_neighbors": "found", "checked_household": "found"}, {"checked_neighbors": "found"}),
        ("c", {}, {"checked_household": "not_there"}),
    ]
    figures = evaluation.fact_figures(rows)
    assert figures["exact"] == pytest.approx(1 / 3)
    assert figures["precision"] == pytest.approx(2 / 3)
    assert figures["recall"] == pytest.approx(2 / 3)


def test_held_out_messages_name_known_intents_and_facts():
    from trainer.utterances import INTENTS

    for language in evaluation.spoken():
        content = evaluation.load("intents", language)
        assert content["language"] == language
        assert set(content["intents"]) == set(INTENTS), language
        for case in evaluation.load("facts", language):
            assert set(case["facts"]) <= set(evaluation.FACTS), (language, case)


def test_the_page_shows_every_language_and_escapes_what_buyers_write(tmp_path):
    wrong = read("greet", "thank", text="<script>alert(1)</script>")
    listed = [*MESSAGES, wrong]
    row = evaluate._intents(listed)
    result = {
        "at": "2026-01-01T00:00+00:00",
        "model": "m",
        "bars": evaluate.BARS,
        "threshold": 0.25,
        "intents": {"en": row, "ar": row},
        "mean": {name: 0.5 for name in ("accuracy", "macro", "others_rejected", "ours_rejected")},
        "curve": evaluation.curve(listed),
        "calibration": evaluation.calibration(listed),
        "calibration_error": 0.1,
        "languages": {"en": {"share": 1.0, "wrong": []}},
        "other_languages": {"ro": 0.9},
        "facts": {},
        "slowest": [("x", 4.0)],
    }
    report.write(tmp_path / "out" / "report.html", result)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert 'id="en"' in page and 'id="ar"' in page
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert page.count("data:image/png;base64,") == 4
    assert json.dumps(result)
    assert "mean" in evaluate.summary(result)
