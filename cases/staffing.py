"""When a person will answer, from the desk's staffing hours."""

from datetime import datetime, time, timedelta
from typing import Any, Optional
from zoneinfo import ZoneInfo

from cases import rules

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_CLOSURE_DAYS = 366


def zone() -> ZoneInfo:
    """The desk's time zone."""
    return ZoneInfo(rules.load("staffing")["time_zone"])


def answer_by(asked_at: datetime, staffing: Optional[dict[str, Any]] = None) -> datetime:
    """By when a person answers something that was asked at a given time.

    Args:
        asked_at: with zone.
        staffing: the table of ``cases/rules/staffing.yml``; the installed one by default.

    Returns:
        The end of the promised number of working hours, counted in opening hours only; in the desk's time zone.

    Raises:
        ValueError: the table has no opening hours, or none within a year.
    """
    table = staffing or rules.load("staffing")
    local = asked_at.astimezone(ZoneInfo(table["time_zone"]))
    left = timedelta(hours=table["answers_within_hours"])
    closed = {str(day) for day in table.get("closed_on") or []}
    for _ in range(LONGEST_CLOSURE_DAYS):
        hours = table["hours"].get(WEEKDAYS[local.weekday()])
        if hours and local.date().isoformat() not in closed:
            opens, closes = (datetime.combine(local.date(), time.fromisoformat(h), local.tzinfo) for h in hours)
            begin = max(local, opens)
            if begin < closes:
                if closes - begin >= left:
                    return begin + left
                left -= closes - begin
        local = datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)
    raise ValueError("cases/rules/staffing.yml has no working time in the coming year; are its weekdays misspelt?")


def next_follow_up(now: datetime, days: int) -> datetime:
    """When the assistant writes again: so many days later, at the hour of ``cases/rules/waits.yml``; desk's zone."""
    local = now.astimezone(zone())
    at = time.fromisoformat(rules.load("waits")["follow_up_at"])
    return datetime.combine(local.date() + timedelta(days=days), at, local.tzinfo)
