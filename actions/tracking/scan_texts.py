"""Reads carriers' free texts in their languages, by the tables in ``actions/tracking/texts``, one file a language.

A text does not say in which language it is, so all tables are tried together. What is not in them is not known. A wish
or a plan ("preferred neighbour chosen") tells nothing at all; a place counts only in a text that says that the parcel
has come to rest there: "could not be put into the locker" names one, too.
"""

import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterator, Mapping, NamedTuple, Optional

from ruamel.yaml import YAML

from cases.tracking_numbers import recognised

FOLDER = Path(__file__).parent / "texts"
# The order in which meanings are looked for: the more telling first, and what denies a delivery before what states it.
PLACES = (
    "neighbor",
    "collected",
    "reception",
    "letterbox",
    "locker",
    "pickup_point",
    "back_door",
    "porch",
    "garage",
    "garden_shed",
    "safe_place",
    "person",
)
SPECIAL = ("customs", "dead_letter", "end_of_tracking", "returned")
TEXT_STATUSES = (
    "exception",
    "attempted",
    "available_for_pickup",
    "out_for_delivery",
    "pre_transit",
    "delivered",
    "in_transit",
)
MOVING = ("in_transit", "out_for_delivery", "attempted")
"""Statuses of a parcel that is with the carrier."""
LONGEST = 500
"""Characters of a text that are read; carriers' own are far shorter."""
_AT_REST = (None, "delivered", "available_for_pickup")


class _Reading(NamedTuple):
    instruction: bool
    status: Optional[str] = None
    place: Optional[str] = None
    special: Optional[str] = None


def _tables() -> dict[str, dict[str, Any]]:
    read = YAML(typ="safe", pure=True).load
    return {path.stem: read(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))}


def _rows(section: str) -> Iterator[Mapping[str, str]]:
    for table in _TABLES.values():
        yield from table.get(section, ())


def _patterns(section: str, meanings: tuple[str, ...]) -> list[tuple[re.Pattern[str], str]]:
    """One pattern a meaning, of all languages together, in the order of the meanings."""
    unknown = {row["means"] for row in _rows(section)} - set(meanings)
    if unknown:
        raise ValueError(f"{FOLDER.name}: {section} names {', '.join(sorted(unknown))}, which does not exist")
    return [
        (_compiled(row["pattern"] for row in _rows(section) if row["means"] == meaning), meaning)
        for meaning in meanings
        if any(row["means"] == meaning for row in _rows(section))
    ]


def _compiled(patterns: Iterator[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_TABLES = _tables()
_INSTRUCTIONS = _compiled(row["pattern"] for row in _rows("instructions"))
_PLACES = _patterns("places", PLACES)
_SPECIAL = _patterns("special", SPECIAL)
_STATUSES = _patterns("statuses", TEXT_STATUSES)
_HAND_OVERS = [re.compile(row["pattern"], re.IGNORECASE) for row in _rows("hand_overs")]
_PHOTO, _PICKUP_POINT, _PICKUP_UNTIL = (
    _compiled(table[name] for table in _TABLES.values() if name in table)
    for name in ("photo", "pickup_point", "pickup_until")
)


def is_instruction(text: str) -> bool:
    """Whether the text tells a wish or a plan, not what has happened."""
    return _read(text).instruction


def status_in(text: str) -> Optional[str]:
    """The status that the text tells (one of `parcel_facts.STATUSES`), or None."""
    return _read(text).status


def place_in(text: str) -> Optional[str]:
    """Where the text says that the parcel was left (one of `PLACES`), or None."""
    return _read(text).place


def special_in(text: str) -> Optional[str]:
    """customs, dead_letter, end_of_tracking or returned, if the text says so."""
    return _read(text).special


def tells_of_photo(text: str) -> bool:
    """Whether the text says that a photo was taken."""
    return bool(_PHOTO.search(text))


def pickup_in(text: str) -> tuple[Optional[str], Optional[date]]:
    """The pickup point's name and address, and the last day to collect; each None when it is not told."""
    point, until = _PICKUP_POINT.search(text), _PICKUP_UNTIL.search(text)
    return (
        point.group("name").strip() if point else None,
        _day(until.group("day")) if until else None,
    )


def handed_over_in(text: str) -> Optional[tuple[str, str]]:
    """The tracking number and the carrier to which the text says that the parcel was handed over, or None.

    Only a number that is surely one of the carrier's that the text names counts.
    """
    text = text[:LONGEST]
    named = [match["carrier"] for pattern in _HAND_OVERS for match in pattern.finditer(text)]
    if not named:
        return None
    found = ((match.number, match.carrier) for match in recognised(text) if match.sure and match.carrier)
    return next(((number, carrier) for number, carrier in found if _is_named(carrier, named)), None)


def _is_named(carrier: str, texts: list[str]) -> bool:
    """Whether the first word of a carrier's name stands in one of the texts: DHL does for DHL Paket."""
    word = re.compile(rf"(?<![A-Za-z0-9]){re.escape(carrier.split()[0])}(?![A-Za-z0-9])", re.IGNORECASE)
    return any(word.search(text) for text in texts)


@lru_cache(maxsize=256)  # one look-up asks several things of the same text
def _read(text: str) -> _Reading:
    text = text[:LONGEST]
    if _INSTRUCTIONS.search(text):
        return _Reading(instruction=True)
    special = _first(_SPECIAL, text)
    status = "returned" if special == "returned" else _first(_STATUSES, text)
    return _Reading(False, status, _first(_PLACES, text) if status in _AT_REST else None, special)


def _first(patterns: list[tuple[re.Pattern[str], str]], text: str) -> Optional[str]:
    return next((meaning for pattern, meaning in patterns if pattern.search(text)), None)


def _day(text: str) -> Optional[date]:
    try:
        return date.fromisoformat(text)
    except ValueError:  # a day that no calendar has tells nothing
        return None
