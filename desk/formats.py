"""Times, spans, money and names as an agent reads them: in the agent's language and time zone."""

from datetime import date, datetime, timedelta, timezone
from typing import Any, Optional
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

# English agents work all over the world; the American order of day and month would mislead most of them.
LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN", "de": "de_DE"}


def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name; UTC when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def direction_of(language: Optional[str]) -> str:
    """The HTML ``dir`` of a text in a language (ISO 639-1): ``rtl``, or ``auto`` where the text itself must tell."""
    try:
        return "rtl" if Locale.parse(language or "en").text_direction == "rtl" else "auto"
    except (UnknownLocaleError, ValueError):
        return "auto"


class Formats:
    """How one agent reads times, spans, money and names."""

    def __init__(self, language: str, time_zone: str) -> None:
        """Args: language: ISO 639-1. time_zone: IANA name."""
        self.locale = Locale.parse(LOCALES.get(language, LOCALES["en"]))
        self.zone = zone_named(time_zone)

    def when(self, at: datetime) -> str:
        """Date and time in the agent's zone, for example ``20 Nov 2026, 14:05``."""
        local = at.astimezone(self.zone)
        pattern = str(get_datetime_format("medium", self.locale))
        day = format_date(local, "medium", locale=self.locale)
        return pattern.replace("{1}", day).replace("{0}", format_time(local, "short", locale=self.locale))

    def hour(self, at: datetime) -> str:
        """The time of day in the agent's zone."""
        return format_time(at.astimezone(self.zone), "short", locale=self.locale)

    def day(self, at: datetime) -> str:
        """The long date in the agent's zone, for example ``Friday, 20 November 2026``."""
        return format_date(at.astimezone(self.zone), "full", locale=self.locale)

    def calendar_day(self, on: date) -> str:
        """A calendar day, for example ``20 Nov 2026``."""
        return format_date(on, "medium", locale=self.locale)

    def today(self, now: datetime) -> date:
        """Which day it is for the agent."""
        return now.astimezone(self.zone).date()

    def utc(self, at: datetime) -> str:
        """The same moment in UTC, for machines and for comparing with a carrier."""
        return at.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")

    def span(self, span: timedelta) -> str:
        """How long something takes, its sign left out: days and hours, hours and minutes, or minutes."""
        minutes = abs(int(span.total_seconds())) // 60
        days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
        if days >= 3:
            parts = [(days, "day")]
        elif days:
            parts = [(days, "day"), (hours, "hour")]
        elif hours:
            parts = [(hours, "hour"), (rest, "minute")]
        else:
            parts = [(rest, "minute")]
        shown = [part for part in parts if part[0]] or parts[:1]
        return " ".join(format_unit(number, unit, length="short", locale=self.locale) for number, unit in shown)

    def minutes(self, seconds: int) -> str:
        """A waiting time in whole minutes, rounded up, written out."""
        return format_unit(-(-seconds // 60), "minute", length="long", locale=self.locale)

    def money(self, value: Any) -> str:
        """An amount with its currency, from ``{"amount", "currency"}`` or a bare number; "" when unknown."""
        if isinstance(value, dict):
            amount, currency = value.get("amount"), value.get("currency")
        else:
            amount, currency = value, None
        if isinstance(amount, bool) or not isinstance(amount, (int, float)):
            return "" if amount is None else str(amount)
        if not currency:
            return format_decimal(amount, locale=self.locale)
        return format_currency(amount, currency, locale=self.locale)

    def language(self, code: Optional[str]) -> str:
        """The name of a language by its code; the code itself when it has no name, "" for None."""
        if not code:
            return ""
        try:
            return Locale.parse(code).get_display_name(self.locale) or code
        except (UnknownLocaleError, ValueError):
            return code

    def country(self, code: Optional[str]) -> str:
        """The name of a country by its ISO code; the code itself when it has no name, "" for None."""
        return self.locale.territories.get(code, code) if code else ""
