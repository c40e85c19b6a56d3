"""Opening a case, and what people do with it: take it over, hand it back, close it."""

from datetime import datetime
from typing import Any, Optional

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cases import clock
from cases.models import Case, CaseEvent, InboxMessage, Message, OutboxMessage

_ADD_EVENT = insert(CaseEvent.__table__)
_ADD_MESSAGE = insert(Message.__table__)
_NOT_KNOWN_YET = tuple(column.key for column in Case.__table__.columns if column.nullable)
ASSISTANT = "assistant"
SYSTEM = "system"
CARRIER = "carrier"
TRACKING_NEWS = "tracking_news"  # the kind of a note in the inbox: a carrier has told something new


class CaseStateError(ValueError):
    """The case is not in a state in which this can be done; the text says which state it is in."""


def case_of_conversation(session: Session, conversation_id: str) -> Optional[Case]:
    """The case of a conversation, or None."""
    return session.execute(select(Case).where(Case.conversation_id == conversation_id)).scalar_one_or_none()


def open_case(session: Session, conversation_id: str, channel: str, **known: Any) -> Case:
    """The case of a conversation; opened when there is none.

    Args:
        session: an open transaction.
        conversation_id: the platform's conversation.
        channel: the door through which the buyer writes, for example ``platform`` or ``rest``.
        known: columns that the platform told (``buyer_id``, ``marketplace``, ``order_number``, ``item_id``,
            ``locale``). What is known already is not overwritten by nothing.
    """
    case = case_of_conversation(session, conversation_id)
    if case is None:
        at = clock.now()
        case = Case(
            conversation_id=conversation_id,
            channel=channel,
            status="open",
            checks={},
            evidence=[],
            order_facts={},
            inquiry={},
            flags=[],
            created_at=at,
            updated_at=at,
            **{**dict.fromkeys(_NOT_KNOWN_YET), **known},
        )
        session.add(case)
        session.flush()
        add_event(session, case, "opened", SYSTEM)
        return case
    for name, value in known.items():
        if value is not None:
            setattr(case, name, value)
    return case


def add_event(session: Session, case: Case, kind: str, actor: str, **data: Any) -> None:
    """Writes down that something about the case changed.

    Args:
        kind: what happened, for example ``taken_over``.
        actor: ``assistant``, ``system``, ``carrier``, ``buyer`` or an agent's user name.
        data: values as JSON can hold them.
    """
    at = clock.now()
    session.execute(_ADD_EVENT, {"case_id": case.id, "kind": kind, "actor": actor, "at": at, "data": data})
    case.updated_at = at


def add_message(session: Session, case: Case, sender_kind: str, text: str, at: datetime, **known: Any) -> None:
    """Adds a line to the transcript.

    Args:
        sender_kind: ``buyer``, ``assistant`` or ``agent``.
        text: as its reader sees it.
        at: when, with zone.
        known: further columns; rows that they refer to must be in the database.
    """
    session.execute(_ADD_MESSAGE, {"case_id": case.id, "sender_kind": sender_kind, "text": text, "at": at, **known})
    case.updated_at = at


def take_over(session: Session, case: Case, agent: str) -> None:
    """An agent takes the case: from this transaction on, no word of the assistant reaches the buyer.

    Taking over a case that is already with the agents only writes down who has it.
    """
    if case.status != "handed_over":
        case.status = "handed_over"
        case.outcome = "handed_over"
        tell_bot(session, case, "take_over")
        _hold_back_unsent(session, case)
    add_event(session, case, "taken_over", agent)


def hand_back(session: Session, case: Case, agent: str) -> None:
    """The agent gives the case back to the assistant; what was checked stays, outcome and reason are open again.

    Raises:
        CaseStateError: the case is not with the agents.
    """
    if case.status != "handed_over":
        raise CaseStateError(f"case {case.id} is {case.status}, so it can not be handed back")
    case.status = "open"
    case.outcome = None
    case.handoff_reason = None
    tell_bot(session, case, "hand_back")
    add_event(session, case, "handed_back", agent)


def close(session: Session, case: Case, actor: str) -> None:
    """Ends the case. A buyer who writes again opens it again, with the agents if they had it."""
    if case.status == "closed":
        return
    add_event(session, case, "closed", actor, was=case.status)
    case.status = "closed"
    for follow_up in case.follow_ups:
        if follow_up.status == "planned":
            follow_up.status = "cancelled"


def keep_promise(case: Case, kind: str) -> None:
    """Notes that what the buyer was told would happen has now happened.

    Args:
        kind: ``agent_answer`` or ``follow_up``; all open promises of this kind are kept.
    """
    for promise in case.promises:
        if promise.kind == kind and promise.kept_at is None:
            promise.kept_at = clock.now()


def _hold_back_unsent(session: Session, case: Case) -> None:
    """The assistant's replies that still wait to be sent stay here; one that is being sent just now may arrive."""
    unsent = session.execute(
        select(OutboxMessage).where(
            OutboxMessage.case_id == case.id,
            OutboxMessage.sender_kind == "assistant",
            OutboxMessage.status == "released",
        )
    ).scalars()
    for row in unsent:
        row.status = "refused"
        add_event(session, case, "reply_refused", SYSTEM, outbox_id=row.id)


def tell_bot(session: Session, case: Case, kind: str) -> InboxMessage:
    """Puts a note for the bot into the inbox, behind all that the buyer wrote before."""
    count = session.query(InboxMessage).filter(InboxMessage.case_id == case.id).count()
    note = InboxMessage(
        channel=case.channel,
        external_id=f"{kind}:{case.id}:{count}",
        conversation_id=case.conversation_id,
        case_id=case.id,
        kind=kind,
        payload={},
        status="waiting",
        received_at=clock.now(),
    )
    session.add(note)
    return note


def tell_news(session: Session, case: Case, body_digest: str, news: dict[str, Any]) -> None:
    """Puts a carrier's news into the bot's inbox; who hears of it is decided when its turn has come.

    Args:
        body_digest: of the body that told it; the same body is put there once.
        news: ``tracking_number``, ``status`` and ``delivery_class`` of the parcel.
    """
    session.add(
        InboxMessage(
            channel=case.channel,
            external_id=f"tracking-news:{case.id}:{body_digest}",
            conversation_id=case.conversation_id,
            case_id=case.id,
            kind=TRACKING_NEWS,
            payload={"metadata": {"news": news}},
            status="waiting",
            received_at=clock.now(),
        )
    )


def transcript(session: Session, case: Case) -> list[Message]:
    """All messages of the case, oldest first."""
    return list(session.execute(select(Message).where(Message.case_id == case.id).order_by(Message.id)).scalars())
