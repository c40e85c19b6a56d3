"""A sandbox in a process of its own on a free port, as its users run it, and a client of its API."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import requests

ROOT = Path(__file__).resolve().parents[2]
TOKEN, SECRET = "a-token-for-tests", "a-secret-for-tests"


def eventually(look: Callable[[], Any], within: float = 15.0) -> Any:
    """Look until what is seen is truthy, and return it; fails after `within` seconds."""
    end = time.monotonic() + within
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < end, f"not seen within {within} s"
        time.sleep(0.02)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sandbox:
    """A running sandbox and a client of its API."""

    def __init__(self, database: Path, bot_url: str, **environment: str) -> None:
        self._environment = {
            **os.environ,
            "PORCHLIGHT_SANDBOX_DATABASE": str(database),
            "PORCHLIGHT_SANDBOX_TOKEN": TOKEN,
            "PORCHLIGHT_PLATFORM_SECRET": SECRET,
            "PORCHLIGHT_BOT_URL": bot_url,
            **environment,
        }
        self.process: Optional[subprocess.Popen] = None
        self.url = ""

    def start(self, port: Optional[int] = None) -> Sandbox:
        """Start the process, on a free port when none is given, and wait until it is healthy."""
        port = port or free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {**self._environment, "PORCHLIGHT_SANDBOX_PORT": str(port)}
        self.process = subprocess.Popen([sys.executable, "-m", "sandbox"], cwd=ROOT, env=environment)
        eventually(self._healthy, within=30)
        return self

    def stop(self, how: int = signal.SIGTERM) -> int:
        """End the process; returns its exit status."""
        self.process.send_signal(how)
        return self.process.wait(timeout=10)

    def _healthy(self) -> bool:
        assert self.process.poll() is None, "the sandbox ended while it was starting"
        try:
            return requests.get(f"{self.url}/health", timeout=2).json() == {"status": "ok"}
        except requests.ConnectionError:
            return False

    def get(self, path: str, **query: str) -> requests.Response:
        """GET of the marketplace's API, with the token."""
        return requests.get(self.url + path, params=query, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)

    def post(self, path: str, body: Dict[str, Any]) -> requests.Response:
        """POST to the marketplace's API, with the token."""
        return requests.post(self.url + path, json=body, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)

    def order(self, order_id: str, as_of: str = "2026-11-23T12:00:00Z") -> Dict[str, Any]:
        """One order as the seller's software sees it."""
        response = self.get(f"/marketplace/api/orders/{order_id}", as_of=as_of)
        assert response.status_code == 200, response.text
        return response.json()

    def tracker(self, parcel: Dict[str, Any]) -> Dict[str, Any]:
        """The carrier's Tracker of a parcel of an order."""
        wanted = {"tracker": {"tracking_code": parcel["tracking_number"], "carrier": parcel["carrier"]}}
        response = requests.post(f"{parcel['carrier_base_url']}/v2/trackers", json=wanted, auth=("key", ""), timeout=10)
        assert response.status_code == 200, response.text
        return response.json()

    def write(self, conversation: str, text: str, **more: Any) -> Dict[str, Any]:
        """Write as the buyer; returns the stored message."""
        body = {"text": text, "order_id": "DEMO-1001", **more}
        response = self.post(f"/marketplace/api/conversations/{conversation}/messages", body)
        assert response.status_code == 202, response.text
        return response.json()

    def messages(self, conversation: str) -> List[Dict[str, Any]]:
        """What was said in a conversation."""
        return self.get(f"/marketplace/api/conversations/{conversation}/messages").json()["messages"]

    def delivery_state(self, conversation: str) -> str:
        """The delivery state of the conversation's last message."""
        return self.messages(conversation)[-1]["delivery"]["state"]
