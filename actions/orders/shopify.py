"""Orders of a Shopify shop, over the GraphQL Admin API, version 2026-07.

Orders: https://shopify.dev/docs/api/admin-graphql/2026-07/queries/orders, fields of
https://shopify.dev/docs/api/admin-graphql/2026-07/objects/Order. Errors:
https://shopify.dev/docs/api/admin-graphql/2026-07#status-and-error-codes. Tokens:
https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant.

Needs the scopes read_orders (and read_all_orders for orders of more than 60 days) and read_customers.
"""

import json
import re
from typing import Any, Optional

from actions.access_tokens import AccessTokens
from actions.orders.order import Order, OrderNotFound, Parcel
from actions.orders.order_record import compact, order_of, order_record
from actions.orders.source import Terms, only_one, source_answers
from actions.tracking import bounded_request
from actions.tracking.documented_shape import documented_shape, part, rows, text, text_or_none
from actions.tracking.parcel_facts import BUSY, REFUSED, UNAVAILABLE, WRONG_KEY, TrackingFailed

NAME = "shopify"
MARKETPLACE = "shopify"
PATH = "/admin/api/2026-07/graphql.json"
TOKENS = AccessTokens("/admin/oauth/access_token")
KINDS = {404: REFUSED, 402: REFUSED, 423: REFUSED}  # 404: there is no such shop, not no such order
CODES = {"THROTTLED": BUSY, "ACCESS_DENIED": WRONG_KEY, "INTERNAL_SERVER_ERROR": UNAVAILABLE, "TIMEOUT": UNAVAILABLE}
DISPUTE_IS_OVER = ("ACCEPTED", "LOST", "PREVENTED", "WON", "CHARGE_REFUNDED")
NUMBER = re.compile(r"[^\W_][\w. /-]{0,62}")
ID = re.compile(r"(?:gid://shopify/\w+/)?(\d{1,20})")
LEAST_DIGITS_OF_AN_ID = 10
QUERY = """
query Orders($search: String!, $first: Int!) {
  orders(first: $first, query: $search, sortKey: CREATED_AT, reverse: true) {
    nodes {
      legacyResourceId name email createdAt
      customer { legacyResourceId }
      shippingAddress { name address1 address2 city zip countryCodeV2 }
      currentTotalPriceSet { shopMoney { amount currencyCode } }
      disputes { status }
      lineItems(first: 50) { nodes { title sku product { legacyResourceId } variant { legacyResourceId } } }
      fulfillments(first: 50) { status trackingInfo(first: 20) { number company } }
    }
  }
}
"""
NOT_SENT = ("CANCELLED", "ERROR", "FAILURE")  # fulfillments whose parcels do not exist


def find_by_number(number: str, terms: Terms) -> Order:
    """See `OrderSource.find_by_number`; the order's name with or without #, or its id."""
    name = number.strip().lstrip("#")
    id_of_order = ID.fullmatch(number.strip())
    if id_of_order and len(id_of_order[1]) >= LEAST_DIGITS_OF_AN_ID:
        search, field, wanted = f"id:{id_of_order[1]}", "legacyResourceId", id_of_order[1]
    elif NUMBER.fullmatch(name):
        search, field, wanted = f'name:"{name}"', "name", name
    else:  # it could end the search term and begin another
        raise OrderNotFound("it is no number of Shopify's")
    with source_answers():
        nodes = _ask(search, 10, terms)
        with documented_shape():
            # The search finds what begins alike, too.
            return only_one([_order(node) for node in nodes if compact(text(node[field])) == compact(wanted)])


def find_by_buyer(buyer_id: str, item_id: str, terms: Terms) -> Order:
    """See `OrderSource.find_by_buyer`; the buyer is a customer's id, the item a product's, a variant's or an SKU."""
    customer, item = ID.fullmatch(buyer_id), ID.fullmatch(item_id)
    if not customer:
        raise OrderNotFound("it is no customer of Shopify's")
    with source_answers():
        nodes = _ask(f"customer_id:{customer[1]}", 20, terms)
        with documented_shape():
            found = [node for node in nodes if (item[1] if item else item_id) in _item_ids(node)]
            return only_one([_order(node, buyer_id) for node in found if _customer(node) == customer[1]])


