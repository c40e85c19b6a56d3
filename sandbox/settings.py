"""What the sandbox is told from outside: addresses, secrets and files, all from environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Optional


@dataclass(frozen=True)
class Settings:
    """Everything that may differ from one installation to the next.

    host, port: where the sandbox listens.
    token: the bearer token of the seller's software.
    bot_url: base address that buyers' messages are posted to; no slash at the end.
    platform_secret: the secret that webhooks and replies are signed with.
    actions_url: an address at the seller's action server; the carrier's webhooks go to that host and port.
    carrier_secret: the secret that the carrier's webhooks are signed with.
    desk_url: where the message box links to.
    database: the SQLite file of conversations; its folder is made when missing.
    extra_orders: a YAML file of further orders, or None.
    """

    host: str = "127.0.0.1"
    port: int = 8090
    token: str = "sandbox"
    bot_url: str = "http://127.0.0.1:5005"
    platform_secret: str = "sandbox-secret"
    actions_url: str = "http://127.0.0.1:5055/webhook"
    carrier_secret: str = "sandbox-secret"
    desk_url: str = "http://localhost:8000/"
    database: Path = Path("var/sandbox.db")
    extra_orders: Optional[Path] = None


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from environment variables; an unset or empty one keeps its default.

    Raises ValueError, naming the variable, when the port is not a number from 0 to 65535.
    """
    default = Settings()

    def told(name: str, otherwise: str) -> str:
        return environment.get(name) or otherwise

    extra_orders = environment.get("PORCHLIGHT_SANDBOX_EXTRA_ORDERS")
    return Settings(
        host=told("PORCHLIGHT_SANDBOX_HOST", default.host),
        port=_port(told("PORCHLIGHT_SANDBOX_PORT", str(default.port))),
        token=told("PORCHLIGHT_SANDBOX_TOKEN", default.token),
        bot_url=told("PORCHLIGHT_BOT_URL", default.bot_url).rstrip("/"),
        platform_secret=told("PORCHLIGHT_PLATFORM_SECRET", default.platform_secret),
        actions_url=told("PORCHLIGHT_ACTIONS_URL", default.actions_url),
        carrier_secret=told("PORCHLIGHT_EASYPOST_WEBHOOK_SECRET", default.carrier_secret),
        desk_url=told("PORCHLIGHT_DESK_URL", default.desk_url),
        database=Path(told("PORCHLIGHT_SANDBOX_DATABASE", str(default.database))),
        extra_orders=Path(extra_orders) if extra_orders else None,
    )


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise ValueError(f"PORCHLIGHT_SANDBOX_PORT must be a number from 0 to 65535, not {text!r}")
    return int(text)
