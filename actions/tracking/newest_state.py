"""Puts a parcel's newest state together from its scans, whatever provider they come from.

A provider's code goes before its texts. A text may say what the code leaves unknown, or open, and where the parcel was
left; where a text tells another status than the code, the code holds and the difference is kept for the agent.
"""

from datetime import date
from typing import Collection, Optional, Sequence

from actions.tracking import scan_texts
from actions.tracking.parcel_facts import LabelAddress, LastMile, ParcelFacts, ProofFound, Scan
from cases.parcels import same_number

_OF_A_KIND = (("pre_transit", *scan_texts.MOVING), ("exception", "attempted"))


def newest_state(
    provider: str,
    tracking_number: str,
    status: str,
    scans: Sequence[Scan],
    deliveries: Sequence[Scan],
    body: str,
    *,
    said: Optional[str] = None,
    place: Optional[str] = None,
    place_if_silent: Optional[str] = None,
    special: Optional[str] = None,
    signed_by: Optional[str] = None,
    has_photo: bool = False,
    expected_on: Optional[date] = None,
    pickup_point: Optional[str] = None,
    pickup_until: Optional[date] = None,
    proofs: Sequence[ProofFound] = (),
    last_mile: Optional[LastMile] = None,
    label_address: Optional[LabelAddress] = None,
    left_open: Collection[str] = (),
    no_news: bool = False,
) -> ParcelFacts:
    """The facts; what the provider tells in fields of its own goes before what its texts tell.

    Args:
        provider, tracking_number, status, body: as in `ParcelFacts`.
        scans: oldest first.
        deliveries: those of them that say "delivered".
        said: what the provider tells about the place in words of its own, besides the scans' texts.
        place: where it was left, by the provider's code.
        place_if_silent: the same, by a code that says less than a text may.
        special: more than a status, as in `scan_texts.SPECIAL`, by the provider's code.
        signed_by, has_photo, expected_on, pickup_point, pickup_until, proofs, last_mile, label_address: as in
            `ParcelFacts`.
        left_open: which statuses are covered by the provider's code, so that a text may say that it is one of them.
        no_news: the provider says that nothing has been heard for long; then an old text tells no status.
    """
    told = scan_texts.status_in(scans[-1].text) if scans else None
    differs = None
    if (status == "unknown" and not no_news) or told in left_open:
        status = told or status
        if status == "delivered" and not deliveries:
            deliveries = scans[-1:]
    delivery = moved_on = None
    if status == "delivered":
        moves = _moves_after_delivery(scans, deliveries)
        # One that was moved on, and delivered again, was not there before.
        deliveries = [scan for scan in deliveries if not any(_is_later(move, scan) for move in moves)] or deliveries
        moved_on = next((move for move in reversed(moves) if all(_is_later(move, scan) for scan in deliveries)), None)
        # A later note may say "delivered" too; the first that tells a place is the delivery.
        telling = (scan for scan in deliveries if scan_texts.place_in(scan.text))
        delivery = next(telling, deliveries[0] if deliveries else None)
    last = delivery or (scans[-1] if scans else None)
    text = last.text if last else ""
    special = special or scan_texts.special_in(text)
    if special == "returned":
        status = "returned"
    place = place or scan_texts.place_in(said or "") or scan_texts.place_in(text) or place_if_silent
    told = scan_texts.status_in(text)
    if "unknown" not in (status, told or "unknown") and not _agree(status, told, place):
        differs = told
    point, until = scan_texts.pickup_in(text)
    last_mile = last_mile or _handed_over(scans, provider)
    if last_mile and same_number(last_mile.tracking_number, tracking_number):
        last_mile = None
    return ParcelFacts(
        tracking_number=tracking_number,
        provider=provider,
        status=status,
        scans=tuple(scans),
        delivery_scan=delivery,
        place=place,
        special=special,
        signed_by=signed_by,
        has_photo=has_photo or scan_texts.tells_of_photo(text),
        delivered_at=last.at if last and status == "delivered" else None,
        expected_on=expected_on,
        pickup_point=pickup_point or point,
        pickup_until=pickup_until or until,
        proofs=tuple({proof.url or proof.body: proof for proof in reversed(proofs)}.values())[::-1],
        moved_on=moved_on,
        text_says=differs,
        last_mile=last_mile,
        label_address=label_address if label_address != LabelAddress() else None,
        body=body,
    )


def _handed_over(scans: Sequence[Scan], provider: str) -> Optional[LastMile]:
    """Who took the parcel over, and under which number, as the newest scan says that tells both."""
    told = (scan_texts.handed_over_in(scan.text) for scan in reversed(scans))
    return next((LastMile(number, carrier, provider) for number, carrier in filter(None, told)), None)


def _moves_after_delivery(scans: Sequence[Scan], deliveries: Sequence[Scan]) -> list[Scan]:
    """The scans after a delivery that find the parcel on its way; one of which no time is known is not after it."""
    after = (scan for scan in scans if any(_is_later(scan, delivery) for delivery in deliveries))
    return [scan for scan in after if scan_texts.status_in(scan.text) in scan_texts.MOVING]


def _is_later(one: Scan, other: Scan) -> bool:
    if one.at and other.at:
        return one.at > other.at
    # Local times are compared with each other only where they are of one place.
    same_place = one.country == other.country
    return bool(one.local_at and other.local_at and same_place and one.local_at > other.local_at)


def _agree(status: str, told: str, place: Optional[str]) -> bool:
    """Whether a text says what the code says, or only more of the same."""
    waits = status == "delivered" and told == "available_for_pickup" and place in ("locker", "pickup_point")
    return status in (told, "returned") or waits or any({status, told} <= set(group) for group in _OF_A_KIND)
