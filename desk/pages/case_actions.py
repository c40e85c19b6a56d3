"""What an agent does with a case: reply, take over, hand back, close, decide on drafts, send again."""

from typing import Optional

from fastapi import APIRouter, Depends, Form
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cases import outbox, record
from cases.models import Case, OutboxMessage
from desk.access import CurrentAgent, require_agent, require_own_form
from desk.pages.one_action import act

router = APIRouter(
    prefix="/cases/{case_id}",
    dependencies=[Depends(require_agent), Depends(require_own_form)],
    include_in_schema=False,
)


@router.post("/reply")
def reply(request: Request, case_id: int, agent: CurrentAgent, text: str = Form("")) -> Response:
    """Puts a reply on its way; takes the case over when the assistant still has it."""
    return act(
        request,
        case_id,
        lambda session, case: outbox.queue_agent_reply(session, case, agent.username, text),
        "replied",
        typed=text,
    )


@router.post("/take-over")
def take_over(request: Request, case_id: int, agent: CurrentAgent) -> Response:
    """Gives the case to this agent."""
    return act(request, case_id, lambda session, case: record.take_over(session, case, agent.username), "taken")


@router.post("/hand-back")
def hand_back(request: Request, case_id: int, agent: CurrentAgent) -> Response:
    """Gives the case back to the assistant."""
    return act(request, case_id, lambda session, case: record.hand_back(session, case, agent.username), "handed-back")


@router.post("/close")
def close(request: Request, case_id: int, agent: CurrentAgent) -> Response:
    """Ends the case."""
    return act(request, case_id, lambda session, case: record.close(session, case, agent.username), "closed")


@router.post("/drafts/{outbox_id}/approve")
def approve(
    request: Request,
    case_id: int,
    outbox_id: str,
    agent: CurrentAgent,
    text: Optional[str] = Form(None),
) -> Response:
    """Releases a draft, with ``text`` in its place when the agent has edited it."""
    return act(
        request,
        case_id,
        lambda session, case: outbox.approve_draft(session, _of_case(session, case, outbox_id), agent.username, text),
        "approved",
        typed_drafts={outbox_id: text} if text is not None else None,
    )


@router.post("/drafts/{outbox_id}/refuse")
def refuse(request: Request, case_id: int, outbox_id: str, agent: CurrentAgent) -> Response:
    """Throws a draft away."""
    return act(
        request,
        case_id,
        lambda session, case: outbox.refuse_draft(session, _of_case(session, case, outbox_id), agent.username),
        "refused",
    )


@router.post("/messages/{outbox_id}/send-again")
def send_again(request: Request, case_id: int, outbox_id: str, agent: CurrentAgent) -> Response:
    """Starts the delivery of a given-up message again."""
    return act(
        request,
        case_id,
        lambda session, case: outbox.send_again(session, _of_case(session, case, outbox_id), agent.username),
        "retried",
    )


def _of_case(session: Session, case: Case, outbox_id: str) -> OutboxMessage:
    row = session.get(OutboxMessage, outbox_id)
    if row is None or row.case_id != case.id:
        raise HTTPException(404)
    return row
