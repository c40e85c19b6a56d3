"""Rasa's rules, gone through once a prediction instead of twice."""

from __future__ import annotations

import json
from typing import Any, Optional, Text, Tuple

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import USER
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT


class IntentRulePolicy(RulePolicy):
    """A loaded `RulePolicy` whose rules name intents only.

    After each message Rasa first looks for a rule with the message's very words, then for one with its intent.
    """

    def __init__(self, loaded: RulePolicy) -> None:
        """Takes over everything that the loaded policy holds."""
        self.__dict__.update(vars(loaded))

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> Tuple[Optional[Text], Optional[Text], bool]:
        if use_text_for_last_user_input:
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)

    def _rule_prediction(self, *args: Any, **kwargs: Any) -> Any:
        prediction = super()._rule_prediction(*args, **kwargs)
        prediction.policy_name = RulePolicy.__name__
        return prediction


def by_intent(loaded: RulePolicy) -> RulePolicy:
    """A policy that predicts the same with less work; the loaded one itself if a rule names a message's words."""
    names_words = any(TEXT in state.get(USER, {}) for rule in loaded.lookup[RULES] for state in json.loads(rule))
    return loaded if names_words else IntentRulePolicy(loaded)
