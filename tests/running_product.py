"""The whole product, as `make run` starts it, on free ports with a folder of its own, and the people who use it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Optional

import requests

from bot.channels.signature import HEADER, sign
from deploy.launcher.child import end_with_parent
from deploy.launcher.installation import ROOT, Process, read_installation
from deploy.training import train

EXTRA_ORDERS = Path(__file__).parent / "conversations" / "extra_orders.yml"
SECRET, TOKEN, PASSWORD = "sandbox-secret", "sandbox", "a-password-for-tests"
PROCESSES = ("bot", "actions", "desk", "clock", "sandbox")
ANSWERS_WITHIN = 30.0
"""Seconds in which an answer must have come; far more than it takes, so that a busy machine fails no test."""


def eventually(look: Callable[[], Any], within: float = ANSWERS_WITHIN, what: str = "") -> Any:
    """Looks until what is seen is truthy, and returns it; fails after `within` seconds."""
    end = time.monotonic() + within
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < end, f"not seen within {within:g} s: {what or look}"
        time.sleep(0.05)


def free_ports(count: int) -> List[int]:
    """Ports that nobody listens on, all different."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


class Product:
    """All processes of the product, which a test may stop, kill and start again, and its doors."""

    def __init__(self, folder: Path) -> None:
        """Args: folder: empty; databases and logs go there."""
        self.var = folder / "var"
        self.model = folder / "model.tar.gz"
        self.var.mkdir()
        shutil.copy(train(if_needed=True), self.model)
        outside = {name: value for name, value in os.environ.items() if not name.startswith("PORCHLIGHT_")}
        names = ("bot", "actions", "desk", "sandbox")
        ports = {f"PORCHLIGHT_{name.upper()}_PORT": str(port) for name, port in zip(names, free_ports(len(names)))}
        own = {
            "PORCHLIGHT_VAR": str(self.var),
            "PORCHLIGHT_SANDBOX_EXTRA_ORDERS": str(EXTRA_ORDERS),
            "PORCHLIGHT_DESK_PASSWORD": PASSWORD,
        }
        self._installation = read_installation({**outside, **ports, **own})
        self._commands: Dict[str, Process] = {one.name: one for one in self._installation.processes(self.model)}
        self._running: Dict[str, subprocess.Popen] = {}
        self._http = requests.Session()
        self._http.trust_env = False

    def start(self, names: Iterable[str] = PROCESSES) -> "Product":
        """Starts processes side by side and waits until each is healthy."""
        if not (self.var / "cases.db").exists():
            subprocess.run(
                [*self._commands["clock"].command[:2], "cases.database"],
                cwd=ROOT,
                env=self._installation.environment,
                check=True,
            )
        for name in names:
            self._launch(name)
        for name in names:
            eventually(lambda name=name: self._is_healthy(name), within=180, what=f"{name} is healthy")
        return self

    def stop(self, names: Iterable[str] = PROCESSES, how: int = signal.SIGTERM) -> None:
        """Ends processes and waits until they have ended."""
        running = [self._running.pop(name) for name in names if name in self._running]
        for process in running:
            process.send_signal(how)
        for process in running:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise

    def restart(self, names: Iterable[str] = PROCESSES, how: int = signal.SIGTERM) -> None:
        """Ends processes and starts them again on the same ports and databases."""
        self.stop(names, how)
        self.start(names)

    def log(self, name: str) -> str:
        """What a process has written."""
        return (self.var / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def _launch(self, name: str) -> None:
        process = self._commands[name]
        with open(self.var / f"{name}.log", "ab") as log:
            self._running[name] = subprocess.Popen(
                process.command,
                cwd=ROOT,
                env={**self._installation.environment, **process.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=lambda: end_with_parent(signal.SIGKILL),
            )

    def _is_healthy(self, name: str) -> bool:
        assert self._running[name].poll() is None, f"{name} ended while it was starting:\n{self.log(name)[-3000:]}"
        if name == "clock":
            return "the clock runs" in self.log("clock")
        try:
            answer = self._http.get(self.url(name, "/status" if name == "bot" else "/health"), timeout=5)
        except requests.RequestException:
            return False
        return answer.ok and (name != "bot" or bool(answer.json().get("model_file")))

    # The doors.

    def url(self, process: str, path: str = "") -> str:
        """An address at a process."""
        return self._installation.url(process) + path

    def api(self, process: str, method: str, path: str, **more: Any) -> requests.Response:
        """Calls a process's API with the sandbox's token."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return self._http.request(method, self.url(process, path), headers=headers, timeout=60, **more)

    def desk(self, method: str, path: str, **more: Any) -> Any:
        """What the desk's API answers; a refusal fails."""
        answer = self.api("desk", method, path, **more)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def slots(self, conversation_id: str) -> Dict[str, Any]:
        """The slots of a conversation."""
        answer = self.api("bot", "GET", f"/conversations/{conversation_id}/tracker")
        assert answer.ok, answer.text
        return answer.json()["slots"]

    def case(self, conversation_id: str) -> Optional[Dict[str, Any]]:
        """The case of a conversation with its transcript, or None."""
        cases = self.desk("GET", "/api/cases", params={"conversation_id": conversation_id})
        return self.desk("GET", f"/api/cases/{cases[0]['id']}") if cases else None

    def move_clock(self, by: str) -> None:
        """Moves the product's time forward (ISO 8601 duration)."""
        self.desk("POST", "/api/sandbox/clock", json={"advance": by})

    def say_at_rest_door(self, body: Any) -> requests.Response:
        """Posts to the development door."""
        return self._http.post(self.url("bot", "/webhooks/rest/webhook"), json=body, timeout=60)

    def post_signed(self, body: Any, signature: Optional[str] = None) -> requests.Response:
        """Posts to the signed door: raw bytes, or an object as JSON; well signed unless told otherwise."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", HEADER: sign(SECRET, raw) if signature is None else signature}
        if signature == "":
            del headers[HEADER]
        return self._http.post(self.url("bot", "/webhooks/platform/messages"), data=raw, headers=headers, timeout=60)

    def switch_failures(self, **failure: Any) -> None:
        """Sets the marketplace's failure switch for replies; without arguments it clears it."""
        answer = self.api("sandbox", "POST", "/marketplace/api/failures", json={"replies": failure or None})
        assert answer.ok, answer.text


class Buyer:
    """Somebody who writes about an order, through one of the two doors, in a conversation of their own."""

    def __init__(self, product: Product, order: Optional[str] = "DEMO-1001", door: str = "rest", **more: Any) -> None:
        """Args: order: None when the platform does not tell it. more: locale, buyer_id, marketplace as it tells."""
        self.product = product
        self.conversation_id = f"test-{uuid.uuid4().hex[:12]}"
        self._rest = door == "rest"
        self._known = {"order_id": order, **({"buyer_id": "demo-buyer"} if door == "rest" else {}), **more}
        self._known = {name: value for name, value in self._known.items() if value is not None}

    def says(self, text: str, **more: Any) -> str:
        """Writes, and returns what the buyer reads before they would write again; empty when nothing is said."""
        if self._rest:
            body = {"sender": self.conversation_id, "message": text, "metadata": self._known}
            answer = self.product.say_at_rest_door(body)
            assert answer.ok, f"{answer.status_code} {answer.text}"
            return "\n".join(message["text"] for message in answer.json())
        written = self.writes(text, **more)
        eventually(lambda: self.is_handled(written), what=f"'{text[:40]}' is handled")
        eventually(self.has_nothing_under_way, what="all replies are sent")
        return "\n".join(reply["text"] for reply in self.replies if reply["in_reply_to"] == written["id"])

    def writes(self, text: str, **more: Any) -> Dict[str, Any]:
        """Writes at the marketplace and waits for nothing; returns the stored message."""
        answer = self.product.api(
            "sandbox",
            "POST",
            f"/marketplace/api/conversations/{self.conversation_id}/messages",
            json={"text": text, **self._known, **more},
        )
        assert answer.status_code == 202, answer.text
        return answer.json()

    def webhook(self, text: str, **more: Any) -> Dict[str, Any]:
        """A message as the platform posts it to the signed door."""
        body = {"buyer_id": "demo-buyer", "marketplace": "sandbox", "sent_at": datetime.now(timezone.utc).isoformat()}
        own = {"id": f"msg-{uuid.uuid4()}", "conversation_id": self.conversation_id, "text": text, "attachments": []}
        return {**body, **own, **self._known, **more}

    def is_handled(self, written: Dict[str, Any]) -> bool:
        """Whether the assistant has handled this message and all before it."""
        mine = [message for message in self.messages if message["sender_kind"] == "buyer"]
        place = [message["id"] for message in mine].index(written["id"])
        case = self.case
        lines = [line for line in case["messages"] if line["sender_kind"] == "buyer"] if case else []
        return len(lines) > place and lines[place]["intent"] is not None

    def has_nothing_under_way(self) -> bool:
        """Whether every reply has reached the marketplace."""
        return all(line["delivery"] not in ("released", "retrying") for line in self.case["messages"])

    @property
    def messages(self) -> List[Dict[str, Any]]:
        """The conversation as the marketplace shows it."""
        path = f"/marketplace/api/conversations/{self.conversation_id}/messages"
        return self.product.api("sandbox", "GET", path).json()["messages"]

    @property
    def replies(self) -> List[Dict[str, Any]]:
        """What the buyer was sent, by the assistant and by agents."""
        return [message for message in self.messages if message["sender_kind"] != "buyer"]

    @property
    def slots(self) -> Dict[str, Any]:
        """What the assistant knows."""
        return self.product.slots(self.conversation_id)

    @property
    def case(self) -> Optional[Dict[str, Any]]:
        """The case as the desk's API shows it."""
        return self.product.case(self.conversation_id)

    def reads(self, text: str, times: int = 1) -> Dict[str, Any]:
        """Waits until so many replies with this text have come, and returns the last of them."""

        def look() -> Optional[Dict[str, Any]]:
            found = [reply for reply in self.replies if text in reply["text"]]
            return found[-1] if len(found) >= times else None

        return eventually(look, what=f"the reply '{text}'")


class Agent:
    """Somebody at the desk with one buyer's case before them."""

    def __init__(self, product: Product, buyer: Buyer) -> None:
        self._product = product
        self._buyer = buyer

    def _do(self, what: str, **more: Any) -> Dict[str, Any]:
        return self._product.desk("POST", f"/api/cases/{self._buyer.case['id']}/{what}", **more)

    def replies(self, text: str) -> None:
        """Answers the buyer; takes the case over if nobody has."""
        self._do("replies", json={"text": text})

    def takes_over(self) -> None:
        """Takes the case, and waits until the assistant has heard of it."""
        self._do("take-over")
        eventually(lambda: self._buyer.slots["outcome"] == "handed_over", what="the assistant knows of the take-over")

    def hands_back(self) -> None:
        """Gives the case back, and waits until the assistant has heard of it."""
        self._do("hand-back")
        eventually(lambda: self._buyer.slots["outcome"] is None, what="the assistant knows of the hand-back")

    def closes(self) -> None:
        """Ends the case."""
        self._do("close")
