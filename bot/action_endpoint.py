"""The way to the action server on which an error stops the turn."""

import os
from typing import Any, Optional

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.turn_failed import TurnFailed

REJECTED = 400


class StrictActionEndpoint(EndpointConfig):
    """Raises `TurnFailed` where Rasa would log the error, drop the action's events and go on in silence.

    An action that declines on purpose (status 400, ``ActionExecutionRejection``) stays what it is for Rasa.
    """

    async def request(self, *args: Any, **kwargs: Any) -> Optional[Any]:
        """Calls the action server; see `EndpointConfig.request`."""
        try:
            return await super().request(*args, **kwargs)
        except ClientResponseError as error:
            if error.status == REJECTED:
                raise
            raise TurnFailed(f"the action server answered {error.status}") from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise TurnFailed(f"the action server can not be reached: {type(error).__name__}") from error


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
