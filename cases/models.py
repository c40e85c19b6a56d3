"""The tables of the case record. All times are UTC with zone."""

from datetime import datetime, timezone

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import declarative_base, deferred, relationship
from sqlalchemy.types import TypeDecorator

Base = declarative_base()


class UtcDateTime(TypeDecorator):
    """A point in time. Takes datetimes with a zone only, gives them back in UTC (SQLite forgets zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone can not be stored")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


class Case(Base):
    """One buyer's conversation about one order, and all that is known of it."""

    __tablename__ = "cases"

    id = Column(Integer, primary_key=True)
    conversation_id = Column(String(255), nullable=False, unique=True)
    channel = Column(String(32), nullable=False)
    marketplace = Column(String(64))
    buyer_id = Column(String(255))
    item_id = Column(String(255))
    order_number = Column(String(255))
    tracking_number = Column(String(255))
    language = Column(String(8))
    script = Column(String(8))
    locale = Column(String(35))
    status = Column(String(16), nullable=False, default="open")
    outcome = Column(String(16))
    handoff_reason = Column(String(32))
    checks = Column(JSON, nullable=False, default=dict)
    buyer_wish = Column(String(32))
    tracking_status = Column(String(32))
    delivery_class = Column(String(8))
    delivered_at = Column(UtcDateTime)
    evidence = Column(JSON, nullable=False, default=list)
    order_facts = Column(JSON, nullable=False, default=dict)
    inquiry = Column(JSON, nullable=False, default=dict)
    flags = Column(JSON, nullable=False, default=list)
    created_at = Column(UtcDateTime, nullable=False)
    updated_at = Column(UtcDateTime, nullable=False)

    messages = relationship("Message", order_by="Message.id", back_populates="case")
    events = relationship("CaseEvent", order_by="CaseEvent.id", back_populates="case")
    promises = relationship("Promise", order_by="Promise.id", back_populates="case")
    snapshots = relationship("TrackingSnapshot", order_by="TrackingSnapshot.id", back_populates="case")
    follow_ups = relationship("FollowUp", order_by="FollowUp.id", back_populates="case")
    proofs = relationship("Proof", order_by="Proof.id", back_populates="case")
    parcels = relationship("CaseParcel", order_by="CaseParcel.id", back_populates="case")


class Message(Base):
    """One message of the transcript, as its reader sees it."""

    __tablename__ = "messages"

    id = Column(Integer, primary_key=True)
    case_id = Column(ForeignKey("cases.id"), nullable=False, index=True)
    sender_kind = Column(String(16), nullable=False)  # buyer, assistant, agent
    author = Column(String(64))
    text = Column(Text, nullable=False)
    attachments = Column(JSON, nullable=False, default=list)
    language = Column(String(8))
    intent = Column(String(64))
    facts = Column(JSON, nullable=False, default=dict)
    at = Column(UtcDateTime, nullable=False)
    inbox_id = Column(ForeignKey("inbox.id"), index=True)
    outbox_id = Column(ForeignKey("outbox.id"), index=True)

    case = relationship("Case", back_populates="messages")


class CaseEvent(Base):
    """A change of the case: what, by whom, when. Rows are only ever added."""

    __tablename__ = "case_events"

    id = Column(Integer, primary_key=True)
    case_id = Column(ForeignKey("cases.id"), nullable=False, index=True)
    kind = Column(String(32), nullable=False)
    actor = Column(String(64), nullable=False)
    at = Column(UtcDateTime, nullable=False)
    data = Column(JSON, nullable=False, default=dict)

    case = relationship("Case", back_populates="events")


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


class TrackingSnapshot(Base):
    """What a provider answered, whole, with its SHA-256. Rows are only ever added."""

    __tablename__ = "tracking_snapshots"

    id = Column(Integer, primary_key=True)
    case_id = Column(ForeignKey("cases.id"), nullable=False, index=True)
    tracking_number = Column(String(64), nullable=False)
    provider = Column(String(32), nullable=False)
    fetched_at = Column(UtcDateTime, nullable=False)
    body = Column(Text, nullable=False)
    sha256 = Column(String(64), nullable=False)
    status = Column(String(32))
    delivery_class = Column(String(8))

    case = relationship("Case", back_populates="snapshots")


class Proof(Base):
    """A photo, signature or document that shows a delivery; rows that are kept are never changed (`cases.proofs`).

    ``status``: wanted (to be fetched), kept, the_same (another row of the case has this content), failed (given up; an
    agent sees it). ``source_sha256`` is of the address, or of the content where there is none. The bytes are loaded
    only when they are asked for.
    """

    __tablename__ = "proofs"
    __table_args__ = (UniqueConstraint("case_id", "source_sha256"), Index("proofs_due", "status", "next_attempt_at"))

    id = Column(Integer, primary_key=True)
    case_id = Column(ForeignKey("cases.id"), nullable=False, index=True)
    kind = Column(String(16), nullable=False)  # photo, signature, document
    provider = Column(String(32), nullable=False)  # who gave it; "agent" when it was added by hand
    tracking_number = Column(String(64))
    added_by = Column(String(64))
    url = Column(Text)
    source_sha256 = Column(String(64), nullable=False)
    status = Column(String(16), nullable=False)
    reason = Column(String(32))
    attempts = Column(Integer, nullable=False, default=0)
    next_attempt_at = Column(UtcDateTime)
    media_type = Column(String(64))
    size = Column(Integer)
    sha256 = Column(String(64))
    body = deferred(Column(LargeBinary))
    created_at = Column(UtcDateTime, nullable=False)
    kept_at = Column(UtcDateTime)

    case = relationship("Case", back_populates="proofs")
    buyer_pictures = relationship("BuyerPicture", order_by="BuyerPicture.id", back_populates="proof")


