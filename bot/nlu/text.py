"""How a buyer's text is prepared before anything looks at it."""

import json
import re
import unicodedata

from bot.nlu.spelling import unified

WORD_JOINER = "\u2060"
_JOINERS = re.compile("[\u200c\u200d]")  # they stand inside words of Hindi and Arabic script
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"'})
_COMMAND = re.compile(r"/\s*\w*\s*(\{.*)?", re.DOTALL)
_MARKUP = re.compile(r"(<[^<>]*>\s*)+")
_SQL = re.compile(r".*;\s*--\s*", re.DOTALL)
_CLAUSE_END = re.compile(r"[.!?;,:\n…。！？；，、：।؟،؛]+")
LONGEST_READ = 2000


def plain(text: str) -> str:
    """A buyer's text as something that Rasa takes for text and nothing else.

    A leading "/" would make Rasa read an intent with slots out of it, and ``/restart`` would end a hand-over. A word
    joiner before it (U+2060) keeps it text; a space would be stripped. What is longer than a person reads at once is
    cut for the bot; the transcript keeps all of it.
    """
    text = text.replace("\x00", "").strip()
    if text.startswith("/"):
        text = WORD_JOINER + text
    return text[:LONGEST_READ]


def normalized(text: str) -> str:
    """Lower case, straight apostrophes, single spaces, one spelling (`unified`), no invisible or direction-changing
    characters.

    Slashes at the beginning go as well, unless it is a command of the bot's own (``/empty_message``).
    """
    is_command = text.startswith("/")
    text = unicodedata.normalize("NFC", _INVISIBLE.sub(" ", _JOINERS.sub("", text))).translate(_QUOTES)
    text = unified(unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip().lower()))
    return text if is_command else text.lstrip("/ ")


def is_no_sentence(text: str) -> bool:
    """Whether a buyer's text is meant for a machine, hidden marks or not: a typed command such as ``/restart`` or
    ``/intent{"slot": 1}``, JSON, nothing but markup, or SQL that ends in a comment. Read as prose, its words would
    answer questions that nobody asked."""
    visible = _INVISIBLE.sub("", _JOINERS.sub("", text)).strip()
    whole = (_COMMAND, _MARKUP, _SQL)
    return any(form.fullmatch(visible) for form in whole) or _is_json(visible)


def _is_json(text: str) -> bool:
    if not text.startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def clauses(text: str) -> list[tuple[int, int]]:
    """Where the clauses of a normalized text begin and end, as offsets; split at punctuation only."""
    spans, begin = [], 0
    for mark in _CLAUSE_END.finditer(text):
        if text[begin : mark.start()].strip():
            spans.append((begin, mark.start()))
        begin = mark.end()
    if text[begin:].strip():
        spans.append((begin, len(text)))
    return spans
