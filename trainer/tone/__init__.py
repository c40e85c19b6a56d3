"""What no buyer may read from the assistant: words that accuse, promise, discourage or tell too much.

The rules stand in ``trainer/tone/<language>.yml``, under the same names in every language.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

_FOLDER = Path(__file__).parent
_SAME = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})


@dataclass(frozen=True)
class Finding:
    """A place in a text that a rule forbids: the rule's name and the words that it caught."""

    rule: str
    words: str


@dataclass(frozen=True)
class Rule:
    """One thing that a text must not do.

    Attributes:
        name: the same in all languages.
        why: what it would do to the buyer, or to the shop, in one line.
        source: the reason in the trade or the law.
        patterns: what it looks like in this language; any of them is enough.
    """

    name: str
    why: str
    source: str
    patterns: tuple[re.Pattern[str], ...]


class ToneRulesError(ValueError):
    """A file of rules can not be used; the text says which rule, and why."""


def languages() -> list[str]:
    """The languages that have tone rules (ISO 639-1), in the order of the alphabet."""
    return sorted(path.stem for path in _FOLDER.glob("*.yml"))


@lru_cache(maxsize=None)
def rules(language: str) -> tuple[Rule, ...]:
    """The tone rules of a language, in the order of its file.

    Raises:
        ToneRulesError: there are no rules for this language, or one of them can not be read.
    """
    path = _FOLDER / f"{language}.yml"
    if not path.is_file():
        raise ToneRulesError(f"there are no tone rules for the language {language}: {path.name} is missing")
    entries = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["rules"]
    return tuple(_rule(entry, path.name) for entry in entries)


def findings(text: str, language: str) -> list[Finding]:
    """The places in a text that the tone rules of a language forbid; empty when the text is fine.

    Args:
        text: what a buyer would read, with or without its placeholders filled.
        language: ISO 639-1.

    Raises:
        ToneRulesError: there are no usable rules for this language.
    """
    plain = " ".join(text.translate(_SAME).split())
    found = {
        Finding(rule.name, match.group()): None
        for rule in rules(language)
        for pattern in rule.patterns
        for match in pattern.finditer(plain)
    }
    return list(found)


def _rule(entry: dict, file_name: str) -> Rule:
    patterns = []
    for pattern in entry["patterns"]:
        try:
            patterns.append(re.compile(pattern, re.IGNORECASE))
        except re.error as error:
            raise ToneRulesError(
                f"{file_name}: {entry['name']}: {pattern!r} is no regular expression: {error}"
            ) from error
    return Rule(entry["name"], entry["why"], entry["source"], tuple(patterns))
