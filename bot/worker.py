"""Works through the inbox: one conversation at a time, different conversations side by side."""

import asyncio
from typing import Any, Dict, Optional

import structlog
from rasa.core.agent import Agent
from sanic import Sanic

from bot.turn_failed import TurnFailed
from bot.turns import run_turn
from cases import inbox, record
from cases.database import reading, transaction
from cases.models import Case, InboxMessage, OutboxMessage
from cases.outbox import write_to_transcript

logger = structlog.get_logger(__name__)
POLL_SECONDS = 0.5


class InboxWorker:
    """Handles waiting messages: at once when a door announces one, else as soon as the next look finds them.

    Follow-ups and agents' notes come from other processes, and a message may be left over from a crash; so the inbox
    is looked at twice a second.
    """

    def __init__(self, app: Sanic) -> None:
        self._app = app
        self._busy: Dict[str, asyncio.Task[None]] = {}
        self._task: Optional[asyncio.Task[None]] = None

    def start(self) -> None:
        """Begins to look into the inbox."""
        self._task = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Stops looking and drops turns that are under way: their messages stay and are handled at the next start."""
        for task in [self._task, *self._busy.values()]:
            if task is not None:
                task.cancel()

    async def handle(self, conversation_id: str) -> None:
        """Works through a conversation's waiting messages and returns when none is left that can be handled now."""
        while True:
            task = self._busy.get(conversation_id)
            if task is None or task.done():
                task = asyncio.create_task(self._work_through(conversation_id))
                self._busy[conversation_id] = task
                await asyncio.shield(task)
                return
            await asyncio.shield(task)

    async def _look(self) -> None:
        while True:
            try:
                for conversation_id in await asyncio.to_thread(_waiting):
                    task = self._busy.get(conversation_id)
                    if task is None or task.done():
                        self._busy[conversation_id] = asyncio.create_task(self._work_through(conversation_id))
                self._busy = {name: task for name, task in self._busy.items() if not task.done()}
            except asyncio.CancelledError:
                raise
            except Exception as error:  # the next look may succeed; the inbox keeps everything
                logger.error("inbox.look_failed", error=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def _work_through(self, conversation_id: str) -> None:
        while True:
            try:
                inbox_id = await asyncio.to_thread(_next, conversation_id)
            except Exception as error:
                logger.error("inbox.read_failed", error=type(error).__name__)
                return
            agent: Optional[Agent] = self._app.ctx.agent
            if inbox_id is None or agent is None or not agent.is_ready():
                return
            if not await self._try(agent, inbox_id):
                return

    async def _try(self, agent: Agent, inbox_id: int) -> bool:
        """Handles one message; False when it must wait for its next attempt."""
        try:
            await run_turn(agent, inbox_id)
            return True
        except asyncio.CancelledError:
            raise
        except (Exception, TurnFailed) as error:
            logger.error("turn.failed", inbox_id=inbox_id, error=type(error).__name__, exc_info=True)
            try:
                if not await asyncio.to_thread(inbox.put_off, inbox_id, f"{type(error).__name__}: {error}"):
                    await asyncio.to_thread(_give_up, inbox_id, agent.processor.nlg)
            except Exception as second:  # the database is away too: the message is still waiting there
                logger.error("turn.not_put_off", inbox_id=inbox_id, error=type(second).__name__)
                await asyncio.sleep(POLL_SECONDS)
            return False


def _waiting() -> list[str]:
    with reading() as session:
        return inbox.waiting_conversations(session)


def _next(conversation_id: str) -> Optional[int]:
    with reading() as session:
        row = inbox.next_message(session, conversation_id)
        return row.id if row else None


def _give_up(inbox_id: int, nlg: Any) -> None:
    """A message that can not be handled goes to a human, and the buyer hears so."""
    with transaction() as session:
        work = session.get(InboxMessage, inbox_id)
        case = session.get(Case, work.case_id)
        work.status = "given_up"
        if case.status == "handed_over":
            return
        case.status, case.outcome, case.handoff_reason = "handed_over", "handed_over", "lookup_failed"
        record.add_event(session, case, "given_up", record.SYSTEM, inbox_id=inbox_id)
        record.tell_bot(session, case, "take_over")
        said = nlg.say("utter_handover_lookup_failed", {"language": case.language})
        reply = OutboxMessage(
            id=f"given-up-{inbox_id}",
            case_id=case.id,
            conversation_id=case.conversation_id,
            channel=case.channel,
            inbox_id=None,
            in_reply_to=work.external_id,
            sender_kind="assistant",
            text=said["text"],
            language=said["language"],
            buttons=[],
            status="sent" if case.channel == "rest" else "released",
            created_at=work.received_at,
        )
        session.add(reply)
        write_to_transcript(session, reply)


def worker_of(app: Sanic) -> InboxWorker:
    """The worker of a Rasa server, made when it is first asked for."""
    if not hasattr(app.ctx, "inbox_worker"):
        app.ctx.inbox_worker = InboxWorker(app)
    return app.ctx.inbox_worker
