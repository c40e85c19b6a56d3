"""Ends the search: waits for what the buyer will still check or what may still come, or gives up and hands over."""

import asyncio
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.slot_events import no_question, set_slots, settled
from cases import clock, rules, staffing

CHECKS = ("checked_neighbors", "checked_household", "checked_hidden_spots")
FRESH_SCAN_DAYS = 1


class ActionConclude(Action):
    """Waiting with a time, or not_found."""

    def name(self) -> str:
        """The name in ``domain.yml``."""
        return "action_conclude"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Returns the outcome ``waiting`` with ``follow_up_at``, or the reason ``not_found`` for a human."""
        slots = tracker.current_slot_values()
        now = await asyncio.to_thread(clock.now)
        told = datetime.fromisoformat(slots["follow_up_at"]) if slots.get("follow_up_at") else None
        will_check = any(slots.get(check) == "will_check" for check in CHECKS)
        if will_check:
            at = staffing.next_follow_up(now, rules.load("waits")["will_check_days"])
            return _wait(dispatcher, at, "utter_wait_check")
        if slots.get("delivery_class") == "D14" and (told is None or now < told):
            wording = "utter_still_waiting" if told else "utter_wait_fresh"
            return _wait(dispatcher, told or staffing.next_follow_up(now, FRESH_SCAN_DAYS), wording)
        return settled(handoff_reason="not_found")


def _wait(dispatcher: CollectingDispatcher, at: datetime, wording: str) -> list[Any]:
    dispatcher.utter_message(response=wording, follow_up_at=at.isoformat())
    return no_question() + set_slots({"outcome": "waiting", "stage": "waiting", "follow_up_at": at.isoformat()})
