"""The carrier speaks EasyPost's trackers API; the silent one says nothing."""

from __future__ import annotations

import time

import pytest
import requests

TRACKER_FIELDS = {
    "id",
    "object",
    "mode",
    "tracking_code",
    "status",
    "status_detail",
    "created_at",
    "updated_at",
    "signed_by",
    "weight",
    "est_delivery_date",
    "shipment_id",
    "carrier",
    "tracking_details",
    "fees",
    "carrier_detail",
    "public_url",
    "finalized",
    "is_return",
}
DETAIL_FIELDS = {
    "object",
    "message",
    "description",
    "status",
    "status_detail",
    "datetime",
    "source",
    "carrier_code",
    "tracking_location",
    "est_delivery_date",
}
NUMBER = "CC731010015DE"
KEY = ("any-key", "")


def test_a_tracker_has_the_documented_shape(sandbox):
    tracker = sandbox.tracker(sandbox.order("DEMO-1001")["parcels"][0])
    assert set(tracker) == TRACKER_FIELDS
    assert tracker["object"] == "Tracker" and tracker["id"].startswith("trk_")
    assert tracker["tracking_code"] == NUMBER
    assert tracker["updated_at"] == tracker["tracking_details"][-1]["datetime"] == "2026-11-20T12:00:00Z"
    for detail in tracker["tracking_details"]:
        assert set(detail) == DETAIL_FIELDS
        assert set(detail["tracking_location"]) == {"object", "city", "state", "country", "zip"}
    moments = [detail["datetime"] for detail in tracker["tracking_details"]]
    assert moments == sorted(moments)
    assert tracker["carrier_detail"]["object"] == "CarrierDetail"
    assert tracker["carrier_detail"]["destination_tracking_location"]["zip"] == "10115"
    assert requests.get(tracker["public_url"], timeout=10).status_code == 200


def test_list_and_retrieve(sandbox):
    base = f"{sandbox.url}/carrier/as-of/20261123T120000Z/v2/trackers"
    page = requests.get(base, params={"tracking_code": NUMBER, "carrier": "DHLPaket"}, auth=KEY, timeout=10).json()
    assert page["has_more"] is False
    [tracker] = page["trackers"]
    assert requests.get(f"{base}/{tracker['id']}", auth=KEY, timeout=10).json() == tracker
    unknown = requests.get(base, params={"tracking_code": "NONE"}, auth=KEY, timeout=10)
    assert unknown.json() == {"trackers": [], "has_more": False}
    assert requests.get(f"{base}/trk_none", auth=KEY, timeout=10).status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [
        {"tracking_code": "CC000000000DE", "carrier": "DHLPaket"},
        {"tracking_code": NUMBER, "carrier": "UPS"},
        {"tracking_code": "CC731010090DE", "carrier": "CityCourier"},
    ],
)
def test_unknown_numbers(sandbox, wanted):
    response = requests.post(f"{sandbox.url}/carrier/v2/trackers", json={"tracker": wanted}, auth=KEY, timeout=10)
    assert response.status_code == 422
    assert set(response.json()["error"]) == {"code", "message", "errors"}
    assert response.json()["error"]["code"] == "TRACKER.CREATE.ERROR"


def test_the_carrier_may_be_left_out_and_the_number_spaced(sandbox):
    wanted = {"tracker": {"tracking_code": "cc 731 010 015 de"}}
    response = requests.post(f"{sandbox.url}/carrier/v2/trackers", json=wanted, auth=KEY, timeout=10)
    assert response.json()["tracking_code"] == NUMBER


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Basic Og=="}, {"Authorization": "Basic ?"}, {"Authorization": "Bearer key"}]
)
def test_an_api_key_is_needed(sandbox, headers):
    response = requests.get(f"{sandbox.url}/carrier/v2/trackers", headers=headers, timeout=10)
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "UNAUTHORIZED"


def test_a_wrong_body_and_a_wrong_moment(sandbox):
    response = requests.post(f"{sandbox.url}/carrier/v2/trackers", json={"tracker": {}}, auth=KEY, timeout=10)
    assert response.status_code == 422
    assert response.json()["error"]["errors"][0]["field"] == "body.tracker.tracking_code"
    assert requests.get(f"{sandbox.url}/carrier/as-of/noon/v2/trackers", auth=KEY, timeout=10).status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["", "/v2/trackers", "/v2/trackers/trk_1"])
def test_the_silent_carrier_takes_the_call_and_says_nothing(sandbox, method, path):
    [parcel] = sandbox.order("DEMO-1009")["parcels"]
    assert parcel["carrier_base_url"] == f"{sandbox.url}/silent-carrier"
    with pytest.raises(requests.ReadTimeout):
        requests.request(method, parcel["carrier_base_url"] + path, auth=KEY, timeout=(2, 0.3))


def test_a_silent_call_does_not_keep_the_sandbox_from_stopping(own_sandbox, bot):
    sandbox = own_sandbox(bot.url).start()
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{sandbox.url}/silent-carrier/", timeout=(2, 0.2))
    session = requests.Session()
    live = session.get(
        f"{sandbox.url}/marketplace/api/conversations/c/events",
        stream=True,
        timeout=10,
        headers={"Authorization": "Bearer a-token-for-tests"},
    )
    assert live.status_code == 200
    started = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - started < 3
