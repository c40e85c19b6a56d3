"""Follow-ups: what the assistant said it would come back to. They live in the database, so a restart loses none."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import clock, record
from cases.models import Case, FollowUp, InboxMessage, Promise


def plan(session: Session, case: Case, kind: str, due_at: datetime) -> FollowUp:
    """Plans to write to the buyer again, in place of any earlier plan for the case, and notes it as a promise.

    Args:
        kind: what it is about, for example ``wait_over``.
        due_at: when, with zone.
    """
    session.flush()  # an earlier plan of the same transaction must be in the database before it can go
    for earlier in case.follow_ups:
        if earlier.status == "planned":
            earlier.status = "cancelled"
    for promise in list(case.promises):
        if promise.kind == "follow_up" and promise.kept_at is None:
            case.promises.remove(promise)
            session.delete(promise)
    at = clock.now()
    follow_up = FollowUp(case_id=case.id, kind=kind, due_at=due_at, status="planned", created_at=at)
    # Through the case, so that a second plan in the same transaction finds this one.
    case.follow_ups.append(follow_up)
    case.promises.append(Promise(case_id=case.id, kind="follow_up", due_at=due_at, made_at=at))
    record.add_event(session, case, "follow_up_planned", record.ASSISTANT, about=kind, due_at=due_at.isoformat())
    return follow_up


def cancel(session: Session, case: Case) -> None:
    """Drops what is still planned, because the case ended or a human has it."""
    for follow_up in case.follow_ups:
        if follow_up.status == "planned":
            follow_up.status = "cancelled"


def queue_due(session: Session) -> int:
    """Puts every follow-up that is due into the bot's inbox, once.

    Returns:
        How many were queued. Cases that are no longer with the assistant are skipped and their plans dropped.
    """
    due = session.execute(
        select(FollowUp)
        .where(FollowUp.status == "planned", FollowUp.due_at <= clock.now())
        .order_by(FollowUp.due_at)
        # The clock and the sandbox's clock door may look at the same moment; each row is for one of them.
        .with_for_update(skip_locked=True)
    ).scalars()
    queued = 0
    for follow_up in due:
        case = session.get(Case, follow_up.case_id)
        if case.status != "open":
            follow_up.status = "cancelled"
            continue
        follow_up.status = "queued"
        queued += 1
        session.add(
            InboxMessage(
                channel=case.channel,
                external_id=f"follow-up:{follow_up.id}",
                conversation_id=case.conversation_id,
                case_id=case.id,
                kind="follow_up",
                payload={"about": follow_up.kind},
                status="waiting",
                received_at=clock.now(),
            )
        )
        record.add_event(session, case, "follow_up_due", record.SYSTEM, about=follow_up.kind)
    return queued
