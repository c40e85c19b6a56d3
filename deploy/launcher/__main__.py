"""The launcher's order of things. Exit code 0 when a person stopped it, 1 when something failed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from deploy.launcher.errors import LaunchError
from deploy.launcher.health import wait_until_healthy
from deploy.launcher.installation import ROOT, Installation, read_installation
from deploy.launcher.ports import check_free
from deploy.launcher.supervisor import Supervisor
from deploy.launcher.terminal import Terminal
from deploy.launcher.welcome import welcome
from deploy.training import TrainingFailed, train

START_SECONDS = 300


def main() -> int:
    """Starts everything and returns when everything has ended."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        installation = read_installation(os.environ)
        check_free(installation.addresses)
        installation.var.mkdir(parents=True, exist_ok=True)
        model = _model(installation)
        _upgrade_database(installation)
        return _run(installation, model)
    except (LaunchError, TrainingFailed) as error:
        print(f"Porchlight can not start.\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.")
        return 0


def _model(installation: Installation) -> Path:
    given = installation.environment.get("PORCHLIGHT_MODEL")
    if not given:
        return train(if_needed=True).resolve()
    if not Path(given).is_file():
        raise LaunchError(f"PORCHLIGHT_MODEL is {given}; there is no such file")
    return Path(given).resolve()


def _upgrade_database(installation: Installation) -> None:
    """Before anything starts, so that no process meets an old schema."""
    print("Bringing the case database up to date ...", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "cases.database"],
        cwd=ROOT,
        env=installation.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise LaunchError(f"The case database can not be brought up to date:\n{(done.stdout + done.stderr)[-3000:]}")


def _run(installation: Installation, model: Path) -> int:
    terminal = Terminal(installation.var / "logs")
    seconds = float(installation.environment.get("PORCHLIGHT_START_SECONDS") or START_SECONDS)

    def greet(supervisor: Supervisor) -> None:
        if wait_until_healthy(installation, supervisor.say, lambda: supervisor.stopping, seconds):
            supervisor.say(welcome(installation))

    supervisor = Supervisor(terminal, greet)
    try:
        supervisor.run(installation.processes(model), installation.environment, str(ROOT))
    finally:
        terminal.close()
    if supervisor.first_to_stop:
        name = supervisor.first_to_stop
        terminal.say(f"\n{name} ended by itself (exit code {supervisor.exit_code_of(name)}). Its last lines:")
        terminal.say("\n".join(f"  {line}" for line in terminal.last_lines(name)))
        terminal.say(f"All of them are in {terminal.log_file(name)}")
        return 1
    if supervisor.failure:
        terminal.say(f"\nPorchlight was stopped: {supervisor.failure}. The logs are in {installation.var / 'logs'}")
        return 1
    terminal.say("All processes have ended.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
