"""An inquiry's way: prepared from the record, sent by the agent, answered by the carrier. Each step is an event."""

from datetime import date, datetime
from typing import Any, Optional

from sqlalchemy.orm import Session

from cases import clock, record
from cases.inquiry import deadlines, letters
from cases.inquiry.carriers import CarrierRule, rule_for
from cases.inquiry.deadlines import ParcelDates
from cases.models import Case
from cases.times import read_time
from cases.view import CHECKS

RESULTS = ("found", "delivered_with_proof", "misdelivered", "lost", "no_trace", "other")
SEARCHED = tuple(name for name in CHECKS if name != "address_confirmed")
PLACE = ("postcode", "city", "country")
NOT_THERE = ("D9", "D10", "D11", "D12")  # "delivered" to the sender, to customs, to a dead-letter office, onwards
LONGEST_ANSWER = 10_000
WHEREABOUTS = ("whereabouts", "next_step")


class AnswerNotTaken(ValueError):
    """What was typed can not be kept; ``reason`` is ``result``, ``text``, ``too_long`` or ``date``."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the answer can not be kept: {reason}")
        self.reason = reason


def prepare(session: Session, case: Case, actor: str) -> None:
    """Puts together everything that the inquiry needs, from the record. What is not known stays None.

    The case's ``inquiry`` then holds:
        ``state``: ``prepared``, later ``sent`` and ``answered``. ``prepared_at``, ``shipped_at`` (the first scan),
        ``delivered_at``: ISO 8601, UTC. ``carrier``, ``tracking_number``, ``order_number``, ``value``.
        ``about``: ``delivery`` of a parcel that counts as delivered, or ``whereabouts``; ``asks_for`` follows from it.
        ``searched``: household, neighbours and hidden spots were asked and looked through.
        ``recipient`` (name, street, postcode, city, country), ``recipient_place`` without name and street.
        ``sender``, ``account``: the seller, as the installation's own file tells.
        ``sent_by``, ``needs``, ``form``, ``email``, ``phone``, ``source``, ``checked_on``: of the carrier's rule.
        ``deadline``, ``earliest``: see `cases.inquiry.deadlines`. ``letter``: language, subject and body.
        ``sent_on``, ``sent_by_agent``, ``answer_expected_on``, ``carrier_reply``: None until they are known.

    Raises:
        record.CaseStateError: an inquiry about this parcel is under way, and would be lost.
    """
    if is_under_way(case):
        raise record.CaseStateError(f"the inquiry of case {case.id} is {case.inquiry['state']}")
    before = case.inquiry if (case.inquiry or {}).get("state") in ("sent", "answered") else None
    case.inquiry = _prepared(case)
    record.add_event(session, case, "inquiry_prepared", actor, **({"replaced": before} if before else {}))


def is_under_way(case: Case) -> bool:
    """Whether the carrier has been asked about the case's parcel already."""
    inquiry = case.inquiry or {}
    return inquiry.get("state") in ("sent", "answered") and inquiry.get("tracking_number") == case.tracking_number


def mark_sent(session: Session, case: Case, agent: str, sent_on: date) -> None:
    """Notes that the inquiry was sent on a day; a second time with the same day changes nothing.

    Raises:
        record.CaseStateError: there is none, or it was sent on another day or answered.
    """
    inquiry = _existing(case)
    if inquiry["state"] != "prepared":
        if inquiry.get("sent_on") == sent_on.isoformat():
            return
        raise record.CaseStateError(f"the inquiry of case {case.id} is {inquiry['state']}")
    expected = deadlines.answer_expected_on(_rule(inquiry), sent_on)
    case.inquiry = {
        **inquiry,
        "state": "sent",
        "sent_on": sent_on.isoformat(),
        "sent_by_agent": agent,
        "answer_expected_on": expected.isoformat() if expected else None,
    }
    record.add_event(session, case, "inquiry_sent", agent, sent_on=sent_on.isoformat())


