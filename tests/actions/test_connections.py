"""Connections to other servers are used again, and take nothing along from one answer to the next request."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from actions.connections import connections


@pytest.fixture
def server():
    """A server that keeps connections open and gives a cookie with each answer; `callers` are the sides it spoke to."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        callers: list = []

        def do_GET(self) -> None:
            self.callers.append((self.client_address, self.headers.get("Cookie")))
            self.send_response(200)
            self.send_header("Set-Cookie", "who=somebody-else")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")
            if self.path == "/last":
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    connections.cache_clear()
    yield f"http://127.0.0.1:{server.server_port}", Handler.callers
    connections.cache_clear()
    server.shutdown()
    server.server_close()


def test_second_request_uses_the_first_ones_connection(server):
    address, callers = server
    for _ in range(2):
        connections().get(address, timeout=5)
    assert callers[0][0] == callers[1][0]


def test_connection_that_the_other_side_closed_is_opened_again(server):
    address, callers = server
    connections().get(f"{address}/last", timeout=5)
    assert connections().get(address, timeout=5).json() == {}
    assert callers[0][0] != callers[1][0]


def test_cookies_are_not_kept(server):
    address, callers = server
    for _ in range(2):
        connections().get(address, timeout=5)
    assert [cookie for _, cookie in callers] == [None, None]
