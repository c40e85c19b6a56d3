"""Errors of the sandbox's APIs: one JSON shape, {"error": {"code", "message", "errors"}}, which is EasyPost's."""

from __future__ import annotations

from typing import Any, List, Optional

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse


class ApiError(Exception):
    """Ends a request with an HTTP status, a code for machines and a sentence for people."""

    def __init__(self, status: int, code: str, message: str, errors: Optional[List[Any]] = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors or []


def answer_errors(app: FastAPI) -> None:
    """Make the app answer ApiError, and requests of a wrong shape (422), with the JSON shape above."""

    @app.exception_handler(ApiError)
    async def told(request: Request, error: ApiError) -> JSONResponse:
        return _response(error.status, error.code, error.message, error.errors)

    @app.exception_handler(RequestValidationError)
    async def wrong_shape(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"field": ".".join(str(part) for part in found["loc"]), "message": found["msg"]} for found in error.errors()
        ]
        return _response(422, "unprocessable", "The request does not have the expected shape.", errors)


def _response(status: int, code: str, message: str, errors: List[Any]) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message, "errors": errors}}, status)
