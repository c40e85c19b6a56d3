"""A model is trained when what it is made of has changed, and used again otherwise."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import training
from deploy.training import TrainingFailed, current_model, sources_hash, train
from tests.running_product import eventually


@pytest.fixture
def project(tmp_path):
    """A small project with everything that a model is made of."""
    for name in ("config.yml", "domain.yml", "requirements.lock", "data/nlu/en/greet.yml", "bot/nlu/intent.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("first", encoding="utf-8")
    return tmp_path


@pytest.fixture
def trainings(monkeypatch):
    """The trainings that were run; each makes a model."""
    run = []

    def rasa(root, out):
        run.append(sources_hash(root))
        model = out / "model.tar.gz"
        model.write_text(f"model {len(run)}", encoding="utf-8")
        return model

    monkeypatch.setattr(training, "_run_rasa", rasa)
    return run


def test_a_model_is_trained_once_and_then_used_again(project, trainings):
    first = train(project, if_needed=True)
    assert train(project, if_needed=True) == first == current_model(project)
    assert len(trainings) == 1


@pytest.mark.parametrize(
    "changed", ["config.yml", "domain.yml", "requirements.lock", "data/nlu/en/greet.yml", "bot/nlu/intent.py"]
)
def test_a_change_of_any_source_trains_again_and_leaves_one_model(project, trainings, changed):
    train(project, if_needed=True)
    (project / changed).write_text("second", encoding="utf-8")
    assert current_model(project) is None
    model = train(project, if_needed=True)
    assert model.read_text(encoding="utf-8") == "model 2"
    assert [file.name for file in (project / "models").glob("*.tar.gz")] == [model.name]


def test_new_removed_and_renamed_files_count_as_changes(project):
    seen = [sources_hash(project)]
    (project / "data/concepts.yml").write_text("first", encoding="utf-8")
    seen.append(sources_hash(project))
    (project / "data/concepts.yml").rename(project / "data/words.yml")
    seen.append(sources_hash(project))
    assert len(set(seen)) == 3
    (project / "data/words.yml").unlink()
    assert sources_hash(project) == seen[0]


def test_what_is_not_part_of_a_model_does_not_count(project):
    before = sources_hash(project)
    for name in ("bot/sender.py", "bot/nlu/__pycache__/intent.pyc", "data/nlu/en/.greet.yml.swp", "endpoints.yml"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("new", encoding="utf-8")
    assert sources_hash(project) == before


def test_asked_to_train_it_trains_although_nothing_changed(project, trainings):
    train(project)
    train(project)
    assert len(trainings) == 2


def test_models_that_others_put_there_stay(project, trainings):
    (project / "models").mkdir()
    other = project / "models" / "20260101-000000-own.tar.gz"
    other.touch()
    train(project)
    assert other.exists()


def test_a_failed_training_keeps_the_model_of_before(project, trainings, monkeypatch):
    before = train(project)

    def fail(root, out):
        (out / "model.tar.gz").write_text("half a mod", encoding="utf-8")
        raise TrainingFailed("a story contradicts a rule")

    monkeypatch.setattr(training, "_run_rasa", fail)
    with pytest.raises(TrainingFailed, match="contradicts"):
        train(project)
    assert before.read_text(encoding="utf-8") == "model 1"
    assert sorted(file.name for file in (project / "models").iterdir()) == [".lock", before.name]


def test_a_change_during_the_training_trains_again(project, trainings, monkeypatch):
    rasa = training._run_rasa

    def slow(root, out):
        model = rasa(root, out)
        if len(trainings) == 1:
            (project / "domain.yml").write_text("changed meanwhile", encoding="utf-8")
        return model

    monkeypatch.setattr(training, "_run_rasa", slow)
    model = train(project, if_needed=True)
    assert model == current_model(project) and model.read_text(encoding="utf-8") == "model 2"


def test_files_that_never_rest_are_an_error(project, trainings, monkeypatch):
    rasa = training._run_rasa

    def restless(root, out):
        model = rasa(root, out)
        (project / "domain.yml").write_text(f"change {len(trainings)}", encoding="utf-8")
        return model

    monkeypatch.setattr(training, "_run_rasa", restless)
    with pytest.raises(TrainingFailed, match="kept changing"):
        train(project)


@pytest.mark.processes
def test_told_to_end_it_ends_what_it_started():
    process = subprocess.Popen([sys.executable, "-m", "deploy.training"], cwd=training.ROOT, stdout=subprocess.DEVNULL)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    try:
        eventually(lambda: children.read_text().split(), what="Rasa was not started")
        [rasa] = children.read_text().split()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 130
        assert not Path(f"/proc/{rasa}").exists()
    finally:
        process.kill()
