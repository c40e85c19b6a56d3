"""EasyPost's answers, as documented and in every way broken, from a server that really answers."""

import base64
import copy
import json
import time
from datetime import date, datetime, timezone
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from actions.tracking import easypost
from actions.tracking.parcel_facts import STATUSES, LabelAddress, TrackingFailed
from tests.scripted_server import Answer, ScriptedServer

SAMPLES = json.loads(Path(__file__).with_name("easypost_samples.json").read_text(encoding="utf-8"))
ANNOUNCED, DELIVERED = SAMPLES["tracker"], SAMPLES["webhook_event"]["result"]
DOCUMENTED = {
    "unknown",
    "pre_transit",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "available_for_pickup",
    "return_to_sender",
    "failure",
    "cancelled",
    "error",
}


def look_up(*script, carrier="USPS"):
    """The facts that a provider's answers lead to."""
    with ScriptedServer(*script) as server:
        return easypost.look_up("EZ1000000001", carrier, "a-key-for-tests", server.url)


def tracker(**changed):
    """The documented Tracker with other values; one scan in Berlin unless told otherwise."""
    scan = {
        "message": "Delivered, In/At Mailbox",
        "status": "delivered",
        "datetime": "2026-11-20T12:00:00Z",
        "tracking_location": {"city": "Berlin", "country": "DE", "zip": "10115"},
    }
    data = {**copy.deepcopy(ANNOUNCED), "status": "delivered", "est_delivery_date": None, "tracking_details": [scan]}
    return {**data, **changed}


def with_scan(**changed):
    data = tracker()
    data["tracking_details"][0].update(changed)
    return data


def test_the_request_is_as_documented():
    with ScriptedServer(Answer(body=ANNOUNCED)) as server:
        easypost.look_up("EZ1000000001", "USPS", "a-key-for-tests", server.url)
        [call] = server.calls
    assert (call.method, call.path) == ("POST", "/v2/trackers")
    assert call.data == {"tracker": {"tracking_code": "EZ1000000001", "carrier": "USPS"}}
    assert call.headers["Authorization"] == "Basic " + base64.b64encode(b"a-key-for-tests:").decode()


def test_without_a_carrier_the_provider_finds_out():
    with ScriptedServer(Answer(body=ANNOUNCED)) as server:
        easypost.look_up("EZ1000000001", None, "a-key-for-tests", server.url)
        assert server.calls[0].data == {"tracker": {"tracking_code": "EZ1000000001"}}


def test_the_documented_sample_of_an_announced_parcel():
    facts = look_up(Answer(201, ANNOUNCED))
    assert (facts.tracking_number, facts.provider, facts.status) == ("EZ1000000001", "easypost", "pre_transit")
    assert [scan.text for scan in facts.scans] == ["Pre-Shipment Info Sent to USPS", "Shipping Label Created"]
    assert (facts.last_scan.city, facts.last_scan.postcode, facts.last_scan.country) == ("HOUSTON", "77063", None)
    assert facts.last_scan.at == datetime(2025, 4, 10, 9, 17, 17, tzinfo=timezone.utc)
    assert facts.expected_on == date(2025, 5, 9)
    assert (facts.delivered_at, facts.place, facts.special, facts.signed_by) == (None, None, None, None)
    assert json.loads(facts.body) == ANNOUNCED


def test_the_documented_sample_of_a_delivered_parcel():
    facts = look_up(Answer(body=DELIVERED))
    assert (facts.status, facts.signed_by, len(facts.scans)) == ("delivered", "John Tester", 6)


def test_the_time_of_the_delivery_is_that_of_the_scan_that_says_delivered():
    assert look_up(Answer(body=DELIVERED)).delivered_at == datetime(2014, 11, 19, 10, 51, 54, tzinfo=timezone.utc)


