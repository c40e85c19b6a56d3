"""An agent's own account: language, time zone, password."""

from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cases.database import transaction
from cases.models import Agent
from desk.access import CurrentAgent, require_agent, require_own_form
from desk.agents import set_password
from desk.first_account import forget_kept_password
from desk.passwords import PasswordTooWeak, is_password
from desk.render import page, words_for
from desk.words import Words, languages

router = APIRouter(dependencies=[Depends(require_agent), Depends(require_own_form)], include_in_schema=False)


def _show(request: Request, status: int = 200, trouble: str = "", done: str = "") -> Response:
    zones = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    names = {language: Words(language)("name") for language in languages()}
    return page(
        request, "account.html", status, zones=["UTC", *zones], languages=names, trouble=trouble, done=done, active=""
    )


@router.get("/account")
def show_account(request: Request, done: str = "") -> Response:
    """The account page."""
    words = words_for(request)
    return _show(request, done=words(f"done.{done}") if done in ("saved", "password") else "")


@router.post("/account")
def save_reading(
    request: Request,
    agent: CurrentAgent,
    language: str = Form(...),
    time_zone: str = Form(...),
) -> Response:
    """Keeps the language and the time zone; 422 when there is no such one."""
    if time_zone not in available_timezones() or language not in languages():
        return _show(request, 422, words_for(request)("account.bad_zone"))
    with transaction() as session:
        row = session.get(Agent, agent.agent_id)
        row.language, row.time_zone = language, time_zone
    return RedirectResponse("/account?done=saved", 303)


@router.post("/account/password")
def change_password(
    request: Request,
    agent: CurrentAgent,
    current: str = Form(""),
    new: str = Form(""),
    again: str = Form(""),
) -> Response:
    """Changes the password and ends all other sessions; 422 when something is wrong with it."""
    words, attempts = words_for(request), request.app.state.attempts
    address = request.client.host if request.client else ""
    seconds = attempts.seconds_to_wait(agent.username, address)
    if seconds:
        return _show(request, 429, words("account.wrong"))
    with transaction() as session:
        row = session.get(Agent, agent.agent_id)
        if not is_password(current, row.password_hash):
            attempts.note_failure(agent.username, address)
            return _show(request, 422, words("account.wrong"))
        if new != again:
            return _show(request, 422, words("account.differ"))
        try:
            set_password(session, agent.username, new)
        except PasswordTooWeak:
            return _show(request, 422, words("account.weak"))
    forget_kept_password(agent.username)
    response = RedirectResponse("/account?done=password", 303)
    request.app.state.cookies.start_session(response, row.id, row.session_version)
    return response
