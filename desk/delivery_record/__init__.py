"""The delivery record for a buyer: one page with what the carrier recorded, without any name or house number.

It is made from the record alone, in the buyer's language: ``desk/delivery_record/<language>.yml``, whole phrases. It is
a web page with print styles, because every browser shapes every script with the fonts of the agent's own machine and
saves pages as PDF; a PDF library would need fonts for Arabic, Hindi, Thai, Chinese, Japanese and Korean on the server.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Optional
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format, get_timezone_gmt
from ruamel.yaml import YAML

from cases import proofs
from cases.models import Case
from cases.postcodes import postcode_area
from cases.times import zone_of_country
from desk.facts import parcel_of

FOLDER = Path(__file__).parent
FALLBACK = "en"
PROOFS = ("signature", "photo", "document")


@dataclass(frozen=True)
class DeliveryRecord:
    """The page: `lines` are labels with their values, one or several; `language` as HTML writes it (BCP 47)."""

    language: str
    right_to_left: bool
    title: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    note: str


@cache
def languages() -> tuple[str, ...]:
    """The languages of the record: ISO 639-1, or with the script as in ``zh-Hant``."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yml")))


@cache
def phrases(language: str) -> dict[str, Any]:
    """The phrases of a language of `languages`."""
    return YAML(typ="safe", pure=True).load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))


def language_for(case: Case) -> str:
    """The language in which the case's buyer reads; English when it is none of `languages`."""
    names = (f"{case.language}-{case.script}", case.language)
    return next((name for name in names if name in languages()), FALLBACK)


def delivery_record(case: Case, language: str, now: datetime) -> DeliveryRecord:
    """The record of the case's parcel; what the carrier has not recorded is said to be so.

    Args:
        case: with an open session, or with its proofs loaded.
        language: of `languages`.
        now: when it is made.
    """
    words, locale = phrases(language), Locale.parse(language.replace("-", "_"))
    parcel, _ = parcel_of(case)
    country = ((case.order_facts or {}).get("address") or {}).get("country")
    zone = ZoneInfo(zone_of_country(country) or "UTC")
    evidence = [row for row in case.evidence or [] if isinstance(row, dict)]

    def line(label: str, *values: Optional[str]) -> tuple[str, tuple[str, ...]]:
        return words[label], tuple(value for value in values if value) or (words["not_recorded"],)

    place = next((row.get("place") for row in evidence if row.get("kind") == "place"), None)
    return DeliveryRecord(
        language=language,
        right_to_left=locale.text_direction == "rtl",
        title=words["title"],
        lines=(
            line("order", case.order_number),
            line("tracking_number", case.tracking_number),
            line("carrier", parcel.get("carrier")),
            line("status_label", words["status"].get(case.tracking_status)),
            line("recorded_at", _moment(case.delivered_at, zone, locale) if case.delivered_at else None),
            line("place_label", words["place"].get(place)),
            line("town", _town(evidence)),
            line("proof_label", *_proofs(case, evidence, words["proof"])),
            line("made_at", _moment(now, zone, locale)),
        ),
        note=words["note"],
    )


def _town(evidence: list[dict[str, Any]]) -> Optional[str]:
    scan = next((row for row in evidence if row.get("kind") == "delivery_scan"), {})
    known = (scan.get("city"), postcode_area(scan.get("postcode") or ""))
    return ", ".join(part for part in known if part) or None


def _proofs(case: Case, evidence: list[dict[str, Any]], words: dict[str, str]) -> list[str]:
    told = {row.get("kind") for row in evidence} | {row.get("shows") for row in evidence if row.get("kind") == "proof"}
    told |= {proof.kind for proof in proofs.kept_of(case)}
    return [words[kind] for kind in PROOFS if kind in told] or [words["none"]]


def _moment(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """Date and time with their distance from Greenwich: of a country with several zones only the main one is known."""
    local = at.astimezone(zone)
    day, hour = format_date(local, "long", locale=locale), format_time(local, "short", locale=locale)
    moment = str(get_datetime_format("medium", locale)).replace("'", "").replace("{1}", day).replace("{0}", hour)
    return f"{moment} ({get_timezone_gmt(local, locale=locale)})"
