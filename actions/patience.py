"""How patiently providers and sources are asked: in turn, again where waiting may help, and never beyond a deadline."""

import time
import traceback
from typing import Callable, Iterator, Mapping, Optional, Sequence, TypeVar

import tenacity

from actions.tracking.parcel_facts import BUSY, OVERLOADED, UNAVAILABLE

T = TypeVar("T")
C = TypeVar("C")
WAITING_HELPS = (UNAVAILABLE, BUSY, OVERLOADED)


class Patience:
    """Turns and attempts within a time limit. Thread-safe."""

    def __init__(self, limits: Mapping[str, float], failure: type[Exception]) -> None:
        """How long and how often.

        Args:
            limits: `attempts` of one who is asked; `first_wait` and `longest_wait` between them and `least_seconds`
                that must be left for one, in seconds.
            failure: what a request raises; its `kind` says whether waiting may help, its `retry_after` for how long the
                other side wants to be left alone, if it said so.
        """
        self._least = limits["least_seconds"]
        self._backoff = tenacity.wait_random_exponential(limits["first_wait"], limits["longest_wait"])
        self._attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda e: isinstance(e, failure) and e.kind in WAITING_HELPS),
            wait=self._wait,
            stop=tenacity.stop_any(tenacity.stop_after_attempt(limits["attempts"]), self._no_time),
            reraise=True,
        )

    def turns(self, candidates: Sequence[C], deadline: float) -> Iterator[tuple[C, Optional[float]]]:
        """Who is asked, and until when: half of the time for each, so that the others have their turn.

        Args:
            candidates: the preferred one first; the last one has all the time that is left.
            deadline: on the clock of `time.monotonic`.

        Yields:
            A candidate and its own deadline; None when there is not enough time left to ask it.
        """
        for candidate in candidates:
            now = time.monotonic()
            left = deadline - now
            end = now + (left if candidate is candidates[-1] else left / 2)
            yield candidate, end if left >= self._least else None

    def ask(self, work: Callable[[float], T], end: float) -> T:
        """The result of the work; it is done again after a short wait where waiting may help and there is time.

        Args:
            work: takes its deadline.
            end: that deadline, on the clock of `time.monotonic`.

        Raises:
            Exception: of the last attempt.
        """
        return self._attempts(work, end)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """How many seconds to wait: as the other side said, else longer each time, with a random part."""
        told = state.outcome.exception().retry_after
        return self._backoff(state) if told is None else told

    def _no_time(self, state: tenacity.RetryCallState) -> bool:
        """Whether there is none left for another attempt after the wait."""
        return time.monotonic() + state.upcoming_sleep + self._least > state.args[-1]


def fault(error: BaseException) -> str:
    """Which error it was and where, for the log; its own text may hold private data."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {place.name}, line {place.lineno}"
