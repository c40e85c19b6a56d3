"""Child processes that do not outlive the launcher, even when it is killed."""

import ctypes
import signal
import sys
from typing import Any

from honcho.process import Popen, Process

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent(by: signal.Signals) -> None:
    """Lets the system send this process a signal when its parent ends; Linux only, elsewhere it does nothing."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(by))


def _end_softly_with_parent() -> None:
    end_with_parent(signal.SIGTERM)


def _start(command: str, **options: Any) -> Popen:
    return Popen(command, preexec_fn=_end_softly_with_parent, **options)


class Child(Process):
    """Honcho's process, between the launcher and one command of the product."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """See `honcho.process.Process`."""
        super().__init__(*arguments, **options)
        self._child_ctor = _start

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        """Runs the command and passes on what it writes. Runs in a process of its own."""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a closed terminal is the launcher's business
        end_with_parent(signal.SIGKILL)
        super().run(events, ignore_signals)
