"""What the bench says while it works: every step when it begins, while it goes on, and when it is done."""

import time
from contextlib import contextmanager
from threading import Event, Thread
from typing import Iterator

NEWS_SECONDS = 5


class Step:
    """A step under way; `done` counts what is finished, `of` how much there is (0: not counted)."""

    def __init__(self, of: int) -> None:
        self.done = 0
        self.of = of
        self.began = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the step has taken."""
        return time.monotonic() - self.began

    def news(self) -> str:
        """How far it is, as words."""
        counted = f"{self.done} of {self.of}, " if self.of else ""
        return f"  ... {counted}{self.seconds:.0f} s"


def say(text: str) -> None:
    """Prints a line."""
    print(text, flush=True)


@contextmanager
def step(what: str, of: int = 0) -> Iterator[Step]:
    """Says what is done, and again every few seconds that it still is."""
    say(f"{what} ...")
    current = Step(of)
    ended = Event()

    def tell() -> None:
        while not ended.wait(NEWS_SECONDS):
            say(current.news())

    Thread(target=tell, daemon=True).start()
    try:
        yield current
    finally:
        ended.set()
    if current.seconds >= NEWS_SECONDS:
        say(f"  done in {current.seconds:.0f} s")
