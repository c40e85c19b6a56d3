"""Which step of the script comes next: a function of the tracker, without side effects."""

from dataclasses import dataclass, field
from typing import Any, Dict, Optional

from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.trackers import DialogueStateTracker

from bot import script

LOOK_UP, CONCLUDE, HAND_OVER = "action_look_up", "action_conclude", "action_hand_over"
# Messages that are answered by themselves; after the answer the open question comes back.
DIGRESSIONS = {
    "ask_how_long",
    "ask_order_status",
    "ask_proof_of_delivery",
    "attachment_received",
    "bot_challenge",
    "change_language",
    "empty_message",
    "express_anger",
    "feel_accused",
    "goodbye",
    "greet",
    "nlu_fallback",
    "out_of_scope",
    "request_refund",
    "request_replacement",
    "thank",
}
# After these nobody wants to hear the question again at once.
QUIET = {"goodbye"}


@dataclass(frozen=True)
class Step:
    """An action, and what becomes true with it.

    ``asks`` names the check that is open from now on; ``ends_loop`` closes the script.
    """

    action: str
    slots: Dict[str, Any] = field(default_factory=dict)
    asks: Optional[str] = None
    ends_loop: bool = False


def next_step(tracker: DialogueStateTracker) -> Optional[Step]:
    """The script's next step, or None when rules and stories decide.

    Args:
        tracker: with the newest message and the actions that were already taken for it.
    """
    slots = tracker.current_slot_values()
    if tracker.latest_action_name == ACTION_LISTEN_NAME:
        return _after_message(tracker, slots)
    return _after_action(tracker, slots)


def _after_message(tracker: DialogueStateTracker, slots: Dict[str, Any]) -> Optional[Step]:
    intent = _intent(tracker)
    told = _told(tracker)
    if intent == "follow_up_due":
        return None
    if "trigger" in told:
        return Step(HAND_OVER, {"handoff_reason": told["trigger"]})
    turned_up = slots.get(REQUESTED_SLOT) == "outcome" and intent == "affirm"
    if turned_up or intent == "found_parcel" or "found" in (told.get(place) for place in script.PLACES):
        return Step(
            "utter_found",
            {"outcome": "found", "stage": "settled", "buyer_wish": "none", "handoff_reason": None},
            ends_loop=True,
        )
    stage = slots.get("stage")
    if stage == "identifying" and (intent not in DIGRESSIONS or any(name in told for name in script.REFERENCES)):
        return Step(LOOK_UP)
    if stage in ("checking", "waiting") and intent not in DIGRESSIONS and any(name in told for name in script.CHECKS):
        return _go_on(slots)
    return None


def _after_action(tracker: DialogueStateTracker, slots: Dict[str, Any]) -> Optional[Step]:
    done = tracker.latest_action_name
    stage, outcome = slots.get("stage"), slots.get("outcome")
    if slots.get("handoff_reason") and outcome != "handed_over":
        return Step(HAND_OVER)
    if done == "utter_found" or (done or "").startswith(("utter_ask_", "utter_again_")):
        return Step(ACTION_LISTEN_NAME)
    if stage == "identifying":
        if done == LOOK_UP:
            return Step(ACTION_LISTEN_NAME, asks=slots.get(REQUESTED_SLOT))
        return _ask_reference_again(tracker, slots)
    if stage != "checking":
        return Step(ACTION_LISTEN_NAME) if done in (LOOK_UP, CONCLUDE, HAND_OVER) else None
    if done == CONCLUDE:
        return Step(ACTION_LISTEN_NAME, ends_loop=True)
    if not slots.get(REQUESTED_SLOT) or slots[REQUESTED_SLOT] not in script.open_checks(slots):
        return _go_on(slots)
    return _ask_again(tracker, slots)


def _go_on(slots: Dict[str, Any]) -> Step:
    """The next open check, or the end of the script."""
    still_open = script.open_checks(slots)
    if not still_open:
        return Step(CONCLUDE, ends_loop=True)
    check = still_open[0]
    # Who answers something else than was asked hears the open question in other words, not in the same ones again.
    was_asked = slots.get(REQUESTED_SLOT) == check and slots.get("ask_style") == "one_at_a_time"
    if was_asked and slots.get("reminded_of") != check:
        return Step(f"utter_again_{check}", {"reminded_of": check}, asks=check)
    return Step(f"utter_ask_{check}", {"reminded_of": None}, asks=check)


def _ask_again(tracker: DialogueStateTracker, slots: Dict[str, Any]) -> Step:
    """The open question once more in other words; only once, and not to a buyer who says goodbye."""
    check = slots[REQUESTED_SLOT]
    if slots.get("reminded_of") == check or _intent(tracker) in QUIET:
        return Step(ACTION_LISTEN_NAME)
    return Step(f"utter_again_{check}", {"reminded_of": check}, asks=check)


def _ask_reference_again(tracker: DialogueStateTracker, slots: Dict[str, Any]) -> Step:
    wanted = slots.get(REQUESTED_SLOT)
    if wanted not in script.REFERENCES or slots.get("reminded_of") == wanted or _intent(tracker) in QUIET:
        return Step(ACTION_LISTEN_NAME)
    return Step(f"utter_again_{wanted}", {"reminded_of": wanted}, asks=wanted)


def _intent(tracker: DialogueStateTracker) -> Optional[str]:
    return tracker.latest_message.intent.get("name") if tracker.latest_message else None


def _told(tracker: DialogueStateTracker) -> Dict[str, Any]:
    """The facts in the newest message."""
    if tracker.latest_message is None:
        return {}
    return {entity["entity"]: entity["value"] for entity in tracker.latest_message.entities or []}
