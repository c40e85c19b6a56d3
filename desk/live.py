"""Live pages: a stream that tells the browser when what it shows is no longer the newest."""

import asyncio
import hashlib
import threading
import time
from typing import AsyncIterator, Callable, Optional

from fastapi import APIRouter, Depends
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from cases.database import reading
from cases.models import CaseEvent, Message, OutboxMessage, Promise, Setting, TrackingSnapshot
from desk.access import SignInNeeded, require_agent
from desk.case_list import UNSETTLED

LOOK_EVERY_SECONDS = 1.0
SAY_HELLO_EVERY_SECONDS = 15.0

router = APIRouter(dependencies=[Depends(require_agent)], include_in_schema=False)


def _digest(*states: object) -> str:
    return hashlib.sha256(repr(states).encode()).hexdigest()[:16]


def _clock(session: Session) -> Optional[str]:
    """How far the sandbox's clock was moved: countdowns depend on it."""
    return session.execute(select(Setting.value).where(Setting.name == "clock_offset_seconds")).scalar_one_or_none()


def state_of_list(session: Session) -> str:
    """A short value that changes whenever the list of cases does."""
    outbox = session.execute(
        select(OutboxMessage.status, func.count(OutboxMessage.id))
        .where(OutboxMessage.status.in_(UNSETTLED))
        .group_by(OutboxMessage.status)
        .order_by(OutboxMessage.status)
    ).all()
    newest = [session.execute(select(func.max(table.id))).scalar() for table in (Message, CaseEvent, Promise)]
    return _digest(newest, outbox, _clock(session))


def state_of_case(session: Session, case_id: int) -> str:
    """A short value that changes whenever the page of this case does."""
    messages = session.execute(
        select(func.max(Message.id), func.count(Message.intent)).where(Message.case_id == case_id)
    ).one()
    newest = [
        session.execute(select(func.max(table.id)).where(table.case_id == case_id)).scalar()
        for table in (CaseEvent, TrackingSnapshot, Promise)
    ]
    replies = session.execute(
        select(OutboxMessage.id, OutboxMessage.status, OutboxMessage.attempts)
        .where(OutboxMessage.case_id == case_id)
        .order_by(OutboxMessage.id)
    ).all()
    return _digest(messages, newest, replies, _clock(session))


@router.get("/cases/events")
async def list_events(request: Request) -> StreamingResponse:
    """Server-sent events: the state of the list, now and after each change."""
    return _stream(request, state_of_list)


@router.get("/cases/{case_id}/events")
async def case_events(request: Request, case_id: int) -> StreamingResponse:
    """Server-sent events: the state of one case, now and after each change."""
    return _stream(request, lambda session: state_of_case(session, case_id))


def _stream(request: Request, state: Callable[[Session], str]) -> StreamingResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_changes(request, state), media_type="text/event-stream", headers=headers)


async def _changes(request: Request, state: Callable[[Session], str]) -> AsyncIterator[str]:
    closing: threading.Event = request.app.state.closing

    def look() -> str:
        require_agent(request)  # a session may end while its page is open
        with reading() as session:
            return state(session)

    yield "retry: 2000\n\n"
    shown, spoke = None, time.monotonic()
    while not closing.is_set() and not await request.is_disconnected():
        try:
            newest = await run_in_threadpool(look)
        except (SignInNeeded, SQLAlchemyError):
            return  # the browser asks again, and is then told why
        if newest != shown:
            shown, spoke = newest, time.monotonic()
            yield f"event: state\ndata: {newest}\n\n"
        elif time.monotonic() - spoke > SAY_HELLO_EVERY_SECONDS:
            spoke = time.monotonic()
            yield ": still here\n\n"
        await asyncio.sleep(LOOK_EVERY_SECONDS)
