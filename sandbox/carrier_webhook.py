"""The carrier's webhook: an EasyPost Event, signed as EasyPost signs, posted to the seller's software.

The Event: https://docs.easypost.com/docs/events; the signature: https://docs.easypost.com/docs/webhooks.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
import uuid
from typing import Any, Dict
from urllib.parse import urljoin

import requests

from sandbox.settings import Settings

PATH = "/webhooks/tracking/easypost"
_TIMEOUT_SECONDS = 7


def event(tracker: Dict[str, Any], status_before: str) -> Dict[str, Any]:
    """What is sent when a Tracker has changed."""
    return {
        "id": f"evt_{uuid.uuid4().hex}",
        "object": "Event",
        "mode": "test",
        "description": "tracker.updated",
        "previous_attributes": {"status": status_before},
        "created_at": tracker["updated_at"],
        "updated_at": tracker["updated_at"],
        "status": "pending",
        "pending_urls": [],
        "completed_urls": [],
        "result": tracker,
    }


def send(content: Dict[str, Any], settings: Settings) -> requests.Response:
    """Post an Event once. Raises requests.RequestException when nobody takes it."""
    body = json.dumps(content, ensure_ascii=False).encode()
    secret = unicodedata.normalize("NFKD", settings.carrier_secret).encode()
    signature = "hmac-sha256-hex=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hmac-Signature": signature}
    with requests.Session() as session:
        # The seller's software is a neighbour on this machine or network: no proxy must stand between.
        session.trust_env = False
        return session.post(urljoin(settings.actions_url, PATH), data=body, headers=headers, timeout=_TIMEOUT_SECONDS)
