"""Puts a parcel's newest state together from its scans, whatever provider they come from."""

from datetime import date
from typing import Optional, Sequence

from actions.tracking import scan_texts
from actions.tracking.parcel_facts import ParcelFacts, Scan


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
    proof_url: Optional[str] = None,
) -> ParcelFacts:
    """The facts; what the provider tells in fields of its own goes before what its texts tell.

    Args:
        provider, tracking_number, status, body: as in `ParcelFacts`.
        scans: oldest first.
        deliveries: those of them that say "delivered".
        said: what the provider tells about the place in words of its own, besides the scans' texts.
        place: where it was left, by the provider's code.
        place_if_silent: the same, by a code that says less than a text may.
        special: more than a status, as in `places.yml`, by the provider's code.
        signed_by, has_photo, expected_on, pickup_point, pickup_until, proof_url: as in `ParcelFacts`.
    """
    delivery = None
    if status == "delivered":
        # A later note may say "delivered" too; the first that tells a place is the delivery.
        telling = (scan for scan in deliveries if scan_texts.place_in(scan.text))
        delivery = next(telling, deliveries[0] if deliveries else None)
    last = delivery or (scans[-1] if scans else None)
    text = last.text if last else ""
    special = special or scan_texts.special_in(text)
    point, until = scan_texts.pickup_in(text)
    return ParcelFacts(
        tracking_number=tracking_number,
        provider=provider,
        status="returned" if special == "returned" else status,
        scans=tuple(scans),
        delivery_scan=delivery,
        place=place or scan_texts.place_in(said or "") or scan_texts.place_in(text) or place_if_silent,
        special=special,
        signed_by=signed_by,
        has_photo=has_photo or scan_texts.tells_of_photo(text),
        delivered_at=last.at if last and status == "delivered" else None,
        expected_on=expected_on,
        pickup_point=pickup_point or point,
        pickup_until=pickup_until or until,
        proof_url=proof_url,
        body=body,
    )
