"""How complete the evidence of a case is, and what is missing, by the weights in ``cases/rules/evidence.yml``."""

from dataclasses import dataclass
from typing import Any, Callable, Mapping

from cases import proofs, rules
from cases.digest import is_unchanged
from cases.models import Case
from cases.postcodes import same_postcode
from cases.view import CHECKS


@dataclass(frozen=True)
class Completeness:
    """The score, what it could be at most, and the names of what is missing, the weightiest first.

    The names are those in ``cases/rules/evidence.yml``.
    """

    score: int
    out_of: int
    missing: tuple[str, ...]


def completeness(case: Case) -> Completeness:
    """What a case holds of the evidence that platforms and carriers ask for. What is not known is missing.

    Reads the case's messages, snapshots and proofs, so it needs an open session or a case that has them loaded. The
    label's address is expected among the evidence (``label_address``), the carrier's answer as ``carrier_reply`` of
    the inquiry.
    """
    weights: Mapping[str, int] = rules.load("evidence")["weights"]
    missing = [name for name in weights if not _HELD[name](case)]
    missing.sort(key=lambda name: -weights[name])
    out_of = sum(weights.values())
    return Completeness(out_of - sum(weights[name] for name in missing), out_of, tuple(missing))


def _label_address(case: Case) -> bool:
    """Whether the label's street and postcode are the order's; who tells only one of them tells too little."""
    ordered = _facts(case).get("address") or {}
    labels = [row for row in case.evidence or [] if row.get("kind") == "label_address"]
    return any(_is_same_door(label, ordered) for label in labels)


def _is_same_door(label: Mapping[str, Any], ordered: Mapping[str, Any]) -> bool:
    known = all(side.get(name) for side in (label, ordered) for name in ("street", "postcode"))
    return (
        known
        and same_postcode(label["postcode"], ordered["postcode"])
        and _words(label["street"]) == _words(ordered["street"])
    )


def _scan_in_postcode(case: Case) -> bool:
    ordered = (_facts(case).get("address") or {}).get("postcode")
    scanned = [row.get("postcode") for row in case.evidence or [] if row.get("kind") == "delivery_scan"]
    return bool(ordered) and any(code and same_postcode(code, ordered) for code in scanned)


def _proof_of_delivery(case: Case) -> bool:
    """Whether tracking tells of a proof, or one is kept."""
    kinds = rules.load("evidence")["proofs"]
    return bool(proofs.kept_of(case)) or any(row.get("kind") in kinds for row in case.evidence or [])


def _snapshot(case: Case) -> bool:
    """Whether something that was kept about this parcel is as it was."""
    kept = [row for row in case.snapshots if row.tracking_number == case.tracking_number]
    return bool(kept) and all(map(is_unchanged, kept))


def _buyer_checks(case: Case) -> bool:
    """Whether every check has an answer; "I will look" is none yet."""
    return all((case.checks or {}).get(name) not in (None, "will_check") for name in CHECKS)


def _carrier_reply(case: Case) -> bool:
    return bool((case.inquiry or {}).get("carrier_reply"))


def _chronology(case: Case) -> bool:
    """Whether both sides have written, with the time of every message."""
    sides = {message.sender_kind == "buyer" for message in case.messages}
    return sides == {True, False} and all(message.at for message in case.messages)


def _facts(case: Case) -> dict[str, Any]:
    return case.order_facts or {}


def _words(street: str) -> str:
    return " ".join(street.casefold().split())


_HELD: Mapping[str, Callable[[Case], bool]] = {
    "label_address": _label_address,
    "scan_in_postcode": _scan_in_postcode,
    "proof_of_delivery": _proof_of_delivery,
    "snapshot": _snapshot,
    "buyer_checks": _buyer_checks,
    "carrier_reply": _carrier_reply,
    "chronology": _chronology,
}
