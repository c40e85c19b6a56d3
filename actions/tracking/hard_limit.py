"""Work that is waited for until a hard limit; a server that sends a byte now and then can hold a socket for ever."""

import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from queue import Empty, SimpleQueue
from typing import Callable, Generic, TypeVar

from actions.tracking.parcel_facts import OVERLOADED, SLOW, TrackingFailed

T = TypeVar("T")
KEPT_FOR = 30.0
"""Seconds for which a thread without work is kept; starting one costs more than most of what it does."""


class HardLimit(Generic[T]):
    """Does work in threads of its own. One that hangs is left behind, and others go on; there are only so many."""

    def __init__(self, under_way: int) -> None:
        """Args: under_way: how much work may be under way at the same time, what was left behind included."""
        self._places = threading.BoundedSemaphore(under_way)
        self._work: SimpleQueue[tuple[Callable[[], T], Future[T]]] = SimpleQueue()
        self._idle = 0  # threads that wait for work which nobody has given them yet
        self._lock = threading.Lock()

    def within(self, seconds: float, work: Callable[[], T]) -> T:
        """The result of the work, or its error.

        Raises:
            TrackingFailed: it did not end in time, or too much is under way.
        """
        if not self._places.acquire(blocking=False):
            raise TrackingFailed("too many look-ups are under way", OVERLOADED)
        future: Future[T] = Future()
        with self._lock:
            self._work.put((work, future))
            is_alone = self._idle == 0
            if not is_alone:
                self._idle -= 1
        if is_alone:
            # A daemon: what hangs must not keep the process from ending.
            threading.Thread(target=self._take_turns, daemon=True).start()
        try:
            return future.result(max(0.0, seconds))
        except WaitedTooLong:
            raise TrackingFailed("no answer in time", SLOW) from None

    def _take_turns(self) -> None:
        """Does one work after the other, until there has been none for a while."""
        while True:
            try:
                self._do(*self._work.get(timeout=KEPT_FOR))
            except Empty:
                with self._lock:
                    if self._work.empty():
                        self._idle -= 1
                        return

    def _do(self, work: Callable[[], T], future: "Future[T]") -> None:
        result = error = None
        try:
            result = work()
        except BaseException as raised:  # whoever waits is told
            error = raised
        # Free for the next before anybody hears of it, who may be the next.
        with self._lock:
            self._idle += 1
        self._places.release()
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
