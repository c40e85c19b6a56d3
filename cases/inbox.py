"""The inbox: a message is stored before it is handled, and stays until it has been.

A message that fails is tried again with growing pauses; after `MOST_ATTEMPTS` it is given up and a human gets the
case. Messages of one conversation are handled in the order in which they came.
"""

from datetime import datetime, timedelta, timezone
from typing import Any, Optional

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cases import clock, record
from cases.database import transaction
from cases.models import InboxMessage, Message

MOST_ATTEMPTS = 8
LONGEST_PAUSE = timedelta(seconds=60)
SAME_MOMENT = 5  # tries for a message that comes together with others of its conversation (PostgreSQL only)


def store_buyer_message(
    channel: str,
    external_id: str,
    conversation_id: str,
    text: str,
    attachments: list,
    known: dict[str, Any],
    metadata: dict[str, Any],
) -> tuple[Optional[int], bool]:
    """Stores a buyer's message: the transcript's line and the bot's work, together.

    Args:
        channel: the door, for example ``platform``.
        external_id: the platform's message id; the same id of the same channel is stored once.
        conversation_id: the platform's conversation.
        text: what the buyer wrote, unchanged but for NUL characters, which no database keeps.
        attachments: what the platform says of attached files.
        known: case columns that the platform told (see `cases.record.open_case`).
        metadata: given to the bot with the message.

    Returns:
        The inbox row's id (None for a duplicate), and whether it is new.

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
) -> tuple[Optional[int], bool]:
    with transaction() as session:
        if _find(session, channel, external_id) is not None:
            return None, False
        case = record.open_case(session, conversation_id, channel, **known)
        if case.status == "closed":
            _reopen(session, case)
        row = InboxMessage(
            channel=channel,
            external_id=external_id,
            conversation_id=conversation_id,
            case_id=case.id,
            kind="message",
            payload={"text": text.replace("\x00", ""), "attachments": attachments, "metadata": metadata},
            status="waiting",
            received_at=clock.now(),
        )
        session.add(row)
        session.flush()
        session.add(
            Message(
                case_id=case.id,
                sender_kind="buyer",
                text=row.payload["text"],
                attachments=attachments,
                at=row.received_at,
                inbox_id=row.id,
            )
        )
        case.updated_at = row.received_at
        return row.id, True


def _reopen(session: Session, case) -> None:
    """Back to whoever had it: the agents if it had been handed over, else the assistant."""
    last = next((event for event in reversed(case.events) if event.kind == "closed"), None)
    was = last.data.get("was") if last else "open"
    case.status = "handed_over" if was == "handed_over" else "open"
    record.add_event(session, case, "reopened", "buyer")


def _find(session: Session, channel: str, external_id: str) -> Optional[InboxMessage]:
    return session.execute(
        select(InboxMessage).where(InboxMessage.channel == channel, InboxMessage.external_id == external_id)
    ).scalar_one_or_none()


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


def next_message(session: Session, conversation_id: str) -> Optional[InboxMessage]:
    """The oldest waiting message of a conversation, or None; also None while it waits for its next attempt."""
    row = (
        session.execute(
            select(InboxMessage)
            .where(InboxMessage.status == "waiting", InboxMessage.conversation_id == conversation_id)
            .order_by(InboxMessage.id)
            .limit(1)
        )
        .scalars()
        .first()
    )
    if row is None or (row.next_attempt_at and row.next_attempt_at > datetime.now(timezone.utc)):
        return None
    return row


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
    row = session.get(InboxMessage, inbox_id)
    row.status = "done"
    row.done_at = clock.now()
