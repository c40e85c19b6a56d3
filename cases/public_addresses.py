"""Keeps downloads from addresses that others give us away from our own network (server-side request forgery).

Every connection is checked, those after a redirect too: the name's addresses before, and the address that was really
reached after it; a name that changes between the two gains nothing.
https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import ipaddress
import socket
from typing import Any, Callable
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

Allowed = Callable[[str], bool]
_TRANSLATED_IPV4 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052


class AddressRefused(ValueError):
    """The address is none that we call."""


def is_public(address: str) -> bool:
    """Whether an IP address, v4 or v6, is one of the public internet, and so is the v4 address inside a v6 one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in _TRANSLATED_IPV4:
            inner = ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's own."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def checked_url(url: str, loopback_allowed: bool) -> str:
    """The address, if it is one that we call: https, no user name in it; http only where loopback is allowed.

    Raises:
        AddressRefused: it is another.
    """
    try:
        parts = urlsplit(url)
        named, _ = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused("no address") from None
    schemes = ("https", "http") if loopback_allowed else ("https",)
    if parts.scheme not in schemes or not named or parts.username is not None:
        raise AddressRefused("scheme, host or user name")
    return url


def session(loopback_allowed: bool) -> requests.Session:
    """A session that connects to public addresses only, and to loopback where that is allowed (the sandbox).

    It takes no proxy, no password file and no key from the environment. A refused connection raises `AddressRefused`.
    """

    def allowed(address: str) -> bool:
        return is_public(address) or (loopback_allowed and is_loopback(address))

    made = requests.Session()
    made.trust_env = False
    made.mount("http://", _CheckedAdapter(allowed))
    made.mount("https://", _CheckedAdapter(allowed))
    return made


class _CheckedAdapter(HTTPAdapter):
    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _checked(HTTPConnectionPool, HTTPConnection, self._allowed),
            "https": _checked(HTTPSConnectionPool, HTTPSConnection, self._allowed),
        }


def _checked(pool: type, connection: type, allowed: Allowed) -> type:
    class Checked(connection):
        def _new_conn(self) -> socket.socket:
            for *_, address in socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM):
                _refuse_unless(allowed, address[0])
            connected = super()._new_conn()
            try:
                _refuse_unless(allowed, connected.getpeername()[0])
            except AddressRefused:
                connected.close()
                raise
            return connected

    return type("CheckedPool", (pool,), {"ConnectionCls": Checked})


def _refuse_unless(allowed: Allowed, address: str) -> None:
    if not allowed(address):
        raise AddressRefused("not a public address")
