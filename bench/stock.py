"""The other side of the comparison: ``rasa init``'s pipeline and policies on Porchlight's domain, data and actions.

Its configuration is read from the Rasa that is installed, with the epochs set down: only speed is measured, and a
model of few epochs is as fast as one of many.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, Mapping, Sequence

from ruamel.yaml import YAML

from bench.progress import say, step
from deploy.launcher.installation import ROOT

EPOCHS = 5
OWN = Path(__file__).parent
# Only the languages of the conversations: with all of them DIET would take hours to train, and be slower and larger.
LANGUAGES = ("de", "en", "zh")
DATA = (*(f"data/nlu/{language}" for language in LANGUAGES), "data/rules")
STORIES = ("stories.yml", "stock_rules.yml")
SOURCES = ("requirements.lock", *DATA)


class StockFailed(Exception):
    """Stock Rasa could not be trained; the text says why."""


def _read(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def _write(path: Path, content: Any) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False  # Rasa tells its files apart by lines that begin with a key
    with open(path, "w", encoding="utf-8") as file:
        yaml.dump(content, file)


def config(default: Mapping[str, Any]) -> Dict[str, Any]:
    """``rasa init``'s configuration, as Rasa brings it along, with `EPOCHS` epochs wherever there are epochs."""
    parts = {
        part: [{**entry, "epochs": EPOCHS} if "epochs" in entry else dict(entry) for entry in default[part]]
        for part in ("pipeline", "policies")
    }
    return {"recipe": default["recipe"], "assistant_id": "stock", "language": default["language"], **parts}


def domain(own: Mapping[str, Any], answers: Mapping[str, Sequence[Mapping[str, Any]]]) -> Dict[str, Any]:
    """Porchlight's domain, with the slots of the form filled by intents.

    Args:
        own: the content of ``domain.yml``.
        answers: for each slot of the form which intent stands for which value.
    """
    form = next(iter(own["forms"]))
    slots = dict(own["slots"])
    for name, values in answers.items():
        asked = [{"active_loop": form, "requested_slot": name}]
        mappings = [{"type": "from_intent", **entry, "conditions": asked} for entry in values]
        slots[name] = {**slots[name], "mappings": mappings}
    return {**own, "slots": slots}


def stories(own: Sequence[Mapping[str, Any]], form: str) -> List[Dict[str, Any]]:
    """Porchlight's stories, with the form asking again after an answer in between; there its policy does that.

    Without it stock would not know what comes next, and take the message back.
    """
    asks_again = [{"action": form}, {"active_loop": form}]
    return [
        {**story, "steps": [*story["steps"], *(asks_again if {"active_loop": form} in story["steps"] else [])]}
        for story in own
    ]


def write_project(folder: Path) -> None:
    """Writes what stock Rasa is trained from, but for the parts of ``data`` that are used as they are."""
    import rasa

    default = Path(rasa.__file__).parent / "engine" / "recipes" / "config_files" / "default_config.yml"
    own = _read(ROOT / "domain.yml")
    told = [story for file in sorted((ROOT / "data/stories").glob("*.yml")) for story in _read(file)["stories"]]
    files = {
        "config.yml": config(_read(default)),
        "domain.yml": domain(own, _read(OWN / "stock_slots.yml")),
        "stories.yml": {"version": own["version"], "stories": stories(told, next(iter(own["forms"])))},
        "credentials.yml": {"rest": None},
    }
    for name, content in files.items():
        _write(folder / name, content)
    shutil.copy(OWN / "stock_rules.yml", folder)


def write_endpoints(folder: Path, actions_url: str) -> Path:
    """Stock Rasa's own tracker store in a new file of the folder, and the action server that both bots use."""
    path = folder / "stock-endpoints.yml"
    store = {"type": "SQL", "dialect": "sqlite", "db": str(folder / "stock-tracker.db")}
    _write(path, {"action_endpoint": {"url": actions_url}, "tracker_store": store})
    return path


def sources_hash(project: Path) -> str:
    """A short text that changes with everything that the stock model is made of."""
    digest = hashlib.sha256()
    files = sorted(file for file in project.iterdir() if file.is_file())
    for source in SOURCES:
        place = ROOT / source
        files += sorted(place.rglob("*.yml")) if place.is_dir() else [place]
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def stock_model(cache: Path, environment: Mapping[str, str]) -> Path:
    """A trained stock model of the data as they are now.

    Args:
        cache: where models of earlier runs are; the one of other data is replaced.

    Raises:
        StockFailed: Rasa could not train; all it said is in ``training.log`` beside the model.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="porchlight-stock-") as name:
        project = Path(name)
        write_project(project)
        model = cache / f"stock-{sources_hash(project)}.tar.gz"
        if model.is_file():
            say("Stock Rasa: the model of an earlier run is used again.")
            return model
        _train(project, cache / "training.log", environment)
        for other in cache.glob("stock-*.tar.gz"):
            other.unlink()
        os.replace(shutil.move(project / "model.tar.gz", cache / "model.part"), model)
    return model


def _train(project: Path, log: Path, environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "rasa", "train", "--config", str(project / "config.yml")]
    command += ["--domain", str(project / "domain.yml"), "--out", str(project), "--fixed-model-name", "model"]
    command += ["--skip-validation", "--data", *(str(project / name) for name in STORIES)]
    command += [str(ROOT / part) for part in DATA]
    # Rasa keeps what it has trained, so a change of rules or wording does not cost the minutes that DIET takes.
    environment = {**environment, "RASA_CACHE_DIRECTORY": str(log.with_name("rasa-cache"))}
    with step(f"Training stock Rasa for {EPOCHS} epochs (minutes, only when data or configuration changed)"):
        with open(log, "w", encoding="utf-8") as out:
            done = subprocess.run(
                command, cwd=project, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False
            )
    if done.returncode != 0 or not (project / "model.tar.gz").is_file():
        last = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
        raise StockFailed(f"Stock Rasa could not be trained:\n{last}\nAll it said is in {log}")
