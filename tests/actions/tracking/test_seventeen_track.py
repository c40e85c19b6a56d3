"""17TRACK: what is asked, and what each status and error means."""

import copy
from datetime import date, datetime, timezone

import pytest

from actions.tracking import seventeen_track
from actions.tracking.parcel_facts import (
    BUSY,
    NOT_FOUND,
    REFUSED,
    UNAVAILABLE,
    WRONG_KEY,
    LabelAddress,
    LastMile,
    TrackingFailed,
)
from tests.actions.tracking.samples import samples
from tests.scripted_server import Answer, ScriptedServer

SAMPLES = samples("seventeen_track")
NUMBER = "CC731010015DE"


def look_up(*script):
    with ScriptedServer(*script) as server:
        return seventeen_track.look_up(NUMBER, "DHL", "a-key-for-tests", server.url)


def entry(status="Delivered", sub_status="Delivered_Other", **changed):
    """The delivered parcel with another status, and other parts of ``track_info``."""
    data = copy.deepcopy(SAMPLES["delivered"])
    info = data["data"]["accepted"][0]["track_info"]
    info["latest_status"].update(status=status, sub_status=sub_status)
    info.update(changed)
    return Answer(body=data)


def test_the_request_is_as_documented():
    with ScriptedServer(entry()) as server:
        seventeen_track.look_up(NUMBER, "DHL", "a-key-for-tests", server.url)
        [call] = server.calls
    assert (call.method, call.path, call.data) == ("POST", "/track/v2.4/gettrackinfo", [{"number": NUMBER}])
    assert call.headers["17token"] == "a-key-for-tests"


def test_the_sample():
    facts = look_up(entry())
    assert facts.delivered_at == datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
    assert facts.place == "letterbox", "told in the translation of the text"
    assert facts.delivery_scan.text == "In den Briefkasten zugestellt (Delivered in the mailbox)"
    assert (facts.delivery_scan.city, facts.delivery_scan.postcode) == ("Berlin", "10115")
    assert facts.signed_by is None


def test_the_scans_of_all_carriers_are_told_oldest_first_also_those_with_a_local_time():
    assert [(scan.city, scan.at.isoformat()) for scan in look_up(entry()).scans] == [
        ("Shenzhen", "2026-11-13T08:00:00+08:00"),
        ("Berlin", "2026-11-20T08:10:00+01:00"),
        ("Berlin", "2026-11-20T13:00:00+01:00"),
    ]


def test_the_carriers_estimate_counts_and_a_computed_one_does_not():
    assert look_up(entry()).expected_on == date(2026, 11, 21)
    computed = {"estimated_delivery_date": {"source": "17TRACK", "from": None, "to": "2026-11-21T00:00:00+01:00"}}
    assert look_up(entry(time_metrics=computed)).expected_on is None


@pytest.mark.parametrize(
    ("status", "sub_status", "expected", "special"),
    [
        ("NotFound", "NotFound_Other", "unknown", None),
        ("InfoReceived", "InfoReceived", "pre_transit", None),
        ("InTransit", "InTransit_PickedUp", "in_transit", None),
        ("InTransit", "InTransit_CustomsProcessing", "in_transit", None),
        ("InTransit", "InTransit_CustomsRequiringInformation", "in_transit", "customs"),
        ("Expired", "Expired_Other", "unknown", None),
        ("AvailableForPickup", "AvailableForPickup_Other", "available_for_pickup", None),
        ("OutForDelivery", "OutForDelivery_Other", "out_for_delivery", None),
        ("DeliveryFailure", "DeliveryFailure_NoBody", "attempted", None),
        ("DeliveryFailure", "DeliveryFailure_Rejected", "exception", None),
        ("DeliveryFailure", "DeliveryFailure_InvalidAddress", "exception", None),
        ("Delivered", "Delivered_Other", "delivered", None),
        ("Exception", "Exception_Lost", "exception", None),
        ("Exception", "Exception_Returning", "returned", None),
        ("Exception", "Exception_Returned", "returned", None),
        # not documented
        ("InTransit", "InTransit_Teleported", "in_transit", None),
        ("Teleported", "Teleported_Other", "unknown", None),
        ("", None, "unknown", None),
    ],
)
def test_each_status_in_the_products_words(status, sub_status, expected, special):
    facts = look_up(entry(status, sub_status, tracking={"providers": []}))
    assert (facts.status, facts.special) == (expected, special)


