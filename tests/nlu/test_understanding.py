"""How well the trained model understands the held-out messages; the floors lie a little under what was measured.

``make evaluate`` prints the whole report. Nobody may tune the training data to these messages.
"""

from pathlib import Path

import pytest

from trainer import evaluate

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "de", "zh")


@pytest.fixture(scope="module")
def agent():
    from rasa.core.agent import Agent

    if not list((ROOT / "models").glob("*.tar.gz")):
        pytest.skip("there is no trained model; make train makes one")
    return Agent.load(str(ROOT / "models"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_message_wants(agent, language):
    measured = evaluate.measure_intents(agent, language)
    assert measured["accuracy"] >= 0.85
    assert measured["out_of_scope_rejected"] >= 0.8
    assert measured["ours_rejected"] <= 0.06


def test_which_language_it_is_written_in(agent):
    shares = evaluate.measure_languages(agent, list(LANGUAGES))
    assert min(shares[language] for language in LANGUAGES) >= 0.97
    assert shares["ja"] >= 0.9
    assert shares["ru"] >= 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_which_facts_it_tells(agent, language):
    assert evaluate.measure_facts(agent)[language]["exact"] >= 0.5
