"""Tells open message boxes that their conversation has changed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import contextmanager
from typing import DefaultDict, Iterator, Set


class ChangeBell:
    """One bell a conversation. It carries no news: who hears it asks the store what has changed."""

    def __init__(self) -> None:
        self._listeners: DefaultDict[str, Set[asyncio.Event]] = defaultdict(set)

    def ring(self, conversation_id: str) -> None:
        """Wake everybody who listens to this conversation."""
        for listener in self._listeners.get(conversation_id, ()):
            listener.set()

    @contextmanager
    def listening(self, conversation_id: str) -> Iterator[asyncio.Event]:
        """Inside the block, the event is set at every change; the listener clears it before it looks."""
        listener = asyncio.Event()
        self._listeners[conversation_id].add(listener)
        try:
            yield listener
        finally:
            self._listeners[conversation_id].discard(listener)
            if not self._listeners[conversation_id]:
                del self._listeners[conversation_id]
