"""What ``make check`` says of utterances and lexicons that are not as they should be."""

import shutil
from pathlib import Path

import pytest

from trainer import check, concepts, utterances

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path):
    """The project's training data in a folder that may be spoilt."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_projects_own_data_have_no_problems(capsys):
    assert check.main() == 0
    assert "no problems" in capsys.readouterr().out


def test_a_missing_intent_is_named(copy):
    (copy / "data/nlu/de/greet.yml").unlink()
    assert utterances.problems(copy) == ["data/nlu/de: greet.yml is missing"]


def test_an_unknown_intent_is_named(copy):
    (copy / "data/nlu/de/greet.yml").rename(copy / "data/nlu/de/greetings.yml")
    found = utterances.problems(copy)
    assert "data/nlu/de/greetings.yml: there is no intent of this name" in found
    assert "data/nlu/de/greetings.yml: must hold one intent, named greetings as the file" in found


def test_a_file_in_the_wrong_languages_folder_is_named(copy):
    _replace(copy / "data/nlu/de/greet.yml", "language: de", "language: en")
    assert utterances.problems(copy) == ["data/nlu/de/greet.yml: must say «metadata: language: de», as its folder"]


def test_an_utterance_under_two_intents_is_named(copy):
    with (copy / "data/nlu/en/thank.yml").open("a", encoding="utf-8") as file:
        file.write("    - a line that stands in two places\n")
    with (copy / "data/nlu/en/greet.yml").open("a", encoding="utf-8") as file:
        file.write("    - A line that stands in  two places\n")
    assert utterances.problems(copy) == [
        "data/nlu/en: «a line that stands in two places» stands more than once: in greet, thank"
    ]


def test_markup_is_named(copy):
    with (copy / "data/nlu/en/greet.yml").open("a", encoding="utf-8") as file:
        file.write("    - /restart\n    - see [this](order_number)\n")
    assert [line.split(": ", 1)[1] for line in utterances.problems(copy)] == [
        "«/restart» would be read as markup; write it as a buyer types",
        "«see [this](order_number)» would be read as markup; write it as a buyer types",
    ]


def test_too_few_utterances_are_counted(copy):
    path = copy / "data/nlu/zh/goodbye.yml"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:10]) + "\n", encoding="utf-8")
    assert utterances.problems(copy)[0].startswith("data/nlu/zh/goodbye.yml: has ")


def test_a_file_that_is_no_yaml_is_named_and_not_a_traceback(copy):
    (copy / "data/nlu/en/greet.yml").write_text("nlu: [", encoding="utf-8")
    (found,) = utterances.problems(copy)
    assert found.startswith("data/nlu/en/greet.yml: can not be read: ")


def test_a_concept_that_one_language_lacks_is_named(copy):
    _replace(copy / "data/concepts/zh.yml", "NEIGHBOUR:", "NACHBAR:")
    found = concepts.problems(copy)
    assert "data/concepts/zh.yml: NEIGHBOUR is missing; other languages have it" in found
    assert "data/concepts/en.yml: NACHBAR is missing; other languages have it" in found


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ("Nachbar", "«Nachbar» must be lower case"),
        ("nach*bar", "«nach*bar» may have a star only at the end of a word"),
        ("12", "«12» is not a text; put it between quotes"),
    ],
)
def test_a_form_that_can_not_match_is_named(copy, form, fault):
    _replace(copy / "data/concepts/de.yml", "  NEIGHBOUR:\n", f"  NEIGHBOUR:\n    - {form}\n")
    assert f"data/concepts/de.yml: NEIGHBOUR: {fault}" in concepts.problems(copy)


def test_a_form_that_stands_twice_is_named(copy):
    _replace(
        copy / "data/concepts/de.yml", "  NEIGHBOUR:\n", "  NEIGHBOUR:\n    - wer auch immer\n    - wer auch immer\n"
    )
    assert concepts.problems(copy) == ["data/concepts/de.yml: NEIGHBOUR: «wer auch immer» stands twice"]
