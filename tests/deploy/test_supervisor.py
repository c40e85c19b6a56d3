"""Processes end together and leave nothing behind, whatever they do."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
STUBBORN = "trap '' TERM INT; echo $$ > {pids}/{name}; while :; do sleep 0.1; done"
PLAIN = "echo $$ > {pids}/{name}; exec sleep 600"


class Supervised:
    """A supervisor in a process of its own, with small commands."""

    def __init__(self, folder: Path, *options: str, **commands: str) -> None:
        self.pids = folder / "pids"
        self.pids.mkdir()
        self._names = list(commands)
        given = [f"{name}={command.format(pids=self.pids, name=name)}" for name, command in commands.items()]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.deploy.supervised", str(folder / "logs"), *given, *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_for_pids(self) -> list[int]:
        """The process ids that the commands noted."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            notes = [self.pids / name for name in self._names]
            if all(note.exists() and note.read_text().strip() for note in notes):
                return [int(file.read_text()) for file in self.pids.iterdir()]
            time.sleep(0.05)
        raise AssertionError("the commands did not start")

    def output(self, within: float = 40) -> str:
        """All it printed, once it has ended."""
        return self.process.communicate(timeout=within)[0]


@pytest.fixture
def supervise(tmp_path):
    """``supervise(name=command)`` starts; whatever is left at the end of a test is ended by force."""
    started = []

    def start(*options, **commands):
        started.append(Supervised(tmp_path, *options, **commands))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        for file in one.pids.iterdir():
            pid = int(file.read_text() or 0)
            if pid and psutil.pid_exists(pid):
                os.kill(pid, signal.SIGKILL)


def gone(pids, within=10.0):
    """Whether the processes are gone, or go within some seconds."""
    end = time.monotonic() + within
    while any(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all(supervise, number):
    running = supervise(bot=PLAIN, desk=PLAIN)
    pids = running.wait_for_pids()
    running.process.send_signal(number)
    assert "first_to_stop=None failure=None" in running.output()
    assert gone(pids)


def test_a_signal_in_the_first_moment_ends_all(supervise):
    running = supervise(bot=PLAIN, desk=PLAIN, clock=PLAIN)
    while "started" not in running.process.stdout.readline():
        pass
    running.process.send_signal(signal.SIGTERM)
    assert "first_to_stop=None" in running.output()
    assert gone([int(file.read_text()) for file in running.pids.iterdir() if file.read_text()])


def test_what_does_not_react_is_ended_by_force(supervise):
    running = supervise(bot=STUBBORN, desk=PLAIN)
    pids = running.wait_for_pids()
    running.process.send_signal(signal.SIGINT)
    assert "Ending by force: bot" in running.output()
    assert gone(pids)


def test_a_second_ctrl_c_does_not_wait(supervise):
    running = supervise(bot=STUBBORN)
    pids = running.wait_for_pids()
    began = time.monotonic()
    running.process.send_signal(signal.SIGINT)
    time.sleep(1)
    running.process.send_signal(signal.SIGINT)
    running.output()
    assert time.monotonic() - began < 8
    assert gone(pids)


def test_when_one_ends_all_end_and_it_is_known_which(supervise):
    running = supervise(bot=PLAIN, desk="echo $$ > {pids}/desk; sleep 1; exit 3")
    pids = running.wait_for_pids()
    assert "first_to_stop=desk" in running.output()
    assert gone(pids)


def test_a_process_killed_from_outside_ends_all(supervise):
    running = supervise(bot=PLAIN, desk=PLAIN)
    pids = running.wait_for_pids()
    os.kill(int((running.pids / "bot").read_text()), signal.SIGKILL)
    assert "first_to_stop=bot" in running.output()
    assert gone(pids)


def test_children_of_processes_end_too(supervise):
    child = "sh -c 'trap \"\" TERM; echo $$ > {pids}/child; exec >/dev/null 2>&1; while :; do sleep 0.1; done' & "
    running = supervise(bot=child + PLAIN)
    running.wait_for_pids()
    time.sleep(1)
    pids = running.wait_for_pids()
    assert len(pids) == 2
    running.process.send_signal(signal.SIGTERM)
    running.output()
    assert gone(pids)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has ended")
def test_even_a_killed_supervisor_leaves_nothing_running(supervise):
    running = supervise(bot=PLAIN, desk=PLAIN)
    pids = running.wait_for_pids()
    running.process.kill()
    running.process.wait()
    assert gone(pids)


def test_a_failure_beside_the_processes_ends_all(supervise):
    running = supervise("fail", bot=PLAIN)
    assert "first_to_stop=None failure=not healthy" in running.output()


def test_everything_is_logged_and_only_alarms_are_shown(supervise, tmp_path):
    running = supervise(bot="echo quiet; echo an ERROR; echo $$ > {pids}/bot; exec sleep 600")
    running.wait_for_pids()
    time.sleep(0.5)
    running.process.send_signal(signal.SIGINT)
    shown = running.output()
    assert "| an ERROR" in shown and "quiet" not in shown
    assert (tmp_path / "logs" / "bot.log").read_text() == "quiet\nan ERROR\n"
