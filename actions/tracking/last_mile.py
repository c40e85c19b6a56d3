"""A parcel that another carrier brings the last mile: whom to ask about it, and what both carriers say together."""

from dataclasses import replace
from datetime import timedelta
from typing import Optional, Sequence

from actions.orders.order import Parcel
from actions.tracking.parcel_facts import LastMile, ParcelFacts, Scan
from cases.parcels import same_number
from cases.tracking_numbers import recognised

TELLS_NOTHING_YET = ("unknown", "pre_transit")
ONE_SCAN = timedelta(minutes=1)
"""Two providers tell the same delivery when their times differ by no more; some leave the seconds out."""


def last_mile_parcel(told: LastMile, own: Parcel, others: Sequence[Parcel] = ()) -> Parcel:
    """The parcel to ask about: one of the order's others if it has this number, else a new one.

    The carrier gets the name that providers know, where the number surely is one of its and of nobody else's.

    Args:
        told: the number, and the carrier if it was told.
        own: the parcel under the order's own number. Who alone knows that one is asked about this one, too.
        others: parcels of the same order.
    """
    for other in others:
        if other is not own and same_number(other.tracking_number, told.tracking_number):
            return other
    sure = [match for match in recognised(told.tracking_number) if match.sure]
    if told.carrier:
        sure = [match for match in sure if _is_called(match.carrier, told.carrier)]
    names = {match.carrier_code for match in sure}
    carrier = next(iter(names)) if len(names) == 1 and None not in names else told.carrier
    provider = own.provider if own.provider_url else ""
    return Parcel(told.tracking_number, carrier, provider, own.provider_url)


def joined(own: ParcelFacts, last: Optional[ParcelFacts]) -> ParcelFacts:
    """What is known of a parcel from both of its numbers: the last mile's delivery, place and proof win.

    Args:
        own: what was told of the order's own number, with its last mile.
        last: what was told of the last mile's number; None when nobody could tell it.

    Returns:
        Facts with the order's own number.
    """
    if last is None:
        return own
    parts = (own, last)
    if not _is_newer(last, own):
        return replace(own, label_address=own.label_address or last.label_address, parts=parts)
    facts = replace(
        last,
        tracking_number=own.tracking_number,
        scans=_together(own.scans, last.scans),
        delivery_scan=last.delivery_scan or (last.last_scan if last.status == "delivered" else None),
        expected_on=last.expected_on or own.expected_on,
        last_mile=own.last_mile,
        label_address=last.label_address or own.label_address,
        parts=parts,
    )
    if not _is_one_delivery(own, last):
        return facts  # whoever signed to the first carrier may be the second
    return replace(
        facts,
        place=last.place or own.place,
        signed_by=last.signed_by or own.signed_by,
        has_photo=last.has_photo or own.has_photo,
        proofs=last.proofs or own.proofs,
    )


def only_last_mile(parcel: Parcel, told: LastMile, last: Optional[ParcelFacts]) -> Optional[ParcelFacts]:
    """The facts of a parcel of whose own number nobody could tell anything."""
    if last is None:
        return None
    return replace(last, tracking_number=parcel.tracking_number, last_mile=told, parts=(last,))


def without_last_miles(facts: Sequence[ParcelFacts]) -> list[ParcelFacts]:
    """An order's parcels, without those that are only the last mile of another one among them."""
    return [one for place, one in enumerate(facts) if not any(_delivers(one, other, facts[:place]) for other in facts)]


def _delivers(one: ParcelFacts, other: ParcelFacts, before: Sequence[ParcelFacts]) -> bool:
    """Whether one is the other's last mile; of two that name each other, it is the later one."""
    if one is other or not _names(other, one):
        return False
    return other in before or not _names(one, other)


def _names(one: ParcelFacts, other: ParcelFacts) -> bool:
    return one.last_mile is not None and same_number(one.last_mile.tracking_number, other.tracking_number)


def _is_newer(last: ParcelFacts, own: ParcelFacts) -> bool:
    """Whether the last mile's state is the parcel's; a delivery always is, and what was scanned before is not."""
    if last.status in TELLS_NOTHING_YET:
        return False
    one, other = last.last_scan, own.last_scan
    is_older = one and other and one.at and other.at and one.at < other.at
    return last.status == "delivered" or not is_older


def _is_one_delivery(own: ParcelFacts, last: ParcelFacts) -> bool:
    if not (own.delivered_at and last.delivered_at):
        return False
    return abs(own.delivered_at - last.delivered_at) <= ONE_SCAN


def _together(own: Sequence[Scan], last: Sequence[Scan]) -> tuple[Scan, ...]:
    """All scans, oldest first where all times are known."""
    scans = (*own, *last)
    return tuple(sorted(scans, key=lambda scan: scan.at)) if all(scan.at for scan in scans) else scans


def _is_called(carrier: Optional[str], told: str) -> bool:
    """Whether two names can be one carrier's: one begins like the other, without case, blanks and hyphens."""
    short, long = sorted(("".join(filter(str.isalnum, name)).lower() for name in (carrier or "", told)), key=len)
    return bool(short) and long.startswith(short)
