"""The way to the action server on which an error stops the turn."""

import asyncio
import os
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Optional

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.events import event_of
from bot.turn_failed import TurnFailed

REJECTED = 400
# A look-up ends within ten seconds; Rasa itself would wait for five minutes, longer than its lock holds.
LONGEST_SECONDS = 25
# Shorter than the action server keeps an idle connection: it must not hang up just when it is asked.
IDLE_SECONDS = 2


class StrictActionEndpoint(EndpointConfig):
    """Raises `TurnFailed` where Rasa would log the error, drop the action's events and go on in silence.

    An action that declines on purpose (status 400, ``ActionExecutionRejection``) stays what it is for Rasa.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """See `EndpointConfig`."""
        super().__init__(*args, **kwargs)
        self._open: Optional[aiohttp.ClientSession] = None
        self._loop: Optional[asyncio.AbstractEventLoop] = None

    @asynccontextmanager
    async def session(self) -> AsyncIterator[aiohttp.ClientSession]:
        """The session of the running event loop; its connections are used again."""
        loop = asyncio.get_running_loop()
        if self._open is None or self._open.closed or self._loop is not loop:
            self._loop = loop
            auth = (
                aiohttp.BasicAuth(self.basic_auth["username"], self.basic_auth["password"]) if self.basic_auth else None
            )
            connector = aiohttp.TCPConnector(keepalive_timeout=IDLE_SECONDS)
            self._open = aiohttp.ClientSession(headers=self.headers, auth=auth, connector=connector)
        yield self._open

    async def close(self) -> None:
        """Ends the connections."""
        if self._open is not None:
            await self._open.close()

    async def request(self, *args: Any, **kwargs: Any) -> Optional[Any]:
        """Calls the action server; see `EndpointConfig.request`."""
        kwargs["timeout"] = LONGEST_SECONDS
        try:
            answer = await super().request(*args, **kwargs)
        except ClientResponseError as error:
            if error.status == REJECTED:
                raise
            raise TurnFailed(f"the action server answered {error.status}") from error
        except (aiohttp.ClientError, OSError, asyncio.TimeoutError, ValueError) as error:
            raise TurnFailed(f"the action server can not be reached: {type(error).__name__}") from error
        if not _makes_sense(answer):
            raise TurnFailed("the action server gave an answer that makes no sense")
        return answer


def _makes_sense(answer: Any) -> bool:
    """Whether Rasa can read all of an answer; it would drop what it can not, and say nothing."""
    if not isinstance(answer, dict):
        return False
    events, responses = answer.get("events", []), answer.get("responses", [])
    if not isinstance(events, list) or not isinstance(responses, list):
        return False
    try:
        return all(isinstance(one, dict) for one in responses) and all(map(event_of, events))
    except (KeyError, TypeError, ValueError):
        return False


def strict(endpoint: Optional[EndpointConfig]) -> Optional[EndpointConfig]:
    """The same endpoint, strict, at the address in ``PORCHLIGHT_ACTIONS_URL`` if there is one.

    None stays None: a bot without actions.
    """
    if endpoint is None or isinstance(endpoint, StrictActionEndpoint):
        return endpoint
    return StrictActionEndpoint(
        os.environ.get("PORCHLIGHT_ACTIONS_URL") or endpoint.url,
        endpoint.params,
        endpoint.headers,
        endpoint.basic_auth,
        endpoint.token,
        endpoint.token_name,
        endpoint.cafile,
        **endpoint.kwargs,
    )
