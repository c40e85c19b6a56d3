"""Makes the project's Python environment, ``.venv``, from ``requirements.lock``.

Runs on any Python from 3.8 on, with nothing but its standard library: it is what finds or gets everything else. What
is there already is used; when the lock has not changed since the last time, nothing is done.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Dict, List, Optional

ROOT = Path(__file__).resolve().parent.parent
WANTED = "3.10"  # the newest that Rasa 3.6 runs on
HEARTBEAT_SECONDS = 10


class SetupError(Exception):
    """The environment can not be made; the text says why and what helps."""


def say(text: str) -> None:
    """Prints a line of progress."""
    print(text, flush=True)


def run_step(message: str, command: List[str], environment: Optional[Dict[str, str]] = None) -> None:
    """Runs a command that may take long, and says what it is, that it goes on, and how long it took.

    Raises:
        SetupError: the command failed; its own words stand above.
    """
    say(message)
    began = time.monotonic()
    try:
        process = subprocess.Popen(command, cwd=str(ROOT), env=environment, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise SetupError(f"{command[0]} can not be started: {error}") from error
    try:
        while process.poll() is None:
            try:
                process.wait(timeout=HEARTBEAT_SECONDS)
            except subprocess.TimeoutExpired:
                say(f"  ... still at it ({time.monotonic() - began:.0f} s)")
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.returncode != 0:
        raise SetupError(f"this step failed (exit code {process.returncode}): {message}")
    took = time.monotonic() - began
    if took > 2:
        say(f"  done in {took:.0f} s")


def answer_of(command: List[str], environment: Optional[Dict[str, str]] = None) -> Optional[str]:
    """What a short command prints; None when it is missing or fails."""
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            env=environment,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None


def find_python(answer: Callable[..., Optional[str]] = answer_of) -> Optional[str]:
    """The path of a Python 3.10 that really runs, or None.

    Args:
        answer: asks a command; tests give their own.
    """
    question = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"
    # A shim of pyenv only runs in a folder that has chosen this version, or when it is told which one to take.
    told = {**os.environ, "PYENV_VERSION": WANTED}
    for name in (f"python{WANTED}", sys.executable, "python3", "python"):
        for environment in (None, told):
            version, _, path = (answer([name, "-c", question], environment) or "").partition(" ")
            if version == WANTED and path:
                return path
    return None


def index_settings() -> Dict[str, str]:
    """This process's environment, with what pip was told about its index and certificates said in uv's words, too.

    uv reads none of pip's settings. Its own win where both are told.
    """
    environment = dict(os.environ)
    told = pip_settings()
    for option, names in (("index-url", ("UV_DEFAULT_INDEX", "UV_INDEX_URL")), ("cert", ("SSL_CERT_FILE",))):
        if option in told and not any(environment.get(name) for name in names):
            environment[names[0]] = told[option]
    return environment


def pip_settings() -> Dict[str, str]:
    """What pip was told in its files and variables, by option."""
    found: Dict[str, str] = {}
    listed = (answer_of([sys.executable, "-m", "pip", "config", "list"]) or "").splitlines()
    # The list is not in the order in which they win: files' general part, files' part for installing, variables.
    for section in ("global.", "install.", ":env:."):
        for line in listed:
            name, _, value = line.partition("=")
            if name.startswith(section):
                found[name[len(section) :]] = value.strip("'\"")
    for option in ("index-url", "cert"):
        value = os.environ.get("PIP_" + option.upper().replace("-", "_"))
        if value:
            found[option] = value
    return found


def find_or_get_uv(root: Path) -> str:
    """The command ``uv``: the machine's, or one of the project's own in ``.uv``.

    Raises:
        SetupError: there is none, and it can not be installed.
    """
    own = root / ".uv" / "bin" / "uv"
    for candidate in (shutil.which("uv"), str(own)):
        if candidate and answer_of([candidate, "--version"]):
            return candidate
    try:
        run_step(
            "Getting uv, the installer, into .uv ...", [sys.executable, "-m", "venv", "--clear", str(root / ".uv")]
        )
    except SetupError as error:
        raise SetupError(
            f"{sys.executable} can not make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"
        ) from error
    run_step(
        "Installing uv ...",
        [str(root / ".uv" / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"],
    )
    return str(own)


def lock_digest(root: Path) -> str:
    """What the lock file says, as a short text that changes with it."""
    return hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest()


def is_current(root: Path) -> bool:
    """Whether the environment was made from the lock as it is now."""
    stamp = root / ".venv" / ".requirements-stamp"
    python = root / ".venv" / "bin" / "python"
    return python.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == lock_digest(root)


def set_up(root: Path) -> None:
    """Makes or updates ``.venv``.

    Raises:
        SetupError: something is missing that can not be got.
    """
    if is_current(root):
        return
    digest = lock_digest(root)
    uv = find_or_get_uv(root)
    environment = index_settings()
    folder = root / ".venv"
    version = "import sys; print('%d.%d' % sys.version_info[:2])"
    if answer_of([str(folder / "bin" / "python"), "-c", version]) != WANTED:
        if folder.is_symlink():
            folder.unlink()
        elif folder.exists():
            say(f"The environment in .venv is not a working Python {WANTED}; making a new one.")
            shutil.rmtree(str(folder))
        python = find_python()
        if python is None:
            run_step(f"No Python {WANTED} here; getting one ...", [uv, "python", "install", WANTED], environment)
        run_step(
            f"Making the environment .venv with {python or 'Python ' + WANTED} ...",
            [uv, "--quiet", "venv", "--python", python or WANTED, str(folder)],
            environment,
        )
    run_step(
        "Installing the packages of requirements.lock into .venv (some minutes the first time) ...",
        [
            *(uv, "--quiet", "pip", "sync", "--require-hashes"),
            *("--python", str(folder / "bin" / "python"), str(root / "requirements.lock")),
        ],
        environment,
    )
    (folder / ".requirements-stamp").write_text(digest, encoding="utf-8")
    say("The environment is ready.")


def main() -> int:
    """Sets up; 0 when all is there, 1 with a sentence when it could not be got."""
    try:
        set_up(ROOT)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
