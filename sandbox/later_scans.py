"""Scans that a person lets the carrier make, after those in orders.yml. They last until the sandbox ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, List

from ruamel.yaml import YAML

KINDS: Dict[str, Dict[str, Any]] = YAML(typ="safe", pure=True).load(Path(__file__).with_name("later_scans.yml"))
_TO_COLLECT = timedelta(days=7)


@dataclass(frozen=True)
class LaterScan:
    """One carrier event at a moment (UTC); at_home: at the order's address, else nobody says where."""

    at: datetime
    status: str
    detail: str
    message: str
    at_home: bool


class LaterScans:
    """The later scans of all parcels."""

    def __init__(self) -> None:
        self._scans: Dict[str, List[LaterScan]] = {}
        self._newest_anchor = datetime.min.replace(tzinfo=timezone.utc)

    def saw(self, anchor: datetime) -> None:
        """Note a moment that the seller's software asked about: its clock may be ahead, and no scan may lie before."""
        self._newest_anchor = max(self._newest_anchor, anchor)

    def add(self, tracking_number: str, kind: str) -> LaterScan:
        """Let the carrier do something with a parcel now. `kind`: a name in later_scans.yml, else KeyError."""
        what = KINDS[kind]
        at = max(datetime.now(timezone.utc).replace(microsecond=0), self._newest_anchor)
        message = what["message"].replace("{last_day}", (at + _TO_COLLECT).date().isoformat())
        scan = LaterScan(at, what["status"], what["detail"], message, what.get("home", False))
        self._scans.setdefault(tracking_number, []).append(scan)
        return scan

    def of(self, tracking_number: str) -> List[LaterScan]:
        """The later scans of a parcel, oldest first."""
        return list(self._scans.get(tracking_number, []))
