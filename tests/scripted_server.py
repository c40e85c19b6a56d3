"""A real HTTP server on a free port that answers as it is told: also slowly, brokenly, or not at all."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Dict, List, Optional


@dataclass
class Answer:
    """What is sent back.

    `body` is sent as it is; anything but bytes as JSON. `after` seconds pass first. `cut` promises more bytes than
    are sent, `hang_up` closes the connection without a word, `drip` lets so many seconds pass before each byte.
    """

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Dict[str, str] = field(default_factory=dict)
    after: float = 0.0
    cut: bool = False
    hang_up: bool = False
    drip: float = 0.0


@dataclass
class Call:
    """One request as it arrived."""

    method: str
    path: str
    headers: Dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class ScriptedServer:
    """Gives the scripted answers one after the other, then `otherwise`, and remembers all calls.

    Paths that end like one of `paths` have an answer of their own, always, whoever asks first.
    """

    def __init__(
        self, *script: Answer, otherwise: Optional[Answer] = None, paths: Optional[Dict[str, Answer]] = None
    ) -> None:
        self.script: List[Answer] = list(script)
        self.paths = paths or {}
        self.otherwise = otherwise or Answer()
        self.calls: List[Call] = []
        server, lock = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with lock:
                    server.calls.append(Call(self.command, self.path, dict(self.headers), body))
                    path = self.path.partition("?")[0]
                    answer = next((own for end, own in server.paths.items() if path.endswith(end)), None)
                    answer = answer or (server.script.pop(0) if server.script else server.otherwise)
                server._stopping.wait(answer.after)
                if answer.hang_up:
                    self.close_connection = True
                    return
                content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(content) * (2 if answer.cut else 1)))
                for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                for piece in [content] if not answer.drip else [bytes([byte]) for byte in content]:
                    server._stopping.wait(answer.drip)
                    self.wfile.write(piece)
                self.close_connection = self.close_connection or answer.cut

            do_GET = do_POST = _answer

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """A caller who has gone away is what some tests are about."""

        self._stopping = threading.Event()
        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def was_called(self, times: int, within: float = 10.0) -> List[Call]:
        """Waits until there were so many calls; fails after `within` seconds."""
        end = time.monotonic() + within
        while len(self.calls) < times:
            assert time.monotonic() < end, f"{len(self.calls)} calls instead of {times} within {within} s"
            time.sleep(0.01)
        return self.calls
