"""Work that is waited for until a hard limit; a server that sends a byte now and then can hold a socket for ever."""

import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from typing import Callable, Generic, TypeVar

from actions.tracking.parcel_facts import OVERLOADED, SLOW, TrackingFailed

T = TypeVar("T")


class HardLimit(Generic[T]):
    """Does work in threads of their own. One that hangs is left behind; there are only so many."""

    def __init__(self, under_way: int) -> None:
        """Args: under_way: how much work may be under way at the same time, what was left behind included."""
        self._places = threading.BoundedSemaphore(under_way)

    def within(self, seconds: float, work: Callable[[], T]) -> T:
        """The result of the work, or its error.

        Raises:
            TrackingFailed: it did not end in time, or too much is under way.
        """
        if not self._places.acquire(blocking=False):
            raise TrackingFailed("too many look-ups are under way", OVERLOADED)
        future: Future[T] = Future()

        def run() -> None:
            try:
                result = work()
            except BaseException as error:  # whoever waits is told
                future.set_exception(error)
            else:
                future.set_result(result)
            finally:
                self._places.release()

        # A daemon: what hangs must not keep the process from ending.
        threading.Thread(target=run, daemon=True).start()
        try:
            return future.result(max(0.0, seconds))
        except WaitedTooLong:
            raise TrackingFailed("no answer in time", SLOW) from None
