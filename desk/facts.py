"""What the record says about a case, as label and value: facts, evidence, statements, counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

from cases.models import Case, CaseEvent, Message, Proof
from cases.parcels import number_key
from cases.times import read_time
from cases.view import CHECKS
from desk.formats import Formats
from desk.words import Words

ADDRESS = ("street", "postcode", "city", "country")
# What an evidence entry may hold; anything else a provider adds is shown as it stands. The address of a proof is not
# shown: it may let in whoever has it, and the file itself stands beside.
EVIDENCE = ("kind", "source", "at", "text", "signed_by", "place", "carrier", "number", "shows", "url", *ADDRESS)
NUMBERS = ("order_number", "tracking_number")


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence: what, what it says, who says so, and when."""

    kind: str
    text: str
    source: str
    at: Optional[datetime]


@dataclass(frozen=True)
class Check:
    """One of the four checks, with what the buyer has said about it."""

    label: str
    state: str
    words: str


def _place(value: Any, formats: Formats) -> str:
    """A place or plain value on one line."""
    if isinstance(value, dict):
        country = value.get("country")
        code = value.get("postcode") or value.get("zip")
        town = " ".join(str(part) for part in (code, value.get("city")) if part)
        lines = (value.get("name"), value.get("street"), town, formats.country(country))
        shown = ", ".join(str(line) for line in lines if line)
        return shown or ", ".join(f"{name} {entry}" for name, entry in value.items() if entry not in (None, ""))
    if isinstance(value, (list, tuple)):
        return ", ".join(_place(entry, formats) for entry in value)
    moment = read_time(value) if isinstance(value, str) and len(value) >= 19 else None
    return formats.when(moment) if moment else str(value)


def place(value: Any, formats: Formats) -> str:
    """An address or place of the record on one line; "" when nothing is known."""
    return _place(value, formats) if value else ""


def evidence_of(case: Case, words: Words, formats: Formats) -> list[Evidence]:
    """The evidence that tracking gave, in its order; nothing that a provider says is lost on the way to the agent."""
    shown = []
    for entry in case.evidence or []:
        if not isinstance(entry, dict):
            shown.append(Evidence("", str(entry), "", None))
            continue
        where = {name: entry.get(name) for name in ADDRESS}
        parts = [entry.get(name) for name in ("text", "signed_by", "carrier", "number")]
        parts += [words.of("place", entry.get("place")), words.of("evidence", entry.get("shows"))]
        parts.append(_place(where, formats) if any(where.values()) else None)
        parts += [
            f"{name}: {value}" for name, value in entry.items() if name not in EVIDENCE and value not in (None, "")
        ]
        told = " · ".join(str(part) for part in parts if part)
        kind = words.of("evidence", entry.get("kind"))
        shown.append(Evidence(kind, told, str(entry.get("source") or ""), read_time(entry.get("at"))))
    return shown


def parcel_of(case: Case) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The parcel that the case is about ({} when unknown), and the order's others with their status; its own last mile
    is none of them."""
    parcels = [parcel for parcel in (case.order_facts or {}).get("parcels") or [] if isinstance(parcel, dict)]
    own = next((parcel for parcel in parcels if parcel.get("tracking_number") == case.tracking_number), {})
    evidence = [entry for entry in case.evidence or [] if isinstance(entry, dict)]
    last_miles = [entry.get("number") for entry in evidence if entry.get("kind") == "last_mile"]
    known = {parcel.number_key: parcel.status for parcel in case.parcels}
    others = [
        {**parcel, "status": known.get(number_key(parcel.get("tracking_number") or ""))}
        for parcel in parcels
        if parcel is not own and parcel.get("tracking_number") not in last_miles
    ]
    return own, others


def proofs_of(case: Case) -> list[Proof]:
    """The case's proofs of delivery, oldest first, each content once."""
    return [proof for proof in case.proofs if proof.status != "the_same"]


def checks_of(case: Case, words: Words) -> list[Check]:
    """The four checks in their order; one without an answer is ``open``."""
    checks = []
    for name in CHECKS:
        value = case.checks.get(name)
        state = "open" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        checks.append(Check(words(f"check.{name}"), state, words.of("check_state", state)))
    return checks


def counts_of(case: Case, words: Words) -> list[str]:
    """The flags as counts, ``{"kind", "count"}``; kinds without words, and flags without a count, as they stand."""
    lines = []
    for flag in case.flags or []:
        kind = flag.get("kind") if isinstance(flag, dict) else flag
        count = flag.get("count") if isinstance(flag, dict) else None
        if kind in ("dispute_open", "repeat_contact", "high_value") and count is None:
            lines.append(words(f"handoff_reason.{kind}"))
            continue
        try:
            lines.append(words.count(f"flag.{kind}", int(count)))
        except (KeyError, TypeError, ValueError):
            lines.append(str(kind) if count is None else f"{kind}: {count}")
    return lines


def details_of(event: CaseEvent, words: Words) -> list[str]:
    """What an event of the history changed, each as its own phrase; [] when its name says it all."""
    data = event.data or {}
    told = [
        words.of("outcome", data.get("outcome")),
        words.of("handoff_reason", data.get("handoff_reason")),
        words.of("tracking_status", data.get("status")),
        words.of("delivery_class", data.get("delivery_class")),
        words.of("wish", data.get("buyer_wish")),
        words.of("inquiry.result", data.get("result")),
    ]
    told += [
        words.of(f"extracted.{name}", value) for name, value in (data.get("checks") or {}).items() if name in CHECKS
    ]
    if data.get("proof_kind"):
        told += [words.of("evidence", data["proof_kind"]), words.of("proof_reason", data.get("why"))]
    told += [words(f"extracted.{name}", value=data[name]) for name in NUMBERS if data.get(name)]
    return list(dict.fromkeys(phrase for phrase in told if phrase))


def meaning_of(message: Message, words: Words) -> list[str]:
    """What the assistant understood in a buyer's message: the intent first, then each extracted fact."""
    lines = [words.of("intent", message.intent)] if message.intent else []
    for name, value in (message.facts or {}).items():
        if value in (None, "", [], {}) or name in ("language", "script"):
            continue
        if name == "buyer_wish":
            lines.append(words.of("wish", value))
        elif name == "trigger":
            lines.append(words.of("handoff_reason", value))
        elif words.has("extracted", name):
            lines.append(words(f"extracted.{name}", value=value))
        elif name in CHECKS:
            lines.append(words.of(f"extracted.{name}", value))
        else:
            lines.append(f"{name}: {value}")
    return list(dict.fromkeys(lines))