def record_answer(session: Session, case: Case, agent: str, result: str, text: str, answered_on: date) -> None:
    """Keeps what the carrier answered. A later answer takes the place of an earlier one, which stays in the history.

    Args:
        result: one of `RESULTS`.
        text: the carrier's words, or the agent's about them; needed when the result is ``other``.

    Raises:
        record.CaseStateError: there is no inquiry.
        AnswerNotTaken: the result is none of `RESULTS`, or the text is missing or too long.
    """
    inquiry, text = _existing(case), text.strip()
    if result not in RESULTS:
        raise AnswerNotTaken("result")
    if result == "other" and not text:
        raise AnswerNotTaken("text")
    if len(text) > LONGEST_ANSWER:
        raise AnswerNotTaken("too_long")
    told = {"result": result, "text": text, "answered_on": answered_on.isoformat()}
    last = inquiry.get("carrier_reply") or {}
    if all(last.get(name) == value for name, value in told.items()):
        return
    reply = {**told, "by": agent, "at": clock.now().isoformat()}
    case.inquiry = {**inquiry, "state": "answered", "carrier_reply": reply}
    record.add_event(session, case, "inquiry_answered", agent, **told)


def _existing(case: Case) -> dict[str, Any]:
    inquiry = case.inquiry or {}
    if not inquiry:
        raise record.CaseStateError(f"case {case.id} has no inquiry")
    return {"state": "prepared", **inquiry}


def _rule(inquiry: dict[str, Any]) -> CarrierRule:
    return rule_for(inquiry.get("carrier"), inquiry.get("tracking_number"))


def _prepared(case: Case) -> dict[str, Any]:
    facts = case.order_facts or {}
    parcel = next((p for p in facts.get("parcels") or [] if p.get("tracking_number") == case.tracking_number), {})
    address = facts.get("address") or {}
    country = str(address.get("country") or "").upper() or None
    rule = rule_for(parcel.get("carrier"), case.tracking_number)
    dates = ParcelDates(
        shipped_at=read_time(parcel.get("shipped_at")),
        delivered_at=case.delivered_at,
        ordered_at=read_time(facts.get("ordered_at")),
        country=country,
    )
    is_delivered = case.tracking_status == "delivered" and case.delivery_class not in NOT_THERE
    inquiry = {
        "state": "prepared",
        "prepared_at": clock.now().isoformat(),
        "carrier": rule.carrier,
        "tracking_number": case.tracking_number,
        "order_number": case.order_number,
        "about": "delivery" if is_delivered else "whereabouts",
        "asks_for": list(rule.asks_for if is_delivered else WHEREABOUTS),
        "searched": all((case.checks or {}).get(name) == "not_there" for name in SEARCHED),
        "recipient": {
            **{name: address.get(name) for name in ("name", "street", "postcode", "city")},
            "country": country,
        },
        "recipient_place": {name: address.get(name) for name in PLACE},
        "sender": rule.sender,
        "account": rule.account,
        "value": facts.get("value"),
        "shipped_at": _iso(dates.shipped_at),
        "delivered_at": _iso(case.delivered_at),
        "earliest": deadlines.earliest(rule, dates),
        "deadline": deadlines.deadline(rule, case.tracking_number, dates),
        "sent_by": rule.sent_by,
        "needs": list(rule.needs),
        "form": rule.form,
        "email": rule.email(country),
        "phone": rule.phone,
        "source": rule.source,
        "checked_on": rule.checked_on.isoformat() if rule.checked_on and rule.source else None,
        "sent_on": None,
        "sent_by_agent": None,
        "answer_expected_on": None,
        "carrier_reply": None,
    }
    letter = letters.write(inquiry, rule.language(country))
    return {**inquiry, "letter": {"language": letter.language, "subject": letter.subject, "body": letter.body}}


def _iso(at: Optional[datetime]) -> Optional[str]:
    return at.isoformat() if at else None
