"""Wording: the buyer's language, dates as that language writes them, and one question or all at once.

English stands in ``domain.yml``, the other languages in ``bot/replies/<language>.yml``, whole sentences under the
same keys. A key or a language that is missing falls back to English.
"""

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping, Optional
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from ruamel.yaml import YAML

from bot import script
from bot.turn_failed import TurnFailed
from cases import staffing

REPLIES = Path(__file__).parent / "replies"
FALLBACK = "en"
LOCALES = {"zh": "zh_Hans", "zh-Hant": "zh_Hant"}
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"  # Unicode Bidirectional Algorithm (UAX 9), FSI and PDI
Response = dict[str, Any]
_BETWEEN_SENTENCES = {"zh": "", "ja": "", "th": " "}


@lru_cache(maxsize=None)
def replies(language: str) -> dict[str, list[Response]]:
    """The wording of a language from ``bot/replies``; empty when there is no such file."""
    path = REPLIES / f"{language}.yml"
    if not path.is_file():
        return {}
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["responses"]


def languages() -> list[str]:
    """The languages that the assistant answers in, English first (ISO 639-1; scripts of their own left out)."""
    return [FALLBACK, *sorted(path.stem for path in REPLIES.glob("??.yml"))]


def written_as(language: str, chosen_script: Optional[str]) -> str:
    """The name of the wording for a language and a script: ``zh-Hant`` where there is one, else the language."""
    name = f"{language}-{chosen_script}"
    return name if chosen_script and replies(name) else language


def localized(values: Mapping[str, Any], language: str, zone: Optional[str]) -> dict[str, Any]:
    """Values as they are written in a language.

    Args:
        values: by name. Names that end in ``_at``, and ``answer_by``, hold ISO 8601 times with zone, names in ``_on``
            or ``_until`` ISO 8601 dates; anything else stays as it is.
        language: ISO 639-1, or with its script as in ``zh-Hant``.
        zone: the IANA zone of the reader; the desk's when it is not known.

    Returns:
        The same names. In a language that is written from right to left each value stands by itself, so that a number
        in it does not change places with its neighbours.
    """
    locale = Locale.parse(LOCALES.get(language, language))
    reader_zone = ZoneInfo(zone) if zone else staffing.zone()
    written = dict(values)
    for name, value in values.items():
        if not isinstance(value, str):
            continue
        if name.endswith(("_at", "answer_by")):
            at = datetime.fromisoformat(value)
            written[name] = _date_and_time(at.astimezone(reader_zone), locale)
        elif name.endswith(("_on", "_until")):
            written[name] = format_date(date.fromisoformat(value[:10]), "long", locale=locale)
    if locale.text_direction == "rtl":
        return {name: _isolated(value) if isinstance(value, str) else value for name, value in written.items()}
    return written


def _isolated(value: str) -> str:
    return f"{_ISOLATE}{value}{_END_OF_ISOLATE}"


def _date_and_time(at: datetime, locale: Locale) -> str:
    day = format_date(at, "long", locale=locale)
    time = format_datetime(at, "HH:mm" if locale.language != "en" else "h:mm a", locale=locale)
    pattern = locale.datetime_formats["long"]
    return str(pattern).replace("'", "").format(time, day)


class ReplyGenerator(TemplatedNaturalLanguageGenerator):
    """Picks and fills the wording; Rasa gives it the English responses of the domain when a model is loaded."""

    def __init__(self, endpoint_config: Any = None, domain: Any = None) -> None:
        super().__init__(domain.responses if domain else {})

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[Response]:
        """The reply for a response key, in the language of the conversation.

        Raises:
            TurnFailed: no language has the key, or a placeholder has no value; the message stays to be tried again.
        """
        slots = tracker.current_slot_values()
        if utter_action.startswith(("utter_ask_", "utter_again_")) and _asks_all(utter_action, slots):
            response = self._all_open_questions(utter_action, slots)
        else:
            response = self.say(_fitting(utter_action, slots), slots, **kwargs)
        if utter_action.startswith("utter_ask_") and _was_told_something(tracker):
            joint = "\n" if "\n" in response["text"] else _BETWEEN_SENTENCES.get(response["language"], " ")
            response["text"] = joint.join((self.say("utter_thanks", slots)["text"], response["text"]))
        return response

    def say(self, key: str, slots: Mapping[str, Any], **kwargs: Any) -> Response:
        """One response, filled.

        Args:
            key: the response's name, ``utter_…``.
            slots: slot values; ``language`` and ``time_zone`` decide how it is written.
            kwargs: further values, which win over slots.
        """
        language = slots.get("language") or FALLBACK
        wording = written_as(language, slots.get("script"))
        found = replies(wording).get(key)
        if found is None:
            found, language, wording = self.responses.get(key), FALLBACK, FALLBACK
        if not found:
            raise TurnFailed(f"there is no wording for {key}")
        known = {**slots, **kwargs}
        values = localized(known, wording, known.get("time_zone"))
        response = {**found[0], "utter_action": key, "language": language}
        try:
            response["text"] = response["text"].format_map(_Known(values))
        except KeyError as missing:
            raise TurnFailed(f"{key} ({language}) has no value for {missing}") from missing
        return response

    def _all_open_questions(self, utter_action: str, slots: Mapping[str, Any]) -> Response:
        checks = script.open_checks(slots)
        asked_before = utter_action.startswith("utter_again_") or len(checks) < len(script.CHECKS)
        if len(checks) == 1:
            return self.say(_fitting(utter_action, slots), slots)
        intro = self.say("utter_open_points_again" if asked_before else "utter_open_points", slots)
        questions = [self.say(_fitting(f"utter_ask_{check}", slots), slots)["text"] for check in checks]
        text = "\n".join([intro["text"], *(f"– {question}" for question in questions)])
        return {"text": text, "utter_action": utter_action, "language": intro["language"]}


class _Known(dict):
    """Values for a wording; one that is None counts as missing, so that no buyer ever reads «None»."""

    def __getitem__(self, name: str) -> Any:
        value = super().get(name)
        if value is None:
            raise KeyError(name)
        return value


def _was_told_something(tracker: DialogueStateTracker) -> bool:
    """Whether the newest message answered a check, and something was asked before it."""
    if tracker.latest_message is None:
        return False
    told = {entity["entity"] for entity in tracker.latest_message.entities or []}
    return bool(told & set(script.CHECKS)) and _spoke_before(tracker)


def _spoke_before(tracker: DialogueStateTracker) -> bool:
    """Whether the assistant had said anything before the newest message."""
    events = list(tracker.events)
    last = max(i for i, event in enumerate(events) if isinstance(event, UserUttered))
    return any(isinstance(event, BotUttered) for event in events[:last])


def _asks_all(utter_action: str, slots: Mapping[str, Any]) -> bool:
    check = utter_action.split("_", 2)[2]
    return slots.get("ask_style") == "all_at_once" and check in script.CHECKS


def _fitting(key: str, slots: Mapping[str, Any]) -> str:
    """A wording that fits what the carrier recorded, if there is one."""
    if key == "utter_proof":
        return script.proof_wording(slots)
    if not key.startswith("utter_ask_"):
        return key
    name = script.wording(key.removeprefix("utter_ask_"), slots)
    return f"{key}_{name}" if name else key
