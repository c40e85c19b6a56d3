"""What is started, and with which environment: read once from ``PORCHLIGHT_*`` variables."""

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Mapping, Tuple

from actions.orders import sources
from actions.tracking import providers
from cases.inquiry import check_rules
from cases.settings import Settings, SettingsError, read_settings
from deploy.launcher.errors import LaunchError
from deploy.launcher.ports import DEFAULTS, read_ports, variable

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Process:
    """One process: its name, its command, and what it alone has in its environment."""

    name: str
    command: List[str]
    environment: Dict[str, str]

    @property
    def shell_command(self) -> str:
        """The command for a shell, which the process takes the place of."""
        return f"exec {shlex.join(self.command)}"


@dataclass(frozen=True)
class Installation:
    """One installation on this machine.

    addresses: host and port by name of the process; production has no sandbox.
    environment: what all processes share.
    """

    sandbox: bool
    var: Path
    addresses: Dict[str, Tuple[str, int]]
    bot_token: str
    environment: Dict[str, str]

    def url(self, process: str) -> str:
        """Where this machine reaches a process; no slash at the end."""
        host, port = self.addresses[process]
        reachable = LOOPBACK if host in ("0.0.0.0", "::") else host
        return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"

    def processes(self, model: Path) -> List[Process]:
        """All processes, with the bot on a model."""
        bot_host, bot_port = self.addresses["bot"]
        bot = [sys.executable, "-m", "deploy.rasa_server", "-i", bot_host, "-p", str(bot_port), "--model", str(model)]
        bot += ["--enable-api", "--credentials", "credentials.yml", "--endpoints", "endpoints.yml"]
        actions_host, actions_port = self.addresses["actions"]
        actions = [sys.executable, "-m", "rasa_sdk", "--port", str(actions_port), "--actions", "actions"]
        listed = [
            Process("bot", bot, {}),
            Process("actions", actions, {"SANIC_HOST": actions_host}),
            Process("desk", [sys.executable, "-m", "desk"], {}),
            Process("clock", [sys.executable, "-m", "cases.clockwork"], {}),
        ]
        if self.sandbox:
            listed.append(Process("sandbox", [sys.executable, "-m", "sandbox"], {}))
        return listed


def read_installation(given: Mapping[str, str]) -> Installation:
    """Reads the variables and makes up what they leave open.

    Raises:
        LaunchError: a variable is missing or makes no sense.
    """
    ports = read_ports(given)
    var = Path(given.get("PORCHLIGHT_VAR") or ROOT / "var").resolve()
    environment = {
        **given,
        "PORCHLIGHT_VAR": str(var),
        **{variable(process): str(port) for process, port in ports.items()},
    }
    links = {
        "PORCHLIGHT_ACTIONS_URL": f"http://{LOOPBACK}:{ports['actions']}/webhook",
        "PORCHLIGHT_BOT_URL": f"http://{LOOPBACK}:{ports['bot']}",
        "PORCHLIGHT_DESK_URL": f"http://localhost:{ports['desk']}/",
        "PORCHLIGHT_SANDBOX_URL": f"http://{LOOPBACK}:{ports['sandbox']}",
        "PORCHLIGHT_SANDBOX_DATABASE": str(var / "sandbox.db"),
    }
    for name, value in links.items():
        environment[name] = given.get(name) or value
    settings = _settings(environment)
    token = given.get("PORCHLIGHT_BOT_TOKEN", "")
    if not settings.sandbox and not token:
        raise LaunchError("PORCHLIGHT_BOT_TOKEN must be set when PORCHLIGHT_MODE is production")
    hosts = {process: given.get(f"PORCHLIGHT_{process.upper()}_HOST") or LOOPBACK for process in DEFAULTS}
    if settings.sandbox:
        hosts["bot"] = LOOPBACK  # without a token, its conversations are for this machine only
    environment.update(
        {
            "PORCHLIGHT_TRACKER_URL": settings.tracker_url,
            "RASA_TELEMETRY_ENABLED": "false",
            "PYTHONWARNINGS": "ignore",
            "PYTHONUNBUFFERED": "1",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
    )
    for name in ("NO_PROXY", "no_proxy"):
        # The processes talk to each other; a proxy for the outside world must not get between them.
        environment[name] = ",".join(filter(None, [given.get(name), "localhost", LOOPBACK]))
    return Installation(
        sandbox=settings.sandbox,
        var=var,
        addresses={
            process: (hosts[process], port)
            for process, port in ports.items()
            if settings.sandbox or process != "sandbox"
        },
        bot_token="" if settings.sandbox else token,
        environment=environment,
    )


def _settings(environment: Mapping[str, str]) -> Settings:
    """What the product's processes will make of an environment."""
    kept = dict(os.environ)
    os.environ.update(environment)
    try:
        settings = read_settings()
        providers.check(environment, settings.sandbox)
        sources.check(environment)
        check_rules(settings.inquiries_file)
        return settings
    except SettingsError as error:
        raise LaunchError(str(error)) from error
    finally:
        os.environ.clear()
        os.environ.update(kept)
