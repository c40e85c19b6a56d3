"""The events with which actions leave what they found: slots, and the question that is no longer open."""

from typing import Any, Mapping

from rasa_sdk.events import ActiveLoop, SlotSet


def set_slots(values: Mapping[str, Any]) -> list[Any]:
    """One event for each slot."""
    return [SlotSet(name, value) for name, value in values.items()]


def no_question() -> list[Any]:
    """Nothing is asked any longer, and the form is left."""
    return [SlotSet("requested_slot", None), ActiveLoop(None)]


def settled(**values: Any) -> list[Any]:
    """The talk has come to its end, with these slots: an ``outcome``, or the ``handoff_reason`` for a human."""
    return [*no_question(), *set_slots({**values, "stage": "settled"})]