def _ask(search: str, first: int, terms: Terms) -> list[dict[str, Any]]:
    """The orders that Shopify finds, the newest first."""
    client_id, is_app, secret = terms.key.partition(":")

    def request(token: str) -> str:
        body = bounded_request.ask(
            "POST",
            f"{terms.address}{PATH}",
            json={"query": QUERY, "variables": {"search": search, "first": first}},
            headers={"X-Shopify-Access-Token": token},
            kinds=KINDS,
            deadline=terms.deadline,
        )
        _refuse_errors(body)
        return body

    if is_app:
        grant = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        body = TOKENS.used_for(terms.address, terms.key, terms.deadline, request, data=grant)
    else:
        body = request(terms.key)
    with documented_shape():
        return rows(json.loads(body)["data"]["orders"]["nodes"])


def _refuse_errors(body: str) -> None:
    """GraphQL's errors come with status 200; with one of them, what is left of the data may be half of it."""
    with documented_shape():
        errors = rows(part(json.loads(body)).get("errors"))
        codes = [text_or_none(part(error.get("extensions")).get("code")) for error in errors]
    if errors:
        code = next((code for code in codes if code in CODES), None)
        raise TrackingFailed(f"GraphQL error {code or 'of another kind'}", CODES.get(code, REFUSED))


def _order(node: dict[str, Any], buyer_id: Optional[str] = None) -> Order:
    to, money = part(node.get("shippingAddress")), part(part(node.get("currentTotalPriceSet")).get("shopMoney"))
    street = " ".join(filter(None, (text_or_none(to.get(name)) for name in ("address1", "address2"))))
    amount = text_or_none(money.get("amount"))
    disputes = [text_or_none(dispute.get("status")) for dispute in rows(node.get("disputes"))]
    items = rows(part(node.get("lineItems")).get("nodes"))
    return order_of(
        order_record(
            text(node["name"]),
            MARKETPLACE,
            # As the platform wrote it, when that is how the order was found: it may be a gid.
            buyer_id=buyer_id or _customer(node),
            email=text_or_none(node.get("email")),
            address={
                "name": text_or_none(to.get("name")),
                "street": street or None,
                "city": text_or_none(to.get("city")),
                "postcode": text_or_none(to.get("zip")),
                "country": text_or_none(to.get("countryCodeV2")),
            },
            amount=float(amount) if amount else None,
            currency=text_or_none(money.get("currencyCode")),
            title=next((text_or_none(item.get("title")) for item in items), None),
            item_ids=sorted(_item_ids(node)),
            ordered_at=text_or_none(node.get("createdAt")),
            dispute_open=any(status not in DISPUTE_IS_OVER for status in disputes),
            parcels=_parcels(node),
        )
    )


def _parcels(node: dict[str, Any]) -> list[Parcel]:
    """Every parcel of every fulfillment that was not taken back; several numbers of one are several packages."""
    sent = [row for row in rows(node.get("fulfillments")) if text_or_none(row.get("status")) not in NOT_SENT]
    told = [info for row in sent for info in rows(row.get("trackingInfo"))]
    numbers = [(text_or_none(info.get("number")), text_or_none(info.get("company"))) for info in told]
    return [Parcel(number, company) for number, company in numbers if number]


def _customer(node: dict[str, Any]) -> Optional[str]:
    return text_or_none(part(node.get("customer")).get("legacyResourceId"))


def _item_ids(node: dict[str, Any]) -> set[str]:
    items = rows(part(node.get("lineItems")).get("nodes"))
    ids = [text_or_none(item.get("sku")) for item in items]
    ids += [text_or_none(part(item.get(of)).get("legacyResourceId")) for item in items for of in ("product", "variant")]
    return {one for one in ids if one}
