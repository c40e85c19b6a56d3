"""Works through the inbox: one conversation at a time, different conversations side by side."""

import asyncio
import gc
import sys
from dataclasses import dataclass
from typing import Dict, Optional

import structlog
from rasa.core.agent import Agent
from sanic import Sanic

from bot.processor import TurnProcessor
from bot.turn_failed import TurnFailed
from bot.turns import run_turn
from cases import inbox, turns
from cases.database import reading, transaction
from cases.models import OutboxMessage

logger = structlog.get_logger(__name__)
POLL_SECONDS = 0.5
# A turn's databases are asked in threads, and each answer waits until the thread that computes gives way. Python's five
# milliseconds for that, several times a message, were a fifth of the time to an answer.
GIVE_WAY_SECONDS = 0.0005


@dataclass(frozen=True)
class Handled:
    """What became of a message: whether it is done, and the reply if there is one."""

    done: bool
    reply: Optional[OutboxMessage] = None


class InboxWorker:
    """Handles waiting messages: at once when a door announces one, else as soon as the next look finds them.

    Follow-ups and agents' notes come from other processes, and a message may be left over from a crash; so the inbox
    is looked at twice a second.
    """

    def __init__(self, app: Sanic) -> None:
        self._app = app
        self._busy: Dict[str, asyncio.Task[None]] = {}
        self._awaited: Dict[int, asyncio.Future[Handled]] = {}
        self._task: Optional[asyncio.Task[None]] = None

    def start(self) -> None:
        """Begins to look into the inbox."""
        sys.setswitchinterval(GIVE_WAY_SECONDS)
        gc.freeze()  # the loaded model stays: looking through it for garbage would stop all turns for half a second
        self._task = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Stops looking and drops turns that are under way: their messages stay and are handled at the next start."""
        for task in [self._task, *self._busy.values()]:
            if task is not None:
                task.cancel()
        agent: Optional[Agent] = self._app.ctx.agent
        if agent is not None and isinstance(agent.processor, TurnProcessor):
            await agent.processor.close()

    async def handle(self, conversation_id: str, stored: inbox.Stored) -> Handled:
        """Handles a message that has just been stored, after those of its conversation that came before it.

        Returns:
            As soon as the message is done, or when it can not be handled now.
        """
        handled = self._awaited[stored.inbox_id] = asyncio.get_running_loop().create_future()
        work = stored.work
        try:
            busy = self._busy.get(conversation_id)
            if busy is not None and not busy.done():  # it may just have looked for the last time
                await asyncio.wait({busy, handled}, return_when=asyncio.FIRST_COMPLETED)
                work = None  # the case may have changed since
            if not handled.done():
                task = self._working_on(conversation_id, work)
                await asyncio.wait({task, handled}, return_when=asyncio.FIRST_COMPLETED)
            return handled.result() if handled.done() else Handled(False)
        finally:
            del self._awaited[stored.inbox_id]

    def _working_on(self, conversation_id: str, first: Optional[inbox.Work] = None) -> "asyncio.Task[None]":
        task = self._busy.get(conversation_id)
        if task is None or task.done():
            task = self._busy[conversation_id] = asyncio.create_task(self._work_through(conversation_id, first))
        return task

    async def _look(self) -> None:
        while True:
            try:
                for conversation_id in await asyncio.to_thread(_waiting):
                    self._working_on(conversation_id)
                self._busy = {name: task for name, task in self._busy.items() if not task.done()}
            except asyncio.CancelledError:
                raise
            except Exception as error:  # the next look may succeed; the inbox keeps everything
                logger.error("inbox.look_failed", error=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def _work_through(self, conversation_id: str, at_hand: Optional[inbox.Work] = None) -> None:
        """Handles the message at hand, if there is one; otherwise all that waits in a conversation."""
        if at_hand is not None:
            await self._handle(at_hand)
            return  # who has stored another message meanwhile waits for this to end, and then begins again
        while True:
            try:
                work = await asyncio.to_thread(_next, conversation_id)
            except Exception as error:
                logger.error("inbox.read_failed", error=type(error).__name__)
                return
            if work is None or not await self._handle(work):
                return

    async def _handle(self, work: inbox.Work) -> bool:
        """Handles one message and tells who awaits it; whether it is done."""
        agent: Optional[Agent] = self._app.ctx.agent
        if agent is None or not agent.is_ready():
            return False
        handled = await self._try(agent, work)
        awaited = self._awaited.get(work.message.id)
        if awaited is not None and not awaited.done() and handled.done:
            awaited.set_result(handled)
        return handled.done

    async def _try(self, agent: Agent, work: inbox.Work) -> Handled:
        """Handles one message; it is not done when it must wait for its next attempt."""
        inbox_id = work.message.id
        try:
            return Handled(True, await run_turn(agent, work))
        except asyncio.CancelledError:
            raise
        except (Exception, TurnFailed) as error:
            logger.error("turn.failed", inbox_id=inbox_id, error=type(error).__name__, exc_info=True)
            try:
                if not await asyncio.to_thread(inbox.put_off, inbox_id, f"{type(error).__name__}: {error}"):
                    reader = {"language": work.case.language, "script": work.case.script}
                    said = agent.processor.nlg.say("utter_handover_lookup_failed", reader)
                    await asyncio.to_thread(_give_up, inbox_id, turns.Said(said["text"], said["language"]))
            except Exception as second:  # the database is away too: the message is still waiting there
                logger.error("turn.not_put_off", inbox_id=inbox_id, error=type(second).__name__)
                await asyncio.sleep(POLL_SECONDS)
            return Handled(False)


def _waiting() -> list[str]:
    with reading() as session:
        return inbox.waiting_conversations(session)


def _next(conversation_id: str) -> Optional[inbox.Work]:
    with reading() as session:
        return inbox.next_work(session, conversation_id)


def _give_up(inbox_id: int, said: turns.Said) -> None:
    with transaction() as session:
        turns.give_up(session, inbox_id, said)


def worker_of(app: Sanic) -> InboxWorker:
    """The worker of a Rasa server, made when it is first asked for."""
    if not hasattr(app.ctx, "inbox_worker"):
        app.ctx.inbox_worker = InboxWorker(app)
    return app.ctx.inbox_worker
