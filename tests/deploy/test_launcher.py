"""``python -m deploy.launcher`` starts the real processes, says when they are ready, and ends them all."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
import requests

from deploy.training import train

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 280
STOP_SECONDS = 40
PROCESSES = ("bot", "actions", "desk", "sandbox")
pytestmark = [pytest.mark.processes, pytest.mark.timeout(900)]


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Launcher:
    """The launcher in a process of its own, as its users run it."""

    def __init__(self, var: Path, model: Path) -> None:
        self.ports = dict(zip(PROCESSES, free_ports(4)))
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PORCHLIGHT_")}
        self.environment = {
            **clean,
            "PORCHLIGHT_VAR": str(var),
            "PORCHLIGHT_MODEL": str(model),
            **{f"PORCHLIGHT_{name.upper()}_PORT": str(port) for name, port in self.ports.items()},
        }
        self.lines: list[str] = []
        self.process = None
        self.descendants: list[psutil.Process] = []

    def start(self) -> "Launcher":
        """Starts it, without waiting."""
        self.lines = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.launcher"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=lambda: self.lines.extend(self._lines()), daemon=True)
        self._reader.start()
        return self

    def _lines(self):
        for line in self.process.stdout:
            yield line.rstrip("\n")

    def wait_until_ready(self) -> None:
        """Waits for the line that says so."""
        end = time.monotonic() + START_SECONDS
        while "Porchlight is ready" not in self.lines:
            assert self.process.poll() is None and time.monotonic() < end, "\n".join(self.lines)
            time.sleep(0.2)
        self.descendants = psutil.Process(self.process.pid).children(recursive=True)

    def wait_for_end(self) -> int:
        """The exit code."""
        code = self.process.wait(STOP_SECONDS)
        self._reader.join(5)
        return code

    def assert_nothing_is_left(self) -> None:
        """No process lives on and no port is kept."""
        _, alive = psutil.wait_procs(self.descendants, timeout=10)
        assert not alive
        for port in self.ports.values():
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", port)) != 0

    def pid_of(self, part: str) -> int:
        """The process whose command line has this part, under the launcher."""
        return next(one.pid for one in self.descendants if part in " ".join(one.cmdline()))


@pytest.fixture(scope="module")
def model():
    """The model of the project as it is."""
    return train(if_needed=True)


@pytest.fixture
def launcher(tmp_path, model):
    """A launcher with ports and a data folder of its own; it is ended when the test forgets to."""
    one = Launcher(tmp_path / "var", model)
    yield one
    if one.process and one.process.poll() is None:
        one.process.send_signal(signal.SIGTERM)
        one.process.wait(STOP_SECONDS)


def test_it_starts_says_so_and_starts_again_after_an_orderly_end(launcher):
    launcher.start().wait_until_ready()
    assert launcher.lines[-1] == "Porchlight is ready"
    text = "\n".join(launcher.lines)
    assert f"http://localhost:{launcher.ports['sandbox']}/" in text
    assert f"http://localhost:{launcher.ports['desk']}/   Desk account: agent / " in text
    for process, path in (("bot", "status"), ("actions", "health"), ("desk", "health"), ("sandbox", "health")):
        assert requests.get(f"http://127.0.0.1:{launcher.ports[process]}/{path}", timeout=10).status_code == 200
    assert len(launcher.descendants) == 10  # five processes, and honcho's own process for each
    launcher.process.send_signal(signal.SIGTERM)
    assert launcher.wait_for_end() == 0
    launcher.assert_nothing_is_left()

    launcher.start().wait_until_ready()
    launcher.process.send_signal(signal.SIGINT)
    assert launcher.wait_for_end() == 0
    launcher.assert_nothing_is_left()


def test_when_a_process_dies_all_end_and_its_last_lines_are_shown(launcher):
    launcher.start().wait_until_ready()
    os.kill(launcher.pid_of("rasa_sdk"), signal.SIGKILL)
    assert launcher.wait_for_end() == 1
    text = "\n".join(launcher.lines)
    assert "actions ended by itself (exit code -9). Its last lines:" in text
    assert "Action endpoint is up and running" in text and "actions.log" in text
    launcher.assert_nothing_is_left()


def test_a_taken_port_is_named_and_nothing_is_started(launcher):
    with socket.create_server(("127.0.0.1", launcher.ports["desk"])):
        launcher.start()
        assert launcher.wait_for_end() == 1
    assert f"Port {launcher.ports['desk']} of the desk is taken" in "\n".join(launcher.lines)
    assert "PORCHLIGHT_DESK_PORT=" in "\n".join(launcher.lines)


def test_a_model_that_is_not_there_is_named(launcher):
    launcher.environment["PORCHLIGHT_MODEL"] = "models/none.tar.gz"
    launcher.start()
    assert launcher.wait_for_end() == 1
    assert "PORCHLIGHT_MODEL is models/none.tar.gz; there is no such file" in "\n".join(launcher.lines)


def test_a_model_that_does_not_load_is_said_and_not_waited_for(launcher, tmp_path):
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"no model")
    launcher.environment["PORCHLIGHT_MODEL"] = str(broken)
    launcher.start()
    assert launcher.process.wait(START_SECONDS) == 1
    launcher._reader.join(5)
    assert any("without a model" in line or "bot ended by itself" in line for line in launcher.lines)


def test_production_without_a_token_is_refused(launcher):
    launcher.environment["PORCHLIGHT_MODE"] = "production"
    launcher.start()
    assert launcher.wait_for_end() == 1
    assert "must be set when PORCHLIGHT_MODE is production" in "\n".join(launcher.lines)
