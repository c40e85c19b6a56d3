"""What is eBay's own: its numbers, pages of orders, and parcels that eBay sends on."""

import time
from base64 import b64encode
from datetime import datetime, timezone
from urllib.parse import parse_qs

import pytest

from actions.orders import ebay
from actions.orders.order import OrderNotFound, OrderSourceFailed
from actions.orders.source import Terms
from actions.tracking.parcel_facts import REFUSED, SLOW
from tests.actions.orders.sources_under_test import TOKEN, ebay_fulfillments, ebay_order
from tests.scripted_server import Answer, ScriptedServer


@pytest.fixture
def seller():
    """A seller with one order."""
    ebay.TOKENS.forget()
    paths = {
        "/oauth2/token": TOKEN,
        "/shipping_fulfillment": Answer(body=ebay_fulfillments()),
        "/11-22222-33333": Answer(body=ebay_order()),
    }
    with ScriptedServer(paths=paths, otherwise=Answer(404)) as server:
        yield server


def terms(server):
    key = "client:secret:v^1.1#r:x"
    return Terms(datetime.now(timezone.utc), time.monotonic() + 5, None, server.url, key)


def test_the_sellers_token_is_fetched_with_the_refresh_token(seller):
    ebay.find_by_number("11-22222-33333", terms(seller))
    token, *others = seller.calls
    assert token.path == "/identity/v1/oauth2/token"
    assert token.headers["Authorization"] == f"Basic {b64encode(b'client:secret').decode()}"
    assert parse_qs(token.body.decode()) == {"grant_type": ["refresh_token"], "refresh_token": ["v^1.1#r:x"]}
    assert {call.path for call in others} == {
        "/sell/fulfillment/v1/order/11-22222-33333",
        "/sell/fulfillment/v1/order/11-22222-33333/shipping_fulfillment",
    }
    assert {call.headers["Authorization"] for call in others} == {"Bearer a-token-for-tests"}


@pytest.mark.parametrize("number", ["#1001", "DEMO-1001", "../order", "11-22222-33333/x", "", "1", "11-22222-33333?x"])
def test_what_is_no_number_of_ebays_is_not_asked_for(seller, number):
    with pytest.raises(OrderNotFound):
        ebay.find_by_number(number, terms(seller))
    assert seller.calls == []


@pytest.mark.parametrize("status", [400, 404])
def test_an_order_that_ebay_does_not_know_is_none(seller, status):
    seller.paths = {"/oauth2/token": TOKEN}
    seller.otherwise = Answer(status)
    with pytest.raises(OrderNotFound):
        ebay.find_by_number("11-22222-33334", terms(seller))


def test_an_order_whose_parcels_can_not_be_read_is_no_order_without_parcels(seller):
    seller.paths["/shipping_fulfillment"] = Answer(500)
    with pytest.raises(OrderSourceFailed):
        ebay.find_by_number("11-22222-33333", terms(seller))


def test_an_order_that_was_not_sent_yet_has_no_parcels(seller):
    seller.paths["/shipping_fulfillment"] = Answer(body={"fulfillments": [], "total": 0})
    assert ebay.find_by_number("11-22222-33333", terms(seller)).parcels == ()


def test_where_ebay_sends_on_the_buyers_address_counts_and_not_ebays(seller):
    instruction = ebay_order()["fulfillmentStartInstructions"][0]
    home = {"addressLine1": "12 High Street", "city": "Leeds", "postalCode": "LS1 1AA", "countryCode": "GB"}
    sent_on = {**instruction, "ebaySupportedFulfillment": True, "finalDestinationAddress": home}
    seller.paths["/11-22222-33333"] = Answer(body=ebay_order(fulfillmentStartInstructions=[sent_on]))
    order = ebay.find_by_number("11-22222-33333", terms(seller))
    assert (order.street, order.city, order.postcode, order.country) == ("12 High Street", "Leeds", "LS1 1AA", "GB")


def page(*orders, more=False):
    return Answer(body={"orders": list(orders), "next": "https://api.ebay.com/next" if more else None})


def test_all_pages_are_read_until_one_is_the_last(seller):
    other = ebay_order(orderId="11-22222-44444", buyer={"username": "somebody-else"})
    seller.script = [page(*[other] * 3, more=True), page(ebay_order())]
    assert ebay.find_by_buyer("demo-buyer", "110011001100", terms(seller)).number == "11-22222-33333"
    asked = [parse_qs(call.path.partition("?")[2]) for call in seller.calls if "?" in call.path]
    assert asked == [{"limit": ["200"], "offset": ["0"]}, {"limit": ["200"], "offset": ["200"]}]


def test_of_two_orders_of_the_same_item_none_is_guessed_even_on_two_pages(seller):
    seller.script = [page(ebay_order(), more=True), page(ebay_order(orderId="11-22222-44444"))]
    with pytest.raises(OrderNotFound, match="several"):
        ebay.find_by_buyer("demo-buyer", "110011001100", terms(seller))


def test_more_orders_than_can_be_read_are_a_failure_and_not_no_order(seller):
    seller.otherwise = page(more=True)
    with pytest.raises(OrderSourceFailed) as raised:
        ebay.find_by_buyer("demo-buyer", "110011001100", terms(seller))
    assert raised.value.kind == SLOW
    assert len(seller.calls) == 1 + ebay.MOST_PAGES


def test_a_list_that_is_not_there_is_a_failure_and_not_no_order(seller):
    with pytest.raises(OrderSourceFailed) as raised:
        ebay.find_by_buyer("demo-buyer", "110011001100", terms(seller))
    assert raised.value.kind == REFUSED
