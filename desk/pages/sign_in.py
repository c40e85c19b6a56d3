"""Signing in and out."""

import secrets

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cases.database import reading, transaction
from cases.models import Agent
from desk.access import CurrentAgent, SignInNeeded, local_page, require_agent, require_own_form
from desk.agents import end_sessions, recognise
from desk.formats import Formats
from desk.render import page, words_for

router = APIRouter(dependencies=[Depends(require_own_form)], include_in_schema=False)


def _form(request: Request, wanted: str, status: int = 200, **content) -> Response:
    cookies = request.app.state.cookies
    nonce = cookies.visitor_of(request) or secrets.token_urlsafe(16)
    headers = content.pop("headers", None)
    shown = {"username": "", "trouble": "", **content}
    response = page(
        request, "sign_in.html", status, headers, wanted=wanted, form_token=cookies.form_token(nonce), **shown
    )
    cookies.welcome_visitor(response, nonce)
    return response


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "/") -> Response:
    """The form; who is signed in already goes on to the wanted page."""
    try:
        require_agent(request)
    except SignInNeeded:
        return _form(request, local_page(next))
    return RedirectResponse(local_page(next), 303)


@router.post("/sign-in")
def sign_in(
    request: Request, username: str = Form("", max_length=200), password: str = Form(""), next: str = Form("/")
) -> Response:
    """Signs in; 401 for a wrong name or password, 429 with ``Retry-After`` after too many of them."""
    attempts = request.app.state.attempts
    name, wanted = username.strip().lower(), local_page(next)
    address = request.client.host if request.client else ""
    words = words_for(request)
    seconds = attempts.seconds_to_wait(name, address)
    if seconds:
        span = Formats(words.language, "UTC").minutes(seconds)
        trouble = words("sign_in.too_many", span=span)
        return _form(request, wanted, 429, trouble=trouble, username=name, headers={"Retry-After": str(seconds)})
    with reading() as session:
        agent = recognise(session, name, password)
    if agent is None:
        attempts.note_failure(name, address)
        return _form(request, wanted, 401, trouble=words("sign_in.wrong"), username=name)
    attempts.forget(name, address)
    response = RedirectResponse(wanted, 303)
    request.app.state.cookies.start_session(response, agent.id, agent.session_version)
    return response


@router.post("/sign-out")
def sign_out(request: Request, agent: CurrentAgent) -> Response:
    """Ends all sessions of this agent, so that a copied cookie is worth nothing either."""
    with transaction() as session:
        end_sessions(session.get(Agent, agent.agent_id))
    response = RedirectResponse("/sign-in", 303)
    request.app.state.cookies.end_session(response)
    return response
