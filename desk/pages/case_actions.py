"""What an agent does with a case: reply, take over, hand back, close, decide on drafts, send again."""

from typing import Callable, Optional

from fastapi import APIRouter, Depends, Form
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cases import outbox, record
from cases.database import transaction
from cases.models import Case, OutboxMessage
from desk.access import CurrentAgent, require_agent, require_own_form
from desk.pages.cases import case_page, existing_case
from desk.render import words_for

router = APIRouter(
    prefix="/cases/{case_id}",
    dependencies=[Depends(require_agent), Depends(require_own_form)],
    include_in_schema=False,
)


def _act(
    request: Request,
    case_id: int,
    action: Callable[[Session, Case], None],
    done: str,
    typed: str = "",
    typed_drafts: Optional[dict[str, str]] = None,
) -> Response:
    """Does one thing in one transaction; what was typed comes back with the reason when it was refused."""
    words = words_for(request)
    try:
        with transaction() as session:
            action(session, existing_case(session, case_id))
    except outbox.TextNotAllowed as refused:
        trouble, status = words(f"refused.{refused.reason}"), 422
    except record.CaseStateError:
        trouble, status = words("refused.state"), 409
    else:
        return RedirectResponse(f"/cases/{case_id}?done={done}", 303)
    return case_page(request, case_id, status, trouble, typed=typed, typed_drafts=typed_drafts)


@router.post("/reply")
def reply(request: Request, case_id: int, agent: CurrentAgent, text: str = Form("")) -> Response:
    """Puts a reply on its way; takes the case over when the assistant still has it."""
    return _act(
        request,
        case_id,
        lambda session, case: outbox.queue_agent_reply(session, case, agent.username, text),
        "replied",
        typed=text,
    )


@router.post("/take-over")
def take_over(request: Request, case_id: int, agent: CurrentAgent) -> Response:
    """Gives the case to this agent."""
    return _act(request, case_id, lambda session, case: record.take_over(session, case, agent.username), "taken")


@router.post("/hand-back")
def hand_back(request: Request, case_id: int, agent: CurrentAgent) -> Response:
    """Gives the case back to the assistant."""
    return _act(request, case_id, lambda session, case: record.hand_back(session, case, agent.username), "handed-back")


@router.post("/close")
def close(request: Request, case_id: int, agent: CurrentAgent) -> Response:
    """Ends the case."""
    return _act(request, case_id, lambda session, case: record.close(session, case, agent.username), "closed")


@router.post("/drafts/{outbox_id}/approve")
def approve(
    request: Request,
    case_id: int,
    outbox_id: str,
    agent: CurrentAgent,
    text: Optional[str] = Form(None),
) -> Response:
    """Releases a draft, with ``text`` in its place when the agent has edited it."""
    return _act(
        request,
        case_id,
        lambda session, case: outbox.approve_draft(session, _of_case(session, case, outbox_id), agent.username, text),
        "approved",
        typed_drafts={outbox_id: text} if text is not None else None,
    )


@router.post("/drafts/{outbox_id}/refuse")
def refuse(request: Request, case_id: int, outbox_id: str, agent: CurrentAgent) -> Response:
    """Throws a draft away."""
    return _act(
        request,
        case_id,
        lambda session, case: outbox.refuse_draft(session, _of_case(session, case, outbox_id), agent.username),
        "refused",
    )


@router.post("/messages/{outbox_id}/send-again")
def send_again(request: Request, case_id: int, outbox_id: str, agent: CurrentAgent) -> Response:
    """Starts the delivery of a given-up message again."""
    return _act(
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
