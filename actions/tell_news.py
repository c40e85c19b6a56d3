"""Tells a buyer what the carrier has told since."""

import asyncio
from typing import Any, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.investigation import Finding, investigate
from actions.look_up import ends_as_informed, say_facts
from actions.slot_events import set_slots, settled
from actions.tracking_news import state_of
from cases.parcels import ParcelState, same_number

# Why a human takes over when a parcel is reported as missing. That one of much value was delivered is no such report.
ONLY_OF_REPORTS = ("high_value", "repeat_contact")


def news_of(tracker: Tracker) -> Optional[dict[str, Any]]:
    """The news that this turn is about (`cases.record.tell_news`); None when it is about something else."""
    return (tracker.latest_message.get("metadata") or {}).get("news")


async def tell_news(dispatcher: CollectingDispatcher, tracker: Tracker, news: dict[str, Any]) -> list[Any]:
    """Looks everything up afresh and says what is new, as a look-up would; nothing if that was told before.

    A parcel that was delivered leaves the talk where it is: a search goes on with what the carrier says now, a wait
    goes on, and who only wanted to know where it is has not said that it is missing. The news of an order's other
    parcel change nothing but for a human who must take over.
    """
    slots = tracker.current_slot_values()
    whole = await asyncio.to_thread(investigate, tracker.sender_id, slots.get("order_number"), True)
    finding = whole.about(news["tracking_number"])
    if finding is None or not whole.order.belongs_to(slots.get("buyer_id"), slots.get("verification")):
        return _silent(slots)
    is_foremost = finding is whole
    if not _is_untold(finding, news, slots if is_foremost else None):
        return _silent(slots)
    if finding.reason != "dispute_open":
        dispatcher.utter_message(response="utter_carrier_news", tracking_number=finding.parcel.tracking_number)
    values = finding.slots if is_foremost else {}
    if finding.reason and finding.reason not in ONLY_OF_REPORTS:
        return set_slots(values) + settled(handoff_reason=finding.reason)
    say_facts(dispatcher, finding)
    if is_foremost and ends_as_informed(finding):
        return set_slots(values) + settled(outcome="informed")
    if is_foremost and slots.get("stage") == "checking":
        values = {**values, "requested_slot": None}  # the question that fits best now comes first
    return set_slots({**values, "reminded_of": None})


def _is_untold(finding: Finding, news: dict[str, Any], told: Optional[dict[str, Any]]) -> bool:
    """Whether the buyer does not know this.

    Args:
        told: the slots, which hold what was told last of the parcel in the foreground; None for another one, of which
            only is told what this news says: behind it comes what is newer.
    """
    state = state_of(finding.parcel, finding.order)
    if told is None:
        return not state.is_news_after(ParcelState(news["status"], news["delivery_class"]))
    if not same_number(told.get("tracking_number") or "", finding.parcel.tracking_number):
        return True
    return state.is_news_after(ParcelState(told.get("tracking_status"), told.get("delivery_class")))


def _silent(slots: dict[str, Any]) -> list[Any]:
    """Nothing is said, and an open question is not asked again."""
    return set_slots({"reminded_of": slots.get("requested_slot")})
