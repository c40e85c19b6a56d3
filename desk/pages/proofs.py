"""A case's proofs of delivery: shown, added by hand, fetched again, and made fit for buyers' eyes."""

import json
from typing import Optional

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cases import buyer_pictures, clock, proofs, rules
from cases.buyer_pictures import CanNotBeShown, Rectangle
from cases.database import reading, transaction
from cases.models import BuyerPicture, Case, Proof
from cases.proof_file import PDF
from desk.access import CurrentAgent, require_agent, require_own_form
from desk.delivery_record import delivery_record, language_for, languages, phrases
from desk.pages.cases import existing_case
from desk.pages.one_action import act
from desk.render import page, words_for

PREVIEW_SIDE = 1600
# Whatever a file holds, a browser that shows it runs nothing of it.
AS_A_FILE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


# The forms are read by hand, after these: FastAPI would read a file before it knows whose it is.
router = APIRouter(
    prefix="/cases/{case_id}",
    dependencies=[Depends(require_agent), Depends(require_own_form)],
    include_in_schema=False,
)


@router.get("/proofs/{proof_id}")
def download(case_id: int, proof_id: int) -> Response:
    """A proof as it was kept, as a file to download."""
    with reading() as session:
        proof = _kept(session, case_id, proof_id)
        ending = rules.load("proofs")["media_types"][proof.media_type]
        return _file(proof.body, proof.media_type, f"case-{case_id}-proof-{proof_id}.{ending}", proof.sha256)


@router.get("/proofs/{proof_id}/thumbnail")
def thumbnail(case_id: int, proof_id: int) -> Response:
    """A proof's picture, small; 404 for a document."""
    return _preview(case_id, proof_id, rules.load("proofs")["thumbnail_side"])


@router.get("/proofs/{proof_id}/preview")
def preview(case_id: int, proof_id: int) -> Response:
    """A proof's picture, upright and as large as buyers would get it; 404 for a document."""
    return _preview(case_id, proof_id, PREVIEW_SIDE)


@router.post("/proofs")
async def add(request: Request, case_id: int, agent: CurrentAgent) -> Response:
    """Keeps a picture or PDF that the carrier sent some other way; 422 with the reason when it is none."""
    form = await request.form()
    kind, file = form.get("kind"), form.get("file")
    if kind not in proofs.KINDS or not isinstance(file, UploadFile):
        raise HTTPException(422)
    body = await file.read()

    def keep(session: Session, case: Case) -> None:
        proofs.add_by_hand(session, case, agent.username, kind, body)

    return await run_in_threadpool(act, request, case_id, keep, "proof-added")


@router.post("/proofs/{proof_id}/try-again")
def try_again(request: Request, case_id: int, proof_id: int, agent: CurrentAgent) -> Response:
    """Has a proof that was given up fetched once more."""

    def again(session: Session, case: Case) -> None:
        proofs.try_again(session, _of_case(session, case.id, proof_id), agent.username)

    return act(request, case_id, again, "proof-retried")


@router.get("/proofs/{proof_id}/release")
def show_release(request: Request, case_id: int, proof_id: int) -> Response:
    """The picture, to be looked at and covered where needed before buyers may see it."""
    return _release_page(request, case_id, proof_id)


@router.post("/proofs/{proof_id}/release")
async def release(request: Request, case_id: int, proof_id: int, agent: CurrentAgent) -> Response:
    """Makes the version for buyers; 422 without the agent's confirmation, or for rectangles that are none."""
    form = await request.form()
    return await run_in_threadpool(_release, request, case_id, proof_id, agent.username, form)


@router.get("/buyer-pictures/{picture_id}")
def download_buyer_picture(case_id: int, picture_id: int) -> Response:
    """A picture that buyers may see, as a file to download."""
    with reading() as session:
        row = session.get(BuyerPicture, picture_id)
        if row is None or row.proof.case_id != case_id:
            raise HTTPException(404)
        return _file(row.body, row.media_type, f"delivery-picture-{picture_id}.jpg", row.sha256)


@router.get("/delivery-record")
def show_delivery_record(request: Request, case_id: int, language: Optional[str] = None) -> Response:
    """The delivery record for the buyer, in the buyer's language or the one that is asked for; to be printed."""
    with reading() as session:
        case = existing_case(session, case_id)
        chosen = language if language in languages() else language_for(case)
        made = delivery_record(case, chosen, clock.now())
        names = {code: phrases(code)["name"] for code in languages()}
        return page(request, "delivery_record.html", case=case, record=made, names=names, chosen=chosen, active="cases")


def _release(request: Request, case_id: int, proof_id: int, agent: str, form: FormData) -> Response:
    words = words_for(request)
    if form.get("confirmed") != "yes":
        return _release_page(request, case_id, proof_id, 422, words("release.not_confirmed"))
    try:
        with transaction() as session:
            rectangles = _rectangles(form.get("rectangles"))
            buyer_pictures.release(session, _kept(session, case_id, proof_id), agent, rectangles)
    except CanNotBeShown:
        return _release_page(request, case_id, proof_id, 422, words("release.wrong_rectangles"))
    return RedirectResponse(f"/cases/{case_id}?done=proof-released", 303)


def _rectangles(given: object) -> list[Rectangle]:
    try:
        return [tuple(float(part) for part in (a, b, c, d)) for a, b, c, d in json.loads(str(given or "[]"))]
    except (ValueError, TypeError, RecursionError):
        raise CanNotBeShown("no rectangles") from None


def _release_page(request: Request, case_id: int, proof_id: int, status: int = 200, trouble: str = "") -> Response:
    with reading() as session:
        proof = _kept(session, case_id, proof_id)
        if proof.media_type == PDF:
            raise HTTPException(404)
        return page(request, "release.html", status, case_id=case_id, proof=proof, trouble=trouble, active="cases")


def _preview(case_id: int, proof_id: int, longest_side: int) -> Response:
    with reading() as session:
        proof = _kept(session, case_id, proof_id)
        try:
            body = buyer_pictures.preview(proof, longest_side)
        except CanNotBeShown:
            raise HTTPException(404) from None
    return Response(body, media_type=buyer_pictures.MEDIA_TYPE, headers={**AS_A_FILE, "Content-Disposition": "inline"})


def _file(body: bytes, media_type: str, name: str, sha256: str) -> Response:
    named = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-SHA256": sha256}
    return Response(body, media_type=media_type, headers={**AS_A_FILE, **named})


def _of_case(session: Session, case_id: int, proof_id: int) -> Proof:
    proof = session.get(Proof, proof_id)
    if proof is None or proof.case_id != case_id:
        raise HTTPException(404)
    return proof


def _kept(session: Session, case_id: int, proof_id: int) -> Proof:
    proof = _of_case(session, case_id, proof_id)
    if proof.status != "kept":
        raise HTTPException(404)
    return proof
