"""Addresses that others give us lead to the public internet, or nowhere."""

import socket

import pytest

from cases import public_addresses
from cases.public_addresses import AddressRefused, checked_url, is_public, session
from tests.scripted_server import Answer, ScriptedServer


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_public_addresses(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # metadata of clouds
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",  # 10.0.0.1 behind a translator
        "2002:a00:1::1",  # 10.0.0.1 in 6to4
    ],
)
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://proof.example/1.jpg",
        "file:///etc/passwd",
        "ftp://proof.example/1.jpg",
        "https://user:password@proof.example/1.jpg",
        "https:///1.jpg",
        "https://proof.example:nonsense/",
        "https://[::1/",
        "proof.example/1.jpg",
    ],
)
def test_only_https_addresses_with_a_host_are_called(url):
    with pytest.raises(AddressRefused):
        checked_url(url, loopback_allowed=False)


def test_http_is_for_the_sandbox():
    assert checked_url("http://127.0.0.1:8090/1.jpg", loopback_allowed=True)


def test_this_machine_is_called_only_where_it_is_allowed():
    with ScriptedServer(Answer(body=b"here")) as server:
        with session(loopback_allowed=True) as connections:
            assert connections.get(server.url, timeout=5).content == b"here"
        with session(loopback_allowed=False) as connections, pytest.raises(AddressRefused):
            connections.get(server.url, timeout=5)
        assert len(server.calls) == 1


def test_a_name_is_judged_by_all_its_addresses(monkeypatch):
    def resolve(*_args, **_more):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(public_addresses.socket, "getaddrinfo", resolve)
    with session(loopback_allowed=False) as connections, pytest.raises(AddressRefused):
        connections.get("https://proof.example/1.jpg", timeout=5)


def test_a_name_that_changes_after_it_was_judged_gains_nothing(monkeypatch):
    real, asked = socket.getaddrinfo, []

    def resolve(host, port, *args, **more):
        asked.append(host)
        if len(asked) == 1:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]
        return real("127.0.0.1", port, *args, **more)

    monkeypatch.setattr(public_addresses.socket, "getaddrinfo", resolve)
    with ScriptedServer() as server, session(loopback_allowed=False) as connections:
        with pytest.raises(AddressRefused):
            connections.get(server.url.replace("127.0.0.1", "proof.example"), timeout=5)
        assert len(asked) == 2 and not server.calls, "connected, and hung up before a word was said"


def test_nothing_is_taken_from_the_environment(monkeypatch, tmp_path):
    passwords = tmp_path / "netrc"
    passwords.write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(passwords))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with ScriptedServer(Answer(body=b"here")) as server, session(loopback_allowed=True) as connections:
        assert connections.get(server.url, timeout=5).content == b"here"
        assert "Authorization" not in server.calls[0].headers
