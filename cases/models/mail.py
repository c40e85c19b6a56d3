"""Messages on their way in and out."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from cases.models.base import Base, UtcDateTime


class InboxMessage(Base):
    """Something that the bot has to handle, in order, exactly once: a buyer's message, a due follow-up, the carrier's
    news, an agent's hand-back. ``external_id`` is the platform's message id, unique within its channel."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("inbox_waiting", "status", "conversation_id", "id"),
    )

    id = Column(Integer, primary_key=True)
    channel = Column(String(32), nullable=False)
    external_id = Column(String(255), nullable=False)
    conversation_id = Column(String(255), nullable=False)
    case_id = Column(ForeignKey("cases.id"), nullable=False, index=True)
    kind = Column(String(16), nullable=False, default="message")
    payload = Column(JSON, nullable=False, default=dict)
    status = Column(String(16), nullable=False, default="waiting")  # waiting, done, given_up
    attempts = Column(Integer, nullable=False, default=0)
    next_attempt_at = Column(UtcDateTime)
    last_error = Column(Text)
    received_at = Column(UtcDateTime, nullable=False)
    done_at = Column(UtcDateTime)


class OutboxMessage(Base):
    """A reply on its way to the buyer.

    ``status``: draft (an agent must approve it), released (to be sent), sent,
    refused (an agent has the case, or a draft was thrown away), dead (given up; an agent sees it).
    """

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("inbox_id", "position"), Index("outbox_due", "status", "next_attempt_at"))

    id = Column(String(36), primary_key=True)
    case_id = Column(ForeignKey("cases.id"), nullable=False, index=True)
    conversation_id = Column(String(255), nullable=False)
    channel = Column(String(32), nullable=False)
    inbox_id = Column(ForeignKey("inbox.id"))
    position = Column(Integer, nullable=False, default=0)
    in_reply_to = Column(String(255))
    sender_kind = Column(String(16), nullable=False)
    author = Column(String(64))
    text = Column(Text, nullable=False)
    language = Column(String(8))
    buttons = Column(JSON, nullable=False, default=list)
    status = Column(String(16), nullable=False)
    attempts = Column(Integer, nullable=False, default=0)
    next_attempt_at = Column(UtcDateTime)
    last_error = Column(Text)
    created_at = Column(UtcDateTime, nullable=False)
    sent_at = Column(UtcDateTime)
