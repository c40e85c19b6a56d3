"""What carriers tell by themselves: which cases it changes, once, and when it goes before a look-up's answer."""

import json
import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from actions.investigation import investigate
from actions.tracking import easypost
from actions.tracking.parcel_facts import ParcelFacts, Scan
from actions.tracking_news import keep
from cases import inbox, record
from cases.database import reading, transaction
from cases.models import Case, InboxMessage
from tests.actions.conftest import NOW

NUMBER, OTHER = "CC731010126DE", "CC731101224DE"  # DEMO-1012: delivered yesterday, and in transit
HOME = {"city": "Berlin", "zip": "10115", "country": "DE"}


def tracker(number, status, message, at=NOW, **more):
    """An Event about a parcel: on its way yesterday, and this scan."""
    scans = [
        {"message": "Departed the parcel centre", "status": "in_transit", "datetime": "2026-11-21T08:00:00Z"},
        {"message": message, "status": status, "datetime": at.isoformat(), "tracking_location": HOME},
    ]
    result = {"tracking_code": number, "status": status, "tracking_details": scans, **more}
    return json.dumps({"description": "tracker.updated", "result": result})


def news(*told, **more):
    return easypost.read_webhook(tracker(*told, **more))


PICKUP = ("available_for_pickup", "Ready for collection at the pickup point: Kiosk.")
BACK = ("return_to_sender", "Return to the sender has been started")
NEIGHBOR = ("delivered", "Delivered to a neighbour")


@pytest.fixture
def case(world):
    """``case()``: c1 as it is stored; the buyer's order DEMO-1012 was looked up a moment ago."""

    def read(conversation="c1"):
        with reading() as session:
            found = record.case_of_conversation(session, conversation)
            for part in (found.events, found.snapshots, found.parcels):
                list(part)
            return found

    begin("c1")
    return read


def begin(conversation, order="DEMO-1012"):
    known = {"buyer_id": "demo-buyer", "marketplace": "sandbox", "order_number": order}
    inbox.store_buyer_message("platform", f"m-{conversation}", conversation, "Where is it?", [], known, {})
    investigate(conversation, order)


def changes(case):
    return [event.data for event in case.events if event.kind == "tracking_changed"]


def waiting():
    """The news in the bot's inbox."""
    with reading() as session:
        rows = session.query(InboxMessage).filter_by(kind="tracking_news").order_by(InboxMessage.id)
        return [(row.conversation_id, row.payload["metadata"]["news"]) for row in rows]


def test_a_change_is_in_the_case_and_in_the_bots_inbox(case):
    before = case()
    assert keep(news(NUMBER, *NEIGHBOR)) == 1
    after = case()
    assert (before.delivery_class, after.tracking_status, after.delivery_class) == ("D0", "delivered", "D4")
    assert after.delivered_at == NOW and {"kind": "place", "source": "easypost", "place": "neighbor"} in after.evidence
    [change] = changes(after)
    assert (change["tracking_number"], change["status"], change["delivery_class"]) == (NUMBER, "delivered", "D4")
    told = {"tracking_number": NUMBER, "status": "delivered", "delivery_class": "D4"}
    assert waiting() == [("c1", told)]
    assert after.updated_at >= before.updated_at


def test_the_body_is_kept_whole(case):
    body = tracker(NUMBER, *PICKUP)
    keep(easypost.read_webhook(body))
    kept = case().snapshots[-1]
    assert (kept.body, kept.provider, kept.status, kept.fetched_at) == (body, "easypost", "available_for_pickup", NOW)


def test_what_is_delivered_twice_counts_once(case):
    for _ in range(3):
        keep(news(NUMBER, *PICKUP))
    assert len(changes(case())) == len(waiting()) == 1
    assert len(case().snapshots) == 3, "the two parcels that were looked up, and the webhook"


def test_what_is_delivered_twice_at_the_same_moment_counts_once(case):
    together = threading.Barrier(4)

    def send():
        together.wait()
        keep(news(NUMBER, *PICKUP))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(changes(case())) == len(waiting()) == 1


def test_what_is_not_new_is_kept_and_changes_nothing(case):
    keep(news(NUMBER, *PICKUP))
    keep(news(NUMBER, *PICKUP, at=NOW + timedelta(hours=1)))
    assert len(changes(case())) == len(waiting()) == 1
    assert len(case().snapshots) == 4


def test_what_comes_late_changes_nothing(case):
    keep(news(NUMBER, *PICKUP, at=NOW))
    keep(news(NUMBER, "out_for_delivery", "Out for delivery", at=NOW - timedelta(hours=2)))
    assert case().tracking_status == "available_for_pickup"
    assert len(changes(case())) == len(waiting()) == 1


