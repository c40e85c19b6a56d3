"""Order and tracking numbers, postcodes and e-mail addresses in a text.

Formats: ``bot/nlu/references.yml``, and of tracking numbers ``cases/tracking_numbers/formats.yml``.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Iterable, Optional

from ruamel.yaml import YAML

from bot.nlu.spelling import unified
from cases.tracking_numbers import Match, recognised

_FORMATS = YAML(typ="safe").load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
_ORDER = [re.compile(row["pattern"], re.ASCII) for row in _FORMATS["order_number"]]
_ORDER_WHEN_ASKED = [re.compile(row["pattern"], re.ASCII) for row in _FORMATS["order_number_when_asked"]]
_ORDER_BESIDE_WORD = [re.compile(row["pattern"], re.ASCII) for row in _FORMATS["order_number_beside_a_word_for_order"]]
_NO_NUMBER = [re.compile(row["pattern"], re.ASCII) for row in _FORMATS["no_order_number"]]
_E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_POSTCODES = [re.compile(row["pattern"], re.ASCII) for row in _FORMATS["postcode"]]


def tracking_number(text: str) -> Optional[str]:
    """The number in a text that is most surely a tracking number, in capital letters and without blanks; else None.

    What could be an order number or a telephone number as well is not taken.
    """
    return next((match.number for match in _shipped(unified(text))), None)


def order_number(text: str, concepts: Iterable[str], asked: bool) -> Optional[str]:
    """The first order number, upper case; else None.

    Args:
        text: what the buyer wrote.
        concepts: names of the concepts in it; beside a word for an order, a longer number in no known format is taken.
        asked: whether the assistant has just asked for the order number.
    """
    text = unified(text)
    for match in _shipped(text):
        text = text[: match.start] + " " * (match.end - match.start) + text[match.end :]
    text = text.upper()
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
            if any(character.isdigit() for character in found):
                return found
    return None


@lru_cache(maxsize=8)
def _shipped(text: str) -> tuple[Match, ...]:
    """Both kinds of numbers are looked for in the same text, one after the other."""
    return tuple(match for match in recognised(text) if match.sure)


def verification(text: str, asked: bool) -> Optional[str]:
    """The detail by which a buyer shows that the order is theirs: an e-mail address, or a postcode when it was asked
    for; else None."""
    if match := _E_MAIL.search(text):
        return match.group().lower()
    if not asked:
        return None
    found = (pattern.search(unified(text).upper()) for pattern in _POSTCODES)
    return next((match.group() for match in found if match), None)
