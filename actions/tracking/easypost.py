"""EasyPost's Tracker API (https://docs.easypost.com/docs/trackers), over plain HTTP."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

import requests
from ruamel.yaml import YAML

from actions.tracking import scan_texts
from actions.tracking.parcel_facts import ParcelFacts, Scan, TrackingFailed

PRODUCTION_URL = "https://api.easypost.com"
SECONDS = (2, 5.5)
_STATUSES = YAML(typ="safe", pure=True).load(
    (Path(__file__).parent / "easypost_statuses.yml").read_text(encoding="utf-8")
)


def look_up(tracking_number: str, carrier: Optional[str], key: str, base_url: Optional[str] = None) -> ParcelFacts:
    """Asks EasyPost for a parcel's newest state.

    Args:
        tracking_number: as the carrier gave it.
        carrier: EasyPost's name of the carrier; None lets EasyPost find out.
        key: the API key, sent as the user of HTTP Basic.
        base_url: another address of the same API; EasyPost's own by default.

    Raises:
        TrackingFailed: no answer in time, an error status, or an answer in another shape than documented.
    """
    wanted = {"tracking_code": tracking_number, **({"carrier": carrier} if carrier else {})}
    try:
        answer = requests.post(
            f"{base_url or PRODUCTION_URL}/v2/trackers", json={"tracker": wanted}, auth=(key, ""), timeout=SECONDS
        )
    except requests.RequestException as error:
        raise TrackingFailed(type(error).__name__) from error
    if not answer.ok:
        raise TrackingFailed(f"status {answer.status_code}")
    try:
        return read(answer.text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrackingFailed(f"unreadable answer: {type(error).__name__}") from error


def read(body: str) -> ParcelFacts:
    """The facts in a Tracker object.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: the body is no Tracker object.
    """
    data = json.loads(body)
    details = sorted(data.get("tracking_details") or [], key=lambda row: row.get("datetime") or "")
    scans = tuple(_scan(row) for row in details)
    last = scans[-1] if scans else None
    text = last.text if last else ""
    status = _STATUSES["status_detail"].get(data.get("status_detail")) or _STATUSES["status"].get(
        data["status"], "unknown"
    )
    special = scan_texts.special_in(text)
    point, until = scan_texts.pickup_in(text)
    return ParcelFacts(
        tracking_number=data["tracking_code"],
        provider="easypost",
        status="returned" if special == "returned" else status,
        scans=scans,
        place=scan_texts.place_in(text),
        special=special,
        signed_by=data.get("signed_by") or None,
        has_photo=scan_texts.tells_of_photo(text),
        delivered_at=last.at if last and status == "delivered" else None,
        expected_on=_time(data["est_delivery_date"]).date() if data.get("est_delivery_date") else None,
        pickup_point=point,
        pickup_until=until,
        body=body,
    )


def _scan(row: dict[str, Any]) -> Scan:
    place = row.get("tracking_location") or {}
    return Scan(
        at=_time(row["datetime"]) if row.get("datetime") else None,
        text=row.get("message") or "",
        city=place.get("city"),
        postcode=place.get("zip"),
        country=place.get("country"),
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