@pytest.mark.parametrize(("status", "expected"), [("Teleported", "delivered"), ("Expired", "unknown")])
def test_a_text_may_say_what_a_status_does_not_unless_it_is_old(status, expected):
    assert look_up(entry(status, None)).status == expected


def test_a_number_that_is_not_known_yet_is_registered():
    with ScriptedServer(Answer(body=SAMPLES["not_registered"]), Answer(body=SAMPLES["registered"])) as server:
        with pytest.raises(TrackingFailed) as raised:
            seventeen_track.look_up(NUMBER, "DHL", "a-key-for-tests", server.url)
        asked, registered = server.calls
    assert raised.value.kind == NOT_FOUND
    assert (registered.path, registered.data) == ("/track/v2.4/register", [{"number": NUMBER}])
    assert registered.headers["17token"] == "a-key-for-tests"


def test_a_number_without_information_is_not_registered_again():
    with ScriptedServer(Answer(body=SAMPLES["no_information"])) as server:
        with pytest.raises(TrackingFailed) as raised:
            seventeen_track.look_up(NUMBER, "DHL", "a-key-for-tests", server.url)
        assert (raised.value.kind, len(server.calls)) == (NOT_FOUND, 1)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-18010001, WRONG_KEY),
        (-18010002, WRONG_KEY),
        (-18010003, UNAVAILABLE),
        (-18010014, BUSY),
        (-18019908, REFUSED),
        (-18019909, NOT_FOUND),
        (-1, REFUSED),
    ],
)
@pytest.mark.parametrize("where", ["envelope", "errors", "rejected"])
def test_an_error_is_told_wherever_it_stands(code, kind, where):
    data = {"accepted": [], "rejected": [], "errors": []}
    if where != "envelope":
        data[where] = [{"code": code, "error": {"code": code}}]
    with pytest.raises(TrackingFailed, match=str(code)) as raised:
        look_up(Answer(body={"code": code if where == "envelope" else 0, "data": data}))
    assert raised.value.kind == kind


def test_the_sample_of_a_wrong_key():
    with pytest.raises(TrackingFailed) as raised:
        look_up(Answer(body=SAMPLES["wrong_key"]))
    assert raised.value.kind == WRONG_KEY


@pytest.mark.parametrize(("key", "is_followed"), [(7041, True), (7042, False)])
def test_the_last_mile_and_whether_its_scans_are_told_too(key, is_followed):
    told = {"risk_factor": 0, "local_number": "00340434161094000001", "local_provider": "DHL Paket", "local_key": key}
    last_mile = look_up(entry(misc_info=told)).last_mile
    assert last_mile == LastMile("00340434161094000001", "DHL Paket", "seventeen_track", is_followed)


def test_without_a_local_number_there_is_no_last_mile():
    assert look_up(entry()).last_mile is None
    assert look_up(entry(misc_info={"local_number": "", "local_provider": "DHL Paket"})).last_mile is None
    assert look_up(entry(misc_info=None)).last_mile is None


def test_the_label_is_the_recipients_address():
    assert look_up(entry()).label_address == LabelAddress(None, "10115", "Berlin", "DE")
    place = {"country": "DE", "city": "Berlin", "street": "Musterstraße 12", "postal_code": "10115"}
    facts = look_up(entry(shipping_info={"recipient_address": place}))
    assert facts.label_address == LabelAddress("Musterstraße 12", "10115", "Berlin", "DE")
    assert look_up(entry(shipping_info=None)).label_address is None