def test_a_note_after_the_delivery_does_not_hide_where_it_was_left():
    data = tracker()
    note = {**data["tracking_details"][0], "message": "Proof of delivery is available", "status": "delivered"}
    data["tracking_details"].append({**note, "datetime": "2026-11-21T08:00:00Z"})
    facts = look_up(Answer(body=data))
    assert (facts.place, facts.delivered_at.day) == ("letterbox", 20)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("unknown", "unknown"),
        ("pre_transit", "pre_transit"),
        ("in_transit", "in_transit"),
        ("out_for_delivery", "out_for_delivery"),
        ("delivered", "delivered"),
        ("available_for_pickup", "available_for_pickup"),
        ("return_to_sender", "returned"),
        ("failure", "exception"),
        ("cancelled", "exception"),
        ("error", "unknown"),
        # not documented
        ("teleported", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_each_status_in_the_products_words(status, expected):
    assert look_up(Answer(body=tracker(status=status, tracking_details=[]))).status == expected


def test_all_documented_statuses_have_a_meaning():
    path = Path(easypost.__file__).with_name("easypost_statuses.yml")
    table = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    assert set(table["status"]) == DOCUMENTED
    assert {*table["status"].values(), *table["status_detail"].values()} <= set(STATUSES)


def test_an_attempt_is_told_by_the_detail():
    assert look_up(Answer(body=tracker(status="in_transit", status_detail="delivery_attempted"))).status == "attempted"


@pytest.mark.parametrize(
    ("message", "place", "special", "status"),
    [
        ("Delivered, In/At Mailbox", "letterbox", None, "delivered"),
        ("Held at customs, awaiting clearance", None, "customs", "delivered"),
        ("Returned to the sender", None, "returned", "returned"),
        ("The shipment has been delivered", None, None, "delivered"),
        ("", None, None, "delivered"),
    ],
)
def test_the_newest_text_tells_more_than_the_status(message, place, special, status):
    facts = look_up(Answer(body=with_scan(message=message)))
    assert (facts.place, facts.special, facts.status) == (place, special, status)


def test_scans_are_put_in_their_order():
    data = tracker()
    earlier = {**data["tracking_details"][0], "datetime": "2026-11-18T12:00:00Z", "message": "Out for delivery"}
    data["tracking_details"].append(earlier)
    facts = look_up(Answer(body=data))
    assert [scan.text for scan in facts.scans] == ["Out for delivery", "Delivered, In/At Mailbox"]


def test_a_photo_and_a_pickup_point_are_told_in_the_text():
    assert look_up(Answer(body=with_scan(message="Left in a safe place: porch. Photo taken."))).has_photo
    message = "Ready at the pickup point: Kiosk, Main Street. Last day for collection: 2026-11-28."
    facts = look_up(Answer(body=with_scan(message=message)))
    assert (facts.pickup_point, facts.pickup_until) == ("Kiosk, Main Street", date(2026, 11, 28))


def test_evidence_is_what_the_provider_said_and_nothing_else():
    facts = look_up(Answer(body=with_scan(message="Left in a safe place: porch. Photo taken.")))
    assert facts.evidence() == [
        {
            "kind": "delivery_scan",
            "source": "easypost",
            "at": "2026-11-20T12:00:00+00:00",
            "text": "Left in a safe place: porch. Photo taken.",
            "city": "Berlin",
            "postcode": "10115",
            "country": "DE",
        },
        {"kind": "place", "source": "easypost", "place": "porch"},
        {"kind": "photo", "source": "easypost"},
    ]
    assert look_up(Answer(body=ANNOUNCED)).evidence() == []


@pytest.mark.parametrize("missing", ["signed_by", "est_delivery_date", "tracking_details", "status_detail", "carrier"])
def test_what_is_not_told_stays_unknown(missing):
    data = {name: value for name, value in tracker().items() if name != missing}
    assert look_up(Answer(body=data)).status == "delivered"


@pytest.mark.parametrize("missing", ["message", "datetime", "tracking_location"])
def test_what_a_scan_does_not_tell_stays_unknown(missing):
    data = tracker()
    del data["tracking_details"][0][missing]
    assert look_up(Answer(body=data)).status == "delivered"


# Failures


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500, 502, 503])
def test_an_error_status_is_told(status):
    error = {"error": {"code": "TRACKER.CREATE.ERROR", "message": "…", "errors": []}}
    with pytest.raises(TrackingFailed, match=str(status)):
        look_up(Answer(status, error, {"Retry-After": "1"}))


