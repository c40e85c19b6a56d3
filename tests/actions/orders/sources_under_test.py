"""The sources that are asked over HTTP, as tests that hold for all of them need them. All samples are made up."""

from dataclasses import dataclass
from types import ModuleType
from typing import Any, Dict

from actions.orders import ebay, shopify
from tests.scripted_server import Answer

TOKEN = Answer(body={"access_token": "a-token-for-tests", "expires_in": 7200, "token_type": "Bearer"})
PARCELS = [("00340434161094000001", "DHL"), ("1Z999AA10123456784", "UPS")]


def shopify_order(**changed: Any) -> dict:
    """An Order as the query of `shopify.py` asks for it: two fulfillments, and one that was cancelled."""
    infos = [{"number": number, "company": company} for number, company in PARCELS]
    return {
        "legacyResourceId": "5432109876543",
        "name": "#1001",
        "email": "buyer@example.com",
        "createdAt": "2026-11-16T12:00:00Z",
        "customer": {"legacyResourceId": "7654321098765"},
        "shippingAddress": {
            "name": "Robin Winter",
            "address1": "Musterstraße 12",
            "address2": None,
            "city": "Berlin",
            "zip": "10115",
            "countryCodeV2": "DE",
        },
        "currentTotalPriceSet": {"shopMoney": {"amount": "34.90", "currencyCode": "EUR"}},
        "disputes": [],
        "lineItems": {
            "nodes": [
                {
                    "title": "Coffee set",
                    "sku": "SET-1",
                    "product": {"legacyResourceId": "8000000000001"},
                    "variant": {"legacyResourceId": "4000000000001"},
                }
            ]
        },
        "fulfillments": [
            {"status": "SUCCESS", "trackingInfo": infos[:1]},
            {"status": "SUCCESS", "trackingInfo": infos[1:] + infos[:1] + [{"number": None, "company": "Other"}]},
            {"status": "CANCELLED", "trackingInfo": [{"number": "CANCELLED1", "company": "DHL"}]},
        ],
        **changed,
    }


def shopify_answer(*orders: dict) -> dict:
    """Shopify's answer with these orders."""
    return {"data": {"orders": {"nodes": list(orders)}}, "extensions": {"cost": {"actualQueryCost": 12}}}


def ebay_order(**changed: Any) -> dict:
    """An Order of eBay's."""
    contact = {"addressLine1": "Musterstraße 12", "city": "Berlin", "postalCode": "10115", "countryCode": "DE"}
    ship_to = {"fullName": "Robin Winter", "contactAddress": contact, "email": "buyer@example.com"}
    return {
        "orderId": "11-22222-33333",
        "creationDate": "2026-11-16T12:00:00.000Z",
        "buyer": {"username": "demo-buyer"},
        "pricingSummary": {"total": {"value": "34.90", "currency": "EUR"}},
        "fulfillmentStartInstructions": [
            {"ebaySupportedFulfillment": False, "shippingStep": {"shipTo": ship_to}},
        ],
        "lineItems": [{"lineItemId": "1", "legacyItemId": "110011001100", "title": "Coffee set"}],
        **changed,
    }


def ebay_fulfillments() -> dict:
    """Its fulfillments; one was sent without a tracking number."""
    rows = [{"shipmentTrackingNumber": number, "shippingCarrierCode": carrier} for number, carrier in PARCELS]
    return {"fulfillments": [*rows, {"fulfillmentId": "9"}], "total": 3}


@dataclass(frozen=True)
class UnderTest:
    """A source, the ids of an order, its buyer and its item, and what it answers by path."""

    module: ModuleType
    key: str
    number: str
    buyer_id: str
    item_id: str
    answers: Dict[str, Any]
    by_buyer: Dict[str, Any]
    token_path: str

    def __str__(self) -> str:
        return self.module.NAME

    def paths(self, by_buyer: bool = False) -> Dict[str, Answer]:
        """What is answered where, the token first."""
        answers = {path: Answer(body=body) for path, body in (self.by_buyer if by_buyer else self.answers).items()}
        return {self.token_path: TOKEN, **answers}


SOURCES = [
    UnderTest(
        shopify,
        "client:a-key-for-tests",
        "#1001",
        "7654321098765",
        "8000000000001",
        {"/graphql.json": shopify_answer(shopify_order())},
        {"/graphql.json": shopify_answer(shopify_order())},
        "/admin/oauth/access_token",
    ),
    UnderTest(
        ebay,
        "client:a-key-for-tests:v^1.1#r",
        "11-22222-33333",
        "demo-buyer",
        "110011001100",
        {"/shipping_fulfillment": ebay_fulfillments(), "/11-22222-33333": ebay_order()},
        {
            "/shipping_fulfillment": ebay_fulfillments(),
            "/11-22222-33333": ebay_order(),
            "/order": {"orders": [ebay_order()], "total": 1},
        },
        "/oauth2/token",
    ),
]
