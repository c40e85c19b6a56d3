"""A running desk as a browser and a program see it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Optional

import requests

from cases import database, settings

PASSWORD = "correct-horse-battery"


class Forms(HTMLParser):
    """The hidden values of a page's forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.token: Optional[str] = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input" and given.get("name") == "form_token":
            self.token = given["value"]


@dataclass
class Desk:
    """A running desk and one browser."""

    url: str
    app: object
    browser: requests.Session = field(default_factory=requests.Session)

    def get(self, path, **more):
        return self.browser.get(self.url + path, **more)

    def token(self, path="/account"):
        return Forms(self.get(path).text).token

    def post(self, path, data=None, token=None, **more):
        data = {"form_token": token or self.token(), **(data or {})}
        return self.browser.post(self.url + path, data=data, **more)

    def sign_in(self, username="lena", password=PASSWORD, next="/"):
        return self.post("/sign-in", {"username": username, "password": password, "next": next}, self.token("/sign-in"))

    def api(self, method, path, token="sandbox", **more):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.request(method, self.url + path, headers=headers, **more)


def forget_settings():
    settings.settings.cache_clear()
    database._sessions.cache_clear()
