"""What Rasa sees of a conversation: its slots, the open question, the pause and the last two turns.

The transcript's home is the case record, so nothing is lost, and the hundredth message costs as much as the fifth:
with a form active a stock tracker makes it fourteen times as slow.
"""

import asyncio
import json
from datetime import datetime, timezone
from typing import Any, Iterable, List, Optional, Text

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    ConversationPaused,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import Column, DateTime, MetaData, String, Table, bindparam, select
from sqlalchemy import Text as SqlText

from bot.events import event_of
from bot.nlu.language import MESSAGE_LANGUAGE
from bot.tracker import TurnTracker
from bot.turn_failed import TurnFailed
from cases.database import open_engine
from cases.settings import settings

TURNS = 2
# Of what a component read from a message only this is kept; the rest has done its work.
_KEPT_PARSE_DATA = ("text", "intent", "entities", MESSAGE_LANGUAGE)
_metadata = MetaData()
_trackers = Table(
    "trackers",
    _metadata,
    Column("sender_id", String(255), primary_key=True),
    Column("events", SqlText, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
)

# Every message reads and writes a tracker, so the statements are made once.
_READ = select(_trackers.c.events).where(_trackers.c.sender_id == bindparam("of_sender_id"))
_REPLACE = (
    _trackers.update()
    .where(_trackers.c.sender_id == bindparam("of_sender_id"))
    .values(events=bindparam("events"), saved_at=bindparam("saved_at"))
)
_ADD = _trackers.insert()


def bounded(tracker: DialogueStateTracker) -> List[Event]:
    """The events that stand for a conversation: what it holds now, and its last turns.

    The state before the kept turns is told as slots, loop and pause; the kept turns follow as they happened.
    """
    events = [event for event in tracker.events if not isinstance(event, ActionExecutionRejected)]
    starts = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    begin = starts[-TURNS] if len(starts) >= TURNS else 0
    recent = [event for event in events[begin:] if not isinstance(event, (SlotSet, ActiveLoop, ConversationPaused))]
    state: List[Event] = [
        SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value != slot.initial_value
    ]
    if tracker.active_loop_name:
        state += [ActiveLoop(tracker.active_loop_name), ActionExecutionRejected(tracker.active_loop_name)]
    before: List[Event] = [] if begin == 0 else [ActionExecuted(ACTION_LISTEN_NAME)]
    kept = before + _spread(state, recent)
    if tracker.is_paused():
        kept.append(ConversationPaused())
    return kept


def _spread(state: List[Event], recent: List[Event]) -> List[Event]:
    """Puts the state before the last turn's end, so that the next message meets it as it was left."""
    if recent and isinstance(recent[-1], ActionExecuted) and recent[-1].action_name == ACTION_LISTEN_NAME:
        return [*recent[:-1], *state, recent[-1]]
    return [*recent, *state]


def _slim(event: Event) -> dict[str, Any]:
    data = event.as_dict()
    if isinstance(event, UserUttered):
        parsed = data.get("parse_data") or {}
        data["parse_data"] = {name: parsed[name] for name in _KEPT_PARSE_DATA if name in parsed}
    return data


class BoundedTrackerStore(TrackerStore):
    """Keeps one bounded tracker a conversation in SQLite (its own file) or PostgreSQL.

    Raises:
        TurnFailed: from every method, when the database can not be read or written. Rasa would make an empty tracker
            of any other error, and so forget that a human has the conversation.
    """

    def __init__(
        self, domain: Optional[Domain], event_broker: Optional[EventBroker] = None, url: Optional[Text] = None, **_: Any
    ) -> None:
        super().__init__(domain, event_broker)
        self._engine = open_engine(url or settings().tracker_url)
        _metadata.create_all(self._engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Replaces what is stored of the conversation."""
        await self.stream_events(tracker)
        body = json.dumps([_slim(event) for event in bounded(tracker)])
        await asyncio.to_thread(self._write, tracker.sender_id, body)

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The bounded tracker, or None for a conversation that has none."""
        body = await asyncio.to_thread(self._read, sender_id)
        if body is None:
            return None
        try:
            events = [event_of(data) for data in json.loads(body)]
            return TurnTracker.from_events(sender_id, events, self.domain.slots, domain=self.domain)
        except Exception as error:
            raise TurnFailed(f"the tracker makes no sense: {type(error).__name__}") from error

    def init_tracker(self, sender_id: Text) -> DialogueStateTracker:
        """An empty tracker for a new conversation."""
        return TurnTracker(sender_id, self.domain.slots)

    async def keys(self) -> Iterable[Text]:
        """The ids of all conversations."""
        return await asyncio.to_thread(self._ids)

    def _write(self, sender_id: str, body: str) -> None:
        row = {"events": body, "saved_at": datetime.now(timezone.utc)}
        try:
            with self._engine.begin() as connection:
                if connection.execute(_REPLACE, {"of_sender_id": sender_id, **row}).rowcount == 0:
                    connection.execute(_ADD, {"sender_id": sender_id, **row})
        except Exception as error:
            raise TurnFailed(f"the tracker could not be saved: {type(error).__name__}") from error

    def _read(self, sender_id: str) -> Optional[str]:
        try:
            with self._engine.connect().execution_options(read_only=True) as connection:
                return connection.execute(_READ, {"of_sender_id": sender_id}).scalar_one_or_none()
        except Exception as error:
            raise TurnFailed(f"the tracker could not be read: {type(error).__name__}") from error

    def _ids(self) -> List[str]:
        try:
            with self._engine.connect().execution_options(read_only=True) as connection:
                return list(connection.execute(select(_trackers.c.sender_id)).scalars())
        except Exception as error:
            raise TurnFailed(f"the trackers could not be listed: {type(error).__name__}") from error
