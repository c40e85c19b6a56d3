"""Orders of the sandbox marketplace, over its HTTP API (``GET /marketplace/api/orders/{id}``)."""

from typing import Any
from urllib.parse import quote

import requests

from actions.connections import connections
from actions.orders.order import Order, OrderNotFound, OrderSourceFailed
from actions.orders.order_record import order_of
from actions.orders.source import Terms, only_one
from cases.settings import settings

NAME = "sandbox"
SECONDS = (1, 2)


def find_by_number(number: str, terms: Terms) -> Order:
    """See `OrderSource.find_by_number`; the sandbox's dates are relative to `terms.as_of`."""
    try:
        return order_of(_answer(f"/{quote(number, safe='')}", as_of=terms.as_of.isoformat()))
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise OrderSourceFailed(type(error).__name__) from error


def find_by_buyer(buyer_id: str, item_id: str, terms: Terms) -> Order:
    """See `OrderSource.find_by_buyer`."""
    try:
        lines = _answer("", buyer_id=buyer_id)["orders"]
        numbers = [line["order_id"] for line in lines if line["item_id"] == item_id]
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise OrderSourceFailed(type(error).__name__) from error
    return find_by_number(only_one(numbers), terms)


def _answer(path: str, **params: str) -> Any:
    answer = connections().get(
        f"{settings().sandbox_url}/marketplace/api/orders{path}",
        params=params,
        headers={"Authorization": f"Bearer {settings().sandbox_token}"},
        timeout=SECONDS,
    )
    if answer.status_code == 404:
        raise OrderNotFound("the marketplace has no such order")
    answer.raise_for_status()
    return answer.json()
