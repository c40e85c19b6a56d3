"""A person moves a parcel on: its Tracker shows it, and the carrier tells the seller's software."""

from __future__ import annotations

import hashlib
import hmac
import re

import pytest
import requests

from tests.sandbox.running_sandbox import Sandbox
from tests.scripted_server import Answer, ScriptedServer

NUMBER, SECRET = "CC731010024DE", "a-carriers-secret"  # DEMO-1002, in transit
PATH = f"/marketplace/api/parcels/{NUMBER}/scans"


@pytest.fixture
def seller():
    """The seller's software, which takes webhooks."""
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def moving(own_sandbox, seller) -> Sandbox:
    """A sandbox of one's own that knows the seller's software."""
    told = {"PORCHLIGHT_ACTIONS_URL": f"{seller.url}/webhook", "PORCHLIGHT_EASYPOST_WEBHOOK_SECRET": SECRET}
    return own_sandbox("http://127.0.0.1:9", **told).start()


def test_a_webhook_is_posted_as_easypost_posts_it(moving, seller):
    assert moving.post(PATH, {"kind": "pickup_point"}).json() == {"webhook_status": 200}
    [call] = seller.calls
    assert (call.method, call.path) == ("POST", "/webhooks/tracking/easypost")
    digest = hmac.new(SECRET.encode(), call.body, hashlib.sha256).hexdigest()
    assert call.headers["X-Hmac-Signature"] == f"hmac-sha256-hex={digest}"
    assert (call.data["object"], call.data["description"]) == ("Event", "tracker.updated")
    assert call.data["previous_attributes"] == {"status": "in_transit"}
    result = call.data["result"]
    assert (result["tracking_code"], result["status"]) == (NUMBER, "available_for_pickup")
    last = result["tracking_details"][-1]
    assert last["tracking_location"]["zip"] == "10115" and "{last_day}" not in last["message"]
    assert result["updated_at"] == last["datetime"]
    moments = [detail["datetime"] for detail in result["tracking_details"]]
    assert moments == sorted(moments)


def test_the_tracker_shows_it_from_then_on(moving):
    parcel = moving.order("DEMO-1002")["parcels"][0]
    before = moving.tracker(parcel)
    for kind in ("out_for_delivery", "neighbor"):
        moving.post(PATH, {"kind": kind})
    after = moving.tracker(parcel)
    assert (before["status"], after["status"], after["finalized"]) == ("in_transit", "delivered", True)
    assert after["tracking_details"][:-2] == before["tracking_details"]
    assert after["id"] == before["id"]


def test_no_scan_lies_before_the_sellers_time(moving, seller):
    """Its clock can be moved forward."""
    order = moving.order("DEMO-1002", as_of="2099-01-01T00:00:00Z")
    moving.post(PATH, {"kind": "letterbox"})
    assert seller.calls[0].data["result"]["updated_at"] == "2099-01-01T00:00:00Z"
    assert moving.tracker(order["parcels"][0])["status"] == "delivered"


def test_the_orders_page_has_it_too(moving, seller):
    with requests.Session() as browser:
        page = browser.get(f"{moving.url}/orders/DEMO-1002", timeout=10)
        action = re.search(r'action="(/orders/DEMO-1002/conversations/[^"]+/scans)"', page.text).group(1)
        sent = {"tracking_number": NUMBER, "kind": "returned"}
        shown = browser.post(moving.url + action, data=sent, timeout=10)
        assert (shown.url, shown.status_code) == (page.url, 200)
    assert seller.calls[0].data["result"]["status"] == "return_to_sender"


def test_strangers_move_nothing(moving, seller):
    assert requests.post(moving.url + PATH, json={"kind": "returned"}, timeout=10).status_code == 401
    assert seller.calls == []


@pytest.mark.parametrize(
    ("number", "kind"), [("CC000000000DE", "returned"), (NUMBER, "explodes"), ("CC731010090DE", "returned")]
)
def test_unknown_parcels_and_scans(moving, seller, number, kind):
    assert moving.post(f"/marketplace/api/parcels/{number}/scans", {"kind": kind}).status_code == 404
    assert seller.calls == []


def test_whether_the_seller_takes_it_is_told(moving, seller):
    seller.script += [Answer(503), Answer(hang_up=True)]
    assert moving.post(PATH, {"kind": "neighbor"}).json() == {"webhook_status": 503}
    refused = moving.post(PATH, {"kind": "neighbor"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (502, "seller_unreachable")
