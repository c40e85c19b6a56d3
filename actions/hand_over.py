"""Hands the conversation to a human, with everything that is known, and tells the buyer by when they answer."""

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, ActiveLoop, ConversationPaused, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.investigation import investigate
from cases import clock, staffing


class ActionHandOver(Action):
    """Says who answers by when, and pauses the conversation."""

    def name(self) -> str:
        """The name in ``domain.yml``."""
        return "action_hand_over"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Looks the parcel up first if nobody has, so that the human has the facts; the buyer is told none of them.

        ``action_listen`` comes before the pause: without it the first message after a hand-back would run this
        action once more.
        """
        slots = tracker.current_slot_values()
        reason = slots.get("handoff_reason") or "human_requested"
        known: dict[str, Any] = {}
        if slots.get("tracking_status") is None and slots.get("order_number"):
            finding = await asyncio.to_thread(investigate, tracker.sender_id, slots["order_number"])
            known = {name: value for name, value in finding.slots.items() if value is not None}
            if finding.reason == "dispute_open":
                reason = "dispute_open"
        by = (await asyncio.to_thread(_answer_by)).isoformat()
        zone = {"time_zone": known["time_zone"]} if known.get("time_zone") else {}
        dispatcher.utter_message(response=f"utter_handover_{reason}")
        dispatcher.utter_message(response="utter_handover_who_when", answer_by=by, **zone)
        known.update(outcome="handed_over", handoff_reason=reason, stage="settled", answer_by=by, requested_slot=None)
        return [
            *(SlotSet(name, value) for name, value in known.items()),
            ActiveLoop(None),
            ActionExecuted("action_listen"),
            ConversationPaused(),
        ]


def _answer_by():
    return staffing.answer_by(clock.now())
