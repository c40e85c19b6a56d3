"""An installation's own file over one of ours: what it says holds, what it does not say stays."""

from pathlib import Path

import pytest

from cases.layered_file import by_beginning, own_file, read_layered
from cases.settings import SettingsError


@pytest.fixture
def layered(tmp_path):
    """``layered(own, laid_over)``: both files' texts, read as one."""

    def read(own, laid_over=None):
        paths = [tmp_path / "own.yml", tmp_path / "mine.yml"]
        for path, text in zip(paths, (own, laid_over or "")):
            path.write_text(text)
        return read_layered(paths[0], paths[1] if laid_over is not None else None)

    return read


def test_an_entry_is_changed_field_by_field_and_a_new_one_added(layered):
    read = layered("a: {one: {x: 1, y: 2}, two: 2}", "a: {one: {y: 3}, two: 4, three: {z: 5}}")
    assert read == {"a": {"one": {"x": 1, "y": 3}, "two": 4, "three": {"z": 5}}}
    assert layered("a: {one: 1}") == {"a": {"one": 1}}


@pytest.mark.parametrize(
    ("laid_over", "told"),
    [
        ("b: {}", "no section b"),
        ("a: 5", "no section a"),
        ("a: {one: 5}", "one: not a mapping"),
        ("a: [", "mine.yml"),
        ("", "not a mapping"),
    ],
)
def test_a_mistake_is_told(layered, laid_over, told):
    with pytest.raises(SettingsError, match=told):
        layered("a: {one: {x: 1}}", laid_over)


TABLE = {"dhl": ("dhl", "easypost"), "other": ("easypost",), "dhlexpress": ("ups",)}


@pytest.mark.parametrize(
    ("name", "entry"),
    [("dhl", "dhl"), ("dhlpaket", "dhl"), ("dhlexpress", "dhl"), ("gls", "other"), ("", "other"), ("others", "other")],
)
def test_the_first_entry_that_a_name_begins_with_is_taken_else_the_one_for_all_others(name, entry):
    assert by_beginning(TABLE, name) == TABLE[entry]


def test_the_installations_own_file_is_the_one_that_the_environment_names(monkeypatch):
    assert own_file("PORCHLIGHT_X_FILE", {"PORCHLIGHT_X_FILE": "/etc/x.yml"}) == Path("/etc/x.yml")
    assert own_file("PORCHLIGHT_X_FILE", {"PORCHLIGHT_X_FILE": ""}) is None
    monkeypatch.setenv("PORCHLIGHT_X_FILE", "x.yml")
    assert own_file("PORCHLIGHT_X_FILE") == Path("x.yml")
