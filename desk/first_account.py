"""The sandbox's own account, so that the first look at the desk needs no setting up."""

import os
from pathlib import Path
from typing import Optional

from cases.database import transaction
from cases.settings import settings
from desk.agents import add_agent, find_agent, set_password
from desk.passwords import is_password, readable_password
from desk.secret import write_private

NAME = "agent"


def account_file() -> Path:
    """Where the sandbox keeps the line with its account's password."""
    return settings().var / "desk-account.txt"


def prepare_sandbox_account() -> Optional[str]:
    """Makes the sandbox's account at the first start; `PORCHLIGHT_DESK_PASSWORD` decides its password.

    Returns:
        The line ``Desk account: agent / <password>`` when the account was made or its password changed just now,
        which is also kept in `account_file`; None otherwise, and always in production.

    Raises:
        desk.passwords.PasswordTooWeak: `PORCHLIGHT_DESK_PASSWORD` is too short.
    """
    if not settings().sandbox:
        return None
    wanted = os.environ.get("PORCHLIGHT_DESK_PASSWORD", "")
    with transaction() as session:
        agent = find_agent(session, NAME)
        if agent is not None and (not wanted or is_password(wanted, agent.password_hash)):
            return None
        password = wanted or readable_password()
        if agent is None:
            add_agent(session, NAME, password)
        else:
            set_password(session, NAME, password)
        line = f"Desk account: {NAME} / {password}"
        account_file().parent.mkdir(parents=True, exist_ok=True)
        write_private(account_file(), line + "\n")
    return line


def forget_kept_password(username: str) -> None:
    """Removes the kept line when the sandbox's agent has chosen another password, because it is wrong now."""
    if settings().sandbox and username == NAME:
        account_file().unlink(missing_ok=True)
