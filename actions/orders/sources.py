"""Which order sources are asked, in which order, with which keys and limits (``sources.yml``)."""

import importlib
import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping, Optional

from actions.orders.source import OrderSource
from cases.layered_file import by_beginning, own_file, read_layered
from cases.settings import SettingsError

OWN_FILE = Path(__file__).with_name("sources.yml")
INSTALLATIONS_FILE = "PORCHLIGHT_ORDERS_FILE"
HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE)


@dataclass(frozen=True)
class Candidate:
    """A source that can be asked: its name, the address of its API (None: its own) and the key, if it needs one."""

    name: str
    address: Optional[str] = None
    key: Optional[str] = field(default=None, repr=False)

    @property
    def module(self) -> OrderSource:
        """The source itself."""
        return importlib.import_module(f"actions.orders.{self.name}")


@dataclass(frozen=True)
class Plan:
    """What ``sources.yml`` says: sources by name, their order by the beginning of a marketplace's name, limits."""

    sources: Mapping[str, Mapping[str, Any]]
    marketplaces: Mapping[str, tuple[str, ...]]
    limits: Mapping[str, float]

    def candidates(self, marketplace: Optional[str]) -> list[Candidate]:
        """Who can be asked about an order of a marketplace, the preferred one first."""
        name = (marketplace or "").strip().lower()
        names = by_beginning(self.marketplaces, name)
        return [candidate for candidate in map(self._candidate, names) if candidate]

    def _candidate(self, name: str) -> Optional[Candidate]:
        source = self.sources[name]
        key = os.environ.get(source["key"]) or None if "key" in source else None
        shop = os.environ.get(source["shop"]) or None if "shop" in source else None
        address = source.get("address") or (f"https://{shop}" if shop else None)
        missing = ("key" in source and not key) or ("shop" in source and not address)
        return None if missing else Candidate(name, address, key)


def read_plan(own: Path = OWN_FILE, laid_over: Optional[Path] = None) -> Plan:
    """Reads ``sources.yml``, and the installation's own file over it.

    Raises:
        SettingsError: a file can not be read, or names a source that does not exist.
    """
    plan = read_layered(own, laid_over)
    for name in plan["sources"]:
        if not (OWN_FILE.parent / f"{name}.py").is_file():
            raise SettingsError(f"{laid_over or own}: there is no order source {name}")
    for marketplace, names in plan["marketplaces"].items():
        if not isinstance(names, list) or any(name not in plan["sources"] for name in names):
            raise SettingsError(f"{laid_over or own}: {marketplace} must be a list of sources that are listed")
    marketplaces = {str(start).lower(): tuple(names) for start, names in plan["marketplaces"].items()}
    return Plan({name: source or {} for name, source in plan["sources"].items()}, marketplaces, plan["limits"])


@lru_cache(maxsize=1)
def plan() -> Plan:
    """The plan of this process, read once."""
    return read_plan(laid_over=own_file(INSTALLATIONS_FILE))


def check(environment: Mapping[str, str]) -> None:
    """Refuses an environment whose plan can not be read, or that names a shop without its key, or the other way round.

    Raises:
        SettingsError: with what is wrong, without the key.
    """
    for source in read_plan(laid_over=own_file(INSTALLATIONS_FILE, environment)).sources.values():
        if "shop" not in source:
            continue
        shop, key = environment.get(source["shop"]), environment.get(source["key"])
        if shop and not HOST.fullmatch(shop):
            raise SettingsError(f"{source['shop']} must be a host such as my-shop.myshopify.com, without https://")
        if shop and not key:
            raise SettingsError(f"{source['key']} must be set when {source['shop']} is")
        if key and not shop and not source.get("address"):
            raise SettingsError(f"{source['shop']} must be set when {source['key']} is")
