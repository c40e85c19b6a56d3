"""The processes of a run: the action server and the sandbox for both bots, and one bot at a time."""

import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Mapping

import psutil

from bench.client import WrongAnswer, get
from bench.progress import step
from deploy.launcher.child import end_with_parent
from deploy.launcher.installation import ROOT, Installation, read_installation
from deploy.launcher.ports import DEFAULTS, variable

START_SECONDS = 300
STOP_SECONDS = 20
LOOK_SECONDS = 0.02
MEGABYTE = 1024 * 1024


class BenchFailed(Exception):
    """The run can not go on; the text says why."""


@dataclass
class Running:
    """A process of this run.

    seconds: from its start to its first healthy answer.
    """

    name: str
    process: psutil.Popen
    log: Path
    began: float
    seconds: float = 0.0

    def memory(self) -> float:
        """Resident megabytes now."""
        return self.process.memory_info().rss / MEGABYTE

    def peak(self) -> float:
        """Most resident megabytes so far; what is resident now where the system does not keep the peak."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return self.memory()
        kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(kilobytes) / 1024

    def processor_time(self) -> float:
        """Seconds of processor time so far."""
        times = self.process.cpu_times()
        return times.user + times.system

    def stop(self) -> None:
        """Ends it, by force if it takes too long."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except psutil.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def last_lines(self) -> str:
        """The end of what it wrote."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])


def installation(folder: Path, bytecode: Path, environment: Mapping[str, str]) -> Installation:
    """An installation of Porchlight as ``make run`` starts it, with free ports and its databases in a folder.

    Args:
        bytecode: where Python keeps what it has compiled, so that boots are those of an installation in use even
            where nothing may be written beside the sources.
        environment: this process's; settings of an installation that it holds are left out.
    """
    given = {name: value for name, value in environment.items() if not name.startswith("PORCHLIGHT_")}
    given.pop("PYTHONDONTWRITEBYTECODE", None)
    given["PYTHONPYCACHEPREFIX"] = str(bytecode)
    ports = dict(zip(DEFAULTS, _free_ports(len(DEFAULTS))))
    given.update({variable(process): str(port) for process, port in ports.items()}, PORCHLIGHT_VAR=str(folder))
    return read_installation(given)


def _free_ports(count: int) -> List[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def make_database(installed: Installation) -> None:
    """Makes the case database.

    Raises:
        BenchFailed: it can not be made.
    """
    command = [sys.executable, "-m", "cases.database"]
    done = subprocess.run(
        command, cwd=ROOT, env=installed.environment, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode != 0:
        raise BenchFailed(f"The case database can not be made:\n{(done.stdout + done.stderr)[-3000:]}")


@contextmanager
def surroundings(installed: Installation, model: Path) -> Iterator[None]:
    """Runs the action server and the sandbox."""
    wanted = ("actions", "sandbox")
    running: List[Running] = []
    try:
        with step("Starting the action server and the sandbox"):
            for process in installed.processes(model):
                if process.name in wanted:
                    environment = {**installed.environment, **process.environment}
                    running.append(_start(process.name, process.command, environment, ROOT, installed.var))
            for one in running:
                host, port = installed.addresses[one.name]
                _wait(one, lambda host=host, port=port: get(host, port, "/health") is not None)
        yield
    finally:
        for one in running:
            one.stop()


@contextmanager
def porchlight(installed: Installation, model: Path) -> Iterator[Running]:
    """Runs Porchlight's bot as ``make run`` does."""
    process = next(process for process in installed.processes(model) if process.name == "bot")
    environment = {**installed.environment, **process.environment}
    with _bot(installed, "Porchlight", process.command, environment) as running:
        yield running


@contextmanager
def stock(installed: Installation, model: Path, endpoints: Path) -> Iterator[Running]:
    """Runs stock Rasa at the address that Porchlight's bot has otherwise, from the folder of its endpoints."""
    host, port = installed.addresses["bot"]
    command = [sys.executable, "-m", "rasa", "run", "-i", host, "-p", str(port), "--model", str(model), "--enable-api"]
    command += ["--credentials", "credentials.yml", "--endpoints", str(endpoints)]
    with _bot(installed, "Stock", command, installed.environment, endpoints.parent) as running:
        yield running


@contextmanager
def _bot(
    installed: Installation, name: str, command: List[str], environment: Mapping[str, str], folder: Path = ROOT
) -> Iterator[Running]:
    host, port = installed.addresses["bot"]
    running = _start(name, command, environment, folder, installed.var)

    def has_model() -> bool:
        status = get(host, port, "/status")
        return bool(status and status.get("model_file"))

    try:
        with step(f"{name}: boot"):
            _wait(running, has_model)
        yield running
    except WrongAnswer as error:
        raise BenchFailed(f"{error}\nThe last lines of {name}:\n{running.last_lines()}") from error
    finally:
        running.stop()


def _start(name: str, command: List[str], environment: Mapping[str, str], folder: Path, logs: Path) -> Running:
    log = logs / f"{name.lower()}.log"
    own: Dict[str, str] = dict(environment)
    began = time.monotonic()
    with open(log, "w", encoding="utf-8") as out:
        process = psutil.Popen(
            command, cwd=folder, env=own, stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=_end_with_bench
        )
    return Running(name, process, log, began)


def _end_with_bench() -> None:
    end_with_parent(signal.SIGTERM)


def _wait(running: Running, healthy: Callable[[], bool]) -> None:
    while not healthy():
        if running.process.poll() is not None:
            raise BenchFailed(f"{running.name} ended by itself:\n{running.last_lines()}")
        if time.monotonic() - running.began > START_SECONDS:
            raise BenchFailed(f"{running.name}: no healthy answer in {START_SECONDS} s:\n{running.last_lines()}")
        time.sleep(LOOK_SECONDS)
    running.seconds = time.monotonic() - running.began
