"""The inquiry as a letter: whole sentences of ``cases/inquiry/letters/<language>.yml``, with the case's facts.

A sentence about something that is not known is left out; it is never said with a gap in it.
"""

from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any, Mapping, Optional
from urllib.parse import quote

import pytz
from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_currency
from ruamel.yaml import YAML

from cases.times import read_time

FOLDER = Path(__file__).parent / "letters"
FALLBACK = "en"
LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}


@dataclass(frozen=True)
class Letter:
    """A letter in a language (ISO 639-1); lines of the body end with a newline sign."""

    language: str
    subject: str
    body: str


@cache
def languages() -> tuple[str, ...]:
    """The languages that an inquiry can be written in, ISO 639-1."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yml")))


def write(inquiry: Mapping[str, Any], language: str) -> Letter:
    """The letter of an inquiry, as `cases.inquiry.prepare` keeps it; in English if there is none in that language."""
    language = language if language in languages() else FALLBACK
    words, locale = _load(language), Locale.parse(LOCALES.get(language, language))
    subject = (
        words["subject"].format(number=inquiry["tracking_number"])
        if inquiry.get("tracking_number")
        else words["subject_without_number"]
    )
    about_delivery = inquiry.get("about") == "delivery"
    told = [_opening(inquiry, words, locale)]
    if inquiry.get("searched"):
        told.append(words["searched"])
    request = words["request"]["delivery" if about_delivery else "whereabouts"]
    asked = [f"- {words['asks_for'][name]}" for name in inquiry.get("asks_for") or [] if name in words["asks_for"]]
    last = [words["correction"]] if about_delivery else []
    paragraphs = [
        words["greeting"],
        words["between_sentences"].join(told),
        "\n".join(_facts(inquiry, words, locale)),
        "\n".join([request, *asked]),
        words["between_sentences"].join([*last, words["answer"]]),
        words["closing"],
    ]
    return Letter(language, subject, "\n\n".join(part for part in paragraphs if part) + "\n")


def mailto(address: Optional[str], letter: Letter) -> str:
    """The letter as a link that opens a mail program (RFC 6068); without an address the agent fills it in."""
    subject, body = (quote(text, safe="") for text in (letter.subject, letter.body.replace("\n", "\r\n")))
    return f"mailto:{quote(address or '', safe='@')}?subject={subject}&body={body}"


@cache
def _load(language: str) -> dict[str, Any]:
    return YAML(typ="safe", pure=True).load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))


def _opening(inquiry: Mapping[str, Any], words: Mapping[str, Any], locale: Locale) -> str:
    if inquiry.get("about") != "delivery":
        return words["opening"]["not_arrived"]
    at = read_time(inquiry.get("delivered_at"))
    if at is None:
        return words["opening"]["delivered"]
    day = at.astimezone(_zone(_country(inquiry), at))
    return words["opening"]["delivered_on"].format(date=format_date(day, "long", locale=locale))


def _facts(inquiry: Mapping[str, Any], words: Mapping[str, Any], locale: Locale) -> list[str]:
    country = _country(inquiry)
    values = {
        "tracking_number": inquiry.get("tracking_number"),
        "order_number": inquiry.get("order_number"),
        "shipped_at": _moment(inquiry.get("shipped_at"), country, locale),
        "delivered_at": _moment(inquiry.get("delivered_at"), country, locale),
        "sender": inquiry.get("sender"),
        "account": inquiry.get("account"),
        "recipient": _address(inquiry.get("recipient") or {}, locale),
        "value": _money(inquiry.get("value"), locale),
    }
    return [words["facts"][name].format(value=value) for name, value in values.items() if value]


def _moment(text: Any, country: Optional[str], locale: Locale) -> str:
    at = read_time(text)
    if at is None:
        return ""
    local = at.astimezone(_zone(country, at))
    day, hour = format_date(local, "medium", locale=locale), format_time(local, "short", locale=locale)
    pattern = str(get_datetime_format("medium", locale))
    offset = f"{local:%z}"
    zone = "UTC" if offset == "+0000" else f"UTC{offset[:3]}:{offset[3:]}"
    return f"{pattern.replace('{1}', day).replace('{0}', hour)} ({zone})"


def _address(place: Mapping[str, Any], locale: Locale) -> str:
    country = place.get("country")
    town = " ".join(str(part) for part in (place.get("postcode"), place.get("city")) if part)
    parts = (place.get("name"), place.get("street"), town, locale.territories.get(country, country))
    return ", ".join(str(part) for part in parts if part)


def _money(value: Any, locale: Locale) -> str:
    amount, currency = (value.get("amount"), value.get("currency")) if isinstance(value, Mapping) else (None, None)
    if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not currency:
        return ""
    return format_currency(amount, str(currency), locale=locale)


def _country(inquiry: Mapping[str, Any]) -> Optional[str]:
    return (inquiry.get("recipient") or {}).get("country")


def _zone(country: Optional[str], at: datetime) -> Any:
    """A country's time zone where it is the same time everywhere; else UTC, because nobody tells where it was."""
    zones = [pytz.timezone(name) for name in pytz.country_timezones.get(country or "", [])]
    return zones[0] if len({at.astimezone(zone).utcoffset() for zone in zones}) == 1 else timezone.utc
