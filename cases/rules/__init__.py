"""The rules and numbers that a seller may change: YAML files beside this module, each with its source."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Optional

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent


@cache
def load(name: str) -> dict[str, Any]:
    """The content of ``cases/rules/<name>.yml``, read once per process."""
    return YAML(typ="safe", pure=True).load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class PlatformRule:
    """How the assistant talks on one marketplace."""

    drafts: bool
    style: str


def platform(marketplace: Optional[str]) -> PlatformRule:
    """The rule of a marketplace; the default one for an unknown marketplace or None."""
    table = load("platforms")
    row = {**table["default"], **table.get((marketplace or "default").lower(), {})}
    return PlatformRule(drafts=row["drafts"], style=row["style"])


def is_high_value(amount: Optional[float], currency: Optional[str]) -> bool:
    """Whether an order's value is over the seller's limit.

    A currency without a rate counts as over the limit when its amount is: a human then looks at it.
    """
    if amount is None:
        return False
    rule = load("limits")["high_value"]
    return amount * rule["rates_to_usd"].get(currency or "USD", 1.0) > rule["amount"]
