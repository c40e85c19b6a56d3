"""Too long or endless forms are refused before anybody has signed in, and before they are read."""

import http.client
from urllib.parse import urlsplit

import pytest

from desk.form_sizes import LARGEST_FORM


def post(desk, path, length=None, body=b"", **headers):
    """The status of an answer that comes although only ``body`` of what is announced was sent."""
    connection = http.client.HTTPConnection(urlsplit(desk.url).netloc, timeout=5)
    connection.putrequest("POST", path)
    for name, value in {**headers, **({"content-length": length} if length is not None else {})}.items():
        connection.putheader(name, str(value))
    connection.endheaders(body)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/sign-in", "/account", "/cases/1/reply", "/api/sandbox/clock", "/nowhere"])
def test_a_long_form_is_refused(desk, path):
    assert post(desk, path, LARGEST_FORM + 1) == 413


def test_a_file_may_be_longer_where_files_are_taken(desk):
    assert post(desk, "/cases/1/proofs", LARGEST_FORM + 1) != 413
    assert post(desk, "/cases/1/proofs", 11_000_000) == 413


def test_what_does_not_tell_its_length_is_refused(desk):
    endless = {"transfer-encoding": "chunked", "content-type": "application/x-www-form-urlencoded"}
    assert post(desk, "/sign-in", body=b"5\r\na=bcd\r\n", **endless) == 411


def test_the_longest_reply_fits(agent, write):
    case = write("Where is it?")
    answer = agent.post(f"/cases/{case}/reply", {"text": "好" * 2000}, allow_redirects=False)
    assert answer.status_code == 303
