"""Hands the conversation to a human, with everything that is known, and tells the buyer by when they answer."""

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, ConversationPaused
from rasa_sdk.executor import CollectingDispatcher

from actions.investigation import investigate
from actions.slot_events import no_question, set_slots
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
            # What is in the slots may be told after a hand-back; facts for somebody else stay in the case.
            if finding.order is None or finding.order.belongs_to(slots.get("buyer_id"), slots.get("verification")):
                known = {name: value for name, value in finding.slots.items() if value is not None}
                if finding.reason == "dispute_open":
                    reason = "dispute_open"
        by = (await asyncio.to_thread(_answer_by)).isoformat()
        zone = {"time_zone": known["time_zone"]} if known.get("time_zone") else {}
        dispatcher.utter_message(response=_wording(reason, tracker))
        dispatcher.utter_message(response="utter_handover_who_when", answer_by=by, **zone)
        known.update(outcome="handed_over", handoff_reason=reason, stage="settled", answer_by=by)
        return [
            *set_slots(known),
            *no_question(),
            ActionExecuted("action_listen"),
            ConversationPaused(),
        ]


def _wording(reason: str, tracker: Tracker) -> str:
    """A buyer whose language is not spoken here hears that; to be told «not understood» would puzzle them."""
    foreign = any(True for _ in tracker.get_latest_entity_values("unsupported_language"))
    return "utter_language_not_offered" if reason == "not_understood" and foreign else f"utter_handover_{reason}"


def _answer_by():
    return staffing.answer_by(clock.now())
