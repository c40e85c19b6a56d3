"""Shows a person what the assistant would understand of a parcel: ``python -m actions.tracking.command NUMBER``.

Asks the providers as the assistant does, once each, with the keys in the environment; no key is ever printed.
AfterShip, 17TRACK and EasyPost take a number that they do not know into the account, which may count in its bill.

Exit codes: 0, a provider told the parcel's state; 1, nobody could tell it; 2, nobody was asked (no key, a wrong
setting, no number).
"""

import argparse
import sys
import time
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Optional, Sequence

from ruamel.yaml import YAML

from actions.orders.order import Order, Parcel
from actions.tracking.delivery_class import delivery_class
from actions.tracking.parcel_facts import NONSENSE, ParcelFacts, Scan, TrackingFailed
from actions.tracking.providers import INSTALLATIONS_FILE, Candidate, Plan, read_plan
from cases.layered_file import own_file
from cases.settings import SettingsError
from cases.tracking_numbers import Match, recognised

TOLD, NOT_TOLD, NOT_ASKED = 0, 1, 2
_WORDS = YAML(typ="safe", pure=True).load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
_NO_ORDER = Order("", None, None, None, None, None, None, None, None, None, False, 0, False, ())
_LAST_SCANS = 10


def main(arguments: Optional[Sequence[str]] = None, say: Callable[[str], None] = print) -> int:
    """Looks a number up and says what is understood, line by line.

    Args:
        arguments: of the command line; the process's own by default.
        say: takes a line.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="make tracking", description="What the assistant understands of a parcel.")
    parser.add_argument("number", help="the tracking number")
    parser.add_argument("--carrier", help="the carrier's name, if you know it")
    parser.add_argument("--postcode", help="the recipient's: DHL then tells more, and a scan elsewhere is noticed")
    asked = parser.parse_args(arguments)
    number = asked.number.strip()
    if not number:
        say("Which number? For example: make tracking NUMBER=00340434161094000001 CARRIER=DHL")
        return NOT_ASKED
    readings = recognised(number)
    _say_formats(readings, say)
    best = readings[0] if readings and readings[0].sure else None
    carrier = asked.carrier or (best.carrier_code or best.carrier if best else None)
    parcel = Parcel(best.number if best else number, carrier, "", None)
    try:
        plan = read_plan(laid_over=own_file(INSTALLATIONS_FILE))
    except SettingsError as error:
        say(f"The settings can not be read: {error}")
        return NOT_ASKED
    candidates = plan.candidates(parcel)
    _say_order(plan, parcel, candidates, say)
    if not candidates:
        return NOT_ASKED
    facts = _first_who_knows(plan, parcel, candidates, asked.postcode, say)
    if facts is None:
        return NOT_TOLD
    _say_facts(facts, asked.postcode, say)
    return NOT_TOLD if facts.status == "unknown" else TOLD


def _first_who_knows(
    plan: Plan, parcel: Parcel, candidates: list[Candidate], postcode: Optional[str], say: Callable[[str], None]
) -> Optional[ParcelFacts]:
    """The first answer that tells a status, else one that tells none, else None; each failure is said."""
    silent = None
    for candidate in candidates:
        deadline = time.monotonic() + plan.limits["seconds"]
        try:
            facts = candidate.module.look_up(
                parcel.tracking_number,
                parcel.carrier,
                candidate.key,
                candidate.address,
                postcode=postcode,
                deadline=deadline,
            )
        except TrackingFailed as error:
            _say_failure(plan, candidate, error, say)
            continue
        except Exception as error:  # its text may hold the key
            _say_failure(plan, candidate, TrackingFailed(type(error).__name__, NONSENSE), say)
            continue
        if facts.status != "unknown":
            return facts
        say(f"{candidate.name} answered, and knows no status.")
        silent = silent or facts
    return silent


def _say_formats(readings: list[Match], say: Callable[[str], None]) -> None:
    if not readings:
        say("Number: in no format that is known. That alone is no fault: the order's own numbers are always believed.")
    for match in readings:
        check = "check digit right" if match.checked else "no check digit"
        sure = "" if match.sure else "; alone not believed, because other numbers look like it"
        say(f"Number: {match.number} fits {match.carrier}, {match.service} ({check}{sure})")


def _say_order(plan: Plan, parcel: Parcel, candidates: list[Candidate], say: Callable[[str], None]) -> None:
    say(f"Carrier: {parcel.carrier or 'not known'}")
    names = [candidate.name for candidate in candidates]
    if names:
        say(f"Asked, in this order: {', '.join(names)}")
    else:
        say("Nobody can be asked: no provider for this carrier has a key. Put yours into one of these variables:")
    for name in plan.order_for(parcel.carrier):
        if name not in names:
            say(f"  {name} has no key: {plan.providers[name]['key']} is not set (docs/connecting-tracking.md)")


def _say_failure(plan: Plan, candidate: Candidate, error: TrackingFailed, say: Callable[[str], None]) -> None:
    wait = f"it says {error.retry_after:.0f} seconds" if error.retry_after is not None else "it does not say how long"
    words = _WORDS["failed"][error.kind].format(key=plan.providers[candidate.name]["key"], wait=wait)
    say(f"{candidate.name} {words} ({error})")


def _say_facts(facts: ParcelFacts, postcode: Optional[str], say: Callable[[str], None]) -> None:
    say(f"{facts.provider} answered: {facts.status} ({_WORDS['status'][facts.status]})")
    if facts.text_says:
        say(f"  The carrier's text says otherwise: {facts.text_says} ({_WORDS['status'][facts.text_says]})")
    found = delivery_class(facts, replace(_NO_ORDER, postcode=postcode), datetime.now(timezone.utc))
    if found:
        doubt = "" if postcode else "; an order's address may make it D13, a mismatch"
        say(f"Class: {found} ({_WORDS['class'][found]}{doubt})")
    if facts.expected_on:
        say(f"Expected: {facts.expected_on.isoformat()}")
    if facts.pickup_point or facts.pickup_until:
        say(f"To be collected: {facts.pickup_point or 'place not told'}, until {facts.pickup_until or 'not told'}")
    say(f"Scans: {len(facts.scans)}{f', the last {_LAST_SCANS}' if len(facts.scans) > _LAST_SCANS else ''}")
    for scan in facts.scans[-_LAST_SCANS:]:
        say(f"  {_when(scan)}  {scan.text or '(no text)'}{_where(scan)}")
    rows = facts.evidence()
    say(f"Evidence: {'none' if not rows else len(rows)}")
    for row in rows:
        say("  " + ", ".join(f"{name} {_plain(value)}" for name, value in row.items() if value is not None))


def _when(scan: Scan) -> str:
    if scan.at:
        return scan.at.strftime("%Y-%m-%d %H:%M %z")
    return f"{scan.local_at:%Y-%m-%d %H:%M} local" if scan.local_at else "time not told"


def _where(scan: Scan) -> str:
    places = [place for place in (scan.postcode, scan.city, scan.area, scan.country) if place]
    return f" ({' '.join(places)})" if places else ""


def _plain(value: Any) -> str:
    return str(value).replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
