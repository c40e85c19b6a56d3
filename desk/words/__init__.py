"""The desk's words, in the agent's language: ``desk/words/<language>.yml``, whole phrases, reviewed as they stand."""

from functools import cache
from pathlib import Path
from typing import Any, Optional

from babel import Locale
from ruamel.yaml import YAML

FOLDER = Path(__file__).parent
FALLBACK = "en"


@cache
def languages() -> tuple[str, ...]:
    """The languages that the desk speaks, ISO 639-1."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yml")))


@cache
def _load(language: str) -> dict[str, Any]:
    return YAML(typ="safe", pure=True).load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))


class Words:
    """The phrases of one language."""

    def __init__(self, language: str) -> None:
        """Args: language: ISO 639-1; English when the desk does not speak it."""
        self.language = language if language in languages() else FALLBACK
        self._table = _load(self.language)
        self._plural = Locale.parse(self.language).plural_form

    def __call__(self, key: str, **values: Any) -> str:
        """The phrase of a dotted key, its {placeholders} filled.

        Raises:
            KeyError: there is no such phrase.
        """
        phrase: Any = self._table
        for part in key.split("."):
            phrase = phrase[part]
        if not isinstance(phrase, str):
            raise KeyError(key)
        return phrase.format(**values) if values else phrase

    def of(self, table: str, value: Optional[object], **values: Any) -> str:
        """The phrase for a value of the record; the value itself when it has none, "" for None.

        Unknown values are shown as they are: a new reason must not become an empty line.
        """
        if value is None or value == "":
            return ""
        key = str(value).lower() if isinstance(value, bool) else str(value)
        return self(f"{table}.{key}", **values) if self.has(table, key) else str(value)

    def has(self, table: str, value: str) -> bool:
        """Whether a table of the record's values has a phrase for this one."""
        entry: Any = self._table
        for part in table.split("."):
            entry = entry[part]
        return isinstance(entry.get(value), str)

    def count(self, key: str, number: int) -> str:
        """The phrase of a key for a number, in the grammatical number of the language; ``{count}`` is the number.

        Raises:
            KeyError: there is no such phrase.
        """
        forms = self._table
        for part in key.split("."):
            forms = forms[part]
        return forms.get(self._plural(number), forms["other"]).format(count=number)


def language_of(accepted: str) -> str:
    """The desk's best language for an ``Accept-Language`` header; English when none fits."""
    wishes = []
    for place, part in enumerate(accepted.split(",")):
        name, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), place, name.split("-")[0].lower()))
        except ValueError:
            continue
    return next((name for _, _, name in sorted(wishes) if name in languages()), FALLBACK)
