"""The product's time. In the sandbox it can be moved forward, so that waits and deadlines can be seen."""

import time
from datetime import datetime, timedelta, timezone

from cases.database import reading, transaction
from cases.models import Setting
from cases.settings import settings

OFFSET = "clock_offset_seconds"
# The clock is read several times a message; another process may see a move this much later.
KNOWN_FOR_SECONDS = 0.2
_known: dict[str, tuple[float, timedelta]] = {}  # by database: when it was read, and what it said


def now() -> datetime:
    """The product's time, in UTC. Outside the sandbox this is the machine's time."""
    real = datetime.now(timezone.utc)
    if not settings().sandbox:
        return real
    return real + _offset()


def _offset() -> timedelta:
    url = settings().cases_url
    read_at, offset = _known.get(url, (float("-inf"), timedelta(0)))
    if time.monotonic() - read_at > KNOWN_FOR_SECONDS:
        with reading() as session:
            row = session.get(Setting, OFFSET)
            offset = timedelta(seconds=float(row.value)) if row else timedelta(0)
        _known[url] = (time.monotonic(), offset)
    return offset


def advance(by: timedelta) -> datetime:
    """Moves the sandbox clock forward for all processes.

    Args:
        by: how far; zero or more. A clock that went back would undo what was already promised.

    Returns:
        The new time, in UTC.

    Raises:
        ValueError: `by` is negative.
        RuntimeError: the installation is not a sandbox.
    """
    if not settings().sandbox:
        raise RuntimeError("only the sandbox's clock can be moved")
    if by < timedelta(0):
        raise ValueError("the clock only moves forward")
    with transaction() as session:
        row = session.get(Setting, OFFSET)
        if row is None:
            session.add(Setting(name=OFFSET, value=str(by.total_seconds())))
        else:
            row.value = str(float(row.value) + by.total_seconds())
    _known.pop(settings().cases_url, None)
    return now()
