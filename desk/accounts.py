"""`python -m desk.accounts`: the people who may sign in, for whoever runs the installation."""

import argparse
import getpass
import sys
from typing import Optional, Sequence

from sqlalchemy import select

from cases.database import reading, transaction, upgrade
from cases.models import Agent
from cases.settings import SettingsError
from desk.agents import AgentError, add_agent, disable, find_agent, set_password
from desk.passwords import PasswordTooWeak


def _ask_password() -> str:
    """Asks twice in a terminal; reads one line when the input is a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise AgentError("the two passwords differ; nothing was changed")
    return password


def _add(name: str) -> str:
    password = _ask_password()
    with transaction() as session:
        add_agent(session, name, password)
    return f"{name} can sign in now"


def _password(name: str) -> str:
    with reading() as session:
        if find_agent(session, name) is None:
            raise AgentError(f"there is no agent called '{name}'")
    password = _ask_password()
    with transaction() as session:
        set_password(session, name, password)
    return f"{name} has a new password; earlier sessions have ended"


def _disable(name: str) -> str:
    with transaction() as session:
        disable(session, name)
    return f"{name} can not sign in any more; `password {name}` lets them in again"


def _list() -> str:
    with reading() as session:
        agents = session.execute(select(Agent).order_by(Agent.username)).scalars().all()
        lines = [
            f"{agent.username}\t{'active' if agent.active else 'disabled'}\tsince {agent.created_at:%Y-%m-%d}"
            for agent in agents
        ]
    return "\n".join(lines) or "nobody yet; `add NAME` adds someone"


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Runs one command: ``add NAME``, ``list``, ``disable NAME`` or ``password NAME``.

    Returns:
        0, or 1 when it could not be done; the reason then stands on the error output.
    """
    parser = argparse.ArgumentParser(prog="python -m desk.accounts", description="The people who may sign in.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, tells in (
        ("add", "add an agent; asks for the password"),
        ("disable", "shut an agent out at once"),
        ("password", "give an agent a new password; also lets a disabled one in again"),
    ):
        commands.add_parser(name, help=tells).add_argument("name")
    commands.add_parser("list", help="all agents")
    given = parser.parse_args(arguments)
    run = {"add": _add, "disable": _disable, "password": _password}.get(given.command)
    try:
        upgrade()
        print(run(given.name) if run else _list())
    except (AgentError, PasswordTooWeak, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
