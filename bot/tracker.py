"""Rasa's tracker, copied quickly.

Rasa copies a tracker before each action and for each look of a policy at the past, by building a new one and going
through all events again, each time with a generic copy of every slot. That was a tenth of a message.
"""

from __future__ import annotations

import copy
from collections import deque
from typing import Any, Dict, Iterable, Optional, Text

from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker


class TurnTracker(DialogueStateTracker):
    """A tracker that behaves as Rasa's does."""

    def __init__(self, sender_id: Text, slots: Optional[Iterable[Slot]], *args: Any, **kwargs: Any) -> None:
        """See `DialogueStateTracker`; the slots are not changed."""
        super().__init__(sender_id, None, *args, **kwargs)
        if slots is not None:
            self.slots: Dict[Text, Slot] = {slot.name: _copied(slot) for slot in slots}
            self._reset_slots()

    def init_copy(self) -> TurnTracker:
        """A tracker of the same conversation before its first event."""
        return TurnTracker(
            self.sender_id, self.slots.values(), self._max_event_history, is_rule_tracker=self.is_rule_tracker
        )

    def copy(self) -> TurnTracker:
        """A duplicate: what is added to one does not show in the other."""
        other: TurnTracker = copy.copy(self)
        other.events = deque(self.events, self._max_event_history)
        other.slots = {name: _copied(slot) for name, slot in self.slots.items()}
        other.active_loop = copy.copy(self.active_loop)
        other.latest_action = dict(self.latest_action or {})
        return other


def _copied(slot: Slot) -> Slot:
    """What `copy.copy` makes, without asking the class how it wants to be copied."""
    other = object.__new__(type(slot))
    other.__dict__.update(slot.__dict__)
    return other
