"""A file of ours, and the installation's own over it."""

from pathlib import Path

import pytest

from actions.layered_file import by_beginning, own_file

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
