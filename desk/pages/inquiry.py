"""What an agent does with a carrier inquiry: prepare it, note that it was sent, keep the carrier's answer."""

from datetime import date

from fastapi import APIRouter, Depends, Form
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from cases import clock, inquiry, record
from cases.models import Case
from desk.access import CurrentAgent, require_agent, require_own_form
from desk.pages.one_action import act
from desk.render import formats_for

router = APIRouter(
    prefix="/cases/{case_id}/inquiry",
    dependencies=[Depends(require_agent), Depends(require_own_form)],
    include_in_schema=False,
)


@router.post("/prepare")
def prepare(request: Request, case_id: int, agent: CurrentAgent) -> Response:
    """Prepares the inquiry of a case that the agents have, or anew with what is known by now."""

    def begin(session: Session, case: Case) -> None:
        if case.status == "open" or not case.tracking_number:
            raise record.CaseStateError(f"case {case.id} is {case.status}, or has no tracking number")
        inquiry.prepare(session, case, agent.username)

    return act(request, case_id, begin, "inquiry-prepared")


@router.post("/sent")
def sent(request: Request, case_id: int, agent: CurrentAgent, sent_on: str = Form("")) -> Response:
    """Notes that the agent has sent the inquiry on a day (ISO 8601), today or before."""

    def note(session: Session, case: Case) -> None:
        inquiry.mark_sent(session, case, agent.username, _past_day(request, sent_on))

    return act(request, case_id, note, "inquiry-sent")


@router.post("/answer")
def answer(
    request: Request,
    case_id: int,
    agent: CurrentAgent,
    result: str = Form(""),
    text: str = Form(""),
    answered_on: str = Form(""),
) -> Response:
    """Keeps what the carrier answered on a day (ISO 8601), today or before."""

    def keep(session: Session, case: Case) -> None:
        day = _past_day(request, answered_on)
        inquiry.record_answer(session, case, agent.username, result, text.replace("\r\n", "\n"), day)

    typed = {"result": result, "text": text, "answered_on": answered_on}
    return act(request, case_id, keep, "inquiry-answered", typed_answer=typed)


def _past_day(request: Request, text: str) -> date:
    """The day of a form.

    Raises:
        AnswerNotTaken: it is none, or in the agent's future.
    """
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise inquiry.AnswerNotTaken("date") from None
    if day > formats_for(request).today(clock.now()):
        raise inquiry.AnswerNotTaken("date")
    return day
