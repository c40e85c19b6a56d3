"""The outbox: replies on their way to the buyer.

An agent's reply and the assistant's take the same way: released, sent, tried again with growing pauses, and after
`MOST_ATTEMPTS` dead, which the desk shows.
"""

import re
import uuid
from datetime import datetime, timedelta, timezone
from typing import Optional

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from cases import clock, record
from cases.models import Case, InboxMessage, OutboxMessage

MOST_ATTEMPTS = 10
LONGEST_PAUSE = timedelta(minutes=5)
LONGEST_TEXT = 2000

LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w+|(?<!\w)\+\d[\d ().-]{6,}\d")


class TextNotAllowed(ValueError):
    """The text can not go out on a marketplace; the message says why.

    ``reason`` is the same for programs: ``empty``, ``too_long``, ``link`` or ``contact``.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def outgoing(text: str) -> str:
    """A person's text as it goes out: plain, with single line ends, without space around it.

    Raises:
        TextNotAllowed: it is empty, longer than the smallest limit of the marketplaces in scope, or has a link, an
            e-mail address or an international telephone number, for which marketplaces block messages.
    """
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise TextNotAllowed("empty", "the reply is empty")
    if len(text) > LONGEST_TEXT:
        raise TextNotAllowed("too_long", f"the reply has {len(text)} characters; marketplaces take {LONGEST_TEXT}")
    if LINK.search(text):
        raise TextNotAllowed("link", "the reply has a link; marketplaces do not take links")
    if CONTACT.search(text):
        raise TextNotAllowed("contact", "the reply has an e-mail address or telephone number; marketplaces block them")
    return text


def queue_agent_reply(session: Session, case: Case, agent: str, text: str) -> OutboxMessage:
    """Puts an agent's reply on its way to the buyer.

    Args:
        session: an open transaction.
        case: the case; it is taken over by this agent if the assistant still has it.
        agent: the agent's user name.
        text: plain text, at most 2,000 characters (the smallest limit of the marketplaces in scope).

    Raises:
        TextNotAllowed: the text can not go out (see `outgoing`).
    """
    text = outgoing(text)
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
    session.flush()
    write_to_transcript(session, case, row)
    record.add_event(session, case, "agent_replied", agent, outbox_id=row.id)
    record.keep_promise(case, "agent_answer")
    return row


def write_to_transcript(session: Session, case: Case, row: OutboxMessage) -> None:
    """Adds the reply, which must be in the database already, to the transcript of its case."""
    known = {"author": row.author, "language": row.language, "outbox_id": row.id}
    record.add_message(session, case, row.sender_kind, row.text, clock.now(), **known)


def approve_draft(session: Session, row: OutboxMessage, agent: str, text: Optional[str] = None) -> None:
    """Releases a draft, as it stands or as the agent changed it.

    Raises:
        record.CaseStateError: the message is not a draft (any more).
        TextNotAllowed: the changed text can not go out (see `outgoing`).
    """
    if row.status != "draft":
        raise record.CaseStateError(f"the message is {row.status}, not a draft")
    if text is not None:
        row.text = outgoing(text)
    row.status = "released"
    case = session.get(Case, row.case_id)
    write_to_transcript(session, case, row)
    work = session.get(InboxMessage, row.inbox_id) if row.inbox_id else None
    if work is not None and work.kind == "follow_up":
        record.keep_promise(case, "follow_up")
    record.add_event(session, case, "draft_approved", agent, outbox_id=row.id)


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
    earlier = aliased(OutboxMessage)
    has_earlier = (
        select(earlier.id)
        .where(
            earlier.status == "released",
            earlier.conversation_id == OutboxMessage.conversation_id,
            tuple_(earlier.created_at, earlier.position, earlier.id)
            < tuple_(OutboxMessage.created_at, OutboxMessage.position, OutboxMessage.id),
        )
        .exists()
    )
    # Time and order are asked of the database: a pile of messages that wait for their next attempt would otherwise
    # fill the limit and keep all others back.
    return list(
        session.execute(
            select(OutboxMessage)
            .where(
                OutboxMessage.status == "released",
                OutboxMessage.channel == channel,
                or_(
                    OutboxMessage.next_attempt_at.is_(None),
                    OutboxMessage.next_attempt_at <= datetime.now(timezone.utc),
                ),
                ~has_earlier,
            )
            .order_by(OutboxMessage.created_at, OutboxMessage.position, OutboxMessage.id)
            .limit(limit)
        ).scalars()
    )


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
    if row.status != "released":  # held back while it was being sent
        return
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
