"""One turn of the assistant: what it says takes effect together with all that it learnt, or not at all.

A turn begins with an inbox message and ends with `commit`, after the bot has saved its tracker. Until then what it
says stands only in that tracker. A bot that dies in between finds the message still waiting, and its words there.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Optional

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from cases import clock, follow_ups, inbox, inquiry, outbox, record, rules
from cases.models import Case, InboxMessage, Message, OutboxMessage, Promise
from cases.settings import settings


@dataclass
class TurnFacts:
    """What is known after a turn, read from the bot's slots.

    ``follow_up_at`` and ``answer_by`` are the times that the buyer was told last. ``paused`` tells that the bot keeps
    silent because an agent has, or had, the conversation.
    """

    language: Optional[str] = None
    script: Optional[str] = None
    order_number: Optional[str] = None
    tracking_number: Optional[str] = None
    outcome: Optional[str] = None
    handoff_reason: Optional[str] = None
    buyer_wish: Optional[str] = None
    checks: dict[str, Any] = field(default_factory=dict)
    message_language: Optional[str] = None
    intent: Optional[str] = None
    extracted: dict[str, Any] = field(default_factory=dict)
    follow_up_at: Optional[datetime] = None
    answer_by: Optional[datetime] = None
    paused: bool = False


@dataclass
class Said:
    """What the assistant says in a turn: the whole text, its language (ISO 639-1) and quick replies."""

    text: str
    language: Optional[str] = None
    buttons: list[dict[str, str]] = field(default_factory=list)


def commit(session: Session, inbox_id: int, facts: TurnFacts, said: Optional[Said]) -> Optional[OutboxMessage]:
    """Ends a turn: the case learns the facts, the reply is released, the message is done; all in one transaction.

    A case that is with the agents takes no word of the assistant, whatever the bot believes: the reply is refused.

    Returns:
        The reply, with its status; None if the turn said nothing, or was ended before.
    """
    work, case = session.execute(_WORK, {"inbox_id": inbox_id}).one()
    if work.status != "waiting":
        return None
    with_agents = case.status == "handed_over"
    _note_meaning(session, work, facts)
    _learn(session, case, facts)
    if said is not None and _keeps_word(work, facts) and not with_agents and not _needs_approval(case):
        record.keep_promise(case, "follow_up")  # before a new plan takes the place of those not kept
    # Messages that came before a hand-back was carried out find an open case and a silent bot: nothing to settle.
    if not with_agents and not (facts.paused and said is None):
        _settle(session, case, facts)
    inbox.mark_done(session, inbox_id)
    return _reply(session, case, work, said, with_agents) if said is not None else None


def give_up(session: Session, inbox_id: int, said: Said) -> None:
    """Ends the work on a message that can not be handled: a human gets the case, and the buyer hears so.

    A carrier's news that can not be told stay in the case, and that is all.

    Args:
        session: an open transaction.
        inbox_id: the message.
        said: what the buyer reads, unless the case is with the agents already.
    """
    work, case = session.execute(_WORK, {"inbox_id": inbox_id}).one()
    work.status = "given_up"
    if work.kind == record.TRACKING_NEWS:  # the agents have it in the case, and nobody has asked for it
        record.add_event(session, case, "news_not_told", record.SYSTEM, inbox_id=inbox_id)
        return
    if case.status == "handed_over":
        return
    case.status, case.outcome, case.handoff_reason = "handed_over", "handed_over", "lookup_failed"
    record.add_event(session, case, "given_up", record.SYSTEM, inbox_id=inbox_id)
    record.tell_bot(session, case, "take_over")
    _reply(session, case, work, said, with_agents=False)


def _note_meaning(session: Session, work: InboxMessage, facts: TurnFacts) -> None:
    if work.kind == "message":
        meaning = {"intent": facts.intent, "language": facts.message_language, "facts": facts.extracted}
        session.execute(_NOTE_MEANING, {"of_inbox_id": work.id, **meaning})


def _learn(session: Session, case: Case, facts: TurnFacts) -> None:
    """Takes over what the turn found out; what changed is written down as one event."""
    changed: dict[str, Any] = {}
    for name in ("language", "script", "order_number", "tracking_number", "buyer_wish"):
        value = getattr(facts, name)
        if value is not None and value != getattr(case, name):
            changed[name] = value
            setattr(case, name, value)
    checks = {name: value for name, value in facts.checks.items() if value is not None}
    if {**case.checks, **checks} != case.checks:
        changed["checks"] = checks
        case.checks = {**case.checks, **checks}
    if changed:
        record.add_event(session, case, "facts_learnt", record.ASSISTANT, **changed)


def _settle(session: Session, case: Case, facts: TurnFacts) -> None:
    """Takes over outcome and status, and what was promised with them."""
    if facts.outcome == "waiting" and facts.follow_up_at and not _is_planned(case, facts.follow_up_at):
        follow_ups.plan(session, case, "wait_over", facts.follow_up_at)
    if facts.outcome == case.outcome and facts.handoff_reason == case.handoff_reason:
        return
    case.outcome, case.handoff_reason = facts.outcome, facts.handoff_reason
    record.add_event(
        session, case, "outcome_set", record.ASSISTANT, outcome=facts.outcome, handoff_reason=facts.handoff_reason
    )
    if facts.outcome == "handed_over":
        case.status = "handed_over"
        follow_ups.cancel(session, case)
        if facts.answer_by is not None:
            promise = Promise(case_id=case.id, kind="agent_answer", due_at=facts.answer_by, made_at=clock.now())
            session.add(promise)
        if facts.handoff_reason == "not_found" and not inquiry.is_under_way(case):
            inquiry.prepare(session, case, record.ASSISTANT)
    elif facts.outcome == "found":
        record.close(session, case, record.ASSISTANT)
    elif facts.outcome == "informed":
        follow_ups.cancel(session, case)


def _keeps_word(work: InboxMessage, facts: TurnFacts) -> bool:
    """Whether words in this turn are the ones that were promised: at their time, or with news that end the wait."""
    return work.kind == "follow_up" or (work.kind == record.TRACKING_NEWS and facts.outcome != "waiting")


def _needs_approval(case: Case) -> bool:
    return settings().drafts and case.channel != "rest" and rules.platform(case.marketplace).drafts


def _is_planned(case: Case, due_at: datetime) -> bool:
    return any(follow_up.due_at == due_at for follow_up in case.follow_ups)


def _reply(session: Session, case: Case, work: InboxMessage, said: Said, with_agents: bool) -> OutboxMessage:
    at = clock.now()
    is_draft = _needs_approval(case)
    # The development door answers in the HTTP response itself, so there is nothing left to send.
    released = "sent" if case.channel == "rest" else "released"
    reply = {
        "id": str(uuid.uuid4()),
        "case_id": case.id,
        "conversation_id": case.conversation_id,
        "channel": case.channel,
        "inbox_id": work.id,
        "position": 0,
        "in_reply_to": work.external_id if work.kind == "message" else None,
        "sender_kind": "assistant",
        "text": said.text,
        "language": said.language,
        "buttons": said.buttons,
        "status": "refused" if with_agents else "draft" if is_draft else released,
        "created_at": at,
        "sent_at": at if released == "sent" and not (with_agents or is_draft) else None,
    }
    session.execute(_ADD_REPLY, reply)
    row = OutboxMessage(**reply)
    if with_agents:
        record.add_event(session, case, "reply_refused", record.SYSTEM, outbox_id=row.id)
    elif is_draft:
        record.add_event(session, case, "draft_waiting", record.ASSISTANT, outbox_id=row.id)
    else:
        outbox.write_to_transcript(session, case, row)
    return row


# Every message takes this way, so its statements are made once.
_LINES = Message.__table__
_WORK = (
    select(InboxMessage, Case)
    .join(Case, Case.id == InboxMessage.case_id)
    .where(InboxMessage.id == bindparam("inbox_id"))
)
_NOTE_MEANING = (
    update(_LINES)
    .where(_LINES.c.inbox_id == bindparam("of_inbox_id"))
    .values(intent=bindparam("intent"), language=bindparam("language"), facts=bindparam("facts"))
)
_ADD_REPLY = insert(OutboxMessage.__table__)
