"""EasyPost's Tracker API (https://docs.easypost.com/docs/trackers), over plain HTTP."""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

import requests
from ruamel.yaml import YAML

from actions.tracking import scan_texts
from actions.tracking.parcel_facts import ParcelFacts, Scan, TrackingFailed

PRODUCTION_URL = "https://api.easypost.com"
SECONDS = (1.5, 4.5)
LARGEST_BODY = 2_000_000
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
        deadline = time.monotonic() + sum(SECONDS)
        answer = requests.post(
            f"{base_url or PRODUCTION_URL}/v2/trackers",
            json={"tracker": wanted},
            auth=(key, ""),
            timeout=SECONDS,
            stream=True,
        )
        if not answer.ok:
            raise TrackingFailed(f"status {answer.status_code}")
        body = _body(answer, deadline)
    except requests.RequestException as error:
        raise TrackingFailed(type(error).__name__) from error
    try:
        return read(body.decode("utf-8"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TrackingFailed(f"unreadable answer: {type(error).__name__}") from error


def _body(answer: requests.Response, deadline: float) -> bytes:
    """The whole body, if it comes before the deadline; a time-out of `requests` holds for each read only."""
    body = b""
    for part in answer.iter_content(chunk_size=64):
        body += part
        if time.monotonic() > deadline or len(body) > LARGEST_BODY:
            answer.close()
            raise TrackingFailed("the answer did not end in time")
    return body


def read(body: str) -> ParcelFacts:
    """The facts in a Tracker object.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: the body is no Tracker object.
    """
    data = json.loads(body)
    details = sorted(data.get("tracking_details") or [], key=lambda row: row.get("datetime") or "")
    scans = tuple(_scan(row) for row in details)
    status = _STATUSES["status_detail"].get(data.get("status_detail")) or _STATUSES["status"].get(
        data["status"], "unknown"
    )
    delivery = _delivery_scan(details, scans) if status == "delivered" else None
    last = delivery or (scans[-1] if scans else None)
    text = last.text if last else ""
    special = scan_texts.special_in(text)
    point, until = scan_texts.pickup_in(text)
    return ParcelFacts(
        tracking_number=_text(data["tracking_code"]),
        provider="easypost",
        status="returned" if special == "returned" else status,
        scans=scans,
        delivery_scan=delivery,
        place=scan_texts.place_in(text),
        special=special,
        signed_by=_text(data["signed_by"]) if data.get("signed_by") else None,
        has_photo=scan_texts.tells_of_photo(text),
        delivered_at=last.at if last and status == "delivered" else None,
        expected_on=_time(data["est_delivery_date"]).date() if data.get("est_delivery_date") else None,
        pickup_point=point,
        pickup_until=until,
        body=body,
    )


def _delivery_scan(details: list[dict[str, Any]], scans: tuple[Scan, ...]) -> Optional[Scan]:
    """Of the scans that say "delivered" the first that tells a place, else the first."""
    delivered = [scan for row, scan in zip(details, scans) if row.get("status") == "delivered"]
    return next((scan for scan in delivered if scan_texts.place_in(scan.text)), delivered[0] if delivered else None)


def _scan(row: dict[str, Any]) -> Scan:
    place = row.get("tracking_location") or {}
    city, postcode, country = (_text(place[n]) if place.get(n) else None for n in ("city", "zip", "country"))
    return Scan(
        at=_time(row["datetime"]) if row.get("datetime") else None,
        text=_text(row.get("message") or ""),
        city=city,
        postcode=postcode,
        country=country,
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text is documented, not {type(value).__name__}")
    return value


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at
