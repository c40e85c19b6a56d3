"""Looks the parcel up, and says what tracking says."""

import asyncio
from typing import Any, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.investigation import INFORMED, Finding, investigate
from actions.slot_events import set_slots, settled

WAITING_FOR_BUYER = ("D6", "D7")
FACTS_BY_CLASS = {
    "D2": "letterbox",
    "D4": "neighbor",
    "D5": "reception",
    "D8": "collected",
    "D14": "fresh",
}
WISHES = {"request_refund": "utter_wish_refund", "request_replacement": "utter_wish_replacement"}
NO_OUTCOME = {"outcome": None, "handoff_reason": None}


class ActionLookUp(Action):
    """Which order, is the asker its buyer, where is the parcel: one of these is asked, or the last is answered."""

    def name(self) -> str:
        """The name in ``domain.yml``."""
        return "action_look_up"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Speaks, and returns what is known as slots; a reason for a human is left in ``handoff_reason``."""
        slots = tracker.current_slot_values()
        number = slots.get("order_number")
        if not number and not slots.get("buyer_id"):
            return _ask(dispatcher, slots, "order_number")
        # Who writes again wants to know what is new; an answer remembered from before does for the first time only.
        again = slots.get("tracking_status") is not None
        typed = None if again else slots.get("tracking_number")  # afterwards the slot holds what was looked up
        said = " ".join(filter(None, (tracker.latest_message.get("text"), typed)))
        finding = await asyncio.to_thread(investigate, tracker.sender_id, number, again, said)
        if finding.order is None and finding.reason is None:
            return _unknown_order(dispatcher, slots, number) if number else _ask(dispatcher, slots, "order_number")
        if finding.order and not finding.order.belongs_to(slots.get("buyer_id"), slots.get("verification")):
            return _ask(dispatcher, slots, "verification")
        if slots.get("tracking_status") is None and finding.reason != "repeat_contact":
            dispatcher.utter_message(response="utter_sympathy")
        known = set_slots({**NO_OUTCOME, **finding.slots})
        if finding.reason:
            return known + settled(handoff_reason=finding.reason)
        say_facts(dispatcher, finding)
        wish = WISHES.get(tracker.get_intent_of_latest_message())
        if wish:
            dispatcher.utter_message(response=wish)
        if ends_as_informed(finding):
            return known + settled(outcome="informed")
        return known + set_slots({"stage": "checking", "requested_slot": _still(slots, "requested_slot")})


def _still(slots: dict[str, Any], name: str) -> Optional[str]:
    """The open question if it is one of the script's, which a second look-up does not close."""
    value = slots.get(name)
    return None if value in ("order_number", "verification") else value


def _ask(dispatcher: CollectingDispatcher, slots: dict[str, Any], wanted: str) -> list[Any]:
    """Asks once; a second time without an answer a human takes over."""
    if slots.get("requested_slot") == wanted:
        reason = "identity_unverified" if wanted == "verification" else "lookup_failed"
        return settled(handoff_reason=reason)
    dispatcher.utter_message(response=f"utter_ask_{wanted}")
    return _open(wanted)


def _unknown_order(dispatcher: CollectingDispatcher, slots: dict[str, Any], number: str) -> list[Any]:
    if slots.get("requested_slot") == "order_number":
        return settled(handoff_reason="lookup_failed")
    dispatcher.utter_message(response="utter_order_unknown", order_number=number)
    return [SlotSet("order_number", None), *_open("order_number")]


def _open(wanted: str) -> list[Any]:
    return set_slots({"stage": "identifying", "requested_slot": wanted, "reminded_of": None})


def ends_as_informed(finding: Finding) -> bool:
    """Whether it is enough to say where the parcel is: nothing has to be searched."""
    return finding.parcel.status in INFORMED or finding.found_class in WAITING_FOR_BUYER


def say_facts(dispatcher: CollectingDispatcher, finding: Finding) -> None:
    """Says what tracking says of the parcel, and of a second one that is still on its way."""
    values = {name: value for name, value in finding.slots.items() if value is not None}
    parcel = finding.parcel
    if parcel.expected_on:
        values["expected_on"] = parcel.expected_on.isoformat()
    if parcel.pickup_until:
        values["pickup_until"] = parcel.pickup_until.isoformat()
    if parcel.pickup_point:
        values["pickup_point"] = parcel.pickup_point
    dispatcher.utter_message(response=wording(finding), **values)
    for other in finding.others:
        if parcel.status == "delivered" and other.status in INFORMED:
            dispatcher.utter_message(
                response="utter_facts_second_parcel", **{**values, "other_tracking_number": other.tracking_number}
            )


def wording(finding: Finding) -> str:
    """The response that says what tracking says of the parcel."""
    parcel, found_class = finding.parcel, finding.found_class
    if found_class in WAITING_FOR_BUYER:
        kind = "locker" if found_class == "D6" else "available_for_pickup"
        return f"utter_status_{kind}{'_until' if parcel.pickup_until and parcel.pickup_point else ''}"
    if parcel.status == "delivered":
        if parcel.delivered_at is None:  # all others say when
            return "utter_facts_delivered_undated"
        if found_class == "D1":
            return "utter_facts_signed" if parcel.signed_by else "utter_facts_signed_unnamed"
        if found_class == "D3":
            return f"utter_facts_{parcel.place}"
        return f"utter_facts_{FACTS_BY_CLASS.get(found_class, 'delivered')}"
    if parcel.status == "in_transit" and parcel.expected_on:
        return "utter_status_in_transit_expected"
    return f"utter_status_{parcel.status}"
