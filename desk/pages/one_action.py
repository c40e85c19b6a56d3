"""One thing that an agent does with a case, in one transaction; then its page tells that it is done, or why not."""

from typing import Any, Callable, Mapping, Type

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cases import inquiry, outbox, proofs, record
from cases.database import transaction
from cases.models import Case
from cases.proof_file import NotAProof
from desk.pages.cases import case_page, existing_case
from desk.render import words_for

# The status of the answer, and the desk's word for the reason.
REFUSALS: Mapping[Type[Exception], tuple[int, str]] = {
    inquiry.AnswerNotTaken: (422, "inquiry.refused.{reason}"),
    outbox.TextNotAllowed: (422, "refused.{reason}"),
    NotAProof: (422, "proof_refused.{reason}"),
    proofs.AlreadyKept: (409, "proof_refused.already_kept"),
    proofs.TooManyProofs: (409, "proof_refused.too_many"),
    record.CaseStateError: (409, "refused.state"),
}


def act(request: Request, case_id: int, action: Callable[[Session, Case], Any], done: str, **typed: Any) -> Response:
    """Does it.

    Args:
        request: the agent's form.
        case_id: of the case.
        action: what is done with the case, in the session's transaction.
        done: the name of the notice that the case's page then shows.
        typed: what `case_page` is to show again when it was refused.

    Returns:
        the way back to the case's page, or that page with the reason and what was typed.
    """
    try:
        with transaction() as session:
            action(session, existing_case(session, case_id))
    except tuple(REFUSALS) as refused:
        status, word = next(answer for kind, answer in REFUSALS.items() if isinstance(refused, kind))
        trouble = words_for(request)(word.format(reason=getattr(refused, "reason", "")))
        return case_page(request, case_id, status, trouble, **typed)
    return RedirectResponse(f"/cases/{case_id}?done={done}", 303)
