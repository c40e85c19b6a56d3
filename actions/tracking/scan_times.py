"""Carriers' times: with a zone, or local to a place that has one zone, or several."""

from datetime import datetime, timedelta, timezone
from typing import Optional

import isodate
import pytz
from babel.core import get_global


def read_time(text: Optional[str], country: Optional[str] = None) -> tuple[Optional[datetime], Optional[datetime]]:
    """A point in time, as exactly as it is known.

    Args:
        text: ISO 8601, with an offset from UTC or without; a day alone is no point in time.
        country: where it is local, ISO 3166-1 with two letters or three.

    Returns:
        The time with its zone, and None; or None, and the local time when its zone is not known; or two times None.

    Raises:
        ValueError: the text is no time.
    """
    if not text:
        return None, None
    if "T" not in text:
        isodate.parse_date(text)
        return None, None
    at = isodate.parse_datetime(text)
    if at.tzinfo is not None:
        return at.astimezone(timezone(at.utcoffset() or timedelta())), None
    offset = _offset(at, country)
    return (None, at) if offset is None else (at.replace(tzinfo=timezone(offset)), None)


def _offset(local: datetime, country: Optional[str]) -> Optional[timedelta]:
    """The offset from UTC, if all of the country's zones have the same at that time, and the hour comes once only."""
    letters = (country or "").upper()
    if len(letters) == 3:
        letters = next(iter(get_global("territory_aliases").get(letters, [])), "")
    zones = [pytz.timezone(name) for name in pytz.country_timezones.get(letters, [])]
    offsets = {zone.utcoffset(local, is_dst=summer) for zone in zones for summer in (True, False)}
    return offsets.pop() if len(offsets) == 1 else None
