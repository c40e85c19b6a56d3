"""Runs all processes together: when one ends, or a person says so, all end, and none is left behind."""

import os
import signal
import time
from threading import Event, Thread
from types import FrameType
from typing import Callable, Dict, List, Optional

from honcho.manager import Manager
from honcho.printer import Message

from deploy.launcher.child import Child
from deploy.launcher.errors import LaunchError
from deploy.launcher.installation import Process
from deploy.launcher.terminal import OWN_NAME, Terminal

STOP_SECONDS = 10
START_SECONDS = 10
LOOK_SECONDS = 0.1


class Supervisor(Manager):
    """Honcho's manager, with an orderly end.

    It asks processes once to end, waits, and then ends them by force; a second Ctrl-C does so at once. Honcho's own
    manager waits for ever when no process reacts, and fails when it is stopped while it starts.

    first_to_stop: the process that ended by itself and so ended the others; None when a person stopped them.
    failure: why the processes were stopped although none ended by itself.
    """

    def __init__(self, terminal: Terminal, on_started: Callable[["Supervisor"], None]) -> None:
        """Args: terminal: takes all output. on_started: runs beside the processes; a `LaunchError` ends them."""
        super().__init__(terminal)
        self._process_ctor = Child
        self._on_started = on_started
        self._pid = os.getpid()
        self._stop = Event()
        self._at_once = Event()
        self.first_to_stop: Optional[str] = None
        self.failure: Optional[str] = None

    @property
    def stopping(self) -> bool:
        """Whether the end has begun."""
        return self._terminating

    def run(self, processes: List[Process], environment: Dict[str, str], folder: str) -> None:
        """Runs the processes until the last one has ended."""
        for process in processes:
            self.add_process(
                process.name, process.shell_command, env={**environment, **process.environment}, cwd=folder
            )
        signal.signal(signal.SIGHUP, self._on_signal)
        try:
            self.loop()
        finally:
            for kept in self._processes.values():
                if kept.get("pid"):
                    self._procmgr.kill(kept["pid"])  # what a process left behind in its group

    def say(self, text: str) -> None:
        """Prints Porchlight's own words; for any thread."""
        self.events.put(Message(type="line", data=text, time=self._clock.now(), name=OWN_NAME, colour=None))

    def exit_code_of(self, process: str) -> Optional[int]:
        """With which code a process ended."""
        return self._processes[process].get("returncode")

    def terminate(self) -> None:
        """Begins the end; honcho calls this from signal handlers and when a process has ended."""
        if os.getpid() != self._pid or self._terminating:
            return
        self._terminating = True
        ended = (name for name, kept in self._processes.items() if kept.get("returncode") is not None)
        self.first_to_stop = next(ended, None)
        self._stop.set()

    def kill(self) -> None:
        """Does nothing: honcho would end by force what is still given time to end by itself."""

    def _start(self) -> None:
        super()._start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        Thread(target=self._end_when_told, daemon=True).start()
        Thread(target=self._accompany, daemon=True).start()

    def _on_signal(self, number: int, _frame: Optional[FrameType]) -> None:
        if self._terminating:
            self._at_once.set()
        self.returncode = 128 + number
        self.terminate()

    def _accompany(self) -> None:
        try:
            self._on_started(self)
        except LaunchError as error:
            if not self._terminating:
                self.failure = str(error)
                self.terminate()

    def _end_when_told(self) -> None:
        self._stop.wait()
        self._wait(self._all_started, START_SECONDS)
        self.say("Stopping ...")
        self._send(self._procmgr.terminate)
        if not self._wait(self._all_stopped, STOP_SECONDS):
            names = ", ".join(name for name, kept in self._processes.items() if kept.get("returncode") is None)
            self.say(f"Ending by force: {names}")
        while not self._all_stopped():
            self._send(self._procmgr.kill)
            time.sleep(LOOK_SECONDS)

    def _wait(self, until: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end or self._at_once.is_set():
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def _send(self, send: Callable[[int], None]) -> None:
        for kept in self._processes.values():
            if kept.get("pid") and kept.get("returncode") is None:
                send(kept["pid"])

    def _system_print(self, data: str) -> None:
        """Drops honcho's own remarks: they would be printed from inside signal handlers, where printing can fail."""
