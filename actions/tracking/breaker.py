"""Leaves a provider alone that is down, too busy, or does not take our key.

No library does it: pybreaker 1.4 holds its lock while the provider is asked, so that one look-up would wait for the
other; circuitbreaker 2.1 lets everybody through at once when a pause ends, and knows no pause of a given length.
"""

import threading
import time
from typing import Callable, Optional


class Breaker:
    """Counts a provider's failures; after some in a row it is asked once per pause until it answers. Thread-safe."""

    def __init__(self, failures: int, pause: float, now: Callable[[], float] = time.monotonic) -> None:
        """Args: failures: in a row, until the pauses begin. pause: in seconds. now: a clock in seconds."""
        self._limit, self._pause, self._now = failures, pause, now
        self._failures = 0
        self._asked_again_at = 0.0
        self._busy_until = 0.0
        self._lock = threading.Lock()

    def lets_through(self) -> bool:
        """Whether the provider may be asked now. Whoever is let through at the end of a pause is the only one."""
        with self._lock:
            now = self._now()
            if now < self._busy_until:
                return False
            if self._failures < self._limit:
                return True
            if now < self._asked_again_at:
                return False
            self._asked_again_at = now + self._pause
            return True

    def succeeded(self) -> None:
        """The provider answered. A pause that it asked for goes on."""
        with self._lock:
            self._failures = 0

    def failed(self, leave_alone: Optional[float] = None) -> None:
        """The provider did not answer, or wants to be left alone for so many seconds."""
        with self._lock:
            now = self._now()
            self._failures += 1
            self._asked_again_at = now + self._pause
            self._busy_until = max(self._busy_until, now + (leave_alone or 0.0))