class BuyerPicture(Base):
    """A proof's picture as a buyer may see it: released by an agent, without metadata. Rows are only ever added.

    ``blacked_out`` are the rectangles that were covered, each ``[left, top, width, height]`` as shares of one.
    """

    __tablename__ = "buyer_pictures"

    id = Column(Integer, primary_key=True)
    proof_id = Column(ForeignKey("proofs.id"), nullable=False, index=True)
    media_type = Column(String(64), nullable=False)
    sha256 = Column(String(64), nullable=False)
    body = deferred(Column(LargeBinary, nullable=False))
    blacked_out = Column(JSON, nullable=False, default=list)
    released_by = Column(String(64), nullable=False)
    released_at = Column(UtcDateTime, nullable=False)

    proof = relationship("Proof", back_populates="buyer_pictures")


class CaseParcel(Base):
    """A parcel of a case's order, and the newest that is known of it, whoever told it.

    ``number_key`` is the tracking number as it is compared; ``scanned_at`` the time of its newest scan. ``told_in`` is
    the body in which a provider told the newest state without being asked; None: it was asked for, or nothing is known.
    """

    __tablename__ = "case_parcels"
    __table_args__ = (UniqueConstraint("case_id", "number_key"), Index("case_parcels_number", "number_key"))

    id = Column(Integer, primary_key=True)
    case_id = Column(ForeignKey("cases.id"), nullable=False)
    number_key = Column(String(255), nullable=False)
    status = Column(String(32))
    delivery_class = Column(String(8))
    moved_on = Column(Boolean, nullable=False, default=False)
    scanned_at = Column(UtcDateTime)
    told_in = Column(ForeignKey("tracking_snapshots.id"))

    case = relationship("Case", back_populates="parcels")
    told_by = relationship("TrackingSnapshot")


class FollowUp(Base):
    """Something that the assistant has said it will come back to, and when."""

    __tablename__ = "follow_ups"
    __table_args__ = (Index("follow_ups_due", "status", "due_at"),)

    id = Column(Integer, primary_key=True)
    case_id = Column(ForeignKey("cases.id"), nullable=False, index=True)
    kind = Column(String(32), nullable=False)
    due_at = Column(UtcDateTime, nullable=False)
    status = Column(String(16), nullable=False, default="planned")  # planned, queued, cancelled
    created_at = Column(UtcDateTime, nullable=False)

    case = relationship("Case", back_populates="follow_ups")


class Promise(Base):
    """Something that the buyer was told would happen, by when, and when it did."""

    __tablename__ = "promises"

    id = Column(Integer, primary_key=True)
    case_id = Column(ForeignKey("cases.id"), nullable=False, index=True)
    kind = Column(String(32), nullable=False)
    due_at = Column(UtcDateTime, nullable=False)
    made_at = Column(UtcDateTime, nullable=False)
    kept_at = Column(UtcDateTime)

    case = relationship("Case", back_populates="promises")


class ImportedOrder(Base):
    """An order that the seller has imported from a file. `record` is what `actions.orders.order_record` makes of it.

    ``number_key`` is the number as it is compared; ``marketplace`` is lower case, empty when the file tells none.
    """

    __tablename__ = "imported_orders"
    __table_args__ = (UniqueConstraint("number_key", "marketplace"),)

    id = Column(Integer, primary_key=True)
    number_key = Column(String(255), nullable=False)
    marketplace = Column(String(64), nullable=False)
    buyer_id = Column(String(255), index=True)
    record = Column(JSON, nullable=False)
    imported_at = Column(UtcDateTime, nullable=False)


class Agent(Base):
    """A person who signs in to the desk."""

    __tablename__ = "agents"

    id = Column(Integer, primary_key=True)
    username = Column(String(64), nullable=False, unique=True)
    password_hash = Column(String(255), nullable=False)
    language = Column(String(8), nullable=False, default="en")
    time_zone = Column(String(64), nullable=False, default="UTC")
    session_version = Column(Integer, nullable=False, default=1)
    active = Column(Boolean, nullable=False, default=True)
    created_at = Column(UtcDateTime, nullable=False)


class Setting(Base):
    """A value that all processes share, such as how far the sandbox clock was moved."""

    __tablename__ = "settings"

    name = Column(String(64), primary_key=True)
    value = Column(Text, nullable=False)
