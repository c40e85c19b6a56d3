"""What the processes write: all of it goes to log files, what needs attention to the terminal as well."""

import logging
import sys
from collections import deque
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Deque, Dict, List, TextIO

from honcho.printer import Message, Printer

from deploy.noise import Listener, without_colours

OWN_NAME = "porchlight"
LAST_LINES = 25
LARGEST_LOG = 5_000_000


class Terminal(Printer):
    """Honcho's printer with a log file for every process, and an ear for what a person wants to see."""

    def __init__(self, logs: Path, output: TextIO = sys.stdout) -> None:
        """Args: logs: the folder of log files, made when missing. output: where the person looks."""
        super().__init__(output)
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._logs = logs
        self._files: Dict[str, RotatingFileHandler] = {}
        self._listeners: Dict[str, Listener] = {}
        self._last: Dict[str, Deque[str]] = {}

    def write(self, message: Message) -> None:
        """Takes one line (or text of several, for Porchlight's own) from honcho's manager."""
        data = message.data.decode("utf-8", "replace") if isinstance(message.data, bytes) else message.data
        if message.name == OWN_NAME:
            self.say(data)
            return
        for line in without_colours(data).splitlines():
            if self._keep(message.name, line):
                with suppress(OSError):  # the terminal was closed; the processes still have to be ended
                    super().write(message._replace(data=line))

    def say(self, text: str) -> None:
        """Prints Porchlight's own words, as they are."""
        with suppress(OSError):
            print(text, file=self.output, flush=True)

    def last_lines(self, process: str) -> List[str]:
        """The last lines that a process wrote."""
        return list(self._last.get(process, ()))

    def log_file(self, process: str) -> Path:
        """Where all lines of a process are kept."""
        return self._logs / f"{process}.log"

    def close(self) -> None:
        """Closes the log files."""
        for file in self._files.values():
            file.close()

    def _keep(self, process: str, line: str) -> bool:
        if process not in self._files:
            path = self.log_file(process)
            earlier = path.exists() and path.stat().st_size > 0
            self._files[process] = RotatingFileHandler(path, maxBytes=LARGEST_LOG, backupCount=2, encoding="utf-8")
            if earlier:
                self._files[process].doRollover()
            self._listeners[process] = Listener()
            self._last[process] = deque(maxlen=LAST_LINES)
        self._files[process].emit(logging.makeLogRecord({"msg": line}))
        self._last[process].append(line)
        return self._listeners[process].wants(line)
