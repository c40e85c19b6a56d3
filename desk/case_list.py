"""The list of cases: which ones, in what order, and what stands in each line."""

from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from cases.models import Case, CaseEvent, Message, OutboxMessage, Promise

PER_PAGE = 50
# A draft or a given-up reply needs a person as well, whoever has the case.
NEEDS_PERSON = (
    select(OutboxMessage.id)
    .where(OutboxMessage.case_id == Case.id, OutboxMessage.status.in_(("draft", "dead")))
    .exists()
)
FILTERS = {
    "agents": (or_(Case.status == "handed_over", and_(Case.status == "open", NEEDS_PERSON)),),
    "waiting": (Case.status == "open", Case.outcome == "waiting"),
    "open": (Case.status == "open",),
    "closed": (Case.status == "closed",),
    "all": (),
}
UNSETTLED = ("draft", "released", "dead")


@dataclass(frozen=True)
class CaseLine:
    """One line of the list."""

    case: Case
    due_at: Optional[datetime]
    last_message: Optional[Message]
    held_by: Optional[str]
    drafts: int
    unsent: int
    dead: int


@dataclass(frozen=True)
class CasePage:
    """One page of the list."""

    lines: list[CaseLine]
    counts: dict[str, int]
    number: int
    has_more: bool


def page_of_cases(session: Session, show: str, search: str, number: int) -> CasePage:
    """A page of at most 50 cases, those with the newest activity first.

    Args:
        show: a name of `FILTERS`.
        search: part of an order, tracking or conversation number; "" for all.
        number: the page, from 1.

    Raises:
        KeyError: there is no such filter.
    """
    wanted = [*FILTERS[show]]
    if search:
        part = f"%{_literally(search)}%"
        columns = (Case.order_number, Case.tracking_number, Case.conversation_id)
        wanted.append(or_(*(column.ilike(part, escape="!") for column in columns)))
    cases = (
        session.execute(
            select(Case)
            .where(*wanted)
            .order_by(Case.updated_at.desc(), Case.id.desc())
            .offset((number - 1) * PER_PAGE)
            .limit(PER_PAGE + 1)
        )
        .scalars()
        .all()
    )
    counts = {
        name: session.execute(select(func.count(Case.id)).where(*rule)).scalar_one() for name, rule in FILTERS.items()
    }
    return CasePage(_lines(session, cases[:PER_PAGE]), counts, number, len(cases) > PER_PAGE)


def _literally(text: str) -> str:
    """Signs that LIKE gives a meaning are searched as they stand."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _lines(session: Session, cases: list[Case]) -> list[CaseLine]:
    ids = [case.id for case in cases]
    due = dict(
        session.execute(
            select(Promise.case_id, func.min(Promise.due_at))
            .where(Promise.case_id.in_(ids), Promise.kept_at.is_(None))
            .group_by(Promise.case_id)
        ).all()
    )
    newest = select(func.max(Message.id)).where(Message.case_id.in_(ids)).group_by(Message.case_id)
    last = {
        message.case_id: message for message in session.execute(select(Message).where(Message.id.in_(newest))).scalars()
    }
    unsettled = {
        (case_id, status): count
        for case_id, status, count in session.execute(
            select(OutboxMessage.case_id, OutboxMessage.status, func.count(OutboxMessage.id))
            .where(
                OutboxMessage.case_id.in_(ids),
                OutboxMessage.status.in_(UNSETTLED),
                # Nothing is ever sent to the development door, so nothing there is on its way.
                or_(OutboxMessage.channel != "rest", OutboxMessage.status != "released"),
            )
            .group_by(OutboxMessage.case_id, OutboxMessage.status)
        )
    }
    holders = _holders(session, ids)
    return [
        CaseLine(
            case=case,
            due_at=None if case.status == "closed" else due.get(case.id),
            last_message=last.get(case.id),
            held_by=holders.get(case.id) if case.status == "handed_over" else None,
            drafts=unsettled.get((case.id, "draft"), 0),
            unsent=unsettled.get((case.id, "released"), 0),
            dead=unsettled.get((case.id, "dead"), 0),
        )
        for case in cases
    ]


def _holders(session: Session, ids: list[int]) -> dict[int, str]:
    """Who took each case over last, if it was not handed back after that."""
    newest = (
        select(func.max(CaseEvent.id))
        .where(CaseEvent.case_id.in_(ids), CaseEvent.kind.in_(("taken_over", "handed_back")))
        .group_by(CaseEvent.case_id)
    )
    events = session.execute(select(CaseEvent).where(CaseEvent.id.in_(newest))).scalars()
    return {event.case_id: event.actor for event in events if event.kind == "taken_over"}


def holder_of(session: Session, case: Case) -> Optional[str]:
    """The agent who has the case, or None while nobody has taken it."""
    return _holders(session, [case.id]).get(case.id) if case.status == "handed_over" else None
