"""From when and until when a carrier can be asked about a parcel.

Days are calendar days after the day of the event. That day is taken in the country where the parcel went, and of the
days that it can be there the earlier one: a last day is rather told a day too early than too late.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Optional

import pytz

from cases.inquiry.carriers import CarrierRule, Window


@dataclass(frozen=True)
class ParcelDates:
    """When what happened to a parcel, each with zone or None, and where it went (ISO 3166) or None.

    ``shipped_at`` is the first scan; ``ordered_at`` stands in for it when it is not known, because it is earlier.
    """

    shipped_at: Optional[datetime] = None
    delivered_at: Optional[datetime] = None
    ordered_at: Optional[datetime] = None
    country: Optional[str] = None


def deadline(rule: CarrierRule, tracking_number: Optional[str], dates: ParcelDates) -> dict[str, Any]:
    """The last day on which the carrier takes the inquiry.

    Returns:
        ``date`` (ISO 8601), ``days``, ``counted_from`` (``shipped``, ``delivered`` or ``ordered``), ``counted_on``,
        ``basis``, ``source``; or, when there is none, ``date`` None and ``reason``: ``contract`` (no page tells one) or
        ``no_date`` (the day from which it counts is not known).
    """
    found = [
        told
        for window in rule.latest
        if window.is_for(tracking_number, dates.country, rule.home)
        for told in [_told(window, dates)]
    ]
    known = [told for told in found if told]
    if known:
        return min(known, key=lambda told: told["date"])
    return {"date": None, "reason": "no_date" if found else "contract"}


def earliest(rule: CarrierRule, dates: ParcelDates) -> Optional[dict[str, Any]]:
    """The first day on which the carrier takes the inquiry, as `deadline` tells it; None when it can be any."""
    window = rule.earliest
    begin = _begin(window.counted_from, dates, substitute=False) if window else None
    return _as_dict(window, begin[0], begin[1], dates.country) if window and begin else None


def answer_expected_on(rule: CarrierRule, sent_on: date) -> Optional[date]:
    """Until when the carrier answers an inquiry that was sent on a day; None when nobody tells."""
    return None if rule.answer_days is None else _after(sent_on, rule.answer_days, rule.answer_in_working_days)


def _told(window: Window, dates: ParcelDates) -> Optional[dict[str, Any]]:
    begin = _begin(window.counted_from, dates, substitute=True)
    return _as_dict(window, begin[0], begin[1], dates.country) if begin else None


def _begin(counted_from: str, dates: ParcelDates, substitute: bool) -> Optional[tuple[str, datetime]]:
    """The event from which days count, and its time; in place of an unknown one an earlier one, which is safe."""
    events = [("delivered", dates.delivered_at), ("shipped", dates.shipped_at), ("ordered", dates.ordered_at)]
    names = [name for name, _ in events]
    events = events[names.index(counted_from) :]
    return next(((name, at) for name, at in (events if substitute else events[:1]) if at), None)


def _as_dict(window: Window, counted_from: str, begin: datetime, country: Optional[str]) -> dict[str, Any]:
    day = _day_of(begin, country)
    return {
        "date": _after(day, window.days, window.working).isoformat(),
        "days": window.days,
        "working_days": window.working,
        "counted_from": counted_from,
        "counted_on": day.isoformat(),
        "basis": window.basis,
        "source": window.source,
    }


def _day_of(at: datetime, country: Optional[str]) -> date:
    zones = [pytz.timezone(name) for name in pytz.country_timezones.get(country or "", [])] or [timezone.utc]
    return min(at.astimezone(zone).date() for zone in zones)


def _after(day: date, days: int, working: bool) -> date:
    """The day that is so many days after another; Monday to Friday are working days, holidays are not known."""
    if not working:
        return day + timedelta(days=days)
    for _ in range(days):
        day += timedelta(days=3 if day.weekday() == 4 else 2 if day.weekday() == 5 else 1)
    return day
