"""What is known of a case's parcels, and what is news."""

from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from cases import database, evidence, parcels, record, turns
from cases.database import transaction
from cases.models import Case, CaseParcel, InboxMessage
from cases.parcels import ParcelState

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
LATER = NOON + timedelta(hours=1)


def state(status="delivered", found_class=None, moved_on=False, at=None):
    return ParcelState(status, found_class, moved_on, at)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (state(None), state("in_transit")),
        (state("unknown"), state("in_transit")),
        (state("in_transit"), state("delivered", "D0")),
        (state("delivered", "D0"), state("available_for_pickup", "D7")),
        (state("delivered", "D0"), state("delivered", "D4")),
        (state("delivered", "D14"), state("delivered", "D4")),
        (state("delivered", "D4"), state("delivered", "D2")),
        (state("delivered", "D2"), state("delivered", "D13", moved_on=True)),
        (state("delivered", "D13"), state("delivered", "D13", moved_on=True)),
        (state("delivered", "D13", moved_on=True), state("delivered", "D14")),
        (state("in_transit", at=NOON), state("out_for_delivery", at=LATER)),
        (state("in_transit", at=NOON), state("out_for_delivery", at=NOON)),
        (state("in_transit", at=NOON), state("out_for_delivery")),
        (state("in_transit"), state("out_for_delivery", at=NOON)),
    ],
)
def test_what_changes_what_is_known_is_news(known, told):
    assert told.is_news_after(known)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (state("in_transit"), state("in_transit")),
        (state("in_transit", at=NOON), state("in_transit", at=LATER)),
        (state("delivered", "D14"), state("delivered", "D0")),
        (state("delivered", "D0"), state("delivered", "D14")),
        (state("delivered", "D2"), state("delivered", "D0")),
        (state("delivered", "D13"), state("delivered", "D0")),
        (state("in_transit"), state("unknown")),
        (state("out_for_delivery", at=LATER), state("in_transit", at=NOON)),
        (state("delivered", "D0", at=LATER), state("delivered", "D4", at=NOON)),
    ],
    ids=[
        "the same",
        "the same, scanned again",
        "a fresh scan grows old",
        "and young",
        "another provider tells no place",
        "nor that it was elsewhere",
        "nobody knows",
        "late and out of order",
        "an older place",
    ],
)
def test_what_is_the_same_older_or_less_is_none(known, told):
    assert not told.is_news_after(known)


@pytest.fixture
def case_id(write, record_of):
    write(order_number="DEMO-1001", tracking_number="CC 1")
    return record_of().id


def _note(case_id, number, found):
    with transaction() as session:
        parcels.note(session, session.get(Case, case_id), {number: found})


def _known(number):
    with transaction() as session:
        return [(parcel.case_id, parcels.state_of(parcel)) for parcel in parcels.cases_with(session, number)]


def test_a_parcel_is_found_however_its_number_is_written(case_id):
    _note(case_id, "cc-1 2", state("in_transit"))
    assert _known("CC12") == _known("cc 12") == [(case_id, state("in_transit"))]
    assert _known("CC1") == []


def test_what_is_older_takes_nothing_back(case_id):
    _note(case_id, "CC1", state("delivered", "D4", at=LATER))
    _note(case_id, "CC1", state("in_transit", at=NOON))
    _note(case_id, "CC1", None)
    assert _known("CC1") == [(case_id, state("delivered", "D4", at=LATER))]


def test_the_cases_own_facts_follow_for_their_own_parcel_only(case_id, record_of):
    with transaction() as session:
        case = session.get(Case, case_id)
        evidence.note_change(session, case, "CC2", state("returned", "D9"), "easypost", None, [])
        assert case.tracking_status is None
        evidence.note_change(session, case, "cc1", state("returned", "D9", at=NOON), "easypost", None, [{"kind": "x"}])
    case = record_of()
    assert (case.tracking_status, case.delivery_class, case.evidence) == ("returned", "D9", [{"kind": "x"}])
    first, second = [event for event in case.events if event.kind == "tracking_changed"]
    assert (first.actor, first.data["tracking_number"]) == ("carrier", "CC2")
    assert second.data == {
        "tracking_number": "cc1",
        "status": "returned",
        "delivery_class": "D9",
        "provider": "easypost",
        "scanned_at": "2026-11-23T12:00:00+00:00",
    }


def _tell(case_id, digest="abc"):
    news = {"tracking_number": "CC1", "status": "returned", "delivery_class": "D9"}
    with transaction() as session:
        record.tell_news(session, session.get(Case, case_id), digest, news)
    with transaction() as session:
        return session.query(InboxMessage).filter_by(kind="tracking_news").order_by(InboxMessage.id.desc()).first()


def test_the_same_news_can_not_wait_twice(case_id):
    row = _tell(case_id)
    assert row.payload["metadata"]["news"]["status"] == "returned"
    with pytest.raises(sa.exc.IntegrityError):
        _tell(case_id)


def test_news_that_can_not_be_told_hand_nothing_over(case_id, record_of):
    row = _tell(case_id)
    with transaction() as session:
        turns.give_up(session, row.id, turns.Said("sorry"))
    case = record_of()
    assert (case.status, case.outcome) == ("open", None)
    assert case.events[-1].kind == "news_not_told"
    assert [message.sender_kind for message in case.messages] == ["buyer"]


@pytest.mark.parametrize(("outcome", "kept"), [("waiting", False), ("informed", True)])
def test_news_keep_a_promise_only_if_they_end_the_wait(write, turn, record_of, outcome, kept):
    turn(write(), outcome="waiting", follow_up_at=LATER)
    turn(_tell(record_of().id).id, "There is news.", outcome=outcome, follow_up_at=LATER)
    assert bool(record_of().promises[0].kept_at) is kept


def test_news_after_an_agent_took_over_are_refused(write, turn, record_of):
    turn(write(), outcome="informed")
    row = _tell(record_of().id)

    def take_over():
        with transaction() as session:
            record.take_over(session, session.query(Case).one(), "lena")

    assert turn(row.id, "There is news.", between=take_over, outcome="informed").status == "refused"


def test_on_a_slow_channel_news_are_a_draft(write, turn, record_of):
    turn(write(marketplace="amazon"), outcome="informed")
    assert turn(_tell(record_of().id).id, "There is news.", outcome="informed").status == "draft"


def test_parcels_of_cases_from_before_are_known(var):
    url = f"sqlite:///{var / 'cases.db'}"
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url)
    command.upgrade(config, "0003")
    at, cases = NOON, Case.__table__
    whole = {"parcels": [{"tracking_number": "CC 1"}, {"tracking_number": "cc2"}, {"tracking_number": None}]}
    common = {"channel": "platform", "status": "open", "checks": {}, "evidence": [], "inquiry": {}, "flags": []}
    common = {**common, "created_at": at, "updated_at": at}
    found = {"tracking_number": "CC1", "tracking_status": "delivered", "delivery_class": "D4"}
    with database.open_engine(url).begin() as connection:
        connection.execute(sa.insert(cases).values(conversation_id="a", order_facts=whole, **found, **common))
        connection.execute(sa.insert(cases).values(conversation_id="b", order_facts={}, **found, **common))
    command.upgrade(config, "head")
    with transaction() as session:
        rows = session.query(CaseParcel).order_by(CaseParcel.id).all()
        known = [(row.case_id, row.number_key, row.status, row.delivery_class) for row in rows]
    assert known == [(1, "CC1", "delivered", "D4"), (1, "CC2", None, None)]
