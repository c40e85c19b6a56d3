"""Stock Rasa is what ``rasa init`` gives, on Porchlight's domain."""

from bench import stock
from bench.stock import EPOCHS, config, domain, sources_hash, stories, write_project

PIPELINE = [
    "WhitespaceTokenizer",
    "RegexFeaturizer",
    "LexicalSyntacticFeaturizer",
    "CountVectorsFeaturizer",
    "CountVectorsFeaturizer",
    "DIETClassifier",
    "EntitySynonymMapper",
    "ResponseSelector",
    "FallbackClassifier",
]
POLICIES = ["MemoizationPolicy", "RulePolicy", "UnexpecTEDIntentPolicy", "TEDPolicy"]


def test_the_project_has_the_pipeline_and_policies_of_rasa_init(tmp_path):
    write_project(tmp_path)
    written = stock._read(tmp_path / "config.yml")
    assert [entry["name"] for entry in written["pipeline"]] == PIPELINE
    assert [entry["name"] for entry in written["policies"]] == POLICIES
    trained = [entry for part in ("pipeline", "policies") for entry in written[part] if "epochs" in entry]
    assert len(trained) == 4
    assert {entry["epochs"] for entry in trained} == {EPOCHS}


def test_only_the_epochs_are_changed():
    default = {"recipe": "r", "language": "en", "pipeline": [{"name": "A", "epochs": 100, "x": 1}, {"name": "B"}]}
    made = config({**default, "policies": [{"name": "C"}]})
    assert made["pipeline"] == [{"name": "A", "epochs": EPOCHS, "x": 1}, {"name": "B"}]


def test_the_domain_keeps_all_but_the_mappings_of_the_form():
    own = stock._read(stock.ROOT / "domain.yml")
    answers = stock._read(stock.OWN / "stock_slots.yml")
    made = domain(own, answers)
    assert set(answers) == set(own["forms"]["delivery_check"]["required_slots"])
    assert {name for name in own["slots"] if made["slots"][name] != own["slots"][name]} == set(answers)
    assert {name for name in own if made[name] != own[name]} == {"slots"}


def test_the_rules_name_only_what_the_domain_has():
    own = stock._read(stock.ROOT / "domain.yml")
    rules = stock._read(stock.OWN / "stock_rules.yml")["rules"]
    steps = [step for rule in rules for step in rule["steps"]]
    assert {step["intent"] for step in steps if "intent" in step} <= set(own["intents"])
    known = {*own["actions"], *own["responses"], *own["forms"], "action_deactivate_loop"}
    assert {step["action"] for step in steps if "action" in step} <= known


def test_stories_go_on_with_the_form_where_a_question_is_open():
    open_question = {"story": "a", "steps": [{"active_loop": "check"}, {"intent": "b"}, {"action": "c"}]}
    none_open = {"story": "d", "steps": [{"intent": "b"}, {"action": "c"}]}
    made = stories([open_question, none_open], "check")
    assert made[0]["steps"][3:] == [{"action": "check"}, {"active_loop": "check"}]
    assert made[1] == none_open
    assert len(open_question["steps"]) == 3


def test_rasa_finds_the_stories_and_rules_of_the_project(tmp_path):
    from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader

    write_project(tmp_path)
    assert all(YAMLStoryReader.is_stories_file(tmp_path / name) for name in stock.STORIES)


def test_the_hash_changes_with_the_project(tmp_path):
    write_project(tmp_path)
    before = sources_hash(tmp_path)
    assert before == sources_hash(tmp_path)
    (tmp_path / "config.yml").write_text("pipeline: []", encoding="utf-8")
    assert sources_hash(tmp_path) != before
