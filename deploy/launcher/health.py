"""Whether the processes are healthy."""

import time
from typing import Callable, Dict, List

import requests

from deploy.launcher.errors import LaunchError
from deploy.launcher.installation import Installation

LOOK_SECONDS = 0.5
ANSWER_SECONDS = 5
NEWS_SECONDS = 10


def wait_until_healthy(
    installation: Installation, say: Callable[[str], None], stopping: Callable[[], bool], within: float
) -> bool:
    """Waits until every process answers, and says which do and which don't yet.

    Args:
        say: prints a line.
        stopping: whether waiting has become pointless.
        within: seconds after which it is a failure.

    Returns:
        True when all are healthy, False when it was told to stop.

    Raises:
        LaunchError: the bot has no model, or a process took too long.
    """
    # The clock has no door; while it lives it is well.
    checks: Dict[str, Callable[[], bool]] = {
        name: (lambda name=name: _answers(f"{installation.url(name)}/health"))
        for name in ("actions", "desk", "sandbox")
        if name in installation.addresses
    }
    checks["bot"] = lambda: _bot_is_healthy(installation)
    began = last_news = time.monotonic()
    say(f"Waiting for {_listed(list(checks))} ...")
    while checks:
        for name, is_healthy in list(checks.items()):
            if stopping():
                return False
            if is_healthy():
                del checks[name]
                say(f"  {name} is up ({time.monotonic() - began:.0f} s)")
        now = time.monotonic()
        if checks and now - began > within:
            raise LaunchError(f"{_listed(list(checks))}: no healthy answer within {within:.0f} s")
        if checks and now - last_news >= NEWS_SECONDS:
            last_news = now
            say(f"  ... still waiting for {_listed(list(checks))} ({now - began:.0f} s)")
        time.sleep(LOOK_SECONDS if checks else 0)
    return True


def _listed(names: List[str]) -> str:
    return ", ".join(sorted(names))


def _get(url: str, **parameters: str) -> "requests.Response | None":
    with requests.Session() as session:
        session.trust_env = False  # no proxy between this machine and itself
        try:
            return session.get(url, params=parameters, timeout=ANSWER_SECONDS)
        except requests.RequestException:
            return None


def _answers(url: str) -> bool:
    answer = _get(url)
    return answer is not None and answer.status_code == 200


def _bot_is_healthy(installation: Installation) -> bool:
    url = installation.url("bot")
    token = {"token": installation.bot_token} if installation.bot_token else {}
    answer = _get(f"{url}/status", **token)
    if answer is not None and answer.status_code == 409:
        raise LaunchError("the bot runs without a model: it could not load the one it was given")
    if answer is None or answer.status_code != 200 or not answer.json().get("model_file"):
        return False
    return _answers(f"{url}/webhooks/platform/")
