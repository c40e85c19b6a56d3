"""Different ways to write the same word: what is made equal before words are compared."""

import re
import unicodedata

_WIDTHS = re.compile("[\uff01-\uffee]+")  # full-width Latin and half-width kana
_ARABIC_MARKS = re.compile("[\u064b-\u065f\u0670\u0640]")  # short vowels and the stretching line
_ARABIC_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك"})
_OTHER_DIGITS = re.compile(r"[^\D0-9]")
_DOTTED_I = "i\u0307"  # what lower case makes of the Turkish İ
# Letters that are no plain letter with a mark.
_LATIN = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
_ARTICLES = ("وال", "بال", "كال", "فال", "لل", "ال")
ARABIC_PREFIXES = "وفبلك"


def unified(text: str) -> str:
    """A text with one way of writing for what keyboards and habits write in several.

    Digits of all scripts become 0–9, full-width and half-width characters ordinary ones, Arabic loses its short
    vowels and writes alef, yeh and teh marbuta in one way, and the Turkish İ is an i.
    """
    text = _WIDTHS.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
    text = _ARABIC_MARKS.sub("", text).translate(_ARABIC_LETTERS).replace(_DOTTED_I, "i")
    return _OTHER_DIGITS.sub(lambda match: str(unicodedata.digit(match.group())), text)


def without_marks(text: str) -> str:
    """Latin text as it is typed without accents: ``entregué`` as ``entregue``, ``łódź`` as ``lodz``."""
    decomposed = unicodedata.normalize("NFD", text.translate(_LATIN))
    return "".join(character for character in decomposed if unicodedata.category(character) != "Mn")


def without_article(word: str) -> str:
    """An Arabic word (see `unified`) without the article, and what is attached before the article."""
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 2:
            return word[len(article) :]
    return word
