"""The outbox: replies on their way to the buyer.

An agent's reply and the assistant's take the same way: released, sent, tried again with growing pauses, and after
`MOST_ATTEMPTS` dead, which the desk shows.
"""

import uuid
from datetime import datetime, timedelta, timezone
from typing import Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import clock, record
from cases.models import Case, Message, OutboxMessage

MOST_ATTEMPTS = 10
LONGEST_PAUSE = timedelta(minutes=5)
LONGEST_TEXT = 2000


class TextNotAllowed(ValueError):
    """The text can not go out on a marketplace; the message says why."""


def queue_agent_reply(session: Session, case: Case, agent: str, text: str) -> OutboxMessage:
    """Puts an agent's reply on its way to the buyer.

    Args:
        session: an open transaction.
        case: the case; it is taken over by this agent if the assistant still has it.
        agent: the agent's user name.
        text: plain text, at most 2,000 characters (the smallest limit of the marketplaces in scope).

    Raises:
        TextNotAllowed: the text is empty or too long.
    """
    text = text.strip()
    if not text:
        raise TextNotAllowed("the reply is empty")
    if len(text) > LONGEST_TEXT:
        raise TextNotAllowed(f"the reply has {len(text)} characters; marketplaces take {LONGEST_TEXT}")
    if case.status != "handed_over":
        record.take_over(session, case, agent)
    row = OutboxMessage(
        id=str(uuid.uuid4()),
        case_id=case.id,
        conversation_id=case.conversation_id,
        channel=case.channel,
        sender_kind="agent",
        author=agent,
        text=text,
        language=case.language,
        buttons=[],
        status="released",
        created_at=clock.now(),
    )
    session.add(row)
    write_to_transcript(session, row)
    record.add_event(session, case, "agent_replied", agent, outbox_id=row.id)
    for promise in case.promises:
        if promise.kind == "agent_answer" and promise.kept_at is None:
            promise.kept_at = clock.now()
    return row


def write_to_transcript(session: Session, row: OutboxMessage) -> None:
    """Adds the reply to the transcript."""
    session.flush()
    session.add(
        Message(
            case_id=row.case_id,
            sender_kind=row.sender_kind,
            author=row.author,
            text=row.text,
            language=row.language,
            at=clock.now(),
            outbox_id=row.id,
        )
    )


def approve_draft(session: Session, row: OutboxMessage, agent: str, text: Optional[str] = None) -> None:
    """Releases a draft, as it stands or as the agent changed it.

    Raises:
        record.CaseStateError: the message is not a draft (any more).
        TextNotAllowed: the changed text is empty or too long.
    """
    if row.status != "draft":
        raise record.CaseStateError(f"the message is {row.status}, not a draft")
    if text is not None:
        text = text.strip()
        if not text or len(text) > LONGEST_TEXT:
            raise TextNotAllowed(f"a reply has 1 to {LONGEST_TEXT} characters")
        row.text = text
    row.status = "released"
    write_to_transcript(session, row)
    record.add_event(session, session.get(Case, row.case_id), "draft_approved", agent, outbox_id=row.id)


def refuse_draft(session: Session, row: OutboxMessage, agent: str) -> None:
    """Throws a draft away; the buyer never sees it.

    Raises:
        record.CaseStateError: the message is not a draft (any more).
    """
    if row.status != "draft":
        raise record.CaseStateError(f"the message is {row.status}, not a draft")
    row.status = "refused"
    record.add_event(session, session.get(Case, row.case_id), "draft_refused", agent, outbox_id=row.id)


def due_for_sending(session: Session, channel: str, limit: int = 50) -> list[OutboxMessage]:
    """Released messages of a channel that may be sent now: the oldest of each conversation, so order is kept."""
    rows = session.execute(
        select(OutboxMessage)
        .where(OutboxMessage.status == "released", OutboxMessage.channel == channel)
        .order_by(OutboxMessage.created_at, OutboxMessage.position)
        .limit(limit * 4)
    ).scalars()
    real_now = datetime.now(timezone.utc)
    first: dict[str, OutboxMessage] = {}
    for row in rows:
        first.setdefault(row.conversation_id, row)
    due = [row for row in first.values() if row.next_attempt_at is None or row.next_attempt_at <= real_now]
    return due[:limit]


def mark_sent(session: Session, outbox_id: str) -> None:
    """The platform has the message."""
    row = session.get(OutboxMessage, outbox_id)
    row.status = "sent"
    row.sent_at = clock.now()
    row.last_error = None


def mark_failed(session: Session, outbox_id: str, error: str, final: bool, pause: Optional[timedelta] = None) -> None:
    """Writes down a failed delivery.

    Args:
        error: what went wrong, without any of the text.
        final: the platform will never take this message (for example, it is too long).
        pause: how long the platform asked to wait; by default the pause doubles each time.
    """
    row = session.get(OutboxMessage, outbox_id)
    row.attempts += 1
    row.last_error = error[:2000]
    if final or row.attempts >= MOST_ATTEMPTS:
        row.status = "dead"
        case = session.get(Case, row.case_id)
        record.add_event(session, case, "delivery_failed", record.SYSTEM, outbox_id=row.id, error=row.last_error)
        return
    row.next_attempt_at = datetime.now(timezone.utc) + (
        pause or min(timedelta(seconds=0.5 * 2**row.attempts), LONGEST_PAUSE)
    )


def send_again(session: Session, row: OutboxMessage, agent: str) -> None:
    """An agent has a dead message tried once more, from the start.

    Raises:
        record.CaseStateError: the message is not dead.
    """
    if row.status != "dead":
        raise record.CaseStateError(f"the message is {row.status}, so there is nothing to try again")
    row.status = "released"
    row.attempts = 0
    row.next_attempt_at = None
    record.add_event(session, session.get(Case, row.case_id), "delivery_retried", agent, outbox_id=row.id)
