"""EasyPost's Tracker API (https://docs.easypost.com/docs/trackers), over plain HTTP."""

import json
import time
from datetime import datetime
from typing import Any, Optional

from actions.tracking import bounded_request
from actions.tracking.documented_shape import documented_shape, part, text, text_or_none
from actions.tracking.newest_state import newest_state
from actions.tracking.parcel_facts import NOT_FOUND, LabelAddress, ParcelFacts, Scan
from actions.tracking.status_tables import StatusTable

NAME = "easypost"
PRODUCTION_URL = "https://api.easypost.com"
SECONDS = bounded_request.SECONDS
_TABLE = StatusTable(NAME)


def look_up(
    tracking_number: str,
    carrier: Optional[str],
    key: str,
    base_url: Optional[str] = None,
    *,
    postcode: Optional[str] = None,
    deadline: Optional[float] = None,
) -> ParcelFacts:
    """Asks EasyPost for a parcel's newest state. See `Provider.look_up`; the key is the user of HTTP Basic.

    A number that EasyPost does not know yet is announced to it by the same request.
    """
    wanted = {"tracking_code": tracking_number, **({"carrier": carrier} if carrier else {})}
    body = bounded_request.ask(
        "POST",
        f"{base_url or PRODUCTION_URL}/v2/trackers",
        json={"tracker": wanted},
        auth=(key, ""),
        kinds={422: NOT_FOUND},
        deadline=time.monotonic() + sum(SECONDS) if deadline is None else deadline,
        seconds=SECONDS,
    )
    with documented_shape():
        return read(body)


def read(body: str) -> ParcelFacts:
    """The facts in a Tracker object.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: the body is no Tracker object.
    """
    data = json.loads(body)
    details = sorted(data.get("tracking_details") or [], key=lambda row: row.get("datetime") or "")
    scans = [_scan(row) for row in details]
    return newest_state(
        NAME,
        text(data["tracking_code"]),
        _TABLE.status(status_detail=data.get("status_detail"), status=data["status"]),
        scans,
        [scan for row, scan in zip(details, scans) if row.get("status") == "delivered"],
        body,
        signed_by=text(data["signed_by"]) if data.get("signed_by") else None,
        expected_on=_time(data["est_delivery_date"]).date() if data.get("est_delivery_date") else None,
        label_address=_label_address(part(data.get("carrier_detail"))),
    )


def _label_address(details: dict[str, Any]) -> LabelAddress:
    """Where the carrier brings the parcel, without a street; the carrier's alternate identifier may be anything."""
    place = part(details.get("destination_tracking_location"))
    postcode, city, country = (text_or_none(place.get(name)) for name in ("zip", "city", "country"))
    return LabelAddress(None, postcode, city, country)


def _scan(row: dict[str, Any]) -> Scan:
    place = row.get("tracking_location") or {}
    city, postcode, country = (text(place[n]) if place.get(n) else None for n in ("city", "zip", "country"))
    return Scan(
        at=_time(row["datetime"]) if row.get("datetime") else None,
        text=text(row.get("message") or ""),
        city=city,
        postcode=postcode,
        country=country,
    )


def _time(value: str) -> datetime:
    at = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at
