"""Whether the desk can work, for whoever supervises it."""

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, Response

from cases.database import reading
from cases.models import Case
from desk.api.models import Health

router = APIRouter(tags=["health"])


@router.get("/health", response_model=Health, responses={503: {"model": Health}})
def health() -> Response:
    """`ok`, or 503 when the case database can not be read."""
    try:
        with reading() as session:
            session.execute(select(Case.id).limit(1)).first()
    except SQLAlchemyError:
        return JSONResponse({"status": "database_unreadable"}, 503)
    return JSONResponse({"status": "ok"})
