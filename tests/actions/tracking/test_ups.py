"""UPS: token and request, and what each status and field means."""

import base64
import copy
from datetime import date, datetime, timezone

import pytest

from actions.tracking import ups
from actions.tracking.parcel_facts import NONSENSE, NOT_FOUND, WRONG_KEY, LabelAddress, LastMile, TrackingFailed
from tests.actions.tracking.samples import samples
from tests.scripted_server import Answer, ScriptedServer

SAMPLES = samples("ups")
NUMBER = "1Z999AA10123456784"
KEY = "client:a-key-for-tests"
TOKEN = Answer(body=SAMPLES["token"])


@pytest.fixture(autouse=True)
def no_tokens():
    """No token of an earlier test: a port may come again."""
    ups.TOKENS.forget()


def look_up(answer):
    with ScriptedServer(TOKEN, answer) as server:
        return ups.look_up(NUMBER, "UPS", KEY, server.url)


def package(status=None, delivery=None, newest=None, **changed):
    """The delivered package with other values; None takes a part away."""
    data = copy.deepcopy(SAMPLES["delivered"])
    [one] = data["trackResponse"]["shipment"][0]["package"]
    one["currentStatus"].update(status or {})
    one["deliveryInformation"].update(delivery or {})
    one["activity"][0].update(newest or {})
    one.update(changed)
    return Answer(body=data)


def test_the_requests_are_as_documented():
    with ScriptedServer(TOKEN, package()) as server:
        ups.look_up(NUMBER, "UPS", KEY, server.url)
        token, details = server.calls
    assert (token.method, token.path) == ("POST", "/security/v1/oauth/token")
    assert token.body == b"grant_type=client_credentials"
    assert token.headers["Authorization"] == "Basic " + base64.b64encode(KEY.encode()).decode()
    assert (details.method, details.path.partition("?")[0]) == ("GET", f"/api/track/v1/details/{NUMBER}")
    assert "returnSignature=true" in details.path
    assert details.headers["Authorization"] == "Bearer a-token-for-tests"
    assert len(details.headers["transId"]) == 32
    assert details.headers["transactionSrc"] == "porchlight"


def test_a_token_is_used_again():
    with ScriptedServer(TOKEN, package(), package()) as server:
        for _ in range(2):
            ups.look_up(NUMBER, "UPS", KEY, server.url)
        assert [call.method for call in server.calls] == ["POST", "GET", "GET"]


def test_a_token_near_its_end_is_replaced():
    short = Answer(body={**SAMPLES["token"], "expires_in": "30"})
    with ScriptedServer(short, package(), TOKEN, package()) as server:
        for _ in range(2):
            ups.look_up(NUMBER, "UPS", KEY, server.url)
        assert [call.method for call in server.calls] == ["POST", "GET", "POST", "GET"]


def test_a_kept_token_that_is_not_taken_any_more_is_replaced_once():
    with ScriptedServer(TOKEN, package(), Answer(401), TOKEN, package()) as server:
        ups.look_up(NUMBER, "UPS", KEY, server.url)
        assert ups.look_up(NUMBER, "UPS", KEY, server.url).status == "delivered"
        assert [call.method for call in server.calls] == ["POST", "GET", "GET", "POST", "GET"]


def test_a_new_token_that_is_not_taken_is_a_wrong_key():
    with ScriptedServer(TOKEN, Answer(401)) as server:
        with pytest.raises(TrackingFailed) as raised:
            ups.look_up(NUMBER, "UPS", KEY, server.url)
        assert (raised.value.kind, len(server.calls)) == (WRONG_KEY, 2)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(400), WRONG_KEY),
        (Answer(401), WRONG_KEY),
        (Answer(body={}), NONSENSE),
        (Answer(body={"access_token": "x", "expires_in": "soon"}), NONSENSE),
        (Answer(body={"access_token": 7, "expires_in": "14399"}), NONSENSE),
    ],
)
def test_what_is_wrong_with_a_token_is_told(answer, kind):
    with ScriptedServer(answer) as server:
        with pytest.raises(TrackingFailed) as raised:
            ups.look_up(NUMBER, "UPS", KEY, server.url)
        assert (raised.value.kind, len(server.calls)) == (kind, 1)


def test_a_number_is_never_a_part_of_the_address():
    with ScriptedServer(TOKEN, Answer(404)) as server:
        with pytest.raises(TrackingFailed):
            ups.look_up("../../x?y", "UPS", KEY, server.url)
        assert server.calls[1].path.startswith("/api/track/v1/details/..%2F..%2Fx%3Fy?")


def test_the_sample():
    facts = look_up(package())
    assert facts.delivered_at == datetime(2026, 11, 20, 15, 15, tzinfo=timezone.utc)
    assert (facts.place, facts.signed_by, facts.has_photo) == ("porch", "KELLER", True)
    assert (facts.delivery_scan.city, facts.delivery_scan.postcode) == ("AUSTIN", "73301")
    assert facts.expected_on == date(2026, 11, 21)


def test_pictures_in_the_answer_are_read_and_nonsense_is_none():
    pictures = {"signature": {"image": "R0lGODlh\nAQABAA=="}, "deliveryPhoto": {"photo": "no Base64!"}}
    facts = look_up(package(delivery=pictures))
    assert [(proof.kind, proof.body) for proof in facts.proofs] == [("signature", b"GIF89a\x01\x00\x01\x00")]
    assert facts.has_photo
    assert not [row for row in facts.evidence() if row["kind"] == "proof"]


