"""Which providers are asked about a parcel, in which order, with which keys and limits (``providers.yml``)."""

import importlib
import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping, Optional

from actions.orders.order import Parcel
from actions.tracking.provider import Notifier, Provider
from cases.layered_file import by_beginning, own_file, read_layered
from cases.settings import SettingsError, settings

OWN_FILE = Path(__file__).with_name("providers.yml")
INSTALLATIONS_FILE = "PORCHLIGHT_TRACKING_FILE"
SANDBOX_KEY = "sandbox"
SANDBOX_WEBHOOK_SECRET = "sandbox-secret"


@dataclass(frozen=True)
class Candidate:
    """A provider that can be asked: its name, the address of its API (None: its own) and the key."""

    name: str
    address: Optional[str]
    key: str

    @property
    def module(self) -> Provider:
        """The provider itself."""
        return module_of(self.name)


@dataclass(frozen=True)
class Sender:
    """A provider whose webhooks are taken: itself, and the secret that it signs them with."""

    module: Notifier
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Plan:
    """What ``providers.yml`` says: providers by name, their order by the beginning of a carrier's name, limits."""

    providers: Mapping[str, Mapping[str, Any]]
    carriers: Mapping[str, tuple[str, ...]]
    limits: Mapping[str, float]

    def candidates(self, parcel: Parcel) -> list[Candidate]:
        """Who can be asked about a parcel, the preferred one first; [] when no provider has a key.

        An order source that names an address is the only one to know it: then nobody else is asked.
        """
        if parcel.provider_url:
            key = self._key(parcel.provider) or (SANDBOX_KEY if settings().sandbox else None)
            known = parcel.provider in self.providers and key
            return [Candidate(parcel.provider, parcel.provider_url, key)] if known else []
        names = [parcel.provider, *self.order_for(parcel.carrier)]
        found = {name: self._key(name) for name in names}
        return [Candidate(name, self.providers[name].get("address"), key) for name, key in found.items() if key]

    def order_for(self, carrier: Optional[str]) -> tuple[str, ...]:
        """The names of the providers for a carrier's parcels, the preferred one first, with a key or without."""
        name = re.sub(r"[\W_]+", "", carrier or "").lower()
        return by_beginning(self.carriers, name)

    def sender(self, name: str) -> Optional[Sender]:
        """The provider of this name as a sender of webhooks; None when it sends none, or its secret is not set."""
        variable = self.providers.get(name, {}).get("webhook_secret")
        if variable is None:
            return None
        secret = os.environ.get(variable) or (SANDBOX_WEBHOOK_SECRET if settings().sandbox else None)
        return Sender(module_of(name), secret) if secret else None

    def _key(self, name: str) -> Optional[str]:
        return os.environ.get(self.providers[name]["key"]) or None if name in self.providers else None


def module_of(name: str) -> Any:
    """The provider of this name, which stands in ``providers.yml``."""
    return importlib.import_module(f"actions.tracking.{name}")


def read_plan(own: Path = OWN_FILE, laid_over: Optional[Path] = None) -> Plan:
    """Reads ``providers.yml``, and the installation's own file over it.

    Raises:
        SettingsError: a file can not be read, or names a provider that does not exist.
    """
    plan = read_layered(own, laid_over)
    for name in plan["providers"]:
        if not (OWN_FILE.parent / f"{name}.py").is_file():
            raise SettingsError(f"{laid_over or own}: there is no provider {name}")
    for carrier, names in plan["carriers"].items():
        for name in names:
            if name not in plan["providers"]:
                raise SettingsError(f"{laid_over or own}: {carrier} names a provider {name} that is not listed")
    return Plan(plan["providers"], {start: tuple(names) for start, names in plan["carriers"].items()}, plan["limits"])


@lru_cache(maxsize=1)
def plan() -> Plan:
    """The plan of this process, read once."""
    return read_plan(laid_over=own_file(INSTALLATIONS_FILE))


def check(environment: Mapping[str, str], sandbox: bool) -> None:
    """Refuses an environment whose plan can not be read, and a production without any provider.

    Raises:
        SettingsError: with what is wrong; of the keys the variables are named of which one must be set.
    """
    plan = read_plan(laid_over=own_file(INSTALLATIONS_FILE, environment))
    keys = [provider["key"] for provider in plan.providers.values()]
    if not sandbox and not any(environment.get(key) for key in keys):
        raise SettingsError(f"one of {', '.join(keys)} must be set when PORCHLIGHT_MODE is production")
