"""The action server may fail in any way: the turn fails too, and nothing of it is lost in silence."""

import asyncio

import pytest
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot import action_endpoint
from bot.action_endpoint import StrictActionEndpoint, strict
from bot.turn_failed import TurnFailed
from tests.scripted_server import Answer, ScriptedServer

DONE = {"events": [{"event": "slot", "name": "stage", "value": "checking"}], "responses": []}
CALL = {"next_action": "action_look_up", "sender_id": "c1"}


async def ask(*script: Answer):
    """What an endpoint makes of these answers of a real action server."""
    with ScriptedServer(*script) as server:
        return await StrictActionEndpoint(server.url).request(json=CALL, subpath="/webhook")


async def test_an_answer_is_handed_on():
    with ScriptedServer(Answer(body=DONE)) as server:
        endpoint = StrictActionEndpoint(server.url)
        assert await endpoint.request(json=CALL, subpath="/webhook", compress=False) == DONE
        [call] = server.calls
        assert (call.method, call.path, call.data) == ("POST", "/webhook", CALL)


@pytest.mark.parametrize("status", [401, 404, 429, 500, 502, 503])
async def test_an_error_status_fails_the_turn(status):
    with pytest.raises(TurnFailed, match=str(status)):
        await ask(Answer(status, {"error": "broken"}, {"Retry-After": "1"}))


async def test_an_action_that_declines_stays_what_it_is_for_rasa():
    with pytest.raises(ClientResponseError) as raised:
        await ask(Answer(400, {"error": "no", "action_name": "action_look_up"}))
    assert raised.value.status == 400


async def test_a_server_that_is_not_there_fails_the_turn():
    with ScriptedServer() as server:
        url = server.url
    with pytest.raises(TurnFailed, match="can not be reached"):
        await StrictActionEndpoint(url).request(json=CALL)


async def test_a_server_that_hangs_up_fails_the_turn():
    with pytest.raises(TurnFailed, match="can not be reached"):
        await ask(Answer(hang_up=True))


async def test_half_a_body_fails_the_turn():
    with pytest.raises(TurnFailed):
        await ask(Answer(body=DONE, cut=True))


async def test_a_server_that_is_too_slow_fails_the_turn(monkeypatch):
    monkeypatch.setattr(action_endpoint, "LONGEST_SECONDS", 0.2)
    with pytest.raises(TurnFailed):
        await ask(Answer(body=DONE, after=5))


async def test_an_answer_that_is_no_json_fails_the_turn():
    with pytest.raises(TurnFailed):
        await ask(Answer(body=b'{"events": ['))


async def test_a_page_of_a_proxy_in_between_fails_the_turn():
    with ScriptedServer(Answer(body=b"<html>Welcome</html>", headers={"Content-Type": "text/html"})) as server:
        with pytest.raises(TurnFailed):
            await StrictActionEndpoint(server.url).request(json=CALL)


def test_the_strict_endpoint_goes_where_the_other_went():
    plain = EndpointConfig("http://localhost:5055/webhook", params={"a": "b"}, token="secret", token_name="key")
    made = strict(plain)
    assert isinstance(made, StrictActionEndpoint)
    assert (made.url, made.params, made.token, made.token_name) == (plain.url, plain.params, "secret", "key")


def test_what_is_strict_or_not_there_stays_as_it_is():
    made = strict(EndpointConfig("http://localhost:5055/webhook"))
    assert strict(made) is made
    assert strict(None) is None


@pytest.mark.parametrize(
    "answer",
    [
        {"events": "none"},
        {"events": [{"event": "no_such_event"}]},
        {"events": [{}]},
        {"events": [["slot"]]},
        {"events": [], "responses": {"text": "hello"}},
        {"events": [], "responses": ["hello"]},
    ],
)
async def test_an_answer_that_rasa_could_not_read_fails_the_turn(answer):
    with pytest.raises(TurnFailed, match="no sense"):
        await ask(Answer(body=answer))


async def test_it_can_be_asked_again_also_after_it_was_closed():
    with ScriptedServer(otherwise=Answer(body=DONE)) as server:
        endpoint = StrictActionEndpoint(server.url)
        for _ in range(2):
            assert await endpoint.request(json=CALL) == DONE
            assert await endpoint.request(json=CALL) == DONE
            await endpoint.close()
        assert len(server.calls) == 4


def test_each_event_loop_has_connections_of_its_own():
    with ScriptedServer(otherwise=Answer(body=DONE)) as server:
        endpoint = StrictActionEndpoint(server.url)

        async def ask_once():
            answer = await endpoint.request(json=CALL)
            await endpoint.close()
            return answer

        assert [asyncio.run(ask_once()) for _ in range(2)] == [DONE, DONE]


async def test_what_protects_the_action_server_goes_with_each_call():
    with ScriptedServer(otherwise=Answer(body=DONE)) as server:
        endpoint = StrictActionEndpoint(
            server.url, headers={"X-Key": "k1"}, basic_auth={"username": "bot", "password": "secret"}
        )
        await endpoint.request(json=CALL)
        await endpoint.close()
        [call] = server.calls
        assert call.headers["X-Key"] == "k1"
        assert call.headers["Authorization"].startswith("Basic ")
