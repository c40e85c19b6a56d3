"""The list of cases and the screen of one case."""

from typing import Optional

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cases import clock, record
from cases.database import reading
from cases.digest import is_unchanged
from cases.evidence_completeness import completeness
from cases.inquiry import RESULTS
from cases.models import Case, TrackingSnapshot
from desk import facts
from desk.access import require_agent
from desk.case_list import FILTERS, holder_of, page_of_cases
from desk.inquiry import days_until_last, inquiry_of
from desk.live import state_of_case, state_of_list
from desk.render import formats_for, page, words_for
from desk.transcript import drafts_of, lines_of

router = APIRouter(dependencies=[Depends(require_agent)], include_in_schema=False)

DONE = (
    "replied",
    "taken",
    "handed-back",
    "closed",
    "approved",
    "refused",
    "retried",
    "inquiry-prepared",
    "inquiry-sent",
    "inquiry-answered",
    "proof-added",
    "proof-retried",
    "proof-released",
)


@router.get("/")
def start() -> Response:
    """The desk begins with the cases that wait for a person."""
    return RedirectResponse("/cases", 303)


@router.get("/cases")
def show_cases(
    request: Request,
    show: str = "agents",
    q: str = Query("", max_length=100),
    number: int = Query(1, alias="page", ge=1, le=10_000),
    conversation_id: Optional[str] = None,
) -> Response:
    """The list; with ``conversation_id`` the case of that conversation, for links from elsewhere."""
    if conversation_id is not None:
        with reading() as session:
            case = record.case_of_conversation(session, conversation_id)
        if case is None:
            raise HTTPException(404)
        return RedirectResponse(f"/cases/{case.id}", 303)
    if show not in FILTERS:
        raise HTTPException(404)
    formats, now = formats_for(request), clock.now()
    with reading() as session:
        return page(
            request,
            "cases.html",
            inquiry_days=lambda case: days_until_last(case, formats, now),
            content=page_of_cases(session, show, q.strip(), number),
            filters=list(FILTERS),
            show=show,
            search=q.strip(),
            state=state_of_list(session),
            active="cases",
        )


@router.get("/cases/{case_id}")
def show_case(request: Request, case_id: int, done: str = "") -> Response:
    """The screen of one case."""
    words = words_for(request)
    return case_page(request, case_id, done=words(f"done.{done}") if done in DONE else "")


def case_page(
    request: Request,
    case_id: int,
    status: int = 200,
    trouble: str = "",
    done: str = "",
    typed: str = "",
    typed_drafts: Optional[dict[str, str]] = None,
    typed_answer: Optional[dict[str, str]] = None,
) -> Response:
    """Renders the screen of a case.

    Args:
        trouble: why something was not done, in the agent's language.
        done: what was done.
        typed: the reply that the agent had typed and that was refused.
        typed_drafts: the same for edited drafts, by outbox id.
        typed_answer: the same for the carrier's answer, by field.

    Raises:
        HTTPException: 404, there is no such case.
    """
    words, formats, now = words_for(request), formats_for(request), clock.now()
    with reading() as session:
        case = existing_case(session, case_id)
        parcel, other_parcels = facts.parcel_of(case)
        return page(
            request,
            "case.html",
            status,
            case=case,
            order=case.order_facts or {},
            parcel=parcel,
            other_parcels=other_parcels,
            place=lambda value: facts.place(value, formats),
            evidence=facts.evidence_of(case, words, formats),
            checks=facts.checks_of(case, words),
            counts=facts.counts_of(case, words),
            details=lambda event: facts.details_of(event, words),
            meaning=lambda message: facts.meaning_of(message, words),
            snapshots=[(row, is_unchanged(row)) for row in case.snapshots],
            proofs=[(row, row.status == "kept" and is_unchanged(row)) for row in facts.proofs_of(case)],
            complete=completeness(case),
            lines=lines_of(session, case),
            drafts=drafts_of(session, case),
            holder=holder_of(session, case),
            state=state_of_case(session, case.id),
            trouble=trouble,
            done=done,
            typed=typed,
            typed_drafts=typed_drafts or {},
            inquiry=inquiry_of(case, words, formats, now),
            inquiry_results=RESULTS,
            typed_answer=typed_answer or {},
            now=now,
            active="cases",
        )


@router.get("/cases/{case_id}/snapshots/{snapshot_id}")
def download_snapshot(case_id: int, snapshot_id: int) -> Response:
    """What the carrier answered, unchanged, as a file."""
    with reading() as session:
        row = session.execute(
            select(TrackingSnapshot).where(TrackingSnapshot.id == snapshot_id, TrackingSnapshot.case_id == case_id)
        ).scalar_one_or_none()
    if row is None:
        raise HTTPException(404)
    name = f"case-{case_id}-tracking-{snapshot_id}.txt"
    return Response(
        row.body,
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-SHA256": row.sha256},
    )


def existing_case(session: Session, case_id: int) -> Case:
    """The case with this id.

    Raises:
        HTTPException: 404, there is none.
    """
    case = session.get(Case, case_id)
    if case is None:
        raise HTTPException(404)
    return case
