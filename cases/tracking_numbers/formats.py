"""The table of formats (``formats.yml``), made ready to be tried on a number."""

import re
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Callable, Iterator, NamedTuple, Optional

from ruamel.yaml import YAML

from cases.tracking_numbers.check_digits import RULES

_TABLE = YAML(typ="safe").load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
_COUNTRIES = frozenset(_TABLE["countries"].split())

SURE_FROM: int = _TABLE["sure_from"]
"""The rank from which a number is believed wherever it stands."""
AMONG_DIGITS_FROM: int = _TABLE["among_digits_from"]
"""The rank from which a number in groups is believed with other groups of digits around it."""
WITHIN_TEXT_FROM: int = _TABLE["within_text_from"]
"""The rank from which a number is read when there is more in the text."""
POSTS: dict[str, tuple[str, Optional[str]]] = {country: tuple(names) for country, names in _TABLE["posts"].items()}
"""The posts whose name is known: by country (ISO 3166), name and EasyPost's name."""


class Reading(NamedTuple):
    """A number as one format reads it: who issued it, EasyPost's name of that carrier, and what the carrier takes."""

    carrier: str
    carrier_code: Optional[str]
    number: str


@dataclass(frozen=True)
class Format:
    """One carrier's numbers for one kind of service; what the fields mean stands in ``formats.yml``."""

    carrier: str
    service: str
    carrier_code: Optional[str]
    lengths: tuple[int, ...]
    pattern: re.Pattern
    check: Optional[Callable[[str], str]]
    before: str
    rank: int

    def reads(self, number: str) -> Optional[Reading]:
        """A number of capital letters and digits in this format; None when it does not fit or its check digit is wrong.

        One digit repeated satisfies most check digits and is nobody's number.
        """
        match = self.pattern.fullmatch(number)
        if not match:
            return None
        groups = match.groupdict()
        if self.check and (len(set(number)) == 1 or self.check(self._begun(groups["body"])) != groups["check"]):
            return None
        carrier, code = self.carrier, self.carrier_code
        if "country" in groups:
            if groups["country"] not in _COUNTRIES:
                return None
            carrier, code = POSTS.get(groups["country"], (f"{carrier} ({groups['country']})", code))
        return Reading(carrier, code, groups.get("number", number))

    def _begun(self, body: str) -> str:
        return body if body.startswith(self.before) else self.before + body


def _formats() -> Iterator[Format]:
    for carrier in _TABLE["carriers"]:
        for row in carrier["formats"]:
            yield Format(
                carrier=carrier["carrier"],
                service=row["service"],
                carrier_code=carrier["easypost"],
                lengths=tuple(row["length"]),
                pattern=re.compile(row["pattern"], re.ASCII),
                check=_check(_TABLE["checks"][row["check"]]) if "check" in row else None,
                before=row.get("before", ""),
                rank=row["rank"],
            )


def _check(row: dict[str, Any]) -> Callable[[str], str]:
    return partial(RULES[row["rule"]], **{name: value for name, value in row.items() if name != "rule"})


FORMATS = tuple(sorted(_formats(), key=lambda row: -row.rank))
"""All formats, the most telling first."""

_BY_LENGTH = {
    length: tuple(row for row in FORMATS if length in row.lengths)
    for length in sorted({length for row in FORMATS for length in row.lengths})
}
LENGTHS = frozenset(_BY_LENGTH)
"""How many characters a number can have."""


def that_fit(number: str, lowest: int) -> tuple[Format, ...]:
    """The formats of at least a rank that a number may be in, the most telling first; most often there is none."""
    rows, shape = _from_rank(len(number), lowest)
    return rows if shape.fullmatch(number) else ()


@lru_cache(maxsize=None)
def _from_rank(length: int, lowest: int) -> tuple[tuple[Format, ...], re.Pattern]:
    rows = tuple(row for row in _BY_LENGTH[length] if row.rank >= lowest)
    shapes = "|".join(re.sub(r"\?P<\w+>", "?:", row.pattern.pattern) for row in rows) or "(?!)"
    return rows, re.compile(shapes, re.ASCII)
