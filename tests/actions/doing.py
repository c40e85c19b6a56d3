"""Short names for what actions return."""

from typing import Any, Dict, List

from rasa_sdk.events import ActiveLoop, SlotSet

END = [SlotSet("requested_slot", None), ActiveLoop(None)]


def sets(**values: Any) -> List[Dict[str, Any]]:
    """Events that set these slots, in this order."""
    return [SlotSet(name, value) for name, value in values.items()]


def keys(messages: List[Dict[str, Any]]) -> List[str]:
    """The response keys of what was said."""
    return [message["response"] for message in messages]


def slots_of(events: List[Dict[str, Any]]) -> Dict[str, Any]:
    """What the slots hold after these events."""
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}
