"""Trains what decides, and nothing of what understands: policies, domain, rules and stories, in seconds."""

import logging
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import rasa.model_training
import structlog
from rasa.core.agent import Agent
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
_yaml = YAML(typ="safe", pure=True)


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps Rasa from writing every rule that it looks at, which takes longer than looking."""
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING), cache_logger_on_first_use=False
    )
    try:
        yield
    finally:
        structlog.configure(**before)


def project_copy(folder: Path) -> Path:
    """The project's domain, rules, stories and policies in a folder of their own, without anything that understands."""
    for name in ("rules", "stories"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    shutil.copy(ROOT / "domain.yml", folder)
    config = {**_yaml.load((ROOT / "config.yml").read_text(encoding="utf-8")), "pipeline": []}
    with (folder / "config.yml").open("w", encoding="utf-8") as file:
        _yaml.dump(config, file)
    return folder


def train(project: Path) -> Agent:
    """An agent with a new core model of a project."""
    cache = os.environ.get("RASA_CACHE_DIRECTORY")
    os.environ["RASA_CACHE_DIRECTORY"] = str(project / "cache")
    try:
        with quiet():
            model = rasa.model_training.train_core(
                domain=str(project / "domain.yml"),
                config=str(project / "config.yml"),
                stories=str(project / "data"),
                output=str(project / "models"),
                fixed_model_name="core",
            )
            return Agent.load(str(model))
    finally:
        if cache is None:
            del os.environ["RASA_CACHE_DIRECTORY"]
        else:
            os.environ["RASA_CACHE_DIRECTORY"] = cache
