"""Which lines of a process's output a person at the terminal wants to see; all of them are in the log files."""

import re

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_ALARM = re.compile(r"\b(WARNING|ERROR|CRITICAL|FATAL)\b|\[(warning|error|critical)\s*\]")
_TRACEBACK = re.compile(r"^\s*(Traceback \(most recent call last\)|[\w.]*Exception Group Traceback)")
# Third parties' remarks to developers; nobody who runs the product can do anything about them.
_REMARK = re.compile(r"\w*(Deprecation|Pending|Future|Moved\w*|RemovedIn\w*)Warning\b|\bUserWarning: pkg_resources")


def without_colours(text: str) -> str:
    """The text without the terminal's colour codes."""
    return _COLOURS.sub("", text)


class Listener:
    """Reads one process's output line by line and picks what is worth a look: warnings, errors, tracebacks."""

    def __init__(self) -> None:
        self._in_traceback = False

    def wants(self, line: str) -> bool:
        """Whether this line, the next of the process, is worth a look."""
        if _TRACEBACK.match(line):
            self._in_traceback = True
            return True
        if self._in_traceback:
            # The frames are indented; the line after them names the error and ends it.
            self._in_traceback = line.startswith((" ", "\t")) or not line.strip()
            return True
        return bool(_ALARM.search(line)) and not _REMARK.search(line)
