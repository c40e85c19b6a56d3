"""AfterShip's Tracking API, version 2026-07 (https://www.aftership.com/docs/tracking/2026-07), and its webhooks.

The shapes are those of "Get trackings", "Create a tracking", the Tracking and the Checkpoint of that version's OpenAPI
document; its limits: https://www.aftership.com/docs/tracking/quickstart/rate-limit (429 with X-RateLimit-Reset).
Webhooks have the Tracking in ``msg`` (https://www.aftership.com/docs/tracking/webhook/webhook-specifications), and in
``aftership-hmac-sha256`` the HMAC-SHA256 of the raw body under the account's webhook secret, in base64
(https://www.aftership.com/docs/tracking/webhook/webhook-signature). They tell no time that could be stale: ``ts`` is
that of the event, however late it is sent again.
"""

import base64
import hashlib
import hmac
import json
import re
from datetime import date
from typing import Any, Mapping, Optional

from actions.tracking import bounded_request
from actions.tracking.documented_shape import documented_shape, part, rows, text, text_or_none
from actions.tracking.newest_state import newest_state
from actions.tracking.parcel_facts import NOT_FOUND, LastMile, ParcelFacts, ProofFound, Scan, TrackingFailed
from actions.tracking.scan_times import read_time
from actions.tracking.status_tables import StatusTable
from actions.tracking.webhook_signature import require, require_same

NAME = "aftership"
PRODUCTION_URL = "https://api.aftership.com"
VERSION = "2026-07"
EVENTS_OF_TRACKINGS = ("tracking_update", "edd_revise", "tracking_pending_time")
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
    """Asks AfterShip for a parcel's newest state. See `Provider.look_up`.

    A number that AfterShip does not know yet is announced to it (which counts as a shipment of the account), so that a
    later look-up finds it; this one ends as not found.
    """
    url = f"{base_url or PRODUCTION_URL}/tracking/{VERSION}/trackings"
    headers = {"as-api-key": key, "Content-Type": "application/json"}
    body = bounded_request.ask(
        "GET", url, params={"tracking_numbers": tracking_number}, headers=headers, deadline=deadline
    )
    with documented_shape():
        found = _choose(rows(json.loads(body)["data"]["trackings"]), carrier)
        if found is not None:
            return read(found, body)
    announced = {"tracking_number": tracking_number}
    bounded_request.ask("POST", url, json=announced, headers=headers, deadline=deadline, kinds={400: NOT_FOUND})
    raise TrackingFailed("announced only now", NOT_FOUND)


def verify_webhook(headers: Mapping[str, str], body: bytes, secret: str) -> None:
    """See `Notifier.verify_webhook`."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    require_same(base64.b64encode(digest).decode(), require(headers, "aftership-hmac-sha256"))


def read_webhook(body: str) -> Optional[ParcelFacts]:
    """See `Notifier.read_webhook`."""
    event = json.loads(body)
    return read(part(event["msg"]), body) if text(event["event"]) in EVENTS_OF_TRACKINGS else None


def read(data: dict[str, Any], body: str) -> ParcelFacts:
    """The facts in a Tracking.

    Args:
        data: the Tracking.
        body: the whole answer, for the case.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is no Tracking.
    """
    checkpoints = rows(data.get("checkpoints"))
    scans = [_scan(row) for row in checkpoints]
    if all(scan.at for scan in scans):
        scans, checkpoints = _in_order(scans, checkpoints)
    subtag = data.get("subtag")
    status = _TABLE.status(status_subtag=subtag, status=data["tag"])
    proofs = [
        (text_or_none(row.get("type")), text_or_none(row.get("url"))) for row in rows(data.get("proof_of_delivery"))
    ]
    estimate = part(data.get("courier_estimated_delivery_date")).get("estimated_delivery_date")
    return newest_state(
        NAME,
        text(data["tracking_number"]),
        "returned" if data.get("return_to_sender") is True else status,
        scans,
        [scan for row, scan in zip(checkpoints, scans) if row.get("tag") == "Delivered"],
        body,
        said=text_or_none(data.get("delivery_location_type")),
        place=_place_by_event(checkpoints) or _TABLE.get("place", subtag),
        place_if_silent=_TABLE.get("place_if_silent", subtag),
        no_news=_TABLE.get("no_news", data["tag"]) is True,
        special=_TABLE.get("special", subtag),
        signed_by=text_or_none(data.get("signed_by")),
        expected_on=date.fromisoformat(text(estimate)[:10]) if estimate else None,
        pickup_point=text_or_none(data.get("pickup_location")) if status == "available_for_pickup" else None,
        proofs=[ProofFound(_TABLE.get("proof", kind) or "document", url) for kind, url in proofs if url],
        last_mile=_last_mile(data, checkpoints),
        # `destination_*` is what the account told AfterShip, not what stands on the label.
    )


def _last_mile(data: dict[str, Any], checkpoints: list[dict[str, Any]]) -> Optional[LastMile]:
    told = part(data.get("last_mile"))
    number, slug = text_or_none(told.get("tracking_number")), text_or_none(told.get("slug"))
    if number is None:
        return None
    return LastMile(number, slug, NAME, is_followed=slug in [row.get("slug") for row in checkpoints])


def _choose(found: list[dict[str, Any]], carrier: Optional[str]) -> Optional[dict[str, Any]]:
    """Of trackings with the same number the one of this carrier, else the first; None when there is none."""
    name = re.sub(r"\W", "", carrier or "").lower()
    of_carrier = (one for one in found if name.startswith(text(one["slug"]).split("-")[0]))
    return next(of_carrier, found[0] if found else None)


def _in_order(scans: list[Scan], checkpoints: list[dict[str, Any]]) -> tuple[list[Scan], list[dict[str, Any]]]:
    """Both oldest first."""
    order = sorted(range(len(scans)), key=lambda index: scans[index].at)
    return [scans[index] for index in order], [checkpoints[index] for index in order]


def _place_by_event(checkpoints: list[dict[str, Any]]) -> Optional[str]:
    codes = [text(event["code"]) for row in checkpoints for event in rows(row.get("events"))]
    return next((place for code in reversed(codes) if (place := _TABLE.get("place_event", code))), None)


def _scan(row: dict[str, Any]) -> Scan:
    country = text_or_none(row.get("country_region"))
    at, local_at = read_time(text_or_none(row.get("checkpoint_time")), country)
    return Scan(
        at=at,
        local_at=local_at,
        text=text_or_none(row.get("message")) or "",
        city=text_or_none(row.get("city")),
        postcode=text_or_none(row.get("postal_code")),
        country=country,
    )
