"""Everything that can be known about a case at this moment: the order, its buyer, its parcels, what follows."""

from dataclasses import dataclass, field, replace
from typing import Any, Optional, Sequence

import pytz
import structlog

from actions.orders.order import Order, OrderNotFound, OrderSourceFailed
from actions.orders.resolver import find_order
from actions.tracking.delivery_class import delivery_class, reason_for_human
from actions.tracking.parcel_facts import ParcelFacts, same_number
from actions.tracking.tracking import tracking
from actions.tracking_news import newest, state_of
from cases import clock, evidence, parcels, record, rules
from cases.database import reading, transaction
from cases.history import was_reported_before

logger = structlog.get_logger(__name__)
INFORMED = ("pre_transit", "in_transit", "out_for_delivery", "attempted", "available_for_pickup")


@dataclass(frozen=True)
class Finding:
    """What an investigation found.

    `order` is None when there is none, or not one; `parcel` is None when tracking could not be read. `reason`
    is why a human must take over; None lets the assistant go on.
    """

    order: Optional[Order] = None
    parcel: Optional[ParcelFacts] = None
    found_class: Optional[str] = None
    others: tuple[ParcelFacts, ...] = field(default=())
    reason: Optional[str] = None

    def about(self, tracking_number: str) -> Optional["Finding"]:
        """The finding with this parcel in the foreground: itself if it stands there, None when there is no such one."""
        if self.parcel and same_number(self.parcel.tracking_number, tracking_number):
            return self
        other = next((one for one in self.others if same_number(one.tracking_number, tracking_number)), None)
        if other is None:
            return None
        found_class = _class(other, self.order)
        return replace(
            self, parcel=other, found_class=found_class, others=(), reason=reason_for_human(other, found_class)
        )

    @property
    def slots(self) -> dict[str, Any]:
        """The finding as slot values."""
        if self.order is None:
            return {"tracking_status": "unknown" if self.reason else None}
        known = {
            "order_number": self.order.number,
            "marketplace": self.order.marketplace,
            "masked_address": self.order.masked_address(),
            "time_zone": _zone(self.order.country),
        }
        if self.parcel is None:
            return {**known, "tracking_status": "unknown", "delivery_class": None}
        at = self.parcel.delivered_at
        return {
            **known,
            "tracking_number": self.parcel.tracking_number,
            "tracking_status": self.parcel.status,
            "delivery_class": self.found_class,
            "delivered_at": at.isoformat() if at else None,
            "signed_by": self.parcel.signed_by,
            "has_photo": self.parcel.has_photo,
            "delivery_place": self.parcel.place,
        }


def investigate(conversation_id: str, number: Optional[str], fresh: bool = False) -> Finding:
    """Looks everything up, keeps what providers said, and writes the facts into the case. Blocks up to 9 seconds.

    Args:
        conversation_id: whose case; opened when there is none (``rasa shell``).
        number: the order's number; None: the order is found by the buyer and item that the platform told.
        fresh: what a provider said a moment ago does not do.
    """
    if not number and not _tells_an_item(conversation_id):
        return Finding()
    with transaction() as session:
        case = record.open_case(session, conversation_id, "rest")
    try:
        order = find_order(
            number,
            buyer_id=case.buyer_id,
            item_id=case.item_id,
            marketplace=case.marketplace,
            as_of=case.created_at,
        )
    except OrderNotFound:
        return Finding()
    except OrderSourceFailed as error:
        logger.warning("order.lookup_failed", error=str(error))
        return Finding(reason="lookup_failed")
    answers = tracking().look_up(order.parcels, order.postcode, fresh)
    read = newest(conversation_id, order, answers)
    finding = _conclude(order, read, conversation_id)
    _keep(conversation_id, order, finding, answers, read)
    return finding


def _tells_an_item(conversation_id: str) -> bool:
    with reading() as session:
        case = record.case_of_conversation(session, conversation_id)
        return bool(case and case.buyer_id and case.item_id)


def _conclude(order: Order, read: list[ParcelFacts], conversation_id: str) -> Finding:
    if order.dispute_open:
        first = _spoken_of(read)
        return Finding(order, first, _class(first, order), reason="dispute_open")
    if not read:
        return Finding(order, reason="lookup_failed")
    parcel = _spoken_of(read)
    found_class = _class(parcel, order)
    others = tuple(facts for facts in read if facts is not parcel)
    reason = reason_for_human(parcel, found_class)
    if reason is None and parcel.status == "delivered":
        if rules.is_high_value(order.amount, order.currency):
            reason = "high_value"
        elif order.reported_before or was_reported_before(conversation_id, order.number):
            reason = "repeat_contact"
    return Finding(order, parcel, found_class, others, reason)


def _spoken_of(read: list[ParcelFacts]) -> Optional[ParcelFacts]:
    """Of several parcels the one that the buyer can miss: a delivered one before all others."""
    return next((facts for facts in read if facts.status == "delivered"), read[0] if read else None)


def _class(parcel: Optional[ParcelFacts], order: Order) -> Optional[str]:
    return delivery_class(parcel, order, clock.now()) if parcel else None


def _keep(
    conversation_id: str,
    order: Order,
    finding: Finding,
    answers: Sequence[Optional[ParcelFacts]],
    read: list[ParcelFacts],
) -> None:
    flags = []
    if order.reported_missing:
        flags.append({"kind": "reported_missing_last_12_months", "count": order.reported_missing})
    if order.reported_before:
        flags.append({"kind": "reported_before", "count": 1})
    with transaction() as session:
        case = record.open_case(session, conversation_id, "rest", order_number=order.number)
        case.marketplace = case.marketplace or order.marketplace
        for facts in filter(None, answers):
            found = _class(facts, order)
            evidence.keep_snapshot(
                session,
                case,
                facts.tracking_number,
                facts.provider,
                facts.body,
                facts.status,
                found,
                facts.fetched_at,
            )
        for parcel, answer in zip(order.parcels, answers):
            state = state_of(answer, order) if answer in read else None  # what was told is written down already
            parcels.note(session, case, parcel.tracking_number, state)
        parcel = finding.parcel
        evidence.note_tracking(
            session,
            case,
            parcel.tracking_number if parcel else None,
            parcel.status if parcel else "unknown",
            finding.found_class,
            parcel.delivered_at if parcel else None,
            parcel.evidence() if parcel else [],
            order.raw,
            flags,
        )


def _zone(country: Optional[str]) -> Optional[str]:
    """A time zone of the country that the order goes to; None when it is not known."""
    zones = pytz.country_timezones.get(country or "", [])
    return zones[0] if zones else None
