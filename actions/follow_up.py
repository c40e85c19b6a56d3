"""Comes back to the buyer: at the time that was promised, or because the carrier has news."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conclude import CHECKS
from actions.slot_events import set_slots
from actions.tell_news import news_of, tell_news


class ActionFollowUp(Action):
    """Asks what has become of the checks that the buyer wanted to make, or whether the parcel has turned up.

    A turn that begins with the carrier's news tells these instead.
    """

    def name(self) -> str:
        """The name in ``domain.yml``."""
        return "action_follow_up"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Says nothing when the conversation is no longer waiting."""
        news = news_of(tracker)
        if news:
            return await tell_news(dispatcher, tracker, news)
        slots = tracker.current_slot_values()
        if slots.get("outcome") != "waiting":
            return set_slots({"reminded_of": None})
        again = {check: None for check in CHECKS if slots.get(check) == "will_check"}
        if not again:
            dispatcher.utter_message(response="utter_follow_up_wait_over")
            return set_slots({"requested_slot": "outcome"})
        dispatcher.utter_message(response="utter_follow_up_check")
        return set_slots({**again, "stage": "checking", "requested_slot": None, "reminded_of": None})
