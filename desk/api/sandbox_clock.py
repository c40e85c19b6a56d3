"""The sandbox's clock, moved from outside, so that waits and deadlines can be seen without waiting."""

from datetime import datetime, timedelta

import isodate
from fastapi import APIRouter, Depends
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from cases import clock, follow_ups
from cases.database import transaction
from cases.settings import settings
from desk.access import require_token
from desk.api.models import ClockMove, ClockTime, Problem

LONGEST_MOVE = timedelta(days=366)

router = APIRouter(
    prefix="/api/sandbox",
    dependencies=[Depends(HTTPBearer(auto_error=False)), Depends(require_token)],
    tags=["sandbox"],
    responses={status: {"model": Problem} for status in (401, 404, 422)},
)


@router.post("/clock", response_model=ClockTime)
def move_clock(move: ClockMove) -> dict[str, datetime]:
    """Moves the clock forward for all processes and queues the follow-ups that are due then. Not in production."""
    if not settings().sandbox:
        raise HTTPException(404, "there is no sandbox clock in production")
    now = clock.advance(_duration(move.advance))
    with transaction() as session:
        follow_ups.queue_due(session)
    return {"now": now}


def _duration(text: str) -> timedelta:
    try:
        span = isodate.parse_duration(text)
    except (isodate.ISO8601Error, OverflowError, ValueError):
        raise HTTPException(422, f"advance: {text[:40]!r} is no ISO 8601 duration such as PT24H") from None
    if not any(character.isdigit() for character in text):  # isodate reads "PT" as zero
        raise HTTPException(422, f"advance: {text[:40]!r} is no ISO 8601 duration such as PT24H")
    if not isinstance(span, timedelta):
        raise HTTPException(422, "advance: months and years have no fixed length; give weeks, days or smaller units")
    if span < timedelta(0):
        raise HTTPException(422, "advance: the clock only moves forward")
    if span > LONGEST_MOVE:
        raise HTTPException(422, f"advance: at most {LONGEST_MOVE.days} days at a time")
    return span
