"""A buyer's side of the development door: as little work as possible, since the bot shares the machine with it."""

import http.client
import json
import time
from contextlib import closing, suppress
from typing import Any, Dict, List, Mapping, Optional, Tuple

ANSWER_SECONDS = 60
LOOK_SECONDS = 5


class WrongAnswer(Exception):
    """A bot did not answer a message as it should."""


def get(host: str, port: int, path: str) -> Optional[Any]:
    """The JSON at an address; None when nobody answers there, or not with success."""
    with closing(http.client.HTTPConnection(host, port, timeout=LOOK_SECONDS)) as connection:
        with suppress(OSError, http.client.HTTPException, ValueError):
            connection.request("GET", path)
            answer = connection.getresponse()
            return json.loads(answer.read()) if answer.status == 200 else None
    return None


class Client:
    """One connection to a bot, for one conversation at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: Any) -> None:
        self._connection.close()

    def say(self, conversation: str, text: str, told: Mapping[str, str]) -> Tuple[float, List[Dict[str, Any]]]:
        """Sends a message and waits for what is said to it.

        Returns:
            How many seconds it took, and the replies.

        Raises:
            WrongAnswer: the bot failed.
        """
        body = json.dumps({"sender": conversation, "message": text, "metadata": told}).encode()
        began = time.perf_counter()
        answer = self._call("POST", "/webhooks/rest/webhook", body)
        return time.perf_counter() - began, json.loads(answer)

    def set_slots(self, conversation: str, slots: Mapping[str, str]) -> None:
        """Begins a conversation with what is known before the buyer writes, by Rasa's own HTTP API."""
        events = [
            # Without a session's start of their own, the slots would be older than the session and not be read.
            {"event": "action", "name": "action_session_start"},
            {"event": "session_started"},
            *({"event": "slot", "name": name, "value": value} for name, value in slots.items()),
            {"event": "action", "name": "action_listen"},
        ]
        self._call("POST", f"/conversations/{conversation}/tracker/events", json.dumps(events).encode())

    def tracker(self, conversation: str) -> Dict[str, Any]:
        """The conversation as the bot holds it."""
        return json.loads(self._call("GET", f"/conversations/{conversation}/tracker?include_events=ALL", None))

    def _call(self, method: str, path: str, body: Optional[bytes]) -> bytes:
        try:
            self._connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise WrongAnswer(f"{method} {path} was not answered: {type(error).__name__}: {error}") from error
        if answer.status != 200:
            raise WrongAnswer(f"{method} {path} was answered with {answer.status}: {content[:500]!r}")
        return content
