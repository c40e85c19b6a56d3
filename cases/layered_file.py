"""A YAML file of ours with an installation's own file of the same shape laid over it."""

import os
from pathlib import Path
from typing import Any, Mapping, Optional

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from cases.settings import SettingsError


def read_layered(own: Path, laid_over: Optional[Path] = None) -> dict[str, Any]:
    """The sections of `own`; what `laid_over` says of an entry replaces it, or is added.

    Raises:
        SettingsError: a file can not be read, or the second has a section that the first has not, or a bare value where
            the first has a mapping.
    """
    content = _read(own)
    for section, values in (_read(laid_over) if laid_over else {}).items():
        if section not in content or not isinstance(values, dict):
            raise SettingsError(f"{laid_over}: there is no section {section}")
        for name, value in values.items():
            before = content[section].get(name)
            if isinstance(before, dict) and not isinstance(value, dict):
                raise SettingsError(f"{laid_over}: {section}, {name}: not a mapping")
            content[section][name] = {**before, **value} if isinstance(before, dict) else value
    return content


def own_file(variable: str, environment: Mapping[str, str] = os.environ) -> Optional[Path]:
    """The installation's own file, which an environment variable names; None when it is not set."""
    named = environment.get(variable)
    return Path(named) if named else None


def by_beginning(table: Mapping[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    """The entry whose key a name begins with, the first of several; without one that of `other`."""
    begun = (entry for start, entry in table.items() if start != "other" and name.startswith(start))
    return next(begun, table["other"])


def _read(path: Path) -> dict[str, Any]:
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise SettingsError(f"{path}: {error}") from error
    if not isinstance(content, dict):
        raise SettingsError(f"{path}: not a mapping")
    return content
