"""Tracking numbers that a buyer types while the order is known: the order's own win, any other is only written down."""

from dataclasses import dataclass
from typing import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.orders.order import Order
from actions.tracking.parcel_facts import ParcelFacts
from cases import record
from cases.models import Case, CaseEvent
from cases.parcels import same_number
from cases.tracking_numbers import Match, recognised_for_order

BUYER = "buyer"
EVENT = "other_number_named"


@dataclass(frozen=True)
class NamedNumbers:
    """What a buyer typed: `own` as the order has them (also if its last mile's number was typed), and `others`."""

    own: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def of(self, read: Iterable[ParcelFacts]) -> list[ParcelFacts]:
        """Those parcels that the buyer named; all of them when that is none."""
        parcels = list(read)
        named = [facts for facts in parcels if any(same_number(facts.tracking_number, number) for number in self.own)]
        return named or parcels


def named_numbers(text: str, order: Order, read: Iterable[ParcelFacts]) -> NamedNumbers:
    """The tracking numbers in a text.

    Args:
        text: what the buyer wrote.
        order: whose numbers are recognised in any format, or none.
        read: what is known of its parcels, last miles included.
    """
    own_number = {parcel.tracking_number: parcel.tracking_number for parcel in order.parcels}
    last_miles = [(parcel.tracking_number, parcel.last_mile) for parcel in order.parcels]
    last_miles += [(facts.tracking_number, facts.last_mile) for facts in read]
    own_number.update({told.tracking_number: number for number, told in last_miles if told})
    found = recognised_for_order(text, [(number, None) for number in own_number])
    typed = [match for match in found if match.own]
    own = [number for match in typed for told, number in own_number.items() if same_number(told, match.number)]
    others = [match.number for match in found if not match.own and match.sure and not _is_within(match, typed)]
    return NamedNumbers(tuple(dict.fromkeys(own)), tuple(dict.fromkeys(others)))


def note_others(session: Session, case: Case, named: NamedNumbers) -> None:
    """Writes numbers that are not of the order into the case's history, each once. Nobody is asked about them: whose
    parcels they are is not known."""
    if not named.others:
        return
    noted = select(CaseEvent.data).where(CaseEvent.case_id == case.id, CaseEvent.kind == EVENT)
    known = [data["tracking_number"] for data in session.execute(noted).scalars()]
    for number in named.others:
        if number not in known:
            record.add_event(session, case, EVENT, BUYER, tracking_number=number)


def _is_within(match: Match, own: list[Match]) -> bool:
    """Whether it is only another reading of what is the order's own."""
    return any(match.start < one.end and one.start < match.end for one in own)
