"""The quick importer reads what Rasa's own importer reads."""

import copy
from pathlib import Path

import pytest
from rasa.shared.importers.importer import (
    CombinedDataImporter,
    E2EImporter,
    ResponsesSyncImporter,
    TrainingDataImporter,
)
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.utterance_importer import Utterance, UtteranceImporter

ROOT = Path(__file__).parents[3]
PLAIN = """\
version: "3.1"
nlu:
- intent: {intent}
  metadata:
    language: sv
  examples: |
    - {first}
    -   {second}
    - {first}
"""
WITH_ENTITY = """\
version: "3.1"
nlu:
- intent: affirm
  examples: |
    - yes, at [home](place)
- synonym: home
  examples: |
    - house
"""
RULES = """\
version: "3.1"
rules:
- rule: greet
  steps:
  - intent: affirm
  - action: utter_hello
"""
DOMAIN = """\
version: "3.1"
intents: [affirm, deny]
entities: [place]
responses:
  utter_hello:
  - text: Hello
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project: plain files, one with an entity, one with a stray line, an NLU file elsewhere, rules."""
    files = {
        "data/nlu/sv/affirm.yml": PLAIN.format(intent="affirm", first="ja", second="ja tack! :)"),
        "data/nlu/sv/deny.yml": PLAIN.format(intent="deny", first="nej", second="det kostar 5 % mer"),
        "data/nlu/en/affirm.yml": WITH_ENTITY,
        "data/nlu/en/deny.yml": PLAIN.format(intent="deny", first="no", second="nope\n    # not a line"),
        "data/more.yml": PLAIN.format(intent="deny", first="nope", second="no way"),
        "data/rules/rules.yml": RULES,
        "domain.yml": DOMAIN,
        "config.yml": "recipe: default.v1\nlanguage: en\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def imported(importer: type, project: Path) -> TrainingDataImporter:
    """Everything, through the importers that Rasa puts around ours."""
    own = importer(str(project / "config.yml"), str(project / "domain.yml"), [str(project / "data")])
    return E2EImporter(ResponsesSyncImporter(CombinedDataImporter([own])))


def said_in(data: TrainingData):
    """All that the messages say, as Rasa sums it up."""
    return sorted(Message.fingerprint(one) for one in data.training_examples)


def test_reads_the_same_training_data(project: Path):
    ours, rasas = (imported(one, project).get_nlu_data() for one in (UtteranceImporter, RasaFileImporter))
    assert len(rasas.training_examples) > 6
    assert said_in(ours) == said_in(rasas)
    assert ours.entity_synonyms == rasas.entity_synonyms == {"house": "home"}


def test_reads_the_same_rules_and_domain(project: Path):
    ours, rasas = (imported(one, project) for one in (UtteranceImporter, RasaFileImporter))
    assert ours.get_stories().fingerprint() == rasas.get_stories().fingerprint()
    assert ours.get_domain().fingerprint() == rasas.get_domain().fingerprint()


def test_an_utterance_that_stands_twice_is_learnt_once(project: Path):
    texts = [one.get("text") for one in imported(UtteranceImporter, project).get_nlu_data().training_examples]
    assert texts.count("ja") == 1


def test_what_is_set_on_a_copy_does_not_show_in_the_original():
    original = Utterance.build("ja", "affirm", intent_metadata={"language": "sv"})
    other = copy.deepcopy(original)
    other.set("intent", "deny", add_to_output=True)
    other.features.append("a feature")
    assert original.get("intent") == "affirm"
    assert original.features == []
    assert "intent" not in original.output_properties
    assert original != other


@pytest.mark.parametrize("changed", [{"text": "jo"}, {"intent": "deny"}, {"metadata": {"intent": {"language": "da"}}}])
def test_rasa_notices_what_has_changed(changed):
    about = {"text": "ja", "intent": "affirm", "metadata": {"intent": {"language": "sv"}}}
    same, other = Utterance(dict(about)), Utterance({**about, **changed})
    assert Utterance(dict(reversed(about.items()))).fingerprint() == same.fingerprint() != other.fingerprint()
    before = same.fingerprint()
    same.set("intent", "greet")
    assert same.fingerprint() != before


def test_rasa_trains_with_it():
    own = TrainingDataImporter.load_from_config(str(ROOT / "config.yml"), training_data_paths=[])
    inner = own.importer._importer._importers
    assert [type(one) for one in inner] == [UtteranceImporter]
