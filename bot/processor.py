"""Rasa's processing of one message, without the parts of it that a turn does not need.

What a message leads to is the same as with Rasa's own processor; only the way is shorter: the tracker is read once,
the script's steps are not also asked of rules and stories, which they would overrule, and an answer of the action
server is checked by the code that reads it instead of by a JSON schema, itself checked anew for each call.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text, Tuple

from rasa.core.actions.action import Action, ActionExecutionRejection, RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecutionRejected, Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError

from bot.action_endpoint import StrictActionEndpoint, strict
from bot.events import event_of
from bot.graph_runner import StraightGraphRunner
from bot.policies.delivery_check import DeliveryCheckPolicy, prediction_of
from bot.policies.next_step import next_step
from bot.tracker import TurnTracker


class TurnProcessor(MessageProcessor):
    """Handles a message with a tracker that the caller has already read."""

    def __init__(self, loaded: MessageProcessor) -> None:
        """Takes over everything that a loaded processor holds.

        Args:
            loaded: Rasa's processor with its model; it is not changed.
        """
        self.__dict__.update(vars(loaded))
        self.action_endpoint = strict(loaded.action_endpoint)
        self.graph_runner = StraightGraphRunner(loaded.graph_runner)
        self._follows_script = any(
            node.uses is DeliveryCheckPolicy for node in self.model_metadata.predict_schema.nodes.values()
        )

    async def handle(self, message: UserMessage, tracker: Optional[DialogueStateTracker]) -> DialogueStateTracker:
        """Handles a message and saves the tracker.

        Args:
            message: what came in.
            tracker: of the message's conversation as it is stored; None for a new conversation.

        Returns:
            The tracker as it was saved, but for what the store leaves out.
        """
        tracker = tracker or TurnTracker(message.sender_id, self.domain.slots)
        tracker.model_id = self.model_metadata.model_id
        tracker.assistant_id = tracker.assistant_id or self.model_metadata.assistant_id
        await self._update_tracker_session(tracker, message.output_channel, message.metadata)
        await self._handle_message_with_tracker(message, tracker)
        tracker = await self.run_action_extract_slots(message.output_channel, tracker)
        await self._run_prediction_loop(message.output_channel, tracker)
        await self.save_tracker(tracker)
        return tracker

    async def close(self) -> None:
        """Ends the connections to the action server."""
        if isinstance(self.action_endpoint, StrictActionEndpoint):
            await self.action_endpoint.close()

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> Tuple[Action, PolicyPrediction]:
        """The next action; see `MessageProcessor.predict_next_with_tracker_if_should`."""
        action, prediction = super().predict_next_with_tracker_if_should(tracker)
        if type(action) is RemoteAction:
            action = _ScriptAction(action.name(), self.action_endpoint)
        return action, prediction

    def _check_for_unseen_features(self, parse_data: Dict[Text, Any]) -> None:
        """Nothing: that our own components find only what the domain knows is tested, not watched at each message."""

    def _log_action_on_tracker(
        self,
        tracker: DialogueStateTracker,
        action: Action,
        events: Optional[List[Event]],
        prediction: PolicyPrediction,
    ) -> None:
        """Adds what an action did to the tracker; Rasa's also copies all of it, twice, for a log that is off."""
        events = events or []
        if not any(isinstance(event, ActionExecutionRejected) for event in events):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)

    def _predict_next_with_tracker(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        if self._follows_script and tracker.followup_action is None:
            step = next_step(tracker)
            if step is not None:
                return prediction_of(step, tracker, self.domain)
        return super()._predict_next_with_tracker(tracker)


class _ScriptAction(RemoteAction):
    """A call to our own action server, whose answer `StrictActionEndpoint` has checked and this only reads."""

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> List[Event]:
        """Calls the action server; see `RemoteAction.run`.

        Raises:
            ActionExecutionRejection: the action declines on purpose.
            TurnFailed: the action server can not be reached, fails, or answers nonsense.
        """
        try:
            answer = await self.action_endpoint.request(json=self._action_call_format(tracker, domain))
        except ClientResponseError as error:
            raise ActionExecutionRejection(self.name()) from error
        said: List[Event] = await self._utter_responses(answer.get("responses", []), output_channel, nlg, tracker)
        return [*said, *(event_of(data) for data in answer.get("events", []))]


def turn_processor(agent: Agent) -> TurnProcessor:
    """The agent's processor for turns, made anew after each loading of a model."""
    if not isinstance(agent.processor, TurnProcessor):
        agent.processor = TurnProcessor(agent.processor)
    return agent.processor
