"""Orders of an eBay seller, over the Sell Fulfillment API.

getOrder, getOrders and getShippingFulfillments:
https://developer.ebay.com/api-docs/sell/fulfillment/resources/order/methods/getOrder,
https://developer.ebay.com/api-docs/sell/fulfillment/resources/order/methods/getOrders,
https://developer.ebay.com/api-docs/sell/fulfillment/resources/order/shipping_fulfillment/methods/getShippingFulfillments.
Tokens: https://developer.ebay.com/api-docs/static/oauth-refresh-token-request.html; the key is "client id:client
secret:refresh token", with the scope sell.fulfillment.readonly.

The API does not tell whether a case is open at eBay: `dispute_open` is False of all its orders.
"""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Iterator, Optional
from urllib.parse import quote

from actions.access_tokens import AccessTokens
from actions.orders.order import Order, OrderNotFound, Parcel
from actions.orders.order_record import order_of, order_record
from actions.orders.source import Terms, only_one, source_answers
from actions.tracking import bounded_request
from actions.tracking.documented_shape import documented_shape, part, rows, text, text_or_none
from actions.tracking.parcel_facts import NOT_FOUND, REFUSED, SLOW, TrackingFailed

NAME = "ebay"
MARKETPLACE = "ebay"
PRODUCTION_URL = "https://api.ebay.com"
PATH = "/sell/fulfillment/v1/order"
TOKENS = AccessTokens("/identity/v1/oauth2/token")
NUMBER = re.compile(r"\d{2}-\d{5}-\d{5}|\d{9,19}-\d{1,19}|\d{9,19}")  # today's and the older ones
A_PAGE = 200  # the most that getOrders gives
MOST_PAGES = 5


def find_by_number(number: str, terms: Terms) -> Order:
    """See `OrderSource.find_by_number`. Order and fulfillments are asked for at the same time."""
    number = number.strip()
    if not NUMBER.fullmatch(number):
        raise OrderNotFound("it is no number of eBay's")
    with source_answers():
        return _order(*_order_and_fulfillments(number, terms))


def find_by_buyer(buyer_id: str, item_id: str, terms: Terms) -> Order:
    """See `OrderSource.find_by_buyer`; among the orders of the last 90 days, for the API knows no buyer as a filter."""
    with source_answers():
        with documented_shape():
            found = {text(row["orderId"]) for row in _orders(terms) if _is_of(row, buyer_id, item_id)}
        return _order(*_order_and_fulfillments(only_one(found), terms))


def _order_and_fulfillments(number: str, terms: Terms) -> tuple[str, str]:
    """The answers about both. An order without fulfillments has an empty list of them, so that 404 is no such order."""
    path = f"{PATH}/{quote(number, safe='')}"
    with ThreadPoolExecutor(max_workers=1) as pool:
        fulfillments = pool.submit(_ask, f"{path}/shipping_fulfillment", terms)
        order = _ask(path, terms, {400: NOT_FOUND})
        return order, fulfillments.result()


def _orders(terms: Terms) -> Iterator[dict[str, Any]]:
    """All orders of the last 90 days; eBay's default.

    Raises:
        TrackingFailed: there are more than fit into the time, so that nobody can say that only one fits.
    """
    for page in range(MOST_PAGES):
        answer = part(json.loads(_ask(PATH, terms, {404: REFUSED}, limit=str(A_PAGE), offset=str(page * A_PAGE))))
        yield from rows(answer["orders"])
        if not text_or_none(answer.get("next")):
            return
    raise TrackingFailed("more orders than can be read in time", SLOW)


def _ask(path: str, terms: Terms, kinds: Optional[dict[int, str]] = None, **params: str) -> str:
    """The answer to a GET."""
    base = terms.address or PRODUCTION_URL
    client_id, secret, refresh_token = (terms.key.split(":", 2) + ["", ""])[:3]

    def request(token: str) -> str:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        url = f"{base}{path}"
        return bounded_request.ask("GET", url, params=params, headers=headers, kinds=kinds, deadline=terms.deadline)

    grant = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return TOKENS.used_for(base, terms.key, terms.deadline, request, data=grant, auth=(client_id, secret))


def _is_of(row: dict[str, Any], buyer_id: str, item_id: str) -> bool:
    return _buyer(row) == buyer_id and item_id in _item_ids(row)


def _order(order: str, fulfillments: str) -> Order:
    with documented_shape():
        data, sent = part(json.loads(order)), rows(part(json.loads(fulfillments))["fulfillments"])
        total = part(part(data.get("pricingSummary")).get("total"))
        to, amount = _recipient(data), text_or_none(total.get("value"))
        place = part(to.get("contactAddress"))
        street = " ".join(filter(None, (text_or_none(place.get(name)) for name in ("addressLine1", "addressLine2"))))
        parcels = [
            (text_or_none(row.get("shipmentTrackingNumber")), text_or_none(row.get("shippingCarrierCode")))
            for row in sent
        ]
        return order_of(
            order_record(
                text(data["orderId"]),
                MARKETPLACE,
                buyer_id=_buyer(data),
                email=text_or_none(to.get("email")),
                address={
                    "name": text_or_none(to.get("fullName")),
                    "street": street or None,
                    "city": text_or_none(place.get("city")),
                    "postcode": text_or_none(place.get("postalCode")),
                    "country": text_or_none(place.get("countryCode")),
                },
                amount=float(amount) if amount else None,
                currency=text_or_none(total.get("currency")),
                title=next((text_or_none(item.get("title")) for item in rows(data.get("lineItems"))), None),
                item_ids=_item_ids(data),
                ordered_at=text_or_none(data.get("creationDate")),
                parcels=[Parcel(number, carrier) for number, carrier in parcels if number],
            )
        )


def _recipient(data: dict[str, Any]) -> dict[str, Any]:
    """Where the buyer is: with eBay's international shipping the seller sends to eBay, which sends on."""
    first = next(iter(rows(data.get("fulfillmentStartInstructions"))), {})
    ship_to = part(part(first.get("shippingStep")).get("shipTo"))
    if first.get("ebaySupportedFulfillment") is True and first.get("finalDestinationAddress"):
        return {"contactAddress": part(first["finalDestinationAddress"]), "email": ship_to.get("email")}
    return ship_to


def _buyer(data: dict[str, Any]) -> Optional[str]:
    return text_or_none(part(data.get("buyer")).get("username"))


def _item_ids(data: dict[str, Any]) -> list[str]:
    ids = [text_or_none(item.get("legacyItemId")) for item in rows(data.get("lineItems"))]
    return [one for one in dict.fromkeys(ids) if one]
