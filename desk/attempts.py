"""Failed sign-ins are counted, so that nobody can try passwords by the thousand."""

import threading
import time
from typing import Callable

MOST_FAILURES = 5
WITHIN_SECONDS = 15 * 60
MOST_REMEMBERED = 10_000


class FailedAttempts:
    """Counts failures for a user name from one address, in this process, in the machine's time."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        """Args: seconds: a clock that never goes back."""
        self._seconds = seconds
        self._lock = threading.Lock()
        self._failures: dict[tuple[str, str], list[float]] = {}

    def seconds_to_wait(self, username: str, address: str) -> int:
        """How long this pair must wait before it may try again; 0 when it may now."""
        with self._lock:
            failures = self._recent((username, address))
            if len(failures) < MOST_FAILURES:
                return 0
            return max(1, int(failures[0] + WITHIN_SECONDS - self._seconds()) + 1)

    def note_failure(self, username: str, address: str) -> None:
        """Counts one failure."""
        with self._lock:
            if len(self._failures) >= MOST_REMEMBERED:
                self._forget_old()
            self._failures[(username, address)] = [*self._recent((username, address)), self._seconds()]

    def forget(self, username: str, address: str) -> None:
        """Starts from nothing, after the right password."""
        with self._lock:
            self._failures.pop((username, address), None)

    def _recent(self, pair: tuple[str, str]) -> list[float]:
        since = self._seconds() - WITHIN_SECONDS
        return [at for at in self._failures.get(pair, []) if at > since]

    def _forget_old(self) -> None:
        self._failures = {pair: self._recent(pair) for pair in self._failures if self._recent(pair)}
        while len(self._failures) >= MOST_REMEMBERED:
            self._failures.pop(next(iter(self._failures)))
