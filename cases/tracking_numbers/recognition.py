"""Finds tracking numbers in what people write, and says whose they can be."""

import re
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Iterable, Iterator, NamedTuple, Optional

from cases.tracking_numbers.formats import AMONG_DIGITS_FROM, LENGTHS, SURE_FROM, WITHIN_TEXT_FROM, that_fit

# People write numbers in groups, with blanks or hyphens between. A group holds a digit, or is a few letters before,
# between or after such groups ("RB 123 456 785 GB").
_GAP = r"(?:[ \t\xa0]{1,3}|[ \xa0]?[-\u2010-\u2013][ \xa0]?)"
_LETTERS = r"[A-Za-z]{1,4}"
_GROUP = r"[A-Za-z]*[0-9][A-Za-z0-9]*"
_RUN = re.compile(
    rf"(?<![A-Za-z0-9]){_GROUP}(?:(?:{_GAP}{_LETTERS}){{0,2}}{_GAP}{_GROUP})*(?:{_GAP}{_LETTERS}){{0,2}}(?![A-Za-z0-9])"
)
_BEFORE = re.compile(rf"(?:(?<![A-Za-z0-9]){_LETTERS}{_GAP}){{1,4}}\Z")
_LONGEST_BEFORE = 4 * (4 + 3)
_TOKEN = re.compile("[A-Za-z0-9]+")
_DIGIT = re.compile("[0-9]")
_LONGEST = max(LENGTHS)
# More characters than this in one run are a table or a prank; then only what is written in one piece is read.
_LONGEST_RUN = 2 * _LONGEST


@dataclass(frozen=True)
class Match:
    """One reading of a number in a text.

    Attributes:
        carrier: who issued it, as people call them; None when only the order knows the number.
        service: which of the carrier's formats it is; None as above.
        number: capital letters and digits, as the carrier takes it (without what labels print before it).
        carrier_code: EasyPost's name of the carrier, None if it has none.
        checked: whether it has a check digit, which then is right.
        rank: how little else looks like it, 1 to 99 (``formats.yml``); 100 for a number of the order.
        start, end: where it stands in the text.
        own: whether it is a number of the order that is talked about.
    """

    carrier: Optional[str]
    service: Optional[str]
    number: str
    carrier_code: Optional[str]
    checked: bool
    rank: int
    start: int
    end: int
    own: bool = False

    @property
    def sure(self) -> bool:
        """Whether it can be believed to be a tracking number wherever it stands."""
        return self.rank >= SURE_FROM


class _Groups(NamedTuple):
    """A run of groups: where each stands, whether it holds letters or digits, and where it ends in what they say."""

    tokens: list[re.Match]
    written: str
    ends: list[int]
    letters: list[bool]
    digits: list[bool]


def recognised(text: str) -> list[Match]:
    """All that can be a tracking number in a text, the likeliest first; a number once for each carrier it can be of.

    Blanks and hyphens within a number and small letters are read as people type them; digits must be 0 to 9 (see
    `bot.nlu.spelling.unified`). A number that a check digit shows to be wrong is in no format with that check digit.
    """
    if not _DIGIT.search(text):
        return []
    found = [match for run in _RUN.finditer(text) for match in _matches(text, run)]
    found.sort(key=lambda match: (-match.rank, match.start))
    likeliest: dict[tuple, Match] = {}
    for match in found:
        likeliest.setdefault((match.carrier, match.start, match.end), match)
    return [match for match in likeliest.values() if not any(_covers(other, match) for other in likeliest.values())]


def recognised_for_order(text: str, parcels: Iterable[tuple[str, Optional[str]]]) -> list[Match]:
    """As `recognised`, but the numbers of the order itself come before all others, in any format or none.

    Args:
        parcels: tracking number and EasyPost's name of the carrier (or None) of each parcel of the order. Of several
            readings of such a number the one of that carrier comes first.
    """
    found = recognised(text)
    own = []
    for number, code in parcels:
        plain = "".join(_TOKEN.findall(number)).upper()
        forms = {plain, *(match.number for match in recognised(plain))}
        readings = [match for match in found if match.number in forms]
        typed = _typed(plain, text)
        if not readings and typed:
            readings = [match for match in found if (match.start, match.end) == typed.span()]
        if readings:
            best = next((match for match in readings if match.carrier_code == code), readings[0])
            own.append(replace(best, number=plain, carrier_code=code or best.carrier_code, rank=100, own=True))
        elif typed:
            own.append(Match(None, None, plain, code, False, 100, *typed.span(), own=True))
    taken = {(match.start, match.end, match.service) for match in own}
    return own + [match for match in found if (match.start, match.end, match.service) not in taken]


def _matches(text: str, run: re.Match) -> Iterator[Match]:
    begin, end = run.span()
    if before := _BEFORE.search(text, max(0, begin - _LONGEST_BEFORE), begin):
        begin = before.start()
    groups = _groups(text, begin, end)
    alone = not any(map(str.isalnum, text[:begin] + text[end:]))
    for first, last, written in _pieces(groups):
        lowest = 0 if alone and written == groups.written else _lowest_rank(groups, first, last)
        for row in that_fit(written, lowest):
            if reading := row.reads(written):
                start, stop = groups.tokens[first].start(), groups.tokens[last].end()
                number, code, checked = reading.number, reading.carrier_code, row.check is not None
                yield Match(reading.carrier, row.service, number, code, checked, row.rank, start, stop)


def _groups(text: str, begin: int, end: int) -> _Groups:
    tokens = list(_TOKEN.finditer(text, begin, end))
    words = [token.group() for token in tokens]
    return _Groups(
        tokens=tokens,
        written="".join(words).upper(),
        ends=list(accumulate(map(len, words))),
        letters=[not word.isdigit() for word in words],
        digits=[not word.isalpha() for word in words],
    )


def _pieces(groups: _Groups) -> Iterator[tuple[int, int, str]]:
    """Each succession of groups that has as many characters as some number: its first and last group, and itself."""
    together = len(groups.written) <= _LONGEST_RUN
    for first in range(len(groups.tokens)):
        begin = groups.ends[first - 1] if first else 0
        for last in range(first, len(groups.tokens) if together else first + 1):
            length = groups.ends[last] - begin
            if length > _LONGEST:
                break
            if length in LENGTHS:
                yield first, last, groups.written[begin : groups.ends[last]]


def _lowest_rank(groups: _Groups, first: int, last: int) -> int:
    """The rank that a number within a text must have: the more it is put together, the more it must tell."""
    if first == last:
        return WITHIN_TEXT_FROM
    if (first and groups.digits[first - 1]) or any(groups.digits[last + 1 : last + 2]):
        return AMONG_DIGITS_FROM
    return SURE_FROM if any(groups.letters[first : last + 1]) else WITHIN_TEXT_FROM


def _covers(other: Match, match: Match) -> bool:
    """Whether a match is only a piece of another that is at least as likely."""
    larger = other.end - other.start > match.end - match.start
    return larger and other.start <= match.start and match.end <= other.end and other.rank >= match.rank


def _typed(number: str, text: str) -> Optional[re.Match]:
    pattern = rf"{_GAP}?".join(map(re.escape, number))
    return re.search(rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])", text, re.IGNORECASE) if number else None
