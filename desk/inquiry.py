"""The carrier inquiry as an agent reads it: days left and by which rule, who sends it where, and the text itself."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Mapping, Optional

from cases.inquiry import letters
from cases.inquiry.letters import Letter
from cases.models import Case
from desk.formats import Formats
from desk.words import Words

WORTH_A_LINE_DAYS = 14  # from when on the list of cases tells how many days are left


@dataclass(frozen=True)
class LastDay:
    """A line about the last day on which the carrier takes the inquiry: what it says, and ``soon`` or ``overdue``."""

    text: str
    left: str
    urgency: str


@dataclass(frozen=True)
class ShownInquiry:
    """What the page of a case shows of its inquiry. Texts are in the agent's language; "" when there is nothing to say.

    ``link`` is the address of the source when it is one. ``letter`` is for the carrier; ``translation`` the same in the
    agent's language, None when that is the carrier's. ``mailto`` is None where the carrier takes no e-mail.
    """

    state: str
    last_day: Optional[LastDay]
    rule: str
    source: str
    link: str
    checked_on: str
    not_before: str
    sent_by: str
    needs: tuple[str, ...]
    asks_for: tuple[str, ...]
    letter: Letter
    translation: Optional[Letter]
    mailto: Optional[str]
    progress: tuple[str, ...]
    answer_is_late: bool
    today: date
    can_be_prepared_again: bool


def inquiry_of(case: Case, words: Words, formats: Formats, now: datetime) -> Optional[ShownInquiry]:
    """The case's inquiry at a time; None when there is none."""
    inquiry = case.inquiry or {}
    if not inquiry:
        return None
    state, today = inquiry.get("state") or "prepared", formats.today(now)
    told = inquiry.get("deadline") or {"date": None, "reason": "contract"}
    written = _written(inquiry)
    source = told.get("source") or inquiry.get("source") or ""
    begin = _day((inquiry.get("earliest") or {}).get("date"))
    expected, checked = _day(inquiry.get("answer_expected_on")), _day(inquiry.get("checked_on"))
    return ShownInquiry(
        state=state,
        last_day=_last_day(told, words, formats, today) if state == "prepared" else None,
        rule=_rule(told, words, formats),
        source=source,
        link=source if source.startswith(("https://", "http://")) else "",
        checked_on=words("inquiry.checked_on", date=formats.calendar_day(checked)) if source and checked else "",
        not_before=words("inquiry.not_before", date=formats.calendar_day(begin)) if begin and begin > today else "",
        sent_by=words.of("inquiry.sent_by", inquiry.get("sent_by") or "contract"),
        needs=tuple(words.of("inquiry.need", name) for name in inquiry.get("needs") or []),
        asks_for=tuple(words.of("asks_for", name) for name in inquiry.get("asks_for") or []),
        letter=written,
        translation=None if words.language == written.language else letters.write(inquiry, words.language),
        mailto=letters.mailto(inquiry.get("email"), written) if _takes_mail(inquiry) else None,
        progress=_progress(inquiry, words, formats),
        answer_is_late=state == "sent" and expected is not None and expected < today,
        today=today,
        can_be_prepared_again=state == "prepared" or inquiry.get("tracking_number") != case.tracking_number,
    )


def days_until_last(case: Case, formats: Formats, now: datetime) -> Optional[int]:
    """How many days an agent has for an inquiry that is not sent yet, below 0 when the last one has passed.

    None when there is nothing to send, no last day is known, or it is far away.
    """
    inquiry = case.inquiry or {}
    last = _day((inquiry.get("deadline") or {}).get("date"))
    if case.status == "closed" or inquiry.get("state") != "prepared" or last is None:
        return None
    left = (last - formats.today(now)).days
    return left if left <= WORTH_A_LINE_DAYS else None


def _last_day(told: Mapping[str, Any], words: Words, formats: Formats, today: date) -> LastDay:
    last = _day(told.get("date"))
    if last is None:
        return LastDay(words.of("inquiry.no_last_day", told.get("reason") or "contract"), "", "")
    left = (last - today).days
    if left < 0:
        return LastDay(words("inquiry.passed", date=formats.calendar_day(last)), words("inquiry.too_late"), "overdue")
    text = words("inquiry.send_by", date=formats.calendar_day(last))
    if left == 0:
        return LastDay(text, words("inquiry.last_day_is_today"), "soon")
    return LastDay(text, words.count("inquiry.days_left", left), "soon" if left <= 3 else "")


def _rule(told: Mapping[str, Any], words: Words, formats: Formats) -> str:
    begin = _day(told.get("counted_on"))
    if begin is None or not told.get("days"):
        return ""
    counted = words.count(f"inquiry.counted.{told['counted_from']}", told["days"])
    return " · ".join((counted, formats.calendar_day(begin), words.of("inquiry.basis", told.get("basis"))))


def _progress(inquiry: Mapping[str, Any], words: Words, formats: Formats) -> tuple[str, ...]:
    """What happened since it was prepared, a line each; the carrier's own words are not among them."""
    lines = []
    sent_on, expected = _day(inquiry.get("sent_on")), _day(inquiry.get("answer_expected_on"))
    if sent_on:
        name = words.of("actor", inquiry.get("sent_by_agent"))
        lines.append(words("inquiry.sent_line", date=formats.calendar_day(sent_on), name=name))
    if expected and not inquiry.get("carrier_reply"):
        lines.append(words("inquiry.answer_expected", date=formats.calendar_day(expected)))
    reply = inquiry.get("carrier_reply")
    if isinstance(reply, Mapping):
        day, name = _day(reply.get("answered_on")), words.of("actor", reply.get("by"))
        if day:
            lines.append(words("inquiry.answered_line", date=formats.calendar_day(day), name=name))
    return tuple(lines)


def _written(inquiry: Mapping[str, Any]) -> Letter:
    """The letter as it was prepared; older records have none."""
    kept = inquiry.get("letter")
    return Letter(**kept) if kept else letters.write(inquiry, letters.FALLBACK)


def _takes_mail(inquiry: Mapping[str, Any]) -> bool:
    """Whether it can go by e-mail: the carrier has an address, or is asked through the seller's own contact."""
    return bool(inquiry.get("email")) or not (inquiry.get("form") or inquiry.get("phone"))


def _day(text: Any) -> Optional[date]:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
