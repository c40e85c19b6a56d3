"""Settings of one installation, read from environment variables named ``PORCHLIGHT_*``."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(ValueError):
    """A setting is missing or makes no sense; the text says which one and what it takes."""


@dataclass(frozen=True)
class Settings:
    """What an installation may set.

    ``sandbox`` is True unless ``PORCHLIGHT_MODE=production``: built-in secrets, the development door and the
    movable clock exist in the sandbox only. ``drafts`` lets agents approve replies on the marketplaces whose rule says
    so; the sandbox drafts nothing unless ``PORCHLIGHT_DRAFTS=on``. ``inquiries_file`` is the installation's own file
    over ``cases/rules/inquiries.yml``.
    """

    sandbox: bool
    drafts: bool
    cases_url: str
    tracker_url: str
    platform_secret: str
    platform_replies_url: str
    sandbox_url: str
    sandbox_token: str
    desk_secret: str
    api_token: str
    var: Path
    inquiries_file: Optional[Path]


def _required(name: str, sandbox_default: str, sandbox: bool) -> str:
    value = os.environ.get(name, "")
    if value:
        return value
    if sandbox:
        return sandbox_default
    raise SettingsError(f"{name} must be set when PORCHLIGHT_MODE is production")


def read_settings() -> Settings:
    """Reads the environment.

    Returns:
        The settings, with embedded defaults in sandbox mode.

    Raises:
        SettingsError: a mode that does not exist, or a secret missing in production.
    """
    mode = os.environ.get("PORCHLIGHT_MODE", "sandbox")
    if mode not in ("sandbox", "production"):
        raise SettingsError(f"PORCHLIGHT_MODE is '{mode}'; it can be 'sandbox' or 'production'")
    sandbox = mode == "sandbox"
    var = Path(os.environ.get("PORCHLIGHT_VAR", ROOT / "var"))
    sandbox_url = os.environ.get(
        "PORCHLIGHT_SANDBOX_URL", f"http://127.0.0.1:{os.environ.get('PORCHLIGHT_SANDBOX_PORT', '8090')}"
    )
    return Settings(
        sandbox=sandbox,
        drafts=os.environ.get("PORCHLIGHT_DRAFTS", "off" if sandbox else "on") == "on",
        cases_url=os.environ.get("PORCHLIGHT_CASES_URL", f"sqlite:///{var / 'cases.db'}"),
        tracker_url=os.environ.get("PORCHLIGHT_TRACKER_URL", f"sqlite:///{var / 'tracker.db'}"),
        platform_secret=_required("PORCHLIGHT_PLATFORM_SECRET", "sandbox-secret", sandbox),
        platform_replies_url=_required(
            "PORCHLIGHT_PLATFORM_REPLIES_URL", f"{sandbox_url}/marketplace/replies", sandbox
        ),
        sandbox_url=sandbox_url,
        sandbox_token=os.environ.get("PORCHLIGHT_SANDBOX_TOKEN", "sandbox"),
        desk_secret=os.environ.get("PORCHLIGHT_DESK_SECRET", ""),
        api_token=_required("PORCHLIGHT_API_TOKEN", "sandbox", sandbox),
        var=var,
        inquiries_file=Path(own) if (own := os.environ.get("PORCHLIGHT_INQUIRIES_FILE")) else None,
    )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return read_settings()
