"""AfterShip: what is asked, and what each tag, subtag and field means."""

import copy
from datetime import date, datetime, timezone

import pytest

from actions.tracking import aftership
from actions.tracking.parcel_facts import NOT_FOUND, WRONG_KEY, LastMile, ProofFound, TrackingFailed
from tests.actions.tracking.samples import samples
from tests.scripted_server import Answer, ScriptedServer

SAMPLES = samples("aftership")
NUMBER = "CC731010015DE"


def look_up(*script, carrier="CityCourier"):
    with ScriptedServer(*script) as server:
        return aftership.look_up(NUMBER, carrier, "a-key-for-tests", server.url)


def tracking(checkpoint=None, **changed):
    """The delivered parcel with other values, and others in its newest checkpoint."""
    data = copy.deepcopy(SAMPLES["delivered"])
    [one] = data["data"]["trackings"]
    one.update(changed)
    one["checkpoints"][-1].update(checkpoint or {})
    return Answer(body=data)


def test_the_request_is_as_documented():
    with ScriptedServer(tracking()) as server:
        aftership.look_up(NUMBER, "CityCourier", "a-key-for-tests", server.url)
        [call] = server.calls
    assert (call.method, call.path) == ("GET", f"/tracking/2026-07/trackings?tracking_numbers={NUMBER}")
    assert call.headers["as-api-key"] == "a-key-for-tests"


def test_the_sample():
    facts = look_up(tracking())
    assert facts.delivered_at == datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
    assert (facts.signed_by, facts.place, facts.special) == ("M. Keller", "person", None)
    assert [(scan.city, scan.postcode, scan.country) for scan in facts.scans] == [
        ("Leipzig", "04435", "DEU"),
        ("Berlin", "10115", "DEU"),
    ]
    assert facts.proofs == (ProofFound("photo", "https://proof.example/1.jpg"),)
    assert not facts.has_photo, "a proof may be a signature"
    assert facts.evidence()[-1] == {
        "kind": "proof",
        "source": "aftership",
        "shows": "photo",
        "url": "https://proof.example/1.jpg",
    }


def test_the_carriers_estimate_counts_and_a_computed_one_does_not():
    assert look_up(tracking()).expected_on == date(2026, 11, 20)
    assert look_up(tracking(courier_estimated_delivery_date=None)).expected_on is None


@pytest.mark.parametrize(
    ("tag", "subtag", "status", "special"),
    [
        ("Pending", "Pending_001", "unknown", None),
        ("InfoReceived", "InfoReceived_001", "pre_transit", None),
        ("InTransit", "InTransit_003", "in_transit", None),
        ("OutForDelivery", "OutForDelivery_001", "out_for_delivery", None),
        ("AttemptFail", "AttemptFail_001", "attempted", None),
        ("Delivered", "Delivered_001", "delivered", None),
        ("AvailableForPickup", "AvailableForPickup_001", "available_for_pickup", None),
        ("Exception", "Exception_001", "exception", None),
        ("Exception", "Exception_004", "exception", "customs"),
        ("Exception", "Exception_010", "returned", None),
        ("Exception", "Exception_011", "returned", None),
        ("Exception", "Exception_013", "exception", None),
        ("Expired", "Expired_001", "unknown", None),
        # not documented
        ("Teleported", "Teleported_001", "unknown", None),
        ("", "", "unknown", None),
    ],
)
def test_each_tag_in_the_products_words(tag, subtag, status, special):
    facts = look_up(tracking({"message": "…"}, tag=tag, subtag=subtag))
    assert (facts.status, facts.special) == (status, special)


@pytest.mark.parametrize(("tag", "status"), [("Teleported", "out_for_delivery"), ("Expired", "unknown")])
def test_a_text_may_say_what_a_tag_does_not_unless_it_is_old(tag, status):
    assert look_up(tracking({"message": "Out for Delivery"}, tag=tag, subtag="")).status == status


