"""The search for the parcel, turn by turn.

Rules say what is done in a situation, stories what is done in the course of a conversation. This policy says what
neither can: an escalation wins over an open question (and the answers in the same message are kept), an answer goes
on with the script, and after anything else the open question comes back once, in other words.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

from rasa.core.constants import POLICY_PRIORITY
from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction, confidence_scores_for
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecutionRejected,
    ActiveLoop,
    DefinePrevUserUtteredFeaturization,
    Event,
    SlotSet,
)
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.next_step import Step, next_step
from bot.script import FORM


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class DeliveryCheckPolicy(Policy):
    """Predicts the script's next step whenever there is one, and leaves the turn to rules and stories otherwise."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Above rules (6) and stories (3)."""
        return {POLICY_PRIORITY: 7}

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: Optional[TrackerFeaturizer] = None,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context, featurizer)

    def train(self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Has nothing to learn."""
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DeliveryCheckPolicy:
        """The policy of a trained model, which is the same as a new one."""
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[Text, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The script's next step with certainty, or nothing.

        ``is_no_user_prediction`` makes it win over rules: they would otherwise run Rasa's own form, which swallows
        an escalation as soon as the same message also answers a question.
        """
        step = next_step(tracker)
        if step is None:
            return self._prediction(self._default_predictions(domain))
        scores = confidence_scores_for(step.action, 1.0, domain)
        return self._prediction(scores, optional_events=_events(step, tracker), is_no_user_prediction=True)


def prediction_of(step: Step, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
    """What Rasa does with a step of the script once this policy has won: the action, and the events before it.

    Args:
        step: the script's next step.
        tracker: the conversation as it is before the step.
        domain: of the model.
    """
    events = _events(step, tracker)
    if tracker.latest_action_name == ACTION_LISTEN_NAME:
        events.append(DefinePrevUserUtteredFeaturization(False))  # as Rasa's ensemble does after every message
    return PolicyPrediction(
        confidence_scores_for(step.action, 1.0, domain),
        DeliveryCheckPolicy.__name__,
        events=events,
        is_no_user_prediction=True,
    )


def _events(step: Step, tracker: DialogueStateTracker) -> List[Event]:
    events: List[Event] = [SlotSet(name, value) for name, value in step.slots.items()]
    if step.asks is not None:
        if tracker.active_loop_name != FORM:
            # Rejected from the start: this policy asks, and rules and stories are heard in between.
            events += [ActiveLoop(FORM), ActionExecutionRejected(FORM)]
        events.append(SlotSet(REQUESTED_SLOT, step.asks))
    if step.ends_loop and tracker.get_slot(REQUESTED_SLOT) is not None:
        events.append(SlotSet(REQUESTED_SLOT, None))
    if step.ends_loop and tracker.active_loop_name is not None:
        events.append(ActiveLoop(None))
    if step.action == ACTION_LISTEN_NAME and not events:
        return []
    return events
