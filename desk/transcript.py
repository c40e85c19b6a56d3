"""A case's conversation as the desk and other programs show it: each message with its meaning and its delivery."""

from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Case, Message, OutboxMessage


@dataclass(frozen=True)
class Line:
    """One message.

    ``delivery``: None for a buyer's message, else draft, released (on its way), retrying, sent, refused (held back),
    dead (given up) or kept_here (the development door can not be written to).
    """

    message: Message
    delivery: Optional[str]
    outbox_id: Optional[str]
    settled_at: Optional[datetime]


def delivery_of(row: OutboxMessage) -> str:
    """How far a reply has come (see `Line`)."""
    if row.status != "released":
        return row.status
    if row.channel == "rest":
        return "kept_here"
    return "retrying" if row.attempts else "released"


def lines_of(session: Session, case: Case) -> list[Line]:
    """The whole conversation, oldest first."""
    sent = session.execute(select(OutboxMessage).where(OutboxMessage.case_id == case.id)).scalars()
    replies = {row.id: row for row in sent}
    lines = []
    for message in case.messages:
        reply = replies.get(message.outbox_id)
        if reply is None:
            lines.append(Line(message, None, None, None))
        else:
            lines.append(Line(message, delivery_of(reply), reply.id, reply.sent_at))
    return lines


def drafts_of(session: Session, case: Case) -> list[OutboxMessage]:
    """Replies that wait for an agent's approval, oldest first."""
    return list(
        session.execute(
            select(OutboxMessage)
            .where(OutboxMessage.case_id == case.id, OutboxMessage.status == "draft")
            .order_by(OutboxMessage.created_at, OutboxMessage.id)
        ).scalars()
    )
