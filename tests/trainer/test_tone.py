"""The tone rules catch what no buyer may read, and nothing else."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from trainer import replies, tone

SENTENCES = Path(__file__).parents[1] / "replies" / "tone"


def _sentences(kind: str) -> list[tuple[str, str]]:
    """(language, sentence) of a kind, ``bad`` or ``good``, in all languages."""
    files = [YAML(typ="safe", pure=True).load(path.read_text("utf-8")) for path in sorted(SENTENCES.glob("*.yml"))]
    return [(file["language"], sentence) for file in files for sentence in file[kind]]


@pytest.mark.parametrize(("language", "sentence"), _sentences("bad"))
def test_a_bad_sentence_is_caught(language: str, sentence: str) -> None:
    assert tone.findings(sentence, language)


@pytest.mark.parametrize(("language", "sentence"), _sentences("good"))
def test_a_good_sentence_is_not_caught(language: str, sentence: str) -> None:
    assert tone.findings(sentence, language) == []


def test_no_wording_is_caught() -> None:
    wordings = replies.wordings()
    assert {wording.language for wording in wordings} >= {"en", "de", "zh"}
    caught = [
        (wording.file, wording.key, finding)
        for wording in wordings
        for finding in tone.findings(wording.text, wording.language)
    ]
    assert caught == []


def test_every_language_with_wording_has_rules_and_sentences() -> None:
    spoken = {wording.language for wording in replies.wordings()}
    assert spoken <= set(tone.languages())
    assert spoken <= {path.stem for path in SENTENCES.glob("*.yml")}


@pytest.mark.parametrize("language", tone.languages())
def test_the_rules_have_the_same_names_in_every_language(language: str) -> None:
    assert [rule.name for rule in tone.rules(language)] == [rule.name for rule in tone.rules("en")]


@pytest.mark.parametrize("language", tone.languages())
def test_every_rule_catches_a_bad_sentence_and_says_why(language: str) -> None:
    caught = {
        finding.rule
        for sentence_language, sentence in _sentences("bad")
        if sentence_language == language
        for finding in tone.findings(sentence, language)
    }
    for rule in tone.rules(language):
        assert rule.name in caught
        assert rule.why.strip() and rule.source.strip() and rule.patterns


@pytest.mark.parametrize("language", tone.languages())
@pytest.mark.parametrize("kind", ["bad", "good"])
def test_there_are_thirty_different_sentences(language: str, kind: str) -> None:
    sentences = [sentence for sentence_language, sentence in _sentences(kind) if sentence_language == language]
    assert len(sentences) == len(set(sentences)) == 30


def test_a_finding_names_the_rule_and_the_words() -> None:
    assert tone.findings("Hello. Are you\nsure?", "en") == [tone.Finding("doubts_buyer", "Are you sure")]


def test_typographic_apostrophes_are_read_like_plain_ones() -> None:
    typographic = tone.findings("Please don’t open a case.", "en")
    assert [finding.rule for finding in typographic] == ["discourages_claim"]


def test_a_language_without_rules_is_an_error() -> None:
    with pytest.raises(tone.ToneRulesError, match="xx"):
        tone.findings("Hello", "xx")
