"""The seventeen orders say what the contract's table says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Dict

import pytest
import requests

ANCHOR = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
ALL = [f"DEMO-{number}" for number in range(1001, 1018)]
ANSWERED = [order_id for order_id in ALL if order_id != "DEMO-1009"]
PLAIN_DELIVERY = "The shipment has been delivered"


def age(moment: str) -> timedelta:
    return ANCHOR - datetime.fromisoformat(moment.replace("Z", "+00:00"))


def first_tracker(sandbox: Any, order_id: str) -> Dict[str, Any]:
    return sandbox.tracker(sandbox.order(order_id)["parcels"][0])


def s10_is_valid(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[2:10], (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
    return number[10] == str(check)


@pytest.mark.parametrize("order_id", ALL)
def test_what_all_orders_share(sandbox, order_id):
    order = sandbox.order(order_id)
    assert order["buyer"] == {"buyer_id": "demo-buyer", "email": "buyer@example.com"}
    assert order["address"]["postcode"] == "10115"
    assert (order["address"]["city"], order["address"]["country"]) == ("Berlin", "DE")
    assert order["marketplace"] == ("ebay" if order_id == "DEMO-1011" else "sandbox")
    assert order["dispute_open"] is (order_id == "DEMO-1011")
    assert len(order["parcels"]) == (2 if order_id == "DEMO-1012" else 1)
    if order_id != "DEMO-1011":
        assert order["value"]["amount"] < 200
    for parcel in order["parcels"]:
        assert parcel["provider"] == ("aftership" if order["order_id"] == "DEMO-1013" else "easypost")
        assert s10_is_valid(parcel["tracking_number"])


def test_numbers_are_unique(sandbox):
    numbers = [parcel["tracking_number"] for order_id in ALL for parcel in sandbox.order(order_id)["parcels"]]
    assert len(numbers) == len(set(numbers)) == 18


@pytest.mark.parametrize(
    "order_id, days, city, postcode, message",
    [
        ("DEMO-1001", 3, "Berlin", "10115", PLAIN_DELIVERY),
        ("DEMO-1003", 2, "Berlin", "10115", "Delivered, signed by M. Keller"),
        ("DEMO-1006", 2, "Berlin", "10115", "Delivered to a neighbour"),
        ("DEMO-1007", 2, "Hamburg", "20095", PLAIN_DELIVERY),
        ("DEMO-1011", 4, "Berlin", "10115", PLAIN_DELIVERY),
        ("DEMO-1013", 2, "Berlin", "10115", "Left in a safe place: porch. Photo taken."),
        ("DEMO-1016", 3, "Berlin", "10115", PLAIN_DELIVERY),
        ("DEMO-1017", 3, "Berlin", "10115", PLAIN_DELIVERY),
    ],
)
def test_delivered_orders(sandbox, order_id, days, city, postcode, message):
    tracker = first_tracker(sandbox, order_id)
    last = tracker["tracking_details"][-1]
    assert (tracker["status"], tracker["status_detail"]) == ("delivered", "arrived_at_destination")
    assert age(last["datetime"]) == timedelta(days=days)
    assert (last["tracking_location"]["city"], last["tracking_location"]["zip"]) == (city, postcode)
    assert last["message"] == message
    assert tracker["signed_by"] == ("M. Keller" if order_id == "DEMO-1003" else None)
    assert tracker["finalized"] is True


def test_delivered_two_hours_ago(sandbox):
    tracker = first_tracker(sandbox, "DEMO-1004")
    assert tracker["status"] == "delivered"
    assert age(tracker["tracking_details"][-1]["datetime"]) == timedelta(hours=2)
    assert tracker["tracking_details"][-1]["message"] == PLAIN_DELIVERY


@pytest.mark.parametrize(
    "order_id, status, detail, words",
    [
        ("DEMO-1002", "in_transit", "departed_facility", "Departed"),
        ("DEMO-1008", "return_to_sender", "return", "Returned to the sender"),
        ("DEMO-1010", "in_transit", "held", "Held at customs"),
        ("DEMO-1014", "out_for_delivery", "out_for_delivery", "Out for delivery"),
    ],
)
def test_not_delivered_orders(sandbox, order_id, status, detail, words):
    tracker = first_tracker(sandbox, order_id)
    assert (tracker["status"], tracker["status_detail"]) == (status, detail)
    assert words in tracker["tracking_details"][-1]["message"]


def test_expected_in_two_days(sandbox):
    assert age(first_tracker(sandbox, "DEMO-1002")["est_delivery_date"]) == -timedelta(days=2)


@pytest.mark.parametrize(
    "order_id, point, last_day",
    [
        ("DEMO-1005", "pickup point: Kiosk am Nordbahnhof", "2026-11-28"),
        ("DEMO-1015", "Parcel locker 143", "2026-11-27"),
    ],
)
def test_waiting_for_collection(sandbox, order_id, point, last_day):
    tracker = first_tracker(sandbox, order_id)
    message = tracker["tracking_details"][-1]["message"]
    assert (tracker["status"], tracker["status_detail"]) == ("available_for_pickup", "arrived_at_pickup_location")
    assert point in message
    assert f"Last day for collection: {last_day}." in message
    assert "Collection code sent by SMS and app" in message


def test_two_parcels(sandbox):
    delivered, moving = (sandbox.tracker(parcel) for parcel in sandbox.order("DEMO-1012")["parcels"])
    assert delivered["status"] == "delivered"
    assert timedelta(hours=24) < age(delivered["tracking_details"][-1]["datetime"]) < timedelta(hours=25)
    assert moving["status"] == "in_transit"


def test_open_dispute_on_an_expensive_order(sandbox):
    order = sandbox.order("DEMO-1011")
    assert order["value"] == {"amount": 820, "currency": "USD"}
    assert order["signature_required"] is False
    assert age(order["dispute_opened_at"]) == timedelta(days=1)


def test_history(sandbox):
    histories = {order_id: sandbox.order(order_id)["history"] for order_id in ALL}
    assert {
        order_id: history["reported_missing_last_12_months"]
        for order_id, history in histories.items()
        if history["reported_missing_last_12_months"]
    } == {"DEMO-1016": 2}
    assert [order_id for order_id, history in histories.items() if history["earlier_contact"]] == ["DEMO-1017"]
    contact = histories["DEMO-1017"]["earlier_contact"]
    assert contact["status"] == "closed"
    assert contact["tracking_number"] == sandbox.order("DEMO-1017")["parcels"][0]["tracking_number"]
    assert age(contact["reported_at"]) == timedelta(days=7)


def test_one_anchor_always_gives_the_same_answers(sandbox):
    first, second = (
        sandbox.order("DEMO-1001", as_of=as_of) for as_of in ("2026-11-23T12:00:00Z", "2026-11-23T13:00:00.250+01:00")
    )
    assert first == second
    assert first["parcels"][0]["carrier_base_url"] == f"{sandbox.url}/carrier/as-of/20261123T120000Z"
    assert sandbox.tracker(first["parcels"][0]) == sandbox.tracker(second["parcels"][0])


def test_without_an_anchor_it_is_now(sandbox):
    before = datetime.now().astimezone().replace(microsecond=0)
    order = sandbox.get("/marketplace/api/orders/DEMO-1001").json()
    ordered = datetime.fromisoformat(order["ordered_at"].replace("Z", "+00:00"))
    assert before <= ordered + timedelta(days=7) <= datetime.now().astimezone()


@pytest.mark.parametrize("as_of", ["yesterday", "2026-11-23T12:00:00"])
def test_an_unreadable_anchor_is_told(sandbox, as_of):
    response = sandbox.get("/marketplace/api/orders/DEMO-1001", as_of=as_of)
    assert response.status_code == 422
    assert "as_of" in response.json()["error"]["message"]


def test_unknown_order(sandbox):
    response = sandbox.get("/marketplace/api/orders/DEMO-9999")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "order_not_found"


def test_list_of_orders(sandbox):
    orders = sandbox.get("/marketplace/api/orders", buyer_id="demo-buyer").json()["orders"]
    assert [order["order_id"] for order in orders] == ALL
    assert orders[0]["summary"] == "Delivered 3 days ago, nothing about where"
    assert sandbox.get("/marketplace/api/orders", buyer_id="somebody").json() == {"orders": []}


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic c2FuZGJveDo="])
def test_the_token_is_needed(sandbox, header):
    headers = {"Authorization": header} if header else {}
    for path in ("orders", "orders/DEMO-1001", "conversations/x/messages", "conversations/x/events", "failures"):
        response = requests.get(f"{sandbox.url}/marketplace/api/{path}", headers=headers, timeout=10)
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "unauthorized"
