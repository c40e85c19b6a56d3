"""What tracking said: each look-up is kept whole, with its time and a SHA-256 of the body."""

import hashlib
from datetime import datetime
from typing import Any, Optional

from sqlalchemy.orm import Session

from cases import clock, record
from cases.models import Case, TrackingSnapshot


def digest(body: str) -> str:
    """The SHA-256 of a body, in hexadecimal."""
    return hashlib.sha256(body.encode("utf-8")).hexdigest()


def keep_snapshot(
    session: Session,
    case: Case,
    tracking_number: str,
    provider: str,
    body: str,
    status: Optional[str],
    delivery_class: Optional[str],
    fetched_at: Optional[datetime] = None,
) -> TrackingSnapshot:
    """Adds what a provider answered, unchanged, to the case; `fetched_at` is when it answered, by default now."""
    snapshot = TrackingSnapshot(
        case_id=case.id,
        tracking_number=tracking_number,
        provider=provider,
        fetched_at=fetched_at or clock.now(),
        body=body,
        sha256=digest(body),
        status=status,
        delivery_class=delivery_class,
    )
    session.add(snapshot)
    return snapshot


def is_unchanged(snapshot: TrackingSnapshot) -> bool:
    """Whether the stored body still has the hash with which it was stored."""
    return digest(snapshot.body) == snapshot.sha256


def note_tracking(
    session: Session,
    case: Case,
    tracking_number: Optional[str],
    status: str,
    delivery_class: Optional[str],
    delivered_at: Optional[datetime],
    evidence: list[dict[str, Any]],
    order_facts: dict[str, Any],
    flags: list[dict[str, Any]],
) -> None:
    """Writes down what the newest look-up means; an event tells when it differs from before."""
    before = (case.tracking_number, case.tracking_status, case.delivery_class)
    case.tracking_number = tracking_number or case.tracking_number
    case.tracking_status = status
    case.delivery_class = delivery_class
    case.delivered_at = delivered_at
    case.evidence = evidence
    case.order_facts = order_facts
    case.flags = flags
    if before != (case.tracking_number, status, delivery_class):
        record.add_event(
            session,
            case,
            "tracking_looked_up",
            record.ASSISTANT,
            tracking_number=case.tracking_number,
            status=status,
            delivery_class=delivery_class,
        )
