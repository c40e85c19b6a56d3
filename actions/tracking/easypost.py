"""EasyPost's Tracker API (https://docs.easypost.com/docs/trackers), over plain HTTP, and its webhooks.

Webhooks send an Event (https://docs.easypost.com/docs/events) with ``X-Hmac-Signature``, the HMAC-SHA256 of the raw
body under the webhook's secret in Unicode's NFKD form (https://docs.easypost.com/docs/webhooks; the form:
``validate_webhook`` in https://github.com/EasyPost/easypost-python). Newer ones also have ``X-Hmac-Signature-V2``,
made of time, method, path and body
(https://support.easypost.com/hc/en-us/articles/39826034964237-Webhook-HMAC-Validation).
"""

import hashlib
import hmac
import json
import time
import unicodedata
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Mapping, Optional

from actions.tracking import bounded_request
from actions.tracking.documented_shape import documented_shape, part, text, text_or_none
from actions.tracking.newest_state import newest_state
from actions.tracking.parcel_facts import NOT_FOUND, LabelAddress, ParcelFacts, Scan
from actions.tracking.status_tables import StatusTable
from actions.tracking.webhook_signature import BadSignature, is_same

NAME = "easypost"
PRODUCTION_URL = "https://api.easypost.com"
SECONDS = bounded_request.SECONDS
GRACE = timedelta(minutes=5)
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
        return read(json.loads(body), body)


def verify_webhook(headers: Mapping[str, str], body: bytes, secret: str) -> None:
    """See `Notifier.verify_webhook`. One of EasyPost's two signatures must fit; a time that is told must be recent.

    The path in ``X-Path`` is EasyPost's own: a proxy in between may have changed that of the request.
    """
    key = unicodedata.normalize("NFKD", secret).encode()
    sent_at = headers.get("X-Timestamp")
    if sent_at:
        _refuse_stale(sent_at)
    newer, older = headers.get("X-Hmac-Signature-V2"), headers.get("X-Hmac-Signature")
    if not newer and not older:
        raise BadSignature("the signature is missing")
    head = f"{sent_at}POST{headers.get('X-Path')}".encode()
    fits_newer = bool(sent_at) and is_same(_signature(key, head + body), newer)
    if not fits_newer and not is_same(_signature(key, body), older):
        raise BadSignature("the signature does not fit the body")


def read_webhook(body: str) -> Optional[ParcelFacts]:
    """See `Notifier.read_webhook`: the Tracker of an Event ``tracker.created`` or ``tracker.updated``."""
    event = json.loads(body)
    if not text(event["description"]).startswith("tracker."):
        return None
    return read(part(event["result"]), body)


def _refuse_stale(sent_at: str) -> None:
    """Raises BadSignature unless a time (RFC 2822) is at most five minutes away on the machine's clock."""
    try:
        at = parsedate_to_datetime(sent_at)
    except (TypeError, ValueError, IndexError):
        raise BadSignature("the time is unreadable") from None
    at = at if at.tzinfo else at.replace(tzinfo=timezone.utc)  # "-0000" is UTC
    if abs(datetime.now(timezone.utc) - at) > GRACE:
        raise BadSignature("the signature is stale")


def _signature(key: bytes, signed: bytes) -> str:
    return "hmac-sha256-hex=" + hmac.new(key, signed, hashlib.sha256).hexdigest()


def read(data: dict[str, Any], body: str) -> ParcelFacts:
    """The facts in a Tracker object.

    Args:
        data: the Tracker.
        body: the whole answer, for the case.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is no Tracker object.
    """
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
