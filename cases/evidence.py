"""What tracking said: each look-up is kept whole, with its time and a SHA-256 of the body."""

from datetime import datetime
from typing import Any, Optional

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cases import clock, record
from cases.digest import digest
from cases.models import Case, TrackingSnapshot
from cases.parcels import ParcelState, same_number

_ADD_SNAPSHOT = insert(TrackingSnapshot.__table__)


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
    """Adds what a provider answered, unchanged, to the case; `fetched_at` is when it answered, by default now.

    Returns:
        What was stored, not bound to the session.
    """
    row = {
        "case_id": case.id,
        "tracking_number": tracking_number,
        "provider": provider,
        "fetched_at": fetched_at or clock.now(),
        "body": body,
        "sha256": digest(body),
        "status": status,
        "delivery_class": delivery_class,
    }
    return TrackingSnapshot(id=session.execute(_ADD_SNAPSHOT, row).inserted_primary_key[0], **row)


def has_snapshot(session: Session, case: Case, body: str) -> bool:
    """Whether the case has this very body already."""
    kept = select(TrackingSnapshot.id).filter_by(case_id=case.id, sha256=digest(body)).limit(1)
    return session.execute(kept).first() is not None


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


def note_change(
    session: Session,
    case: Case,
    tracking_number: str,
    state: ParcelState,
    provider: str,
    delivered_at: Optional[datetime],
    evidence: list[dict[str, Any]],
) -> None:
    """Writes down what a provider told without being asked; the case's own tracking facts follow if it is their parcel.

    Args:
        tracking_number: of a parcel of the case's order.
        state: what has become of it.
        provider: who told it.
        delivered_at, evidence: as in `note_tracking`.
    """
    if case.tracking_number and same_number(case.tracking_number, tracking_number):
        case.tracking_status, case.delivery_class = state.status, state.delivery_class
        case.delivered_at, case.evidence = delivered_at, evidence
    record.add_event(
        session,
        case,
        "tracking_changed",
        record.CARRIER,
        tracking_number=tracking_number,
        status=state.status,
        delivery_class=state.delivery_class,
        provider=provider,
        scanned_at=state.scanned_at.isoformat() if state.scanned_at else None,
    )
