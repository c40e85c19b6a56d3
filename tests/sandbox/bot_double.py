"""A bot that only listens: a real HTTP server at the platform webhook's address."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Dict, List, Tuple


@dataclass
class Received:
    """One webhook as it arrived."""

    path: str
    signature: str
    body: bytes

    @property
    def message(self) -> Dict[str, Any]:
        """The body as JSON."""
        return json.loads(self.body)


class BotDouble:
    """Answers webhooks with the scripted (status, body) pairs first, then 202, and remembers all it was sent."""

    def __init__(self, port: int = 0) -> None:
        self.received: List[Received] = []
        self.script: List[Tuple[int, Dict[str, Any]]] = []
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = double.script.pop(0) if double.script else (202, {"status": "stored"})
                double.received.append(Received(self.path, self.headers.get("X-Porchlight-Signature", ""), body))
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> BotDouble:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()

    def of(self, conversation: str) -> List[Received]:
        """The webhooks of one conversation, in the order of arrival."""
        return [one for one in self.received if one.message["conversation_id"] == conversation]
