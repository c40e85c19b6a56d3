"""The way to the action server on which an error stops the turn."""

import asyncio
import os
from typing import Any, Optional

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.turn_failed import TurnFailed

REJECTED = 400
# A look-up ends within ten seconds; Rasa itself would wait for five minutes, longer than its lock holds.
LONGEST_SECONDS = 25


class StrictActionEndpoint(EndpointConfig):
    """Raises `TurnFailed` where Rasa would log the error, drop the action's events and go on in silence.

    An action that declines on purpose (status 400, ``ActionExecutionRejection``) stays what it is for Rasa.
    """

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
        if not isinstance(answer, dict):
            raise TurnFailed("the action server gave an answer that makes no sense")
        return answer


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
