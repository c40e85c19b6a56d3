"""What carriers tell without being asked: which cases it concerns, and whether it is newer than what is known."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Mapping, Optional, Sequence

from sqlalchemy.orm import Session

from actions.orders.order import Order, Parcel
from actions.orders.order_record import order_of
from actions.proofs_found import note_proofs
from actions.tracking import providers
from actions.tracking.delivery_class import delivery_class
from actions.tracking.documented_shape import documented_shape
from actions.tracking.last_mile import joined, only_last_mile
from actions.tracking.parcel_facts import LastMile, ParcelFacts, TrackingFailed
from actions.tracking.tracking import tracking
from cases import clock, evidence, parcels, record
from cases.database import transaction
from cases.models import Case, CaseParcel, TrackingSnapshot
from cases.parcels import ParcelState, number_key, same_number


def state_of(facts: ParcelFacts, order: Order) -> ParcelState:
    """What the facts of a parcel of an order come to at this moment."""
    found_class = delivery_class(facts, order, clock.now())
    return ParcelState(facts.status, found_class, facts.moved_on is not None, facts.scanned_at)


def keep(news: ParcelFacts) -> int:
    """Writes news into every case whose order has the parcel, and lets the bot know what is new; nothing is done twice.

    News about the last mile of a parcel are news of that parcel, under the order's own number. The body is kept in each
    of these cases, also when it tells nothing new.

    Returns:
        How many cases it concerns.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: nothing was stored; it should be sent again.
    """
    with transaction() as session:
        concerned = parcels.cases_with(session, news.tracking_number)
        for parcel in concerned:
            if not evidence.has_snapshot(session, parcel.case, news.body):
                _keep_in(session, parcel.case, parcel, news)
    tracking().forget(news.tracking_number)
    return len(concerned)


def _keep_in(session: Session, case: Case, parcel: CaseParcel, news: ParcelFacts) -> None:
    order = order_of(case.order_facts)
    state = state_of(news, order)
    number, found_class = _own_number(parcel, order, news), state.delivery_class
    told_of = news.tracking_number
    snapshot = evidence.keep_snapshot(session, case, told_of, news.provider, news.body, news.status, found_class)
    note_proofs(session, case, news)
    if not state.is_news_after(parcels.state_of(parcel)):
        return
    parcels.note(session, case, {number: state}, told_in=snapshot.id)
    evidence.note_change(session, case, number, state, news.provider, news.delivered_at, news.evidence(order.postcode))
    if case.status == "open":
        told = {"tracking_number": number, "status": state.status, "delivery_class": found_class}
        record.tell_news(session, case, snapshot.sha256, told)


def _own_number(parcel: CaseParcel, order: Order, news: ParcelFacts) -> str:
    """The number under which the order has the parcel."""
    numbers = [own.tracking_number for own in order.parcels if number_key(own.tracking_number) == parcel.number_key]
    return numbers[0] if numbers else news.tracking_number


def told_in(case: Case) -> dict[str, TrackingSnapshot]:
    """By number the snapshot in which a provider told by itself what is the newest that the case knows."""
    return {parcel.number_key: parcel.told_by for parcel in case.parcels if parcel.told_by}


def newest(
    told: Mapping[str, TrackingSnapshot], order: Order, answers: Sequence[Optional[ParcelFacts]]
) -> list[ParcelFacts]:
    """Of each parcel what a look-up found, or what its provider told by itself, if that is newer.

    Args:
        told: see `told_in`.
        answers: of the order's parcels, in their order; None where nobody answered. What was told long ago does not
            stand in for an answer.
    """
    facts_told = _facts(told)
    found = []
    for parcel, answer in zip(order.parcels, answers):
        news = facts_told.get(number_key(parcel.tracking_number))
        if answer is None:
            found.append(_as_told_of(parcel, news, None) if news and _is_recent(news) else None)
        else:
            is_newer = news is not None and state_of(news, order).is_news_after(state_of(answer, order))
            found.append(_as_told_of(parcel, news, answer) if is_newer else answer)
    return [facts for facts in found if facts is not None]


def _as_told_of(parcel: Parcel, news: ParcelFacts, answer: Optional[ParcelFacts]) -> ParcelFacts:
    """The news of a parcel under its own number; those of its last mile together with what the look-up found."""
    if same_number(news.tracking_number, parcel.tracking_number):
        return news
    if answer is not None and answer.last_mile is not None:
        return joined(answer, news)
    return only_last_mile(parcel, LastMile(news.tracking_number, told_by=news.provider), news)


def _is_recent(news: ParcelFacts) -> bool:
    return clock.now() - news.fetched_at < timedelta(seconds=providers.plan().limits["news_seconds"])


def _facts(told: Mapping[str, TrackingSnapshot]) -> dict[str, ParcelFacts]:
    read = {}
    for key, kept in told.items():
        with suppress(TrackingFailed), documented_shape():  # kept by another version of ours, perhaps
            facts = providers.module_of(kept.provider).read_webhook(kept.body)
            read[key] = replace(facts, fetched_at=kept.fetched_at)
    return read
