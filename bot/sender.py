"""Sends released replies: in order within a conversation, again after a failure, never twice for one success."""

import asyncio
from datetime import timedelta
from typing import Callable, Optional

import requests
import structlog

from cases import outbox
from cases.database import reading, transaction
from cases.models import OutboxMessage

logger = structlog.get_logger(__name__)
POLL_SECONDS = 0.3
SIDE_BY_SIDE = 8


class PermanentlyRefused(Exception):
    """The platform will never take this message; trying again is of no use."""


class OutboxSender:
    """Looks for replies of one channel and hands them to its `send` function, which blocks and raises on failure."""

    def __init__(self, channel: str, send: Callable[[OutboxMessage], None]) -> None:
        self._channel = channel
        self._send = send
        self._task: Optional[asyncio.Task[None]] = None
        self._slots = asyncio.Semaphore(SIDE_BY_SIDE)

    def start(self) -> None:
        """Begins to send."""
        self._task = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Stops; what is under way is sent again after the next start, under the same id."""
        if self._task is not None:
            self._task.cancel()

    async def _look(self) -> None:
        while True:
            try:
                due = await asyncio.to_thread(self._due)
                if due:
                    await asyncio.gather(*(self._deliver(reply) for reply in due))
                    continue
            except asyncio.CancelledError:
                raise
            except Exception as error:  # the outbox keeps everything; the next look may succeed
                logger.error("outbox.look_failed", error=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    def _due(self) -> list[OutboxMessage]:
        with reading() as session:
            return outbox.due_for_sending(session, self._channel)

    async def _deliver(self, reply: OutboxMessage) -> None:
        async with self._slots:
            await asyncio.to_thread(self._deliver_now, reply)

    def _deliver_now(self, reply: OutboxMessage) -> None:
        try:
            self._send(reply)
        except PermanentlyRefused as error:
            self._failed(reply, str(error), final=True)
        except requests.RequestException as error:
            self._failed(reply, type(error).__name__, final=False, pause=_asked_pause(error))
        except Exception as error:  # whatever it is, it must count, or it would be tried again without a pause
            self._failed(reply, type(error).__name__, final=False)
        else:
            with transaction() as session:
                outbox.mark_sent(session, reply.id)

    def _failed(self, reply: OutboxMessage, error: str, final: bool, pause: Optional[timedelta] = None) -> None:
        logger.warning("reply.not_delivered", outbox_id=reply.id, error=error, final=final)
        with transaction() as session:
            outbox.mark_failed(session, reply.id, error, final, pause)


def _asked_pause(error: requests.RequestException) -> Optional[timedelta]:
    """How long the platform asked to wait (``Retry-After`` in seconds), if it did."""
    value = error.response.headers.get("Retry-After", "") if error.response is not None else ""
    return timedelta(seconds=min(int(value), 3600)) if value.isascii() and value.isdigit() else None
