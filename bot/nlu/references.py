"""Order and tracking numbers, postcodes and e-mail addresses in a text (formats: ``bot/nlu/references.yml``)."""

import re
from pathlib import Path
from typing import Iterable, Optional

from ruamel.yaml import YAML

from bot.nlu.spelling import unified

_FORMATS = YAML(typ="safe").load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
_ORDER = [re.compile(row["pattern"], re.ASCII) for row in _FORMATS["order_number"]]
_ORDER_WHEN_ASKED = [re.compile(row["pattern"], re.ASCII) for row in _FORMATS["order_number_when_asked"]]
_ORDER_BESIDE_WORD = [re.compile(row["pattern"], re.ASCII) for row in _FORMATS["order_number_beside_a_word_for_order"]]
_TRACKING = [(re.compile(row["pattern"], re.ASCII), row.get("check")) for row in _FORMATS["tracking_number"]]
_NO_NUMBER = [re.compile(row["pattern"], re.ASCII) for row in _FORMATS["no_order_number"]]
_E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_POSTCODES = [re.compile(row["pattern"], re.ASCII) for row in _FORMATS["postcode"]]
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def s10_is_valid(number: str) -> bool:
    """Whether the check digit of a UPU S10 number is right (UPU standard S10-12, section 3.3)."""
    digits = [int(character) for character in number[2:11]]
    rest = 11 - sum(weight * digit for weight, digit in zip(_S10_WEIGHTS, digits)) % 11
    return digits[8] == {10: 0, 11: 5}.get(rest, rest)


def tracking_number(text: str) -> Optional[str]:
    """The first number in a carrier's format whose check digit is right, upper case; else None."""
    text = unified(text).upper()
    for pattern, check in _TRACKING:
        for match in pattern.finditer(text):
            if check != "s10" or s10_is_valid(match.group()):
                return match.group()
    return None


def order_number(text: str, concepts: Iterable[str], asked: bool) -> Optional[str]:
    """The first order number, upper case; else None.

    Args:
        text: what the buyer wrote.
        concepts: names of the concepts in it; beside a word for an order, a longer number in no known format is taken.
        asked: whether the assistant has just asked for the order number.
    """
    text = unified(text).upper()
    shipped = tracking_number(text)
    patterns = list(_ORDER)
    if asked:
        patterns += _ORDER_WHEN_ASKED
    elif "ORDER" in set(concepts):
        patterns += _ORDER_BESIDE_WORD
    for pattern in _NO_NUMBER:
        text = pattern.sub(" ", text)
    for pattern in patterns:
        for match in pattern.finditer(text):
            found = match.group().lstrip("#")
            if found != shipped and any(character.isdigit() for character in found):
                return found
    return None


def verification(text: str, asked: bool) -> Optional[str]:
    """The detail by which a buyer shows that the order is theirs: an e-mail address, or a postcode when it was asked
    for; else None."""
    if match := _E_MAIL.search(text):
        return match.group().lower()
    if not asked:
        return None
    found = (pattern.search(unified(text).upper()) for pattern in _POSTCODES)
    return next((match.group() for match in found if match), None)
