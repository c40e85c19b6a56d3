"""The case: what it is, what was said, what happened, what was promised."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import relationship

from cases.models.base import Base, UtcDateTime


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
