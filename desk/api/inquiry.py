"""The carrier inquiry for other programs: prepare it, note that it was sent, keep the carrier's answer."""

from datetime import date, timedelta
from typing import Any, Callable, Optional

from fastapi import APIRouter, Depends
from fastapi.security import HTTPBearer
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from cases import clock, inquiry, record
from cases.database import transaction
from cases.models import Case
from cases.view import case_as_dict
from desk.access import require_token
from desk.api.cases import ACTOR, PROBLEMS, existing_case
from desk.api.models import CarrierAnswer, CaseRecord, InquirySent

FARTHEST_AHEAD = timedelta(hours=14)  # it is tomorrow already in some time zones

router = APIRouter(
    prefix="/api/cases/{case_id}/inquiry",
    dependencies=[Depends(HTTPBearer(auto_error=False)), Depends(require_token)],
    tags=["carrier inquiry"],
)


@router.post("", status_code=201, response_model=CaseRecord, responses=PROBLEMS)
def prepare(case_id: int) -> dict[str, Any]:
    """Prepares the inquiry, or anew with what is known by now; 409 when it was sent, or the case has no parcel."""

    def act(session: Session, case: Case) -> None:
        if not case.tracking_number:
            raise record.CaseStateError(f"case {case.id} has no tracking number")
        inquiry.prepare(session, case, ACTOR)

    return _act(case_id, act)


@router.post("/sent", response_model=CaseRecord, responses=PROBLEMS)
def sent(case_id: int, told: InquirySent) -> dict[str, Any]:
    """Notes that the inquiry was sent; 409 when there is none, or it was sent on another day."""
    day = _past_day(told.sent_on)
    return _act(case_id, lambda session, case: inquiry.mark_sent(session, case, ACTOR, day))


@router.post("/answer", response_model=CaseRecord, responses=PROBLEMS)
def answer(case_id: int, told: CarrierAnswer) -> dict[str, Any]:
    """Keeps what the carrier answered; a later answer takes the place of an earlier one."""
    day = _past_day(told.answered_on)
    return _act(
        case_id,
        lambda session, case: inquiry.record_answer(session, case, ACTOR, told.result, told.text, day),
    )


def _act(case_id: int, action: Callable[[Session, Case], None]) -> dict[str, Any]:
    try:
        with transaction() as session:
            case = existing_case(session, case_id)
            action(session, case)
            return case_as_dict(case)
    except inquiry.AnswerNotTaken as refused:
        raise HTTPException(422, str(refused)) from refused
    except record.CaseStateError as error:
        raise HTTPException(409, str(error)) from error


def _past_day(day: Optional[date]) -> date:
    now = clock.now()
    if day is not None and day > (now + FARTHEST_AHEAD).date():
        raise HTTPException(422, "the day is in the future")
    return day or now.date()
