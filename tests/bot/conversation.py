"""Conversations made by hand: a tracker with the project's domain, slots and what was said last."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Optional, Sequence

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, ActiveLoop, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

ROOT = Path(__file__).parents[2]


@lru_cache(maxsize=1)
def domain() -> Domain:
    """The project's domain."""
    return Domain.load(str(ROOT / "domain.yml"))


def said(intent: str, text: str = "…", **facts: Any) -> UserUttered:
    """A buyer's message as the NLU components hand it on."""
    entities = [{"entity": name, "value": value} for name, value in facts.items()]
    return UserUttered(text, {"name": intent, "confidence": 1.0}, entities)


def conversation(
    message: Optional[UserUttered] = None,
    done: Sequence[str] = (),
    loop: Optional[str] = None,
    loop_rejected: bool = False,
    **slots: Any,
) -> DialogueStateTracker:
    """A tracker that holds these slots.

    Args:
        message: the newest message; its facts fill their slots, as Rasa does it.
        done: the actions that were taken since.
        loop: the form that is active.
        loop_rejected: whether rules and stories are heard in between, as in the middle of the product's script.
        slots: set before the message.
    """
    events = [SlotSet(name, value) for name, value in slots.items()]
    if loop:
        events.append(ActiveLoop(loop))
    if loop_rejected:
        events.append(ActionExecutionRejected(loop))
    events.append(ActionExecuted(ACTION_LISTEN_NAME))
    if message is not None:
        facts: Dict[str, Any] = {entity["entity"]: entity["value"] for entity in message.entities}
        events += [message, *(SlotSet(name, value) for name, value in facts.items() if name in _slot_names())]
    events += [ActionExecuted(name) for name in done]
    return DialogueStateTracker.from_events("c1", events, domain().slots, domain=domain())


@lru_cache(maxsize=1)
def _slot_names() -> frozenset:
    return frozenset(slot.name for slot in domain().slots)