def test_what_is_older_than_a_look_up_changes_nothing(case):
    keep(news(NUMBER, "out_for_delivery", "Out for delivery", at=NOW - timedelta(days=2)))
    assert (case().tracking_status, changes(case()), waiting()) == ("delivered", [], [])


def test_an_unknown_number_is_nobodys(case):
    assert keep(news("CC999999999DE", *PICKUP)) == 0
    assert (changes(case()), waiting()) == ([], [])


def test_a_number_that_a_buyer_only_wrote_is_nobodys(world):
    known = {"buyer_id": "demo-buyer", "marketplace": "sandbox"}
    inbox.store_buyer_message("platform", "m-9", "c9", NUMBER, [], known, {})
    with transaction() as session:
        session.query(Case).one().tracking_number = NUMBER
    assert keep(news(NUMBER, *PICKUP)) == 0


def test_another_parcel_of_the_order_changes_its_own_state_only(case):
    assert keep(news(OTHER, "out_for_delivery", "Out for delivery")) == 1
    after = case()
    assert (after.tracking_number, after.tracking_status) == (NUMBER, "delivered")
    assert [change["tracking_number"] for change in changes(after)] == [OTHER]
    assert {parcel.number_key: parcel.status for parcel in after.parcels} == {
        NUMBER: "delivered",
        OTHER: "out_for_delivery",
    }
    assert waiting()[0][1]["tracking_number"] == OTHER


def test_every_case_that_has_the_parcel_is_told(case):
    begin("c2")
    assert keep(news(NUMBER, *PICKUP)) == 2
    assert [conversation for conversation, _ in waiting()] == ["c1", "c2"]
    assert len(changes(case("c2"))) == 1


@pytest.mark.parametrize("end", [record.take_over, record.close])
def test_what_the_assistant_does_not_have_is_written_down_and_not_told(case, end):
    with transaction() as session:
        end(session, record.case_of_conversation(session, "c1"), "lena")
    keep(news(NUMBER, *BACK))
    assert (case().tracking_status, case().delivery_class, len(changes(case()))) == ("returned", "D9", 1)
    assert waiting() == []


def test_an_answer_from_before_does_not_hide_what_was_told(case):
    keep(news(NUMBER, *PICKUP))
    finding = investigate("c1", "DEMO-1012")
    assert finding.about(NUMBER).parcel.status == "available_for_pickup"
    assert finding.about(NUMBER).parcel.pickup_point == "Kiosk"
    assert {parcel.number_key: parcel.status for parcel in case().parcels}[NUMBER] == "available_for_pickup"


def test_an_answer_that_knows_more_goes_before_what_was_told(case, monkeypatch):
    keep(news(NUMBER, *PICKUP))
    scans = (Scan(NOW + timedelta(hours=3), "Collected by the customer", **_place()),)
    later = ParcelFacts(NUMBER, "easypost", "delivered", scans, place="collected", body="{}")
    monkeypatch.setattr(easypost, "look_up", lambda number, *_, **__: replace(later, tracking_number=number))
    finding = investigate("c1", "DEMO-1012", fresh=True)
    assert (finding.parcel.status, finding.found_class) == ("delivered", "D8")


def _place():
    return {"city": "Berlin", "postcode": "10115", "country": "DE"}


def _fail(*_, **__):
    raise easypost.bounded_request.TrackingFailed("no answer", "not_found")


@pytest.mark.parametrize(("hours", "reason"), [(0, "returned"), (2, "lookup_failed")])
def test_what_was_told_a_moment_ago_stands_in_for_a_look_up_that_fails(case, monkeypatch, hours, reason):
    keep(news(NUMBER, *BACK))
    monkeypatch.setattr(easypost, "look_up", _fail)
    monkeypatch.setattr("cases.clock.now", lambda: NOW + timedelta(hours=hours))
    assert investigate("c1", "DEMO-1012", fresh=True).reason == reason


def test_a_body_that_nobody_can_read_any_more_stands_in_nobodys_way(case):
    keep(news(NUMBER, *BACK))
    with transaction() as session:
        record.case_of_conversation(session, "c1").snapshots[-1].body = "{}"
    assert investigate("c1", "DEMO-1012", fresh=True).parcel.status == "delivered"


def test_a_parcel_that_nobody_could_look_up_is_known_all_the_same(world):
    begin("c1", "DEMO-1009")
    assert keep(news("CC731010090DE", *PICKUP, at=datetime(2026, 11, 20, tzinfo=timezone.utc))) == 1
    assert len(waiting()) == 1
