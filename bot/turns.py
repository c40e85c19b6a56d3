"""One turn: an inbox message goes through Rasa, and what comes out takes effect as a whole.

The order makes every crash harmless. Rasa saves its tracker, which holds the message and what was said to it; then one
transaction releases the reply, teaches the case and ends the message. A message whose id the tracker already holds
was handled before, and only the last step is left.
"""

import asyncio
from datetime import datetime
from typing import Any, Dict, List, Optional, Text

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot import script
from bot.nlg import ReplyGenerator
from bot.nlu.language import MESSAGE_LANGUAGE
from bot.nlu.text import normalized, plain
from bot.processor import TurnProcessor, turn_processor
from cases import inbox, record, rules, turns
from cases.database import transaction
from cases.models import Case, InboxMessage, OutboxMessage
from cases.parcels import ParcelState, number_key
from cases.view import CHECKS

EMPTY, ATTACHMENT, FOLLOW_UP = "/empty_message", "/attachment_received", "/follow_up_due"


class Unsent(OutputChannel):
    """Sends nothing: what Rasa says is read from the saved tracker when the turn ends."""

    @classmethod
    def name(cls) -> Text:
        """The name under which Rasa looks up wording for a channel; there is none of its own."""
        return "unsent"

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        """Leaves the message to the end of the turn."""


async def run_turn(agent: Agent, work: inbox.Work) -> Optional[OutboxMessage]:
    """Handles one inbox message from beginning to end.

    Args:
        agent: Rasa's agent with a loaded model.
        work: a waiting message; all earlier ones of the conversation must be done.

    Returns:
        The reply with its new status, or None when nothing is said.

    Raises:
        TurnFailed: nothing took effect; the message should be tried again.
        Exception: likewise.
    """
    message = work.message
    async with agent.lock_store.lock(message.conversation_id):
        processor = turn_processor(agent)
        tracker = await processor.tracker_store.retrieve(message.conversation_id)
        if tracker is None or not _has_handled(tracker, message):
            tracker = await _handle(processor, message, work.case, tracker)
        said = _said(tracker, message, processor.nlg if work.is_first else None)
        return await asyncio.to_thread(_commit, message.id, facts_of(tracker, message), said)


def _commit(inbox_id: int, facts: turns.TurnFacts, said: Optional[turns.Said]) -> Optional[OutboxMessage]:
    with transaction() as session:
        return turns.commit(session, inbox_id, facts, said)


def _said(
    tracker: DialogueStateTracker, work: InboxMessage, introducing: Optional[ReplyGenerator]
) -> Optional[turns.Said]:
    """All that Rasa said after the message, as one reply; the first of a conversation after a word about who speaks."""
    spoken: List[BotUttered] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            if event.message_id != _message_id(work):
                return None
            break
        if isinstance(event, BotUttered):
            spoken.insert(0, event)
    texts = [event.text for event in spoken if event.text]
    if not texts:
        return None
    language = spoken[-1].metadata.get("language")
    if introducing is not None:
        texts.insert(
            0,
            introducing.say("utter_introduction", {"language": language, "script": tracker.get_slot("script")})["text"],
        )
    buttons = spoken[-1].data.get("buttons") or []
    return turns.Said(
        "\n\n".join(texts),
        language,
        [{"title": button["title"], "payload": button.get("payload", button["title"])} for button in buttons],
    )


def _message_id(work: InboxMessage) -> str:
    return f"inbox-{work.id}"


def _has_handled(tracker: DialogueStateTracker, work: InboxMessage) -> bool:
    return any(isinstance(e, UserUttered) and e.message_id == _message_id(work) for e in tracker.events)


async def _handle(
    processor: TurnProcessor, work: InboxMessage, case: Case, tracker: Optional[DialogueStateTracker]
) -> DialogueStateTracker:
    if work.kind in ("take_over", "hand_back"):
        tracker = tracker or await processor.fetch_tracker_and_update_session(work.conversation_id)
        tracker.update_with_events(_note(work.kind, tracker), processor.domain)
        await processor.save_tracker(tracker)
        return tracker
    if work.kind == record.TRACKING_NEWS and not _is_for_buyer(work, case, tracker):
        return tracker or await processor.fetch_tracker_and_update_session(work.conversation_id)
    if case.status == "handed_over" and tracker is not None and not tracker.is_paused():
        tracker.update(ConversationPaused(), processor.domain)
    message = UserMessage(
        text=_text(work),
        output_channel=Unsent(),
        sender_id=work.conversation_id,
        input_channel=work.channel,
        message_id=_message_id(work),
        metadata=_metadata(work, case),
    )
    return await processor.handle(message, tracker)


