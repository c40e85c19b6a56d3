"""Reads carriers' free texts: where a parcel was left, and what a status means (``actions/tracking/places.yml``)."""

import re
from datetime import date
from pathlib import Path
from typing import Optional

from ruamel.yaml import YAML

_TABLE = YAML(typ="safe", pure=True).load((Path(__file__).parent / "places.yml").read_text(encoding="utf-8"))
_PLACES = [(re.compile(row["pattern"], re.IGNORECASE), row["place"]) for row in _TABLE["places"]]
_SPECIAL = [(re.compile(row["pattern"], re.IGNORECASE), row["special"]) for row in _TABLE["special"]]
_PHOTO = re.compile(_TABLE["photo"], re.IGNORECASE)
_PICKUP_POINT = re.compile(_TABLE["pickup_point"], re.IGNORECASE)
_PICKUP_UNTIL = re.compile(_TABLE["pickup_until"], re.IGNORECASE)


def place_in(text: str) -> Optional[str]:
    """Where the text says that the parcel was left, or None."""
    return next((place for pattern, place in _PLACES if pattern.search(text)), None)


def special_in(text: str) -> Optional[str]:
    """customs, dead_letter, end_of_tracking or returned, if the text says so."""
    return next((special for pattern, special in _SPECIAL if pattern.search(text)), None)


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


def _day(text: str) -> Optional[date]:
    try:
        return date.fromisoformat(text)
    except ValueError:  # a day that no calendar has tells nothing
        return None
