"""Runs small commands under the supervisor, in a process of its own: ``supervised.py <folder> <name>=<command> ...``.

Prints `first_to_stop` and `failure` when all have ended.
"""

import sys
from pathlib import Path

from deploy.launcher.errors import LaunchError
from deploy.launcher.installation import Process
from deploy.launcher.supervisor import Supervisor
from deploy.launcher.terminal import Terminal


def _begin(supervisor: Supervisor) -> None:
    supervisor.say("started")
    if "fail" in sys.argv:
        raise LaunchError("not healthy")


def main() -> None:
    """Supervises what the arguments say."""
    supervisor = Supervisor(Terminal(Path(sys.argv[1])), _begin)
    commands = [argument.partition("=") for argument in sys.argv[2:] if "=" in argument]
    processes = [Process(name, ["sh", "-c", command], {}) for name, _, command in commands]
    supervisor.run(processes, {"PATH": "/usr/bin:/bin"}, ".")
    print(f"first_to_stop={supervisor.first_to_stop} failure={supervisor.failure}", flush=True)


if __name__ == "__main__":
    main()
