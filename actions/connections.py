"""Connections to orders' and tracking's servers, kept open and used again: a new one costs a handshake each time."""

from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter

SERVERS = 32
AT_ONCE = 32


@lru_cache(maxsize=1)
def connections() -> requests.Session:
    """The connections of this process. May be used by several threads: it takes no cookies, and nobody changes it.

    A connection that the other side has closed meanwhile is opened again.
    """
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_connections=SERVERS, pool_maxsize=AT_ONCE))
    return session
