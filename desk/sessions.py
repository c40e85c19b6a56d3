"""Signed cookies: who is signed in, and which form belongs to whom."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Optional

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

LONGEST_SECONDS = 12 * 60 * 60
SESSION = "porchlight_session"
VISITOR = "porchlight_visitor"


@dataclass(frozen=True)
class SessionClaim:
    """What a session cookie says; the account decides whether it still holds."""

    agent_id: int
    session_version: int
    nonce: str


class Cookies:
    """Writes and reads the desk's two cookies: the session's, and a visitor's for the sign-in form."""

    def __init__(self, key: str, secure: bool) -> None:
        """Args: key: the installation's session key. secure: send the cookies over HTTPS only."""
        self._key = key.encode()
        self._secure = secure
        self._signer = URLSafeTimedSerializer(key, salt="desk-session")
        # A browser takes a __Host- cookie only if it came over HTTPS from this very host.
        self._prefix = "__Host-" if secure else ""

    def start_session(self, response: Response, agent_id: int, session_version: int) -> None:
        """Signs the browser in."""
        token = self._signer.dumps([agent_id, session_version, secrets.token_urlsafe(16)])
        self._set(response, SESSION, token, LONGEST_SECONDS)
        response.delete_cookie(self._prefix + VISITOR, path="/", secure=self._secure, httponly=True)

    def end_session(self, response: Response) -> None:
        """Takes the session's cookie away."""
        response.delete_cookie(self._prefix + SESSION, path="/", secure=self._secure, httponly=True)

    def session_of(self, request: Request) -> Optional[SessionClaim]:
        """The session that the browser claims, or None: no cookie, a forged one, or one older than 12 hours."""
        try:
            content = self._signer.loads(request.cookies.get(self._prefix + SESSION, ""), max_age=LONGEST_SECONDS)
            agent_id, session_version, nonce = content
        except (BadSignature, ValueError, TypeError):
            return None
        return SessionClaim(agent_id, session_version, nonce)

    def visitor_of(self, request: Request) -> Optional[str]:
        """The random value of somebody who is not signed in, or None before the first form."""
        return request.cookies.get(self._prefix + VISITOR) or None

    def welcome_visitor(self, response: Response, nonce: str) -> None:
        """Gives the browser the random value that its sign-in form is bound to."""
        self._set(response, VISITOR, nonce, None)

    def form_token(self, nonce: str) -> str:
        """The hidden value of the forms that belong to a session's or visitor's random value."""
        return hmac.new(self._key, b"form:" + nonce.encode(), hashlib.sha256).hexdigest()

    def is_form_token(self, given: str, nonce: str) -> bool:
        """Whether a form's hidden value belongs to this random value; takes equally long either way."""
        return hmac.compare_digest(given.encode(), self.form_token(nonce).encode())

    def _set(self, response: Response, name: str, value: str, seconds: Optional[int]) -> None:
        response.set_cookie(
            self._prefix + name, value, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="lax"
        )
