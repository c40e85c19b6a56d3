"""DHL: what is asked, and what each status and field means."""

import copy
from datetime import date, datetime, timezone

import pytest

from actions.tracking import dhl
from actions.tracking.delivery_class import delivery_class
from actions.tracking.parcel_facts import NOT_FOUND, LabelAddress, LastMile, ProofFound, TrackingFailed
from tests.actions.an_order import ORDER
from tests.actions.tracking.samples import samples
from tests.scripted_server import Answer, ScriptedServer

SAMPLES = samples("dhl")
NUMBER = "00340434161094000001"


def look_up(*script, number=NUMBER):
    with ScriptedServer(*script) as server:
        return dhl.look_up(number, "DHL", "a-key-for-tests", server.url)


def shipment(status=None, event=None, **changed):
    """The delivered parcel with other values, and others in its status and its newest event."""
    data = copy.deepcopy(SAMPLES["delivered"])
    [one] = data["shipments"]
    one["status"].update(status or {})
    one["events"][0].update(event or {})
    one.update(changed)
    return Answer(body=data)


def test_the_request_is_as_documented_and_has_the_postcode_if_it_is_known():
    with ScriptedServer(otherwise=shipment()) as server:
        dhl.look_up(NUMBER, "DHL", "a-key-for-tests", server.url)
        dhl.look_up(NUMBER, "DHL", "a-key-for-tests", server.url, postcode="10115")
        plain, with_postcode = server.calls
    assert (plain.method, plain.path) == ("GET", f"/track/shipments?trackingNumber={NUMBER}&language=en")
    assert with_postcode.path.endswith("&language=en&recipientPostalCode=10115")
    assert plain.headers["DHL-API-Key"] == "a-key-for-tests"


def test_the_sample():
    facts = look_up(shipment())
    assert facts.delivered_at == datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
    assert (facts.place, facts.signed_by) == ("neighbor", "M. Keller")
    assert facts.proofs == (ProofFound("document", "https://proof.example/pod"),)
    assert facts.expected_on == date(2026, 11, 20)
    assert [scan.text for scan in facts.scans] == [
        "The shipment has been loaded onto the delivery vehicle",
        "The shipment has been delivered to a neighbour",
    ]


@pytest.mark.parametrize(
    ("told", "kinds"),
    [
        ({"documentUrl": "https://p.example/d", "signatureUrl": "https://p.example/s"}, ["document", "signature"]),
        ({"documentUrl": "https://p.example/d", "signatureUrl": "https://p.example/d"}, ["document"]),  # DHL Express
        ({"documentUrl": " ", "signatureUrl": "https://p.example/s"}, ["signature"]),
        ({"documentUrl": None, "signatureUrl": None}, []),
    ],
)
def test_each_address_of_a_proof_is_told_once(told, kinds):
    facts = look_up(shipment(details={"proofOfDelivery": told}))
    assert [proof.kind for proof in facts.proofs] == kinds
    rows = [row for row in facts.evidence() if row["kind"] == "proof"]
    assert [row["shows"] for row in rows] == kinds and all(row["url"].startswith("https://p.example/") for row in rows)


def test_a_country_or_a_depot_is_no_place_of_delivery_and_so_no_mismatch():
    facts = look_up(shipment())
    assert (facts.delivery_scan.city, facts.delivery_scan.area) == (None, "Germany")
    assert facts.evidence()[0]["area"] == "Germany"
    assert delivery_class(facts, ORDER, datetime(2026, 11, 23, tzinfo=timezone.utc)) == "D4"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("pre-transit", "pre_transit"),
        ("transit", "in_transit"),
        ("delivered", "delivered"),
        ("failure", "exception"),
        ("unknown", "unknown"),
        ("teleported", "unknown"),
        ("", "unknown"),
    ],
)
def test_each_status_in_the_products_words(code, expected):
    silent = {"status": "…", "description": None, "remark": None}
    assert look_up(shipment({"statusCode": code}, silent)).status == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The shipment has been loaded onto the delivery vehicle", "out_for_delivery"),
        ("The shipment is ready for pick-up at the PACKSTATION", "available_for_pickup"),
        ("The recipient was not present", "attempted"),
        ("The shipment has been successfully delivered", "in_transit"),
        ("Signature image recorded for Online viewing", "in_transit"),
    ],
)
def test_what_transit_leaves_open_a_text_may_say_and_nothing_else(text, expected):
    event = {"statusCode": "transit", "status": text, "description": None, "remark": None}
    assert look_up(shipment({"statusCode": "transit"}, event)).status == expected


