"""The shape of an order in orders.yml, and reading such files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Dict, List, Optional

from pydantic import BaseModel, Extra, Field, ValidationError, root_validator, validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from typing_extensions import Literal

from sandbox.anchor import parse_duration

OWN_ORDERS = Path(__file__).with_name("orders.yml")

ParcelStatus = Literal[
    "unknown",
    "pre_transit",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "available_for_pickup",
    "return_to_sender",
    "failure",
    "cancelled",
    "error",
]


class OrdersFileError(ValueError):
    """An orders file cannot be used; the message names the file, the order and the field."""


class _Strict(BaseModel):
    class Config:
        # A misspelt field must be told, not ignored.
        extra = Extra.forbid
        allow_mutation = False


class Place(_Strict):
    """Where a scan happened: city, postcode, ISO country."""

    city: str
    zip: str
    country: str


class Scan(_Strict):
    """One carrier event. `age`: how long before the anchor. `{last_day}` in a message: the last day to collect."""

    age: timedelta
    status: ParcelStatus
    detail: str
    message: str
    at: Optional[Place] = None

    _age = validator("age", pre=True, allow_reuse=True)(parse_duration)


class Parcel(_Strict):
    """One parcel. estimated_in and collect_within are counted from the anchor into the future.

    delivery_photo: the courier took a picture, and the provider tells its address.
    """

    tracking_number: str
    carrier: str
    provider: str = "easypost"
    carrier_account: Literal["answers", "silent"] = "answers"
    service: Optional[str] = None
    signed_by: Optional[str] = None
    delivery_photo: bool = False
    weight_ounces: Optional[float] = None
    estimated_in: Optional[timedelta] = None
    collect_within: Optional[timedelta] = None
    scans: List[Scan] = []

    _durations = validator("estimated_in", "collect_within", pre=True, allow_reuse=True)(
        lambda text: None if text is None else parse_duration(text)
    )

    @root_validator(skip_on_failure=True)
    def _consistent(cls, parcel: Dict[str, Any]) -> Dict[str, Any]:
        ages = [scan.age for scan in parcel["scans"]]
        if ages != sorted(ages, reverse=True):
            raise ValueError("scans must stand oldest first")
        if parcel["collect_within"] is None and any("{last_day}" in scan.message for scan in parcel["scans"]):
            raise ValueError("a message with {last_day} needs collect_within")
        return parcel


class Address(_Strict):
    """Where the order goes."""

    name: Optional[str] = None
    street: str
    city: str
    postcode: str
    country: str


class Value(_Strict):
    """What the buyer paid. Amount in whole units of an ISO 4217 currency."""

    amount: float
    currency: str


class EarlierContact(_Strict):
    """A conversation about this order that ended before. Ages count back from the anchor."""

    conversation_id: str
    tracking_number: str
    reported: timedelta
    closed: timedelta
    subject: str

    _ages = validator("reported", "closed", pre=True, allow_reuse=True)(parse_duration)


class History(_Strict):
    """What the marketplace knows about the buyer's earlier reports."""

    reported_missing_last_12_months: int = 0
    earlier_contact: Optional[EarlierContact] = None


class Order(_Strict):
    """One order as the sandbox marketplace keeps it. Ages count back from the anchor.

    summary: one line about its tracking. note: what else it shows to whoever tries the sandbox; only the message
    box has it.
    """

    order_id: str
    item_id: Optional[str] = None
    buyer_id: str
    buyer_email: str
    address: Address
    marketplace: str
    title: str
    summary: str
    note: Optional[str] = None
    value: Value
    ordered: timedelta
    signature_required: bool = False
    dispute_open: bool = False
    dispute_opened: Optional[timedelta] = None
    history: History = History()
    parcels: List[Parcel] = Field(..., min_items=1)

    _ages = validator("ordered", "dispute_opened", pre=True, allow_reuse=True)(
        lambda text: None if text is None else parse_duration(text)
    )


def load_orders(extra: Optional[Path] = None) -> Dict[str, Order]:
    """Read the sandbox's own orders, then `extra` when given; by order id, in the order of the files.

    The extra file has the same shape. Its orders replace own ones of the same id; its `defaults` and `places`
    build on the own ones. Raises OrdersFileError when a file is missing or wrong, or when two orders share a
    tracking number.
    """
    orders: Dict[str, Order] = {}
    defaults: Dict[str, Any] = {}
    places: Dict[str, Any] = {}
    for path in [OWN_ORDERS] + ([extra] if extra else []):
        content = _read(path)
        defaults = {**defaults, **content.get("defaults", {})}
        places = {**places, **content.get("places", {})}
        for entry in content.get("orders", []):
            order = _order(path, {**defaults, **entry}, places)
            orders[order.order_id] = order
    _refuse_shared_numbers(orders)
    return orders


def _read(path: Path) -> Dict[str, Any]:
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")) or {}
    except (OSError, YAMLError) as error:
        raise OrdersFileError(f"{path}: {error}") from error
    unknown = set(content) - {"defaults", "places", "orders"} if isinstance(content, dict) else {"(not a mapping)"}
    if unknown:
        raise OrdersFileError(f"{path}: unknown at the top: {', '.join(sorted(unknown))}")
    return content


def _order(path: Path, entry: Dict[str, Any], places: Dict[str, Any]) -> Order:
    name = entry.get("order_id", "an order without order_id")
    try:
        return Order.parse_obj(_with_places(entry, places))
    except KeyError as error:
        raise OrdersFileError(f"{path}: {name}: no place called {error}") from error
    except ValidationError as error:
        raise OrdersFileError(f"{path}: {name}: {error}") from error


def _with_places(entry: Dict[str, Any], places: Dict[str, Any]) -> Dict[str, Any]:
    parcels = []
    for parcel in entry.get("parcels", []):
        scans = [
            {**scan, "at": places[scan["at"]]} if isinstance(scan.get("at"), str) else scan
            for scan in parcel.get("scans", [])
        ]
        parcels.append({**parcel, "scans": scans})
    return {**entry, "parcels": parcels}


def _refuse_shared_numbers(orders: Dict[str, Order]) -> None:
    seen: Dict[str, str] = {}
    for order in orders.values():
        for parcel in order.parcels:
            other = seen.setdefault(parcel.tracking_number, order.order_id)
            if other != order.order_id:
                raise OrdersFileError(f"{parcel.tracking_number} stands in {other} and in {order.order_id}")