def _is_for_buyer(work: InboxMessage, case: Case, tracker: Optional[DialogueStateTracker]) -> bool:
    """Whether the buyer hears a carrier's news: the assistant has the case, and has told what was before, not this."""
    if case.status != "open" or tracker is None or tracker.is_paused():
        return False
    slots, news = tracker.current_slot_values(), work.payload["metadata"]["news"]
    if slots.get("tracking_status") is None or slots.get("stage") == "identifying":
        return False
    if number_key(slots.get("tracking_number") or "") != number_key(news["tracking_number"]):
        return True
    told = ParcelState(slots["tracking_status"], slots.get("delivery_class"))
    return ParcelState(news["status"], news["delivery_class"]).is_news_after(told)


def _text(work: InboxMessage) -> str:
    if work.kind in ("follow_up", record.TRACKING_NEWS):
        return FOLLOW_UP
    text = plain(work.payload.get("text", ""))
    if normalized(text):
        return text
    return ATTACHMENT if work.payload.get("attachments") else EMPTY


def _metadata(work: InboxMessage, case: Case) -> Dict[str, Any]:
    told = dict(work.payload.get("metadata") or {})
    style = "one_at_a_time" if work.channel == "rest" else rules.platform(case.marketplace).style
    return {**told, "case_id": str(case.id), "ask_style": style}


def _note(kind: str, tracker: DialogueStateTracker) -> List[Event]:
    """What an agent's taking over or handing back means for the tracker; the facts stay."""
    if kind == "take_over":
        return [SlotSet("outcome", "handed_over"), *_end_of_loop(tracker), ConversationPaused()]
    slots = tracker.current_slot_values()
    events: List[Event] = [
        ConversationResumed(),
        *(SlotSet(name, None) for name in ("outcome", "handoff_reason", "misunderstandings", "angry_messages")),
        SlotSet("reminded_of", None),
    ]
    if slots.get("delivery_class") in script.SEARCHED:
        still_open = script.open_checks(slots)
        if still_open:
            events += [SlotSet("stage", "checking"), ActiveLoop(script.FORM), ActionExecutionRejected(script.FORM)]
            events.append(SlotSet("requested_slot", still_open[0]))
        else:
            events.append(SlotSet("stage", "waiting"))
    else:
        events.append(SlotSet("stage", None))
    return [*events, ActionExecuted(ACTION_LISTEN_NAME)]


def _end_of_loop(tracker: DialogueStateTracker) -> List[Event]:
    return [SlotSet("requested_slot", None), ActiveLoop(None)] if tracker.active_loop_name else []


def facts_of(tracker: DialogueStateTracker, work: InboxMessage) -> turns.TurnFacts:
    """What the case learns from the tracker after a turn."""
    slots = tracker.current_slot_values()
    latest = tracker.latest_message if work.kind == "message" else None
    entities = (latest.entities or []) if latest else []
    return turns.TurnFacts(
        language=slots.get("language"),
        script=slots.get("script"),
        order_number=slots.get("order_number"),
        tracking_number=slots.get("tracking_number"),
        outcome=slots.get("outcome"),
        handoff_reason=slots.get("handoff_reason"),
        buyer_wish=slots.get("buyer_wish"),
        checks={name: slots.get(name) for name in CHECKS},
        message_language=latest.parse_data.get(MESSAGE_LANGUAGE) if latest else None,
        intent=latest.intent.get("name") if latest else None,
        extracted={e["entity"]: e["value"] for e in entities if e["entity"] in _SHOWN},
        follow_up_at=_time(slots, "follow_up_at"),
        answer_by=_time(slots, "answer_by"),
        paused=tracker.is_paused(),
    )


_SHOWN = (*CHECKS, "buyer_wish", "order_number", "tracking_number", "trigger")


def _time(slots: Dict[str, Any], name: str) -> Optional[datetime]:
    return datetime.fromisoformat(slots[name]) if slots.get(name) else None
