"""Two who ask the same at the same time share one answer."""

import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from typing import Callable, Generic, Hashable, TypeVar

from actions.tracking.parcel_facts import SLOW, TrackingFailed

T = TypeVar("T")


class SameQuestion(Generic[T]):
    """Answers questions that are under way; the first who asks works, the others wait. Thread-safe."""

    def __init__(self) -> None:
        """Nothing is under way."""
        self._under_way: dict[Hashable, Future[T]] = {}
        self._lock = threading.Lock()

    def answer(self, question: Hashable, work: Callable[[], T], deadline: float) -> T:
        """The answer, or the error, of the one who works on this question.

        Args:
            question: what is asked.
            work: finds the answer; called only if nobody is at it.
            deadline: until when to wait for another's answer, on the clock of `time.monotonic`.

        Raises:
            TrackingFailed: the other has not finished by then.
        """
        with self._lock:
            future = self._under_way.get(question)
            if future is None:
                mine = self._under_way[question] = Future()
        if future is not None:
            try:
                return future.result(max(0.0, deadline - time.monotonic()))
            except WaitedTooLong:
                raise TrackingFailed("the same look-up did not end in time", SLOW) from None
        try:
            found = work()
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            mine.set_result(found)
            return found
        finally:
            with self._lock:
                del self._under_way[question]
