"""The inbox: a message is stored before it is handled, and stays until it has been.

A message that fails is tried again with growing pauses; after `MOST_ATTEMPTS` it is given up and a human gets the
case. Messages of one conversation are handled in the order in which they came.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Optional

from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cases import clock, record
from cases.database import transaction
from cases.models import Case, InboxMessage, Message

MOST_ATTEMPTS = 8
LONGEST_PAUSE = timedelta(seconds=60)
SAME_MOMENT = 5  # tries for a message that comes together with others of its conversation (PostgreSQL only)


@dataclass(frozen=True)
class Work:
    """A message that the bot has to handle, with its case as both are stored.

    is_first: whether the assistant has not said anything in this conversation yet.
    """

    message: InboxMessage
    case: Case
    is_first: bool


@dataclass(frozen=True)
class Stored:
    """What became of a message that came in.

    inbox_id: its row in the inbox; None for a message that had been stored before.
    work: the message as the bot has to handle it, unless others of its conversation wait before it.
    """

    inbox_id: Optional[int]
    work: Optional[Work] = None

    @property
    def is_new(self) -> bool:
        """Whether it was not stored before."""
        return self.inbox_id is not None


def store_buyer_message(
    channel: str,
    external_id: str,
    conversation_id: str,
    text: str,
    attachments: list,
    known: dict[str, Any],
    metadata: dict[str, Any],
) -> Stored:
    """Stores a buyer's message: the transcript's line and the bot's work, together.

    Args:
        channel: the door, for example ``platform``.
        external_id: the platform's message id; the same id of the same channel is stored once.
        conversation_id: the platform's conversation.
        text: what the buyer wrote, unchanged but for NUL characters, which no database keeps.
        attachments: what the platform says of attached files.
        known: case columns that the platform told (see `cases.record.open_case`).
        metadata: given to the bot with the message.

    Raises:
        sqlalchemy.exc.OperationalError: nothing was stored; the platform should send the message again.
    """
    message = (channel, external_id, conversation_id, text, attachments, known, metadata)
    for _ in range(SAME_MOMENT - 1):
        try:
            return _store(*message)
        except IntegrityError:
            # At the same moment came either the same message, which is now found, or another first message of the
            # same conversation, whose case is now there.
            continue
    return _store(*message)


def _store(
    channel: str,
    external_id: str,
    conversation_id: str,
    text: str,
    attachments: list,
    known: dict[str, Any],
    metadata: dict[str, Any],
) -> Stored:
    with transaction() as session:
        if session.execute(_KNOWN, {"channel": channel, "external_id": external_id}).first() is not None:
            return Stored(None)
        case = record.open_case(session, conversation_id, channel, **known)
        if case.status == "closed":
            _reopen(session, case)
        at = clock.now()
        text = text.replace("\x00", "")
        row = {
            "channel": channel,
            "external_id": external_id,
            "conversation_id": conversation_id,
            "case_id": case.id,
            "kind": "message",
            "payload": {"text": text, "attachments": attachments, "metadata": metadata},
            "status": "waiting",
            "received_at": at,
        }
        before = session.execute(_BEFORE, {"conversation_id": conversation_id, "case_id": case.id}).one()
        inbox_id = session.execute(_ADD_WORK, row).inserted_primary_key[0]
        record.add_message(session, case, "buyer", text, at, attachments=attachments, inbox_id=inbox_id)
        work = Work(InboxMessage(id=inbox_id, **row), case, is_first=not before.has_spoken)
        return Stored(inbox_id, None if before.is_waiting else work)


def _reopen(session: Session, case) -> None:
    """Back to whoever had it: the agents if it had been handed over, else the assistant."""
    last = next((event for event in reversed(case.events) if event.kind == "closed"), None)
    was = last.data.get("was") if last else "open"
    case.status = "handed_over" if was == "handed_over" else "open"
    record.add_event(session, case, "reopened", "buyer")


def waiting_conversations(session: Session) -> list[str]:
    """Conversations whose oldest waiting message may be handled now."""
    real_now = datetime.now(timezone.utc)
    rows = session.execute(
        select(InboxMessage.conversation_id, InboxMessage.next_attempt_at)
        .where(InboxMessage.status == "waiting")
        .order_by(InboxMessage.id)
    )
    oldest: dict[str, Optional[datetime]] = {}
    for conversation_id, next_attempt_at in rows:
        oldest.setdefault(conversation_id, next_attempt_at)
    return [name for name, due in oldest.items() if due is None or due <= real_now]


def next_work(session: Session, conversation_id: str) -> Optional[Work]:
    """The oldest waiting message of a conversation, or None; also None while it waits for its next attempt."""
    row = session.execute(_NEXT, {"conversation_id": conversation_id}).first()
    if row is None:
        return None
    message, case, has_spoken = row
    if message.next_attempt_at and message.next_attempt_at > datetime.now(timezone.utc):
        return None
    return Work(message, case, is_first=not has_spoken)


def put_off(inbox_id: int, error: str) -> bool:
    """Writes down a failed attempt and when to try again.

    Pauses are in real time: they are about machines, not about the product's clock.

    Returns:
        False when the message has now been tried too often and somebody must act.
    """
    with transaction() as session:
        row = session.get(InboxMessage, inbox_id)
        row.attempts += 1
        row.last_error = error[:2000]
        pause = min(timedelta(seconds=0.5 * 2**row.attempts), LONGEST_PAUSE)
        row.next_attempt_at = datetime.now(timezone.utc) + pause
        return row.attempts < MOST_ATTEMPTS


def mark_done(session: Session, inbox_id: int) -> None:
    """Ends the bot's work on a message, in the caller's transaction."""
    session.execute(_END_WORK, {"inbox_id": inbox_id, "at": clock.now()})


# Every message takes this way: statements that are made once, and no objects where a row will do.
_WORK, _LINE = InboxMessage.__table__, Message.__table__
_KNOWN = select(_WORK.c.id).where(
    _WORK.c.channel == bindparam("channel"), _WORK.c.external_id == bindparam("external_id")
)
_ADD_WORK = insert(_WORK)
_BEFORE = select(
    exists()
    .where(_WORK.c.status == "waiting", _WORK.c.conversation_id == bindparam("conversation_id"))
    .label("is_waiting"),
    exists().where(_LINE.c.case_id == bindparam("case_id"), _LINE.c.sender_kind == "assistant").label("has_spoken"),
)
_NEXT = (
    select(InboxMessage, Case, exists().where(_LINE.c.case_id == Case.id, _LINE.c.sender_kind == "assistant"))
    .join(Case, Case.id == InboxMessage.case_id)
    .where(InboxMessage.status == "waiting", InboxMessage.conversation_id == bindparam("conversation_id"))
    .order_by(InboxMessage.id)
    .limit(1)
)
_END_WORK = update(_WORK).where(_WORK.c.id == bindparam("inbox_id")).values(status="done", done_at=bindparam("at"))
