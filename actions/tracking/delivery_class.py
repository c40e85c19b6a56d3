"""Which of the classes D0 to D14 a "delivered" is, and what follows from it for the talk.

The classes and their precedence: a scan somewhere else, or on the way after the delivery (D13), returned, customs,
dead-letter office and unknown last mile (D9–D12), a named place (D1–D8), a fresh scan (D14), nothing known (D0).
"""

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Optional

from actions.orders.order import Order
from actions.tracking.parcel_facts import ParcelFacts
from cases import rules
from cases.postcodes import same_postcode

BY_SPECIAL = {"returned": "D9", "customs": "D10", "dead_letter": "D11", "end_of_tracking": "D12"}
BY_PLACE = {
    "person": "D1",
    "letterbox": "D2",
    "porch": "D3",
    "garage": "D3",
    "garden_shed": "D3",
    "back_door": "D3",
    "safe_place": "D3",
    "neighbor": "D4",
    "reception": "D5",
    "locker": "D6",
    "pickup_point": "D7",
    "collected": "D8",
}
REASON_BY_CLASS = {
    "D9": "returned",
    "D10": "customs",
    "D11": "carrier_problem",
    "D12": "carrier_problem",
    "D13": "tracking_mismatch",
}
REASON_BY_STATUS = {"exception": "carrier_problem", "returned": "returned", "unknown": "lookup_failed"}


def delivery_class(facts: ParcelFacts, order: Order, now: datetime) -> Optional[str]:
    """The class, or None for a parcel that is not recorded as delivered and has no special state.

    Args:
        facts: what tracking says.
        order: to compare the place of the delivery with.
        now: the product's time.
    """
    if facts.status == "delivered" and (facts.moved_on or _is_elsewhere(facts, order)):
        return "D13"
    if facts.special in BY_SPECIAL:
        return BY_SPECIAL[facts.special]
    if facts.status == "returned":
        return "D9"
    if facts.status == "available_for_pickup":
        return "D6" if facts.place == "locker" else "D7"
    if facts.status != "delivered":
        return None
    if facts.place in BY_PLACE:
        return BY_PLACE[facts.place]
    if facts.signed_by:
        return "D1"
    fresh = timedelta(hours=rules.load("waits")["fresh_scan_hours"])
    if facts.delivered_at and now - facts.delivered_at < fresh:
        return "D14"
    return "D0"


def reason_for_human(facts: ParcelFacts, found_class: Optional[str]) -> Optional[str]:
    """Why tracking itself makes a human take over, or None."""
    return REASON_BY_CLASS.get(found_class) or REASON_BY_STATUS.get(facts.status)


def _is_elsewhere(facts: ParcelFacts, order: Order) -> bool:
    """Whether the delivery was scanned in another place than the order's; what is unknown is no mismatch."""
    scan = facts.last_scan
    if scan is None:
        return False
    if scan.postcode and order.postcode:
        return not same_postcode(scan.postcode, order.postcode)
    return bool(scan.city and order.city) and not _same_town(scan.city, order.city)


def _same_town(one: str, other: str) -> bool:
    """Whether two names can be one town's: with or without accents and umlauts, one with a district behind it."""
    short, long = sorted((_words(name) for name in (one, other)), key=len)
    return bool(short) and long[: len(short)] == short


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"([aou])e", r"\1", letters).replace("-", " ").split()
