"""The key with which sessions are signed."""

import contextlib
import os
import secrets
from pathlib import Path

from cases.settings import SettingsError, settings

SHORTEST = 32


def session_key() -> str:
    """The installation's session key.

    Returns:
        ``PORCHLIGHT_DESK_SECRET``; in the sandbox, when it is not set, a random one that is made once and kept in
        ``desk-secret`` in the data folder, readable by its owner only.

    Raises:
        SettingsError: production without a key, or with one of fewer than 32 characters.
    """
    given = settings().desk_secret
    if settings().sandbox:
        return given or _kept_key(settings().var / "desk-secret")
    if len(given) < SHORTEST:
        raise SettingsError(
            f"PORCHLIGHT_DESK_SECRET must have at least {SHORTEST} characters when PORCHLIGHT_MODE is production; "
            "`openssl rand -hex 32` makes a good one"
        )
    return given


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        write_private(path, secrets.token_hex(32) + "\n", only_new=True)
    return path.read_text(encoding="ascii").strip()


def write_private(path: Path, text: str, only_new: bool = False) -> None:
    """Writes a file that only its owner can read, from its first moment on.

    Raises:
        FileExistsError: ``only_new`` and the file is there.
    """
    flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if only_new else os.O_TRUNC)
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)  # the mode above holds for new files only
        file.write(text)
