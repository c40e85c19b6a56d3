"""Access tokens: fetched once, used again, replaced when they are not taken any more."""

import time

import pytest

from actions.access_tokens import AccessTokens
from actions.tracking.parcel_facts import BUSY, NOT_FOUND, REFUSED, WRONG_KEY, TrackingFailed
from tests.scripted_server import Answer, ScriptedServer


def token(name, seconds=3600):
    return Answer(body={"access_token": name, "expires_in": seconds})


@pytest.fixture
def tokens():
    """``tokens(server, *refusals)``: which tokens a request was tried with, when the first ones are refused."""
    kept = AccessTokens("/token")

    def use(server, *refusals):
        tried, left = [], list(refusals)

        def request(name):
            tried.append(name)
            if left:
                raise TrackingFailed("refused", left.pop(0))
            return name

        try:
            kept.used_for(server.url, "client:secret", time.monotonic() + 5, request)
        except TrackingFailed as error:
            tried.append(error.kind)
        return tried

    return use


def test_a_token_is_used_until_shortly_before_its_end(tokens):
    with ScriptedServer(token("a"), token("b", seconds=59), token("c")) as server:
        assert (tokens(server), tokens(server)) == (["a"], ["a"])
    with ScriptedServer(token("b", seconds=59), token("c")) as server:
        assert (tokens(server), tokens(server)) == (["b"], ["c"])


def test_a_kept_token_that_is_not_taken_any_more_is_replaced_once(tokens):
    with ScriptedServer(token("a"), token("b"), token("c"), token("d")) as server:
        assert tokens(server) == ["a"]
        assert tokens(server, WRONG_KEY) == ["a", "b"]
        assert tokens(server, WRONG_KEY, WRONG_KEY) == ["b", "c", WRONG_KEY]


def test_a_new_token_that_is_not_taken_is_a_wrong_key(tokens):
    with ScriptedServer(token("a"), token("b")) as server:
        assert tokens(server, WRONG_KEY) == ["a", WRONG_KEY]
        assert len(server.calls) == 1


@pytest.mark.parametrize("kind", [NOT_FOUND, BUSY])
def test_another_failure_replaces_no_token(tokens, kind):
    with ScriptedServer(token("a"), token("b")) as server:
        tokens(server)
        assert tokens(server, kind) == ["a", kind]
        assert tokens(server) == ["a"]


@pytest.mark.parametrize(("status", "kind"), [(400, WRONG_KEY), (401, WRONG_KEY), (404, REFUSED)])
def test_a_token_that_is_not_given_is_told(tokens, status, kind):
    with ScriptedServer(Answer(status)) as server:
        assert tokens(server) == [kind]
