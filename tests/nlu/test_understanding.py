"""How well the trained model understands the held-out messages; the floors lie a little under what was measured.

``make evaluate`` writes the whole report. Nobody may tune the training data to these messages.
"""

from pathlib import Path

import pytest

from trainer import evaluation

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def agent():
    from rasa.core.agent import Agent

    if not list((ROOT / "models").glob("*.tar.gz")):
        pytest.skip("there is no trained model; make train makes one")
    return Agent.load(str(ROOT / "models"))


@pytest.mark.parametrize("language", evaluation.spoken())
def test_what_a_message_wants(agent, language):
    figures = evaluation.figures(evaluation.read_intents(agent, language))
    assert figures["accuracy"] >= 0.80
    assert figures["others_rejected"] >= 0.75
    assert figures["ours_rejected"] <= 0.1


@pytest.mark.parametrize("language", evaluation.spoken())
def test_which_language_it_is_written_in(agent, language):
    share, wrong = evaluation.language_share(agent, language)
    assert share >= 0.9, wrong


@pytest.mark.parametrize("language", evaluation.spoken())
def test_which_facts_it_tells(agent, language):
    assert evaluation.fact_figures(evaluation.read_facts(agent, language))["recall"] >= 0.4
