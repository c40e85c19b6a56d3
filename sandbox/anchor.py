"""The anchor: the moment that the ages in orders.yml are counted from.

One anchor always gives the same dates, so the product can look at a parcel twice and see the same scans.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Optional

import isodate

_STAMP = "%Y%m%dT%H%M%SZ"


def parse_anchor(as_of: Optional[str]) -> datetime:
    """Turn the text of `as_of` (ISO 8601 with a time zone; None means now) into UTC, cut to whole seconds.

    Raises ValueError when the text is no date and time, or has no time zone.
    """
    if not as_of:
        return datetime.now(timezone.utc).replace(microsecond=0)
    # An unescaped "+01:00" in a query arrives as " 01:00".
    text = as_of.strip().replace(" ", "+") if "T" in as_of else as_of.strip()
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise ValueError(f"as_of must be a date and time in ISO 8601, not {as_of!r}") from None
    if moment.tzinfo is None:
        raise ValueError(f"as_of needs a time zone, for example 2026-11-23T12:00:00Z, not {as_of!r}")
    return moment.astimezone(timezone.utc).replace(microsecond=0)


def stamp_of(anchor: datetime) -> str:
    """Write an anchor (UTC) as one path segment, for example 20261123T120000Z."""
    return anchor.strftime(_STAMP)


def anchor_of(stamp: str) -> datetime:
    """Read back what stamp_of wrote. Raises ValueError on anything else."""
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=timezone.utc)


def iso(moment: datetime) -> str:
    """Write a UTC moment as EasyPost does: whole seconds and a Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_duration(text: str) -> timedelta:
    """Read an ISO 8601 duration of days or smaller units, zero or longer ("PT2H", "P3DT30M").

    Raises ValueError on months and years (their length depends on the calendar), minus signs and other text.
    """
    try:
        duration = isodate.parse_duration(text)
    except (isodate.ISO8601Error, TypeError):
        raise ValueError(f"{text!r} is no ISO 8601 duration such as PT2H or P3D") from None
    if not isinstance(duration, timedelta) or duration < timedelta(0):
        raise ValueError(f"{text!r}: only weeks, days, hours, minutes and seconds, zero or more")
    return duration