def test_activities_are_told_oldest_first_with_times_as_they_are_known():
    label, loaded, delivered = look_up(package()).scans
    assert (label.at, label.local_at) == (None, datetime(2026, 11, 18, 10, 15))
    assert loaded.at == datetime(2026, 11, 20, 7, 47, tzinfo=timezone.utc)
    assert delivered.text == "DELIVERED"


@pytest.mark.parametrize(
    ("clock", "hour"), [("151500", (15, 15)), ("74700", (7, 47)), ("3000", (0, 30)), ("0", (0, 0))]
)
def test_the_leading_zeros_of_a_time_may_be_missing(clock, hour):
    at = look_up(package(newest={"gmtTime": clock})).delivered_at
    assert (at.hour, at.minute) == hour


NOT_ARRIVED = {"deliveryDate": [], "deliveryInformation": None}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"type": "M", "statusCode": "003", "description": "Shipper created a label"}, "pre_transit"),
        ({"type": "MV", "statusCode": "", "description": "Voided"}, "exception"),
        ({"type": "P", "statusCode": "", "description": "Pickup scan"}, "in_transit"),
        ({"type": "I", "statusCode": "005", "description": "On the way"}, "in_transit"),
        ({"type": "I", "statusCode": "021", "description": "Out for delivery"}, "out_for_delivery"),
        ({"type": "O", "statusCode": "", "description": "Out for delivery"}, "out_for_delivery"),
        ({"type": "X", "statusCode": "016", "description": "Delay"}, "exception"),
        ({"type": "RS", "statusCode": "", "description": "Returned to shipper"}, "returned"),
        # delivery information, and nothing says that it has arrived
        ({"type": "D", "statusCode": "072", "description": "Loaded on delivery vehicle"}, "unknown"),
        ({"type": "U", "statusCode": "", "description": "Update"}, "unknown"),
        ({"type": "", "statusCode": "", "description": ""}, "unknown"),
        ({"type": None, "statusCode": None, "description": None}, "unknown"),
    ],
)
def test_each_status_in_the_products_words(status, expected):
    facts = look_up(package({**status, "simplifiedTextDescription": ""}, activity=[], **NOT_ARRIVED))
    assert facts.status == expected


def test_delivery_information_of_a_package_that_has_arrived_is_a_delivery():
    kept = {"type": "D", "statusCode": "", "description": "Delivered", "simplifiedTextDescription": ""}
    facts = look_up(package(kept, newest={"status": kept}))
    assert (facts.status, facts.delivered_at.hour) == ("delivered", 15)


def test_delivered_to_an_access_point_is_waiting_there():
    told = {"description": "Delivered to UPS Access Point™", "statusCode": "011"}
    facts = look_up(package(told, accessPointInformation={"pickupByDate": "20261127"}))
    assert (facts.status, facts.pickup_until) == ("available_for_pickup", date(2026, 11, 27))


@pytest.mark.parametrize(
    ("received_by", "signed_by"), [("KELLER", "KELLER"), ("", None), (None, None), ("DRIVER RELEASE", None)]
)
def test_who_signed_is_a_person(received_by, signed_by):
    assert look_up(package(delivery={"receivedBy": received_by})).signed_by == signed_by


@pytest.mark.parametrize(
    ("photo", "expected"),
    [
        (None, False),
        ({"photo": "", "photoDispositionCode": "N"}, False),
        ({"photo": "", "photoDispositionCode": "V"}, True),
        ({"photo": "aGVsbG8=", "photoDispositionCode": ""}, True),
    ],
)
def test_whether_there_is_a_photo(photo, expected):
    assert look_up(package(delivery={"deliveryPhoto": photo})).has_photo is expected


def test_a_rescheduled_day_goes_before_the_first_one():
    dates = [{"type": "SDD", "date": "20261121"}, {"type": "RDD", "date": "20261124"}]
    assert look_up(package(deliveryDate=dates)).expected_on == date(2026, 11, 24)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, SAMPLES["error"]),
        Answer(body={"trackResponse": {"shipment": [{"inquiryNumber": NUMBER, "warnings": [{"code": "TW0001"}]}]}}),
        package(trackingNumber="1Z999AA10123456999"),
    ],
    ids=["404", "warning", "another package"],
)
def test_no_such_package_is_not_found(answer):
    with pytest.raises(TrackingFailed) as raised:
        look_up(answer)
    assert raised.value.kind == NOT_FOUND


def test_who_delivers_for_ups_is_told_and_other_numbers_of_ups_are_not():
    usps, own = {"number": "92419900000033499522966220", "type": "USPS_PIC"}, {"number": "1Z999AA10123456785"}
    assert look_up(package(alternateTrackingNumber=[own, usps])).last_mile == LastMile(usps["number"], "USPS", "ups")
    assert look_up(package(alternateTrackingNumber=[own])).last_mile is None
    assert look_up(package(alternateTrackingNumber=[{"number": "", "type": "USPS_PIC"}])).last_mile is None


def test_the_label_is_the_address_of_destination():
    place = {"addressLine1": "100 Main St", "addressLine2": "Apt 2", "city": "Wayne", "postalCode": "07470"}
    addresses = [
        {"type": "ORIGIN", "address": {"postalCode": "73301"}},
        {"type": "DESTINATION", "name": "Sears", "address": {**place, "countryCode": "US", "stateProvince": "NJ"}},
    ]
    facts = look_up(package(packageAddress=addresses))
    assert facts.label_address == LabelAddress("100 Main St Apt 2", "07470", "Wayne", "US")
    assert look_up(package(packageAddress=addresses[:1])).label_address is None
    assert look_up(package()).label_address is None
