"""Everything that can be known about a case at this moment: the order, its buyer, its parcels, what follows."""

from dataclasses import dataclass, field, replace
from typing import Any, Optional, Sequence

import structlog

from actions.named_numbers import NamedNumbers, named_numbers, note_others
from actions.orders.order import Order, OrderNotFound, OrderSourceFailed
from actions.orders.resolver import find_order
from actions.proofs_found import note_proofs
from actions.tracking.delivery_class import delivery_class, reason_for_human
from actions.tracking.last_mile import without_last_miles
from actions.tracking.parcel_facts import ParcelFacts
from actions.tracking.tracking import tracking
from actions.tracking_news import newest, state_of, told_in
from cases import clock, evidence, parcels, record, rules
from cases.database import reading, transaction
from cases.history import was_reported_before
from cases.models import Case, TrackingSnapshot
from cases.parcels import NAME_MAY_BE_ASKED, same_number
from cases.times import zone_of_country

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
    def tracking_number(self) -> Optional[str]:
        """The order's own number of the parcel, whatever the buyer typed; None when it is not known which one it is."""
        if self.parcel is None and self.order is not None and len(self.order.parcels) == 1:
            return self.order.parcels[0].tracking_number
        return self.parcel.tracking_number if self.parcel else None

    @property
    def slots(self) -> dict[str, Any]:
        """The finding as slot values."""
        if self.order is None:
            return {"tracking_status": "unknown" if self.reason else None}
        known = {
            "order_number": self.order.number,
            "marketplace": self.order.marketplace,
            "masked_address": self.order.masked_address(),
            "time_zone": zone_of_country(self.order.country),
            "tracking_number": self.tracking_number,
        }
        if self.parcel is None:
            return {**known, "tracking_status": "unknown", "delivery_class": None}
        at = self.parcel.delivered_at
        return {
            **known,
            "tracking_status": self.parcel.status,
            "delivery_class": self.found_class,
            "delivered_at": at.isoformat() if at else None,
            "signed_by": self._signed_by(),
            "has_photo": self.parcel.has_photo,
            "delivery_place": self.parcel.place,
        }

    def _signed_by(self) -> Optional[str]:
        """Who signed, None for nobody, "" for a third person: a neighbour's name does not even come to the bot."""
        signed_by = self.parcel.signed_by
        return signed_by if signed_by is None or self.found_class in NAME_MAY_BE_ASKED else ""


def investigate(conversation_id: str, number: Optional[str], fresh: bool = False, said: str = "") -> Finding:
    """Looks everything up, keeps what providers said, and writes the facts into the case. Blocks up to 9 seconds.

    Args:
        conversation_id: whose case; opened when there is none (``rasa shell``).
        number: the order's number; None: the order is found by the buyer and item that the platform told.
        fresh: what a provider said a moment ago does not do.
        said: what the buyer wrote; of several parcels the one is told whose number stands there.
    """
    case, told = _case(conversation_id)
    if not number and not (case.buyer_id and case.item_id):
        return Finding()
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
    read = without_last_miles(newest(told, order, answers))
    named = named_numbers(said, order, read)
    finding = _conclude(order, read, named, conversation_id)
    _keep(case, order, finding, answers, read, named)
    return finding


def _case(conversation_id: str) -> tuple[Case, dict[str, TrackingSnapshot]]:
    """The case, and what providers have told of its parcels by themselves since they were looked up first."""
    with reading() as session:
        case = record.case_of_conversation(session, conversation_id)
        if case is not None:
            return case, told_in(case) if case.order_facts else {}
    with transaction() as session:
        return record.open_case(session, conversation_id, "rest"), {}


def _conclude(order: Order, read: list[ParcelFacts], named: NamedNumbers, conversation_id: str) -> Finding:
    if order.dispute_open:
        first = _spoken_of(named.of(read))
        return Finding(order, first, _class(first, order), reason="dispute_open")
    if not read:
        return Finding(order, reason="lookup_failed")
    parcel = _spoken_of(named.of(read))
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
    case: Case,
    order: Order,
    finding: Finding,
    answers: Sequence[Optional[ParcelFacts]],
    read: list[ParcelFacts],
    named: NamedNumbers,
) -> None:
    flags = []
    if order.reported_missing:
        flags.append({"kind": "reported_missing_last_12_months", "count": order.reported_missing})
    if order.reported_before:
        flags.append({"kind": "reported_before", "count": 1})
    with transaction() as session:
        session.add(case)  # only what is changed here will be written
        case.order_number = order.number
        case.marketplace = case.marketplace or order.marketplace
        note_others(session, case, named)
        for facts in (part for answer in answers if answer for part in answer.answers):
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
            note_proofs(session, case, facts)
        # What was told without being asked for is written down already.
        states = [state_of(answer, order) if answer in read else None for answer in answers]
        numbers = [parcel.tracking_number for parcel in order.parcels]
        last_miles = {
            number: answer.last_mile.tracking_number
            for number, answer in zip(numbers, answers)
            if answer and answer.last_mile
        }
        parcels.note(session, case, dict(zip(numbers, states)), last_miles=last_miles)
        parcel = finding.parcel
        evidence.note_tracking(
            session,
            case,
            finding.tracking_number,
            parcel.status if parcel else "unknown",
            finding.found_class,
            parcel.delivered_at if parcel else None,
            parcel.evidence(order.postcode) if parcel else [],
            _with_first_scans(order.raw, read),
            flags,
        )


def _with_first_scans(order: dict[str, Any], read: list[ParcelFacts]) -> dict[str, Any]:
    """The order's record with ``shipped_at`` (ISO 8601) of each parcel: carriers count days from there."""
    shipped = {facts.tracking_number: facts.shipped_at.isoformat() for facts in read if facts.shipped_at}
    parcels = [
        {**parcel, "shipped_at": shipped[parcel["tracking_number"]]} if parcel["tracking_number"] in shipped else parcel
        for parcel in order.get("parcels") or []
    ]
    return {**order, "parcels": parcels} if shipped else order
