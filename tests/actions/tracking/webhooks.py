"""Webhooks as the providers send them, signed by their documented recipes."""

import base64
import copy
import hashlib
import hmac
import json
from email.utils import format_datetime
from typing import Any, Dict, Tuple

from tests.actions.tracking.samples import samples

SECRET = "a-secret-for-tests"


def event(name: str) -> Dict[str, Any]:
    """A provider's webhook about a parcel, CC731010015DE unless it is EasyPost's; to be changed."""
    if name == "easypost":
        return copy.deepcopy(samples("easypost")["webhook_event"])
    if name == "aftership":
        [tracking] = samples("aftership")["delivered"]["data"]["trackings"]
        about = {"ts": 1763640000, "event_id": "6f3b4c8e-26ea-4c3d-8a3b-6a1d0c5f7e11", "is_tracking_first_tag": True}
        return {**about, "event": "tracking_update", "msg": tracking}
    [entry] = samples("seventeen_track")["delivered"]["data"]["accepted"]
    return {"event": "TRACKING_UPDATED", "data": entry}


def signed(name: str, content: Any, secret: str = SECRET) -> Tuple[bytes, Dict[str, str]]:
    """The raw body, and the headers with which a provider sends it."""
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    mac = hmac.new(secret.encode(), body, hashlib.sha256)
    if name == "easypost":
        return body, {"X-Hmac-Signature": f"hmac-sha256-hex={mac.hexdigest()}"}
    if name == "aftership":
        return body, {"aftership-hmac-sha256": base64.b64encode(mac.digest()).decode()}
    return body, {"sign": hashlib.sha256(body + f"/{secret}".encode()).hexdigest()}


def signed_with_time(content: Any, at: Any, path: str = "/hook", secret: str = SECRET) -> Tuple[bytes, Dict[str, str]]:
    """The same with EasyPost's newer signature, made at a time (with zone) for a path."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    stamp = format_datetime(at)
    digest = hmac.new(secret.encode(), f"{stamp}POST{path}".encode() + body, hashlib.sha256).hexdigest()
    return body, {
        "X-Timestamp": stamp,
        "X-Path": path,
        "X-Hmac-Signature-V2": f"hmac-sha256-hex={digest}",
    }
