"""What is answered when something can not be done: a clear page for people, JSON for programs."""

import logging

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from desk.access import FormRefused, SignInNeeded, TokenRefused, require_agent, sign_in_address
from desk.render import page

log = logging.getLogger("desk")


def answer_errors(app: FastAPI) -> None:
    """Makes the app answer every error in its own way."""

    @app.exception_handler(SignInNeeded)
    async def sign_in_first(request: Request, error: SignInNeeded) -> Response:
        return RedirectResponse(sign_in_address(error.wanted), 303)

    @app.exception_handler(TokenRefused)
    async def token_refused(request: Request, error: TokenRefused) -> Response:
        return JSONResponse(
            {"detail": "this needs the bearer token of the installation"}, 401, {"WWW-Authenticate": "Bearer"}
        )

    @app.exception_handler(FormRefused)
    def form_refused(request: Request, error: FormRefused) -> Response:
        return _page(request, 403, "form")

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        if _for_programs(request):
            return JSONResponse({"detail": error.detail}, error.status_code, error.headers)
        return _page(request, error.status_code, "missing" if error.status_code == 404 else "request")

    @app.exception_handler(RequestValidationError)
    def wrong_shape(request: Request, error: RequestValidationError) -> Response:
        if not _for_programs(request):
            return _page(request, 422, "request")
        # Only where and what: the given value may be private.
        told = (".".join(str(part) for part in found["loc"][1:]) + ": " + found["msg"] for found in error.errors())
        return JSONResponse({"detail": "; ".join(told)}, 422)

    @app.exception_handler(SQLAlchemyError)
    def database_failed(request: Request, error: SQLAlchemyError) -> Response:
        # Its text may hold what was to be written, so only its kind goes to the log.
        log.error("the case database failed: %s", type(error).__name__)
        if _for_programs(request):
            return JSONResponse({"detail": "the case database can not be used just now"}, 503, {"Retry-After": "5"})
        return _page(request, 503, "broken")


def _for_programs(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _page(request: Request, status: int, kind: str) -> Response:
    try:
        require_agent(request)  # for the language of the page
    except (SignInNeeded, SQLAlchemyError):
        request.state.agent = None
    try:
        return page(request, "error.html", status, kind=kind, active="")
    except SQLAlchemyError:
        request.state.agent = None  # without an agent the page needs no database
        return page(request, "error.html", status, kind=kind, active="")
