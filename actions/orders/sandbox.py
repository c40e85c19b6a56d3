"""Orders of the sandbox marketplace, over its HTTP API (``GET /marketplace/api/orders/{id}``)."""

from datetime import datetime
from urllib.parse import quote

import requests

from actions.orders.order import Order, OrderNotFound, OrderSourceFailed, Parcel
from cases.settings import settings

SECONDS = (1, 2)


def find_order(number: str, as_of: datetime) -> Order:
    """An order by its number.

    Args:
        number: as the platform or the buyer wrote it.
        as_of: the product's time at which the case began; the sandbox's dates are relative to it.

    Raises:
        OrderNotFound: the marketplace has no such order.
        OrderSourceFailed: it can not be asked.
    """
    url = f"{settings().sandbox_url}/marketplace/api/orders/{quote(number, safe='')}"
    try:
        answer = requests.get(
            url,
            params={"as_of": as_of.isoformat()},
            headers={"Authorization": f"Bearer {settings().sandbox_token}"},
            timeout=SECONDS,
        )
        if answer.status_code == 404:
            raise OrderNotFound(number)
        answer.raise_for_status()
        return _order(answer.json())
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise OrderSourceFailed(type(error).__name__) from error


def _order(data: dict) -> Order:
    address, history = data["address"], data["history"]
    return Order(
        number=data["order_id"],
        buyer_id=data["buyer"]["buyer_id"],
        email=data["buyer"].get("email"),
        marketplace=data["marketplace"],
        street=address.get("street"),
        city=address.get("city"),
        postcode=address.get("postcode"),
        country=address.get("country"),
        amount=data["value"]["amount"],
        currency=data["value"]["currency"],
        dispute_open=data["dispute_open"],
        reported_missing=history["reported_missing_last_12_months"],
        reported_before=history["earlier_contact"] is not None,
        parcels=tuple(
            Parcel(p["tracking_number"], p.get("carrier"), p["provider"], p.get("carrier_base_url"))
            for p in data["parcels"]
        ),
        raw=data,
    )
