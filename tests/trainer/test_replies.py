"""The check of all wordings against the English one says what is wrong, in which file and where."""

from pathlib import Path

import pytest

from trainer import replies

ENGLISH = """
responses:
  utter_found:
    - text: "I am glad that it is there."
  utter_ask_address_confirmed:
    - text: "Is {masked_address} right?"
      buttons:
        - {title: "Yes", payload: "Yes"}
        - {title: "No", payload: "No"}
"""
GERMAN = """
language: de
responses:
  utter_found:
    - text: "Schön, dass es da ist."
  utter_ask_address_confirmed:
    - text: "Stimmt {masked_address}?"
      buttons:
        - {title: "Ja", payload: "Ja"}
        - {title: "Nein", payload: "Nein"}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with English and German wording that fits."""
    (tmp_path / "bot" / "replies").mkdir(parents=True)
    (tmp_path / "domain.yml").write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "bot" / "replies" / "de.yml").write_text(GERMAN, encoding="utf-8")
    return tmp_path


def test_the_wording_of_the_product_has_no_problems() -> None:
    assert replies.problems() == []


def test_wording_that_fits_has_no_problems(project: Path) -> None:
    assert replies.problems(project) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('  utter_found:\n    - text: "Schön, dass es da ist."\n', "", "utter_found is missing"),
        ("utter_found:", "utter_fond:", "utter_fond is not one of the English responses"),
        ("{masked_address}", "die Adresse", "utter_ask_address_confirmed lacks the placeholder {masked_address}"),
        ("es da ist", "{item} da ist", "utter_found has the placeholder {item}, English has not"),
        (
            '        - {title: "Nein", payload: "Nein"}\n',
            "",
            "utter_ask_address_confirmed has 1 buttons, English has 2",
        ),
        (', payload: "Nein"', "", "utter_ask_address_confirmed: a button's payload is missing"),
        ('title: "Nein"', 'titel: "Nein"', "utter_ask_address_confirmed: a button has the unknown entry “titel”"),
        ("da ist.", "da ist }.", "utter_found: text can not be filled in: Single '}' encountered in format string"),
        ("da ist.", "da ist {{.", "utter_found: text shows a curly bracket"),
        ("es da", "{0} da", "utter_found: text can not be filled in: “{0}” is not a plain name"),
        ("Schön, dass", "Schön,  dass", "utter_found: text has a space too many"),
        ('"Schön, dass es da ist."', '""', "utter_found: text is missing"),
        ("language: de", "language: nl", "the language is nl, but the file's name says de"),
        ("responses:", "response:", "there are no responses"),
    ],
)
def test_a_problem_is_named_with_its_file(project: Path, old: str, new: str, problem: str) -> None:
    assert old in GERMAN
    (project / "bot" / "replies" / "de.yml").write_text(GERMAN.replace(old, new), encoding="utf-8")
    assert f"bot/replies/de.yml: {problem}" in replies.problems(project)


@pytest.mark.parametrize("content", ["responses: [", "language: de\nlanguage: de\n", "- a list\n"])
def test_a_file_that_can_not_be_read_is_one_problem(project: Path, content: str) -> None:
    (project / "bot" / "replies" / "de.yml").write_text(content, encoding="utf-8")
    (problem,) = replies.problems(project)
    assert problem.startswith("bot/replies/de.yml: ")
    assert "\n" not in problem


def test_a_broken_english_wording_is_named(project: Path) -> None:
    (project / "domain.yml").write_text(ENGLISH.replace("{masked_address}", "{masked_address"), encoding="utf-8")
    assert any(line.startswith("domain.yml: utter_ask_address_confirmed: text") for line in replies.problems(project))


def test_wordings_include_the_buttons(project: Path) -> None:
    german = [wording.text for wording in replies.wordings(project) if wording.language == "de"]
    assert german == ["Schön, dass es da ist.", "Stimmt {masked_address}?", "Ja", "Ja", "Nein", "Nein"]
