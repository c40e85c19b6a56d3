"""Who may do what: agents with a session, programs with a token, and forms that the desk itself gave out."""

import hmac
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from cases.database import reading
from cases.models import Agent
from cases.settings import settings

SIGN_IN = "/sign-in"


class SignInNeeded(Exception):
    """Nobody is signed in; ``wanted`` is the local page to come back to."""

    def __init__(self, wanted: str) -> None:
        super().__init__("nobody is signed in")
        self.wanted = wanted


class FormRefused(Exception):
    """The form's hidden value is missing or not this session's."""


class TokenRefused(Exception):
    """The request has no bearer token, or a wrong one."""


@dataclass(frozen=True)
class SignedIn:
    """The agent of a request."""

    agent_id: int
    username: str
    language: str
    time_zone: str
    form_token: str


def require_agent(request: Request) -> SignedIn:
    """The agent who is signed in; also kept as ``request.state.agent``.

    Raises:
        SignInNeeded: no session, an ended one, or an account that was disabled.
    """
    cookies = request.app.state.cookies
    claim = cookies.session_of(request)
    if claim is not None:
        with reading() as session:
            agent = session.get(Agent, claim.agent_id)
        if agent is not None and agent.active and agent.session_version == claim.session_version:
            signed_in = SignedIn(
                agent.id, agent.username, agent.language, agent.time_zone, cookies.form_token(claim.nonce)
            )
            request.state.agent = signed_in
            return signed_in
    raise SignInNeeded(_page_to_come_back_to(request))


CurrentAgent = Annotated[SignedIn, Depends(require_agent)]
"""A page's parameter of this type is the agent who asks for it."""


def _page_to_come_back_to(request: Request) -> str:
    if request.method != "GET" or request.url.path.endswith("/events"):
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


async def require_own_form(request: Request) -> None:
    """Lets a POST pass only with the hidden value that the desk put into this session's or visitor's forms.

    Raises:
        FormRefused: otherwise.
    """
    if request.method in ("GET", "HEAD"):
        return
    cookies = request.app.state.cookies
    if request.url.path == SIGN_IN:  # a cookie of a session that has ended may still be there
        nonce = cookies.visitor_of(request)
    else:
        claim = cookies.session_of(request)
        nonce = claim.nonce if claim else None
    given = (await request.form()).get("form_token")
    if nonce is None or not isinstance(given, str) or not cookies.is_form_token(given, nonce):
        raise FormRefused


def require_token(connection: HTTPConnection) -> None:
    """Lets a program with the installation's bearer token pass.

    Raises:
        TokenRefused: otherwise.
    """
    scheme, _, given = connection.headers.get("authorization", "").partition(" ")
    right = hmac.compare_digest(given.strip().encode(), settings().api_token.encode())
    if scheme.lower() != "bearer" or not right:
        raise TokenRefused


def require_agent_or_token(request: Request) -> None:
    """Lets both agents and programs pass.

    Raises:
        TokenRefused: neither a session nor a token.
    """
    try:
        require_agent(request)
    except SignInNeeded:
        require_token(request)


def local_page(wanted: str) -> str:
    """The page to go to after signing in: the wanted one if it is on this desk, else the start page."""
    parts = urlsplit(wanted)
    # Browsers read a backslash as a slash and skip control characters, so "/\t/host" would leave the desk.
    odd = "\\" in wanted or any(ord(character) < 33 or ord(character) == 127 for character in wanted)
    if odd or not wanted.startswith("/") or wanted.startswith("//") or parts.scheme or parts.netloc:
        return "/"
    return wanted


def sign_in_address(wanted: str) -> str:
    """The address of the sign-in form that leads back to a local page."""
    return SIGN_IN if wanted == "/" else f"{SIGN_IN}?next={quote(wanted, safe='')}"
