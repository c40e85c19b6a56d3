"""The shapes of the API's answers and requests. All times are ISO 8601 in UTC."""

from datetime import date, datetime
from typing import Any, Dict, List, Literal, Optional

from pydantic import BaseModel, Field

CaseStatus = Literal["open", "handed_over", "closed"]


class Problem(BaseModel):
    """Why a request was not done."""

    detail: str


class Checks(BaseModel):
    """What the buyer said about the four checks; null while it is open."""

    checked_neighbors: Optional[str]
    checked_household: Optional[str]
    checked_hidden_spots: Optional[str]
    address_confirmed: Optional[bool]


class Tracking(BaseModel):
    """What tracking said last."""

    number: Optional[str]
    status: Optional[str]
    delivery_class: Optional[str]
    delivered_at: Optional[datetime]
    evidence: List[Any]


class PromiseMade(BaseModel):
    """Something that the buyer was told would happen, by when, and when it did."""

    kind: str
    due_at: datetime
    made_at: datetime
    kept_at: Optional[datetime]


class CaseRecord(BaseModel):
    """A case, without its conversation."""

    id: int
    conversation_id: str
    order_number: Optional[str]
    marketplace: Optional[str]
    language: Optional[str]
    status: CaseStatus
    outcome: Optional[str]
    handoff_reason: Optional[str]
    checks: Checks
    buyer_wish: Optional[str]
    tracking: Tracking
    inquiry: Dict[str, Any]
    promises: List[PromiseMade]
    flags: List[Any]
    created_at: datetime
    updated_at: datetime


class TranscriptMessage(BaseModel):
    """One message. ``delivery`` is null for buyers; else draft, released, retrying, sent, refused, dead, kept_here."""

    sender_kind: Literal["buyer", "assistant", "agent"]
    author: Optional[str]
    text: str
    language: Optional[str]
    intent: Optional[str]
    at: datetime
    delivery: Optional[str]


class CaseWithTranscript(CaseRecord):
    """A case with its conversation, oldest message first."""

    messages: List[TranscriptMessage]


class NewReply(BaseModel):
    """A reply to the buyer: plain text, 1 to 2,000 characters, no links, no contact data."""

    text: str


class InquirySent(BaseModel):
    """That the carrier inquiry was sent; without a day, today (UTC)."""

    sent_on: Optional[date] = None


class CarrierAnswer(BaseModel):
    """What the carrier answered; a text is needed when the result is other. Without a day, today (UTC)."""

    result: Literal["found", "delivered_with_proof", "misdelivered", "lost", "no_trace", "other"]
    text: str = ""
    answered_on: Optional[date] = None


class ClockMove(BaseModel):
    """How far to move the sandbox's clock: an ISO 8601 duration of weeks, days or smaller units."""

    advance: str = Field(..., example="PT24H")


class ClockTime(BaseModel):
    """The product's time."""

    now: datetime


class Health(BaseModel):
    """Whether the desk can work."""

    status: Literal["ok", "database_unreadable"]
