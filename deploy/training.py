"""Trains the model when something it is made of has changed: ``python -m deploy.training [--if-needed]``.

A model's file name holds the hash of what it was trained from, so that a model and the record of its origin can not
come apart.
"""

import argparse
import fcntl
import hashlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Iterator, List, Optional

from deploy.noise import without_colours

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("config.yml", "domain.yml", "data", "bot/nlu", "bot/policies", "requirements.lock")
HEARTBEAT_SECONDS = 10
ATTEMPTS = 3
_COMPONENT = re.compile(r"Starting to train component '(\w+)'")


class TrainingFailed(Exception):
    """There is no model; the text says why."""


def sources_hash(root: Path = ROOT) -> str:
    """A short text that changes with every file that a model is made of."""
    digest = hashlib.sha256()
    for source in SOURCES:
        place = root / source
        files = sorted(file for file in place.rglob("*") if file.is_file()) if place.is_dir() else [place]
        for file in files:
            name = file.relative_to(root)
            if "__pycache__" in name.parts or name.name.startswith(".") or not file.exists():
                continue
            content = file.read_bytes()
            digest.update(f"{name.as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()[:16]


def current_model(root: Path = ROOT) -> Optional[Path]:
    """The model that was trained from the files as they are now, or None."""
    model = root / "models" / f"porchlight-{sources_hash(root)}.tar.gz"
    return model if model.is_file() else None


def train(root: Path = ROOT, if_needed: bool = False) -> Path:
    """Trains a model and puts it into ``models``, in place of the ones trained before.

    Args:
        if_needed: whether a model of exactly these files is used again.

    Raises:
        TrainingFailed: Rasa could not train; its last lines are in the text, all of them in the log.
    """
    with _alone(root):
        for _ in range(ATTEMPTS):
            model = current_model(root)
            if if_needed and model:
                return model
            before = sources_hash(root)
            with tempfile.TemporaryDirectory(dir=root / "models", prefix=".training-") as folder:
                trained = _run_rasa(root, Path(folder))
                if sources_hash(root) == before:
                    model = root / "models" / f"porchlight-{before}.tar.gz"
                    os.replace(trained, model)
                    _remove_others(model)
                    return model
            print("Files changed during the training; training again.", flush=True)
    raise TrainingFailed("the files kept changing during the training")


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Waits while another command trains in the same folder."""
    (root / "models").mkdir(exist_ok=True)
    with open(root / "models" / ".lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another training is under way; waiting for it ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run_rasa(root: Path, out: Path) -> Path:
    command = [sys.executable, "-m", "rasa", "train", "--config", "config.yml", "--domain", "domain.yml"]
    command += ["--data", "data", "--out", str(out), "--fixed-model-name", "model"]
    # Rasa's cache does not see the word lists that components read by themselves.
    command += ["--force"]
    # Rasa's own validation knows nothing of what policies and actions say; `make check` does it.
    command += ["--skip-validation"]
    log = Path(os.environ.get("PORCHLIGHT_VAR") or root / "var").resolve() / "logs" / "training.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONWARNINGS": "ignore",
        "PYTHONUNBUFFERED": "1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    print("Training the model (some minutes) ...", flush=True)
    began = time.monotonic()
    lines: List[str] = []
    with _heartbeat(began), open(log, "w", encoding="utf-8") as kept:
        with subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process:
            try:
                for line in process.stdout:
                    # Progress bars write over their own line; only their last state is worth keeping.
                    line = without_colours(line.rstrip("\n").rsplit("\r", 1)[-1])
                    kept.write(line + "\n")
                    lines.append(line)
                    component = _COMPONENT.search(line)
                    if component:
                        print(f"  {component.group(1)} ...", flush=True)
            except BaseException:
                process.kill()
                raise
    model = out / "model.tar.gz"
    if process.returncode != 0 or not model.is_file():
        raise TrainingFailed("\n".join([*lines[-20:], f"The training failed; all it said is in {log}"]))
    print(f"  trained in {time.monotonic() - began:.0f} s", flush=True)
    return model


@contextmanager
def _heartbeat(began: float) -> Iterator[None]:
    done = Event()

    def beat() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            print(f"  ... still training ({time.monotonic() - began:.0f} s)", flush=True)

    Thread(target=beat, daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _remove_others(model: Path) -> None:
    for other in model.parent.glob("porchlight-*.tar.gz"):
        if other != model:
            other.unlink(missing_ok=True)


def main() -> int:
    """Trains; 0 with the model's path on the output, 1 with the reason when it failed."""
    parser = argparse.ArgumentParser(description="Train the model from config.yml, domain.yml, data and bot/nlu.")
    parser.add_argument("--if-needed", action="store_true", help="use the model again when none of these changed")
    if_needed = parser.parse_args().if_needed
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to end, it ends Rasa too
    try:
        model = train(if_needed=if_needed)
    except TrainingFailed as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"The model is {model.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
