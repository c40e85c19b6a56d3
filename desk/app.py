"""The web app, put together."""

import threading
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.responses import JSONResponse

from cases.settings import settings
from desk import health, live
from desk.access import require_agent_or_token
from desk.api import cases as api_cases
from desk.api import inquiry as api_inquiry
from desk.api import sandbox_clock
from desk.attempts import FailedAttempts
from desk.errors import answer_errors
from desk.form_sizes import BoundedForms
from desk.headers import SafeHeaders
from desk.pages import account, case_actions, cases, inquiry, proofs, sign_in
from desk.secret import session_key
from desk.sessions import Cookies

STATIC = Path(__file__).parent / "static"


def create_app() -> FastAPI:
    """The app, ready to be served; the database must be upgraded before.

    Raises:
        cases.settings.SettingsError: production without a session key.
    """
    production = not settings().sandbox
    app = FastAPI(
        title="Porchlight desk",
        version="1",
        description="The case record for other programs. Times are ISO 8601 in UTC.",
        openapi_url=None,  # FastAPI's own would be open to everybody
        docs_url=None,
        redoc_url=None,
    )
    app.state.cookies = Cookies(session_key(), secure=production)
    app.state.attempts = FailedAttempts()
    app.state.closing = threading.Event()
    # live before cases: /cases/events is not the case called "events".
    modules = (
        health,
        sign_in,
        live,
        cases,
        case_actions,
        inquiry,
        proofs,
        account,
        api_cases,
        api_inquiry,
        sandbox_clock,
    )
    for module in modules:
        app.include_router(module.router)

    @app.get("/api/openapi.json", include_in_schema=False, dependencies=[Depends(require_agent_or_token)])
    def openapi() -> JSONResponse:
        """The API's description in OpenAPI."""
        document: dict[str, Any] = app.openapi()
        return JSONResponse(document)

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    answer_errors(app)
    app.add_middleware(BoundedForms)
    app.add_middleware(SafeHeaders, secure=production)
    return app
