"""The people who sign in: found, added, changed and shut out."""

import re
from typing import Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import clock
from cases.models import Agent
from desk.passwords import NOBODY, hash_password, is_password

# The names that the record uses for others than agents; an agent called so could not be told from them.
TAKEN = {"assistant", "system", "buyer", "api"}
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class AgentError(ValueError):
    """There is no such agent, or the name can not be given; the message says which."""


def find_agent(session: Session, username: str) -> Optional[Agent]:
    """The agent of this name, active or not, or None."""
    return session.execute(select(Agent).where(Agent.username == username)).scalar_one_or_none()


def _existing(session: Session, username: str) -> Agent:
    agent = find_agent(session, username)
    if agent is None:
        raise AgentError(f"there is no agent called '{username}'")
    return agent


def add_agent(session: Session, username: str, password: str) -> Agent:
    """Adds an agent.

    Raises:
        AgentError: the name exists, is kept for others, or has characters that names do not have.
        desk.passwords.PasswordTooWeak: the password is too short or too long.
    """
    if not USERNAME.fullmatch(username) or username in TAKEN:
        raise AgentError(
            f"'{username}' can not be a name: 1 to 64 of a-z, 0-9, '.', '_' and '-', and none of {sorted(TAKEN)}"
        )
    if find_agent(session, username) is not None:
        raise AgentError(f"there is an agent called '{username}' already")
    agent = Agent(username=username, password_hash=hash_password(password), created_at=clock.now())
    session.add(agent)
    return agent


def set_password(session: Session, username: str, password: str) -> Agent:
    """Gives an agent a new password, lets them sign in, and ends all their sessions.

    Raises:
        AgentError: there is no such agent.
        desk.passwords.PasswordTooWeak: the password is too short or too long.
    """
    agent = _existing(session, username)
    agent.password_hash = hash_password(password)
    agent.active = True
    end_sessions(agent)
    return agent


def disable(session: Session, username: str) -> Agent:
    """Shuts an agent out at once; what they did stays in the record.

    Raises:
        AgentError: there is no such agent.
    """
    agent = _existing(session, username)
    agent.active = False
    end_sessions(agent)
    return agent


def end_sessions(agent: Agent) -> None:
    """Makes every session cookie of the agent worthless."""
    agent.session_version = (agent.session_version or 1) + 1


def recognise(session: Session, username: str, password: str) -> Optional[Agent]:
    """The active agent with this name and password, or None; takes equally long whether the name exists or not."""
    agent = find_agent(session, username)
    known = agent is not None and agent.active
    right = is_password(password, agent.password_hash if known else NOBODY)
    return agent if known and right else None
