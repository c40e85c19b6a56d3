"""The parcels of a case's order: what is known of each, and whether what a provider tells is news."""

import re
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Mapping, Optional

from sqlalchemy import bindparam, insert, or_, select
from sqlalchemy.orm import Session

from cases.models import Case, CaseParcel

FRESH_SCAN, NO_PLACE_KNOWN = "D14", "D0"
# A person signed at the address, or collected it: the buyer may be asked whether the name is familiar.
NAME_MAY_BE_ASKED = ("D1", "D8")


def number_key(tracking_number: str) -> str:
    """A tracking number for comparing: capitals, without blanks and hyphens."""
    return re.sub(r"[\s-]", "", tracking_number).upper()


def same_number(one: str, other: str) -> bool:
    """Whether two tracking numbers are the same but for case, spaces and hyphens."""
    return number_key(one) == number_key(other)


@dataclass(frozen=True)
class ParcelState:
    """What tracking says of a parcel at a moment.

    `moved_on` tells that a scan found it on its way after it was delivered; `scanned_at` is the time of its newest
    scan, None when it is not known.
    """

    status: Optional[str]
    delivery_class: Optional[str] = None
    moved_on: bool = False
    scanned_at: Optional[datetime] = None

    def is_news_after(self, known: "ParcelState") -> bool:
        """Whether this changes what is known.

        What is older than the known does not, nor what tells no status. That a fresh scan (D14) is no longer fresh
        (D0) is no news of the carrier's; that one provider tells no place takes back none that another one has told.
        """
        if self.status in (None, "unknown") or self.is_older_than(known):
            return False
        if self._in_short() == known._in_short():
            return False
        tells_less = self.status == known.status and self._in_short()[1:] == (NO_PLACE_KNOWN, False)
        return not tells_less or known.moved_on

    def is_older_than(self, other: "ParcelState") -> bool:
        """Whether the other knows a later scan."""
        return bool(self.scanned_at and other.scanned_at and self.scanned_at < other.scanned_at)

    def _in_short(self) -> tuple[Optional[str], Optional[str], bool]:
        found_class = NO_PLACE_KNOWN if self.delivery_class == FRESH_SCAN else self.delivery_class
        return self.status, found_class, self.moved_on


def cases_with(session: Session, tracking_number: str) -> list[CaseParcel]:
    """The parcels of each case whose order has this number, as a parcel's own or as that of its last mile.

    A parcel of which it is the last mile comes before one whose own it is. Nobody else changes them until the end.
    """
    key = number_key(tracking_number)
    found = session.execute(
        select(CaseParcel)
        .where(or_(CaseParcel.number_key == key, CaseParcel.last_mile_key == key))
        .order_by(CaseParcel.id)
        # A webhook that is delivered twice at the same moment waits here, and then finds that it is known.
        .with_for_update()
    )
    return sorted(found.scalars(), key=lambda parcel: parcel.number_key == key)


def state_of(parcel: CaseParcel) -> ParcelState:
    """What is known of a parcel."""
    return ParcelState(parcel.status, parcel.delivery_class, parcel.moved_on, parcel.scanned_at)


def note(
    session: Session,
    case: Case,
    states: Mapping[str, Optional[ParcelState]],
    told_in: Optional[int] = None,
    last_miles: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Writes down what is known of parcels of the case's order, unless something newer is.

    Args:
        states: by tracking number; None when nothing could be found out: then only the parcel itself is noted.
        told_in: the id of the snapshot in which it was told without being asked for.
        last_miles: by tracking number the one under which another carrier brings the parcel to the door.
    """
    known = {parcel.number_key: parcel for parcel in session.execute(_OF_CASE, {"of_case_id": case.id}).scalars()}
    for tracking_number, state in states.items():
        key = number_key(tracking_number)
        last_mile = number_key(last_miles[tracking_number]) if tracking_number in last_miles else None
        parcel = known.get(key)
        if parcel is None:
            row = {"case_id": case.id, "number_key": key, "told_in": told_in if state else None}
            session.execute(_ADD, {**row, "last_mile_key": last_mile, **vars(state or ParcelState(None))})
            continue
        parcel.last_mile_key = last_mile or parcel.last_mile_key
        if state is not None and not state.is_older_than(state_of(parcel)):
            parcel.status, parcel.delivery_class = state.status, state.delivery_class
            parcel.moved_on, parcel.scanned_at = state.moved_on, state.scanned_at
            parcel.told_in = told_in


# Every look-up takes this way, so its statements are made once.
_OF_CASE = select(CaseParcel).where(CaseParcel.case_id == bindparam("of_case_id"))
_ADD = insert(CaseParcel.__table__)