def test_a_parcel_that_went_back_is_returned_even_if_it_was_delivered_there():
    facts = look_up(tracking(return_to_sender=True))
    assert (facts.status, facts.delivery_scan) == ("returned", None)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"subtag": "Delivered_001"}, None),
        ({"subtag": "Delivered_002"}, "collected"),
        ({"subtag": "Delivered_003"}, "person"),
        ({"subtag": "Delivered_004"}, "person"),
        ({"subtag": "Delivered_005"}, "neighbor"),
        ({"subtag": "Delivered_003", "delivery_location_type": "front desk"}, "reception"),
        ({"subtag": "Delivered_005", "delivery_location_type": "front door"}, "neighbor"),
        ({"subtag": "Delivered_001", "checkpoint": {"message": "Left in the garage"}}, "garage"),
        ({"subtag": "Delivered_001", "checkpoint": {"events": [{"code": "delivered_to_neighbor"}]}}, "neighbor"),
        ({"subtag": "Delivered_001", "checkpoint": {"events": [{"code": "delivered_to_the_moon"}]}}, None),
    ],
)
def test_where_it_was_left_is_told_by_codes_and_texts(changed, place):
    assert look_up(tracking(**changed)).place == place


def test_where_it_waits():
    waits = {"tag": "AvailableForPickup", "subtag": "AvailableForPickup_001", "pickup_location": "Kiosk, Main Street"}
    assert look_up(tracking(**waits)).pickup_point == "Kiosk, Main Street"


@pytest.mark.parametrize(
    ("at", "country", "known", "local"),
    [
        ("2026-11-20T13:00:00", "DEU", datetime(2026, 11, 20, 12, tzinfo=timezone.utc), None),
        ("2026-11-20T13:00:00", "USA", None, datetime(2026, 11, 20, 13)),
        ("2026-11-20T13:00:00", None, None, datetime(2026, 11, 20, 13)),
        (None, "DEU", None, None),
    ],
)
def test_a_local_time_gets_a_zone_only_where_there_is_one(at, country, known, local):
    facts = look_up(tracking(checkpoint={"checkpoint_time": at, "country_region": country}))
    assert (facts.delivered_at, facts.delivery_scan.local_at) == (known, local)
    assert facts.evidence()[0].get("local_time") == (local and "2026-11-20 13:00:00")


def test_checkpoints_are_put_in_their_order():
    data = copy.deepcopy(SAMPLES["delivered"])
    data["data"]["trackings"][0]["checkpoints"].reverse()
    facts = look_up(Answer(body=data))
    assert [scan.city for scan in facts.scans] == ["Leipzig", "Berlin"]
    assert facts.delivery_scan.city == "Berlin"


def test_of_two_carriers_with_the_same_number_the_orders_is_meant():
    data = copy.deepcopy(SAMPLES["delivered"])
    [one] = data["data"]["trackings"]
    data["data"]["trackings"].insert(0, {**one, "slug": "china-post", "tag": "InTransit", "subtag": "InTransit_001"})
    assert look_up(Answer(body=data), carrier="City Courier").status == "delivered"
    assert look_up(Answer(body=data), carrier=None).status == "in_transit"


def test_a_number_that_is_not_known_yet_is_announced():
    with ScriptedServer(Answer(body=SAMPLES["none"]), Answer(201, SAMPLES["created"])) as server:
        with pytest.raises(TrackingFailed) as raised:
            aftership.look_up(NUMBER, "CityCourier", "a-key-for-tests", server.url)
        asked, announced = server.calls
    assert raised.value.kind == NOT_FOUND
    assert (announced.method, announced.path) == ("POST", "/tracking/2026-07/trackings")
    assert announced.data == {"tracking_number": NUMBER}
    assert announced.headers["as-api-key"] == "a-key-for-tests"


@pytest.mark.parametrize(("status", "kind"), [(400, NOT_FOUND), (401, WRONG_KEY)])
def test_what_is_wrong_with_the_announcement_is_told(status, kind):
    with pytest.raises(TrackingFailed) as raised:
        look_up(Answer(body=SAMPLES["none"]), Answer(status, SAMPLES["error"]))
    assert raised.value.kind == kind


@pytest.mark.parametrize(("slug", "is_followed"), [("usps", False), ("citycourier", True)])
def test_the_last_mile_and_whether_its_scans_are_told_too(slug, is_followed):
    told = {"slug": slug, "tracking_number": "61293150000079650812", "source": "system", "transit_time": 2}
    facts = look_up(tracking(last_mile=told))
    assert facts.last_mile == LastMile("61293150000079650812", slug, "aftership", is_followed)


@pytest.mark.parametrize("told", [None, {}, {"slug": "usps", "tracking_number": None}, {"tracking_number": NUMBER}])
def test_without_another_number_there_is_no_last_mile(told):
    assert look_up(tracking(last_mile=told)).last_mile is None


def test_what_the_account_told_aftership_is_no_label():
    assert look_up(tracking(destination_postal_code="10115", destination_city="Berlin")).label_address is None
