"""What may stand in the cells of an orders file, and what it means (``csv_columns.yml``)."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any, Callable

from ruamel.yaml import YAML

TABLE = YAML(typ="safe", pure=True).load(Path(__file__).with_name("csv_columns.yml").read_text(encoding="utf-8"))
COLUMNS: dict[str, dict[str, Any]] = TABLE["columns"]
BETWEEN = "|"
_SHORTENED = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.IGNORECASE)
_AMOUNT = re.compile(r"(\d+|\d{1,3}(?P<mark>[.,' ])\d{3}((?P=mark)\d{3})*)((?!(?P=mark))[.,]\d{1,2})?")
_PLAIN = re.compile(r"\d+([.,]\d{1,2})?")


class WrongCell(ValueError):
    """A cell that can not be read; the text says why, without what stands in it."""


def read_cell(column: str, text: str) -> Any:
    """What a cell says: a text, a number, True or False, or a list of texts; None or [] when it is empty.

    Raises:
        WrongCell: it can not be read.
    """
    rule, text = COLUMNS[column], " ".join(text.split())
    if "\ufffd" in text:
        raise WrongCell("has a character that was lost when the file was saved; save it as “CSV UTF-8” again")
    if any(ord(character) < 32 for character in text):
        raise WrongCell("has a character that can not be printed")
    if rule.get("several"):
        return [_one(rule, part.strip()) for part in text.split(BETWEEN)] if text else []
    return _one(rule, text) if text else None


def _one(rule: dict[str, Any], text: str) -> Any:
    if not text:
        raise WrongCell(f"has nothing between two {BETWEEN}")
    if len(text) > rule["longest"]:
        raise WrongCell(f"is longer than {rule['longest']} characters")
    return _KINDS[rule["kind"]](text) if "kind" in rule else text


def _number(text: str) -> str:
    if _SHORTENED.fullmatch(text):
        raise WrongCell("was shortened by a spreadsheet (3.4E+17); make the column text there and save again")
    return text


def _amount(text: str) -> float:
    """12, 12.5, 12,50, 1.234,50, 1,234.50; not 1,234, which may be either."""
    if _PLAIN.fullmatch(text):
        return float(text.replace(",", "."))
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise WrongCell("is no amount such as 1234.50")
    if match["mark"] in (".", ",") and match[4] is None and text.count(match["mark"]) == 1:
        raise WrongCell("can be read in two ways; write it like 1234.00")
    whole = text[: match.start(4)] if match[4] else text
    return float(re.sub(r"\D", "", whole) + (match[4] or "").replace(",", "."))


def _matching(pattern: str, told: str, change: Callable[[str], str] = str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, change(text)):
            raise WrongCell(told)
        return change(text)

    return read


def _time(text: str) -> str:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).isoformat()
    except ValueError:
        raise WrongCell("is no date such as 2026-11-23 or 2026-11-23T12:00:00+01:00") from None


def _yes_or_no(text: str) -> bool:
    if text.lower() not in (*TABLE["yes"], *TABLE["no"]):
        raise WrongCell("must be yes or no")
    return text.lower() in TABLE["yes"]


_KINDS: dict[str, Callable[[str], Any]] = {
    "number": _number,
    "amount": _amount,
    "time": _time,
    "yes_or_no": _yes_or_no,
    "email": _matching(r"[^@\s]+@[^@\s]+", "is no e-mail address"),
    "postcode": _matching(r"[A-Z0-9][A-Z0-9 -]*", "is no postcode", str.upper),
    "country": _matching(r"[A-Z]{2}", "must be two letters (ISO 3166) such as DE", str.upper),
    "currency": _matching(r"[A-Z]{3}", "must be three letters (ISO 4217) such as EUR", str.upper),
}
