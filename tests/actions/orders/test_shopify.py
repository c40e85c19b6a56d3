"""What is Shopify's own: the search, GraphQL's errors, disputes."""

import time
from contextlib import suppress
from datetime import datetime, timezone

import pytest

from actions.orders import shopify
from actions.orders.order import OrderNotFound, OrderSourceFailed
from actions.orders.source import Terms
from actions.tracking.parcel_facts import BUSY, REFUSED, UNAVAILABLE, WRONG_KEY
from tests.actions.orders.sources_under_test import shopify_answer, shopify_order
from tests.scripted_server import Answer, ScriptedServer


@pytest.fixture
def shop():
    """A shop with the order #1001; ``shop(orders)`` gives others."""
    with ScriptedServer(otherwise=Answer(body=shopify_answer(shopify_order()))) as server:
        yield server


def find(server, number):
    terms = Terms(datetime.now(timezone.utc), time.monotonic() + 5, None, server.url, "a-key-for-tests")
    return shopify.find_by_number(number, terms)


def find_by_buyer(server, buyer_id, item_id):
    terms = Terms(datetime.now(timezone.utc), time.monotonic() + 5, None, server.url, "a-key-for-tests")
    return shopify.find_by_buyer(buyer_id, item_id, terms)


@pytest.mark.parametrize(
    ("number", "search"),
    [
        ("1001", 'name:"1001"'),
        ("#1001", 'name:"1001"'),
        (" 1001 ", 'name:"1001"'),
        ("5432109876543", "id:5432109876543"),
        ("gid://shopify/Order/5432109876543", "id:5432109876543"),
    ],
)
def test_an_order_is_searched_by_its_name_or_its_id(shop, number, search):
    assert find(shop, number).number == "#1001"
    [call] = shop.calls
    assert call.path == "/admin/api/2026-07/graphql.json"
    assert call.headers["X-Shopify-Access-Token"] == "a-key-for-tests"
    assert call.data["variables"]["search"] == search


@pytest.mark.parametrize("number", ['1001" OR name:"1002', "1001 OR *", "*", "", "#", "name:1001", "1001\n", "(1001)"])
def test_a_number_never_becomes_another_search(shop, number):
    with suppress(OrderNotFound):
        find(shop, number)
    searches = [call.data["variables"]["search"] for call in shop.calls]
    assert all(search.count('"') == 2 and search.endswith('"') for search in searches)
    assert not any("*" in search for search in searches)


def test_what_only_begins_alike_is_another_order(shop):
    others = [shopify_order(name="#10011"), shopify_order(name="#1001-A")]
    shop.otherwise = Answer(body=shopify_answer(*others))
    with pytest.raises(OrderNotFound):
        find(shop, "1001")
    shop.otherwise = Answer(body=shopify_answer(*others, shopify_order()))
    assert find(shop, "1001").number == "#1001"


def test_no_order_is_none(shop):
    shop.otherwise = Answer(body=shopify_answer())
    with pytest.raises(OrderNotFound):
        find(shop, "1001")


def test_no_such_shop_is_a_failure_and_not_no_such_order(shop):
    shop.otherwise = Answer(404)
    with pytest.raises(OrderSourceFailed) as raised:
        find(shop, "1001")
    assert raised.value.kind == REFUSED


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("THROTTLED", BUSY),
        ("ACCESS_DENIED", WRONG_KEY),
        ("INTERNAL_SERVER_ERROR", UNAVAILABLE),
        ("SOMETHING_NEW", REFUSED),
        (None, REFUSED),
    ],
)
def test_an_error_of_graphqls_is_a_failure_even_beside_an_order(shop, code, kind):
    error = {"message": "about buyer@example.com", "extensions": {"code": code}}
    shop.otherwise = Answer(body={**shopify_answer(shopify_order()), "errors": [error]})
    with pytest.raises(OrderSourceFailed) as raised:
        find(shop, "1001")
    assert raised.value.kind == kind
    assert "example.com" not in str(raised.value)


@pytest.mark.parametrize(
    ("statuses", "is_open"),
    [([], False), (["WON"], False), (["LOST", "NEEDS_RESPONSE"], True), (["UNDER_REVIEW"], True), (["NEW"], True)],
)
def test_a_dispute_that_is_not_over_is_open(shop, statuses, is_open):
    disputes = [{"status": status} for status in statuses]
    shop.otherwise = Answer(body=shopify_answer(shopify_order(disputes=disputes)))
    assert find(shop, "1001").dispute_open is is_open


@pytest.mark.parametrize("item", ["8000000000001", "4000000000001", "SET-1", "gid://shopify/Product/8000000000001"])
@pytest.mark.parametrize("buyer", ["7654321098765", "gid://shopify/Customer/7654321098765"])
def test_a_buyer_and_an_item_may_be_told_in_many_ways(shop, buyer, item):
    order = find_by_buyer(shop, buyer, item)
    assert order.belongs_to(buyer, None)
    assert shop.calls[0].data["variables"]["search"] == "customer_id:7654321098765"


def test_of_two_orders_of_the_same_item_none_is_guessed(shop):
    shop.otherwise = Answer(body=shopify_answer(shopify_order(), shopify_order(name="#1002")))
    with pytest.raises(OrderNotFound, match="several"):
        find_by_buyer(shop, "7654321098765", "SET-1")


def test_an_order_without_buyer_address_and_parcels_is_an_order(shop):
    bare = shopify_order(customer=None, shippingAddress=None, email=None, fulfillments=[], lineItems={"nodes": []})
    shop.otherwise = Answer(body=shopify_answer(bare))
    order = find(shop, "1001")
    assert (order.buyer_id, order.email, order.postcode, order.parcels) == (None, None, None, ())
    assert not order.belongs_to(None, None)
