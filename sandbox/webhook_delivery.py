"""Carries buyers' messages to the seller's bot, signed, in order within a conversation, until it takes them."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Dict, Optional

import requests

from sandbox.change_bell import ChangeBell
from sandbox.message import NOT_ACCEPTED, STORED, TRYING_AGAIN, Delivery, Message
from sandbox.message_store import MessageStore
from sandbox.settings import Settings
from sandbox.signature import HEADER, sign

log = logging.getLogger(__name__)

PATH = "/webhooks/platform/messages"
_TIMEOUT_SECONDS = 5
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
_REFUSALS_THAT_PASS = (408, 425, 429)


class WebhookDelivery:
    """One worker for each conversation that has something to deliver.

    Connection errors, time-outs, 5xx, 408, 425 and 429 are tried again for ever, after 0.5 s, 1 s, 2 s … 30 s.
    Any other refusal is final. start() and stop() belong to the running event loop.
    """

    def __init__(self, store: MessageStore, bell: ChangeBell, settings: Settings) -> None:
        self._store, self._bell = store, bell
        self._url, self._secret = settings.bot_url + PATH, settings.platform_secret
        self._workers: Dict[str, asyncio.Task[None]] = {}
        self._threads = ThreadPoolExecutor(max_workers=32, thread_name_prefix="webhook")

    def start(self) -> None:
        """Take up what an earlier run of the sandbox could not deliver."""
        for conversation_id in self._store.undelivered_conversations():
            self.deliver(conversation_id)

    def deliver(self, conversation_id: str) -> None:
        """Deliver the conversation's waiting messages; returns at once."""
        if conversation_id not in self._workers:
            self._workers[conversation_id] = asyncio.get_running_loop().create_task(self._work(conversation_id))

    async def stop(self) -> None:
        """Stop all workers. What is not delivered stays in the store."""
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        self._threads.shutdown(wait=False)

    async def _work(self, conversation_id: str) -> None:
        wait = _FIRST_WAIT
        try:
            while True:
                try:
                    message = self._store.next_undelivered(conversation_id)
                    if message is None:
                        return
                    delivery = await self._try(message)
                    self._store.note_delivery(message, delivery)
                    self._bell.ring(conversation_id)
                    failed = delivery.state == TRYING_AGAIN
                except Exception:
                    # Whatever went wrong here, the message is still in the store: it must be tried again.
                    log.exception("delivery in conversation %s failed", conversation_id)
                    failed = True
                if failed:
                    await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT) if failed else _FIRST_WAIT
        finally:
            self._workers.pop(conversation_id, None)

    async def _try(self, message: Message) -> Delivery:
        body = self._store.webhook_of(message)
        attempts = (message.delivery.attempts if message.delivery else 0) + 1
        loop = asyncio.get_running_loop()
        try:
            response = await loop.run_in_executor(self._threads, self._post, body)
        except requests.RequestException as error:
            return Delivery(TRYING_AGAIN, _reason(error), attempts)
        if response.ok:
            return Delivery(STORED, None, attempts, _word(response, "status"))
        reason = f"{response.status_code} {_word(response, 'error') or response.reason}".strip()
        if response.status_code >= 500 or response.status_code in _REFUSALS_THAT_PASS:
            return Delivery(TRYING_AGAIN, reason, attempts)
        return Delivery(NOT_ACCEPTED, reason, attempts)

    def _post(self, body: bytes) -> requests.Response:
        headers = {"Content-Type": "application/json", HEADER: sign(self._secret, body)}
        with requests.Session() as session:
            # The bot is a neighbour on this machine or network: a proxy of the environment must not stand between.
            session.trust_env = False
            return session.post(self._url, data=body, headers=headers, timeout=_TIMEOUT_SECONDS, allow_redirects=False)


def _reason(error: requests.RequestException) -> str:
    return "no answer in time" if isinstance(error, requests.Timeout) else "the seller cannot be reached"


def _word(response: requests.Response, name: str) -> Optional[str]:
    try:
        answer = response.json()
    except ValueError:
        return None
    word = answer.get(name) if isinstance(answer, dict) else None
    return word[:200] if isinstance(word, str) else None
