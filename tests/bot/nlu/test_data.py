"""What the components look for stands in the data of every language."""

import pytest
from ruamel.yaml import YAML

from bot import script
from bot.nlg import languages
from bot.nlu import checks, triggers
from tests.bot.conversation import ROOT, domain

# Intents that no buyer writes: the classifier's fallback, and what the bot's own turns begin with.
NOT_WRITTEN = {"nlu_fallback", "attachment_received", "empty_message", "follow_up_due"}
RASAS_OWN = {"back", "restart", "session_start"}
NAMED_IN_CODE = {
    *checks.PLACES,
    *checks.RESULTS,
    *triggers.BY_CONCEPT,
    "ADDRESS",
    "CORRECT",
    "HUMAN",
    "MOVED_AWAY",
    "OLD_ADDRESS",
    "ORDER",
    "SPEAK_TO",
    "WRONG",
    "YES",
}


def read(path):
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def concepts(language):
    return read(ROOT / "data" / "concepts" / f"{language}.yml")["concepts"]


@pytest.mark.parametrize("language", languages())
def test_every_concept_that_the_code_names_has_words(language):
    known = concepts(language)
    assert {name for name in NAMED_IN_CODE if not known.get(name)} == set()


@pytest.mark.parametrize("language", languages())
def test_every_language_can_be_asked_for_in_every_language(language):
    assert {f"LANGUAGE_{code.upper()}" for code in languages()} <= set(concepts(language))


@pytest.mark.parametrize("language", languages())
def test_words_are_written_as_they_are_looked_for(language):
    forms = [form for forms in concepts(language).values() for form in forms]
    assert [form for form in forms if form != form.lower() or form != form.strip() or not form] == []
    assert [form for form in forms if any("*" in word[:-1] for word in form.split())] == []


@pytest.mark.parametrize("language", languages())
def test_no_word_stands_twice_under_one_concept(language):
    assert {name: forms for name, forms in concepts(language).items() if len(set(forms)) != len(forms)} == {}


@pytest.mark.parametrize("language", languages())
def test_every_intent_has_utterances_in_every_language(language):
    files = {path.stem for path in (ROOT / "data" / "nlu" / language).glob("*.yml")}
    assert files == set(domain().intents) - NOT_WRITTEN - RASAS_OWN


@pytest.mark.parametrize("language", languages())
def test_every_utterance_tells_its_language(language):
    for path in (ROOT / "data" / "nlu" / language).glob("*.yml"):
        [block] = read(path)["nlu"]
        assert block["intent"] == path.stem
        assert block["metadata"]["language"] == language, path.name


@pytest.mark.parametrize("slot", [*script.CHECKS, *script.REFERENCES, "language", "language_wish", "buyer_wish"])
def test_every_fact_that_is_read_fills_a_slot(slot):
    mappings = next(found.mappings for found in domain().slots if found.name == slot)
    assert mappings == [{"type": "from_entity", "entity": slot}]
    assert slot in domain().entities


def test_no_fact_steers_a_story_by_itself():
    assert [slot.name for slot in domain().slots if slot.has_features()] == ["stage"]
