"""Rules are gone through once a prediction, and lead to the same."""

import json
from types import SimpleNamespace

import pytest
from rasa.core.policies.rule_policy import RULES, RulePolicy

from bot.policies.rules import IntentRulePolicy, by_intent
from tests.bot.conversation import conversation, domain, said
from tests.bot.core_model import quiet

SAID = ["greet", "thank", "ask_how_long", "out_of_scope", "report_not_received", "goodbye"]


@pytest.fixture(scope="module")
def loaded(deciding) -> RulePolicy:
    nodes = deciding.processor.graph_runner._instantiated_nodes.values()
    return next(node._component for node in nodes if type(node._component) is RulePolicy)


@pytest.mark.parametrize("intent", SAID)
def test_the_same_is_predicted_as_by_rasas_own(loaded, intent):
    tracker = conversation(said(intent, text="hello"), stage="settled")
    with quiet():
        mine = by_intent(loaded).predict_action_probabilities(tracker.copy(), domain())
        wanted = loaded.predict_action_probabilities(tracker.copy(), domain())
    assert isinstance(by_intent(loaded), IntentRulePolicy)
    assert vars(mine) == vars(wanted)


def test_a_policy_with_a_rule_that_names_words_stays_as_it_is():
    rule = json.dumps([{"prev_action": {"action_name": "action_listen"}, "user": {"text": "hello"}}])
    policy = SimpleNamespace(lookup={RULES: {rule: "utter_greet"}})
    assert by_intent(policy) is policy