def test_a_provider_that_never_answers_is_given_up_in_time(monkeypatch):
    monkeypatch.setattr(easypost, "SECONDS", (1, 0.3))
    began = time.monotonic()
    with pytest.raises(TrackingFailed, match="ReadTimeout"):
        look_up(Answer(after=20))
    assert time.monotonic() - began < 3


def test_a_provider_that_answers_byte_by_byte_is_given_up_in_time(monkeypatch):
    monkeypatch.setattr(easypost, "SECONDS", (1, 0.3))
    with pytest.raises(TrackingFailed):
        look_up(Answer(body=tracker(), drip=0.001))


def test_the_time_limits_leave_room_within_ten_seconds():
    assert sum(easypost.SECONDS) < 8


def test_a_provider_that_is_not_there_or_hangs_up_is_told():
    with ScriptedServer() as server:
        url = server.url
    with pytest.raises(TrackingFailed, match="ConnectionError"):
        easypost.look_up("EZ1000000001", None, "key", url)
    with pytest.raises(TrackingFailed):
        look_up(Answer(hang_up=True))


def test_half_a_body_is_told():
    with pytest.raises(TrackingFailed):
        look_up(Answer(body=ANNOUNCED, cut=True))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Bad gateway</html>",
        json.dumps(ANNOUNCED).encode()[:200],
        b"null",
        b"[]",
        b"7",
        b'"delivered"',
        b"{}",
        b"\xff\xfe",
        json.dumps({"error": "none"}).encode(),
    ],
    ids=["nothing", "page", "half", "null", "list", "number", "text", "empty", "bytes", "another object"],
)
def test_nonsense_is_told(body):
    with pytest.raises(TrackingFailed, match="unreadable"):
        look_up(Answer(body=body))


@pytest.mark.parametrize(
    "data",
    [
        tracker(status=["delivered"]),
        tracker(status={}),
        tracker(tracking_details="none"),
        tracker(tracking_details=[None]),
        tracker(tracking_details=[["a"]]),
        tracker(est_delivery_date="soon"),
        tracker(est_delivery_date=7),
        with_scan(message=7),
        with_scan(datetime="yesterday"),
        with_scan(datetime=7),
        with_scan(tracking_location="Berlin"),
        {name: value for name, value in tracker().items() if name != "tracking_code"},
        {name: value for name, value in tracker().items() if name != "status"},
    ],
)
def test_another_shape_than_documented_is_told(data):
    with pytest.raises(TrackingFailed, match="unreadable"):
        look_up(Answer(body=data))


@pytest.mark.parametrize(
    "data",
    [
        tracker(tracking_code=7),
        tracker(signed_by={"name": "M. Keller"}),
        with_scan(tracking_location={"city": ["Berlin"], "zip": 10115}),
        with_scan(datetime="2026-11-20T12:00:00"),
    ],
    ids=["number", "signature", "place", "time without zone"],
)
def test_another_shape_deeper_inside_is_told_too(data):
    with pytest.raises(TrackingFailed):
        look_up(Answer(body=data))


def test_an_absurdly_deep_answer_is_told():
    with pytest.raises(TrackingFailed):
        look_up(Answer(body=b"[" * 100_000))


def test_nothing_of_the_key_is_in_the_error():
    for answer in (Answer(401), Answer(body=b"x"), Answer(hang_up=True)):
        with pytest.raises(TrackingFailed) as raised:
            look_up(answer)
        assert "a-key-for-tests" not in str(raised.value)


def test_the_label_is_the_carriers_destination_which_has_no_street():
    place = {"object": "TrackingLocation", "city": "CHARLESTON", "state": "SC", "country": None, "zip": "29407"}
    details = {**ANNOUNCED["carrier_detail"], "destination_tracking_location": place, "alternate_identifier": "X1"}
    facts = look_up(Answer(body=tracker(carrier_detail=details)))
    assert facts.label_address == LabelAddress(None, "29407", "CHARLESTON", None)
    assert facts.last_mile is None, "an alternate identifier may be anything"
    assert look_up(Answer(body=tracker())).label_address is None
    assert look_up(Answer(body=tracker(carrier_detail=None))).label_address is None