def test_delivered_to_the_sender_is_returned():
    facts = look_up(shipment(returnFlag=True))
    assert (facts.status, facts.delivery_scan, facts.delivered_at) == ("returned", None, None)


def test_a_shipment_without_events_has_its_status():
    facts = look_up(shipment(events=[]))
    assert [scan.text for scan in facts.scans] == ["The shipment has been delivered to a neighbour"]
    assert facts.delivered_at == datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("origin", "destination", "country", "known"),
    [
        ("DE", "DE", None, True),
        ("NL", "DE", None, False),
        ("NL", "DE", "DE", True),
        ("US", "US", None, False),
        (None, None, None, False),
    ],
)
def test_a_local_time_gets_a_zone_only_where_there_is_one(origin, destination, country, known):
    location = {"address": {"countryCode": country, "addressLocality": "A depot"}}
    ends = {
        "origin": {"address": {"countryCode": origin}},
        "destination": {"address": {"countryCode": destination}},
    }
    facts = look_up(shipment(event={"location": location}, **ends))
    assert (facts.delivered_at is not None) == known
    assert (facts.delivery_scan.local_at == datetime(2026, 11, 20, 13)) != known


@pytest.mark.parametrize("number", [NUMBER, "jjd000390000000000001", "0034 0434 1610 9400 0001", "ORDER-1"])
def test_a_shipment_may_go_by_other_numbers(number):
    assert look_up(shipment(), number=number).tracking_number == number


def test_another_shipment_is_not_ours():
    with pytest.raises(TrackingFailed, match="another shipment") as raised:
        look_up(shipment(id="999"))
    assert raised.value.kind == NOT_FOUND


def test_no_shipment_is_not_found():
    for answer in (Answer(404, SAMPLES["none"]), Answer(body={"shipments": []})):
        with pytest.raises(TrackingFailed) as raised:
            look_up(answer)
        assert raised.value.kind == NOT_FOUND


def test_an_id_may_be_a_number():
    assert look_up(shipment(id=7777777770), number="7777777770").status == "delivered"


@pytest.mark.parametrize("listed", [True, False], ids=["a list", "one"])
def test_the_number_in_the_country_of_destination_is_the_last_mile_and_others_are_not(listed):
    local = {"number": "H00RVD0551541466", "type": "local-tracking-number"}
    other = {"number": "2042200157621303", "type": "ecommerce-number"}
    facts = look_up(shipment(details={"references": [other, local] if listed else local}))
    assert facts.last_mile == LastMile("H00RVD0551541466", None, "dhl")
    assert look_up(shipment(details={"references": [other]})).last_mile is None


def test_a_parcel_is_not_its_own_last_mile():
    references = [{"number": "0034 0434 1610 9400 0001", "type": "local-tracking-number"}]
    assert look_up(shipment(details={"references": references})).last_mile is None


def test_the_label_is_the_destination():
    assert look_up(shipment()).label_address == LabelAddress(None, "10115", "Berlin", "DE")
    street = {"streetAddress": "Musterstraße 12", "postalCode": "10115", "countryCode": "DE"}
    assert look_up(shipment(destination={"address": street})).label_address == LabelAddress(
        "Musterstraße 12", "10115", None, "DE"
    )
    assert look_up(shipment(destination=None)).label_address is None
