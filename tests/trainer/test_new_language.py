"""A new language begins as files without words, is told what it lacks, and is taken in only when it is complete."""

import shutil
from pathlib import Path

import pytest

from trainer import new_language, utterances

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path):
    """A project with English only."""
    for path in ("domain.yml", "data/concepts/en.yml", "trainer/tone/en.yml"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    shutil.copytree(ROOT / "data/nlu/en", tmp_path / "data/nlu/en")
    return tmp_path


@pytest.mark.parametrize("code", ["", "r", "RO", "ron", "r2", "../x"])
def test_what_is_no_code_is_refused(project, code):
    with pytest.raises(new_language.LanguageError, match="two small letters"):
        new_language.begin(code, project)


def test_an_unknown_language_is_refused(project):
    with pytest.raises(new_language.LanguageError, match="no language"):
        new_language.begin("qq", project)


def test_a_language_that_is_spoken_is_not_begun_again(project):
    with pytest.raises(new_language.LanguageError, match="already"):
        new_language.begin("en", project)


def test_a_draft_lacks_everything_at_first_and_nothing_outside_is_touched(project):
    new_language.begin("ro", project)
    found = new_language.problems("ro", project)
    assert any("data/nlu/ro/greet.yml: has 0 utterances" in line for line in found)
    assert any("data/concepts/ro.yml: NEIGHBOUR needs" in line for line in found)
    assert any("bot/replies/ro.yml" in line and "utter_greet" in line for line in found)
    assert any("claims_receipt has no patterns" in line for line in found)
    assert any("30 bad sentences" in line for line in found)
    assert not (project / "data/nlu/ro").exists()


def test_a_complete_draft_is_taken_in(project, monkeypatch):
    draft = new_language.begin("ro", project)
    for path in (ROOT / "data/nlu/en").glob("*.yml"):
        text = path.read_text("utf-8").replace("language: en", "language: ro")
        (draft / "data/nlu/ro" / path.name).write_text(text, encoding="utf-8")
    for place in ("data/concepts/{}.yml", "trainer/tone/{}.yml", "tests/replies/tone/{}.yml"):
        text = (ROOT / place.format("en")).read_text("utf-8").replace("language: en", "language: ro", 1)
        (draft / place.format("ro")).write_text(text, encoding="utf-8")
    text = (ROOT / "bot/replies/de.yml").read_text("utf-8").replace("language: de", "language: ro", 1)
    (draft / "bot/replies/ro.yml").write_text(text, encoding="utf-8")
    monkeypatch.setitem(utterances._AMOUNTS, "utterances", 1)
    monkeypatch.setitem(utterances._AMOUNTS, "utterances_of", {})
    assert new_language.problems("ro", project) == []
    monkeypatch.setattr("sys.argv", ["make language", "ro"])
    assert new_language.main(project) == 0
    assert not draft.exists()
    assert all((project / place.format(code="ro")).exists() for place in new_language.PLACES)


def test_the_command_begins_and_then_tells_what_is_missing(project, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["make language", "ro"])
    assert new_language.main(project) == 0
    assert "drafts/ro" in capsys.readouterr().out
    assert new_language.main(project) == 1
    assert "still to do" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["make language", "qq"])
    assert new_language.main(project) == 2
