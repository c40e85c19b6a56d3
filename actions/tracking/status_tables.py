"""Providers' statuses in the product's vocabulary, from the YAML file beside a provider's module."""

from pathlib import Path
from typing import Any, Optional

from ruamel.yaml import YAML

from actions.tracking.parcel_facts import STATUSES


class StatusTable:
    """A provider's table. Each of its sections maps codes; those called ``status…`` map them to our statuses."""

    def __init__(self, name: str) -> None:
        """Reads ``<name>_statuses.yml``.

        Raises:
            ValueError: the table names a status that we do not have.
        """
        path = Path(__file__).parent / f"{name}_statuses.yml"
        self._sections: dict[str, Any] = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        for section, codes in self._sections.items():
            if section.startswith("status") and not set(codes.values()) <= set(STATUSES):
                raise ValueError(f"{path.name}: {section} names a status that does not exist")

    def status(self, **codes: Any) -> str:
        """The status of the first code that its section knows, ``status_detail=…, status=…``; else "unknown".

        Raises:
            TypeError: a code is no plain value.
        """
        return next((found for section, code in codes.items() if (found := self.get(section, code))), "unknown")

    def get(self, section: str, code: Any) -> Optional[Any]:
        """What a section says about a code; None when it does not know it."""
        return self._sections[section].get(code)

    def rows(self, section: str) -> Any:
        """A section as it stands."""
        return self._sections[section]
