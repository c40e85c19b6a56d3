"""Cases for other programs: read them, reply, take over, hand back, close."""

from typing import Any, List, Optional

from fastapi import APIRouter, Depends, Query
from fastapi.security import HTTPBearer
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from cases import outbox, record
from cases.database import reading, transaction
from cases.models import Case
from cases.view import case_as_dict
from desk.access import require_token
from desk.api.models import CaseRecord, CaseStatus, CaseWithTranscript, NewReply, Problem
from desk.transcript import lines_of

ACTOR = "api"
PROBLEMS = {status: {"model": Problem} for status in (401, 404, 409, 422)}

router = APIRouter(
    prefix="/api/cases",
    # HTTPBearer only writes the scheme into the OpenAPI document; require_token is what refuses.
    dependencies=[Depends(HTTPBearer(auto_error=False)), Depends(require_token)],
    tags=["cases"],
)


@router.get("", response_model=List[CaseRecord], responses={401: PROBLEMS[401], 422: PROBLEMS[422]})
def list_cases(
    conversation_id: Optional[str] = None,
    status: Optional[CaseStatus] = None,
    limit: int = Query(50, ge=1, le=200),
) -> List[dict[str, Any]]:
    """Cases, the one with the newest activity first; with `conversation_id` the one of that conversation, or none."""
    wanted = select(Case).order_by(Case.updated_at.desc(), Case.id.desc()).limit(limit)
    if conversation_id is not None:
        wanted = wanted.where(Case.conversation_id == conversation_id)
    if status is not None:
        wanted = wanted.where(Case.status == status)
    with reading() as session:
        return [case_as_dict(case) for case in session.execute(wanted).scalars()]


@router.get("/{case_id}", response_model=CaseWithTranscript, responses=PROBLEMS)
def read_case(case_id: int) -> dict[str, Any]:
    """One case with its conversation."""
    with reading() as session:
        return _with_transcript(session, existing_case(session, case_id))


@router.post("/{case_id}/replies", status_code=201, response_model=CaseWithTranscript, responses=PROBLEMS)
def reply(case_id: int, new: NewReply) -> dict[str, Any]:
    """Puts a reply on its way; takes the case over when the assistant still has it. 422 when the text can't go out."""
    try:
        with transaction() as session:
            case = existing_case(session, case_id)
            outbox.queue_agent_reply(session, case, ACTOR, new.text)
    except outbox.TextNotAllowed as refused:
        raise HTTPException(422, str(refused)) from refused
    return read_case(case_id)


@router.post("/{case_id}/take-over", response_model=CaseRecord, responses=PROBLEMS)
def take_over(case_id: int) -> dict[str, Any]:
    """Takes the case from the assistant: from now on it says nothing to the buyer."""
    with transaction() as session:
        case = existing_case(session, case_id)
        record.take_over(session, case, ACTOR)
        return case_as_dict(case)


@router.post("/{case_id}/hand-back", response_model=CaseRecord, responses=PROBLEMS)
def hand_back(case_id: int) -> dict[str, Any]:
    """Gives the case back to the assistant; 409 when the agents do not have it."""
    try:
        with transaction() as session:
            case = existing_case(session, case_id)
            record.hand_back(session, case, ACTOR)
            return case_as_dict(case)
    except record.CaseStateError as error:
        raise HTTPException(409, str(error)) from error


@router.post("/{case_id}/close", response_model=CaseRecord, responses=PROBLEMS)
def close(case_id: int) -> dict[str, Any]:
    """Ends the case; a closed case stays closed."""
    with transaction() as session:
        case = existing_case(session, case_id)
        record.close(session, case, ACTOR)
        return case_as_dict(case)


def existing_case(session: Session, case_id: int) -> Case:
    """The case with this id.

    Raises:
        HTTPException: 404, there is none.
    """
    case = session.get(Case, case_id)
    if case is None:
        raise HTTPException(404, f"there is no case {case_id}")
    return case


def _with_transcript(session: Session, case: Case) -> dict[str, Any]:
    messages = [
        {
            "sender_kind": line.message.sender_kind,
            "author": line.message.author,
            "text": line.message.text,
            "language": line.message.language,
            "intent": line.message.intent,
            "at": line.message.at,
            "delivery": line.delivery,
        }
        for line in lines_of(session, case)
    ]
    return {**case_as_dict(case), "messages": messages}
