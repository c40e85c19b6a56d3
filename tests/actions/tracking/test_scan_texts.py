"""Carriers' own texts are read for where a parcel was left, and for what means more than its status."""

from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from actions.tracking.scan_texts import pickup_in, place_in, special_in, tells_of_photo

TABLE = YAML(typ="safe", pure=True).load(Path(__file__).with_name("scan_texts.yml").read_text(encoding="utf-8"))


def rows(kind):
    """The texts that say something (or nothing) of one kind; those with a known fault are expected to fail."""
    for row in TABLE["texts"]:
        if kind in row:
            fault = row.get("known_fault")
            marks = [pytest.mark.xfail(strict=True, reason=fault)] if fault else []
            yield pytest.param(row["text"], row[kind], id=row["text"], marks=marks)


@pytest.mark.parametrize(("text", "place"), rows("place"))
def test_where_a_parcel_was_left(text, place):
    assert place_in(text) == place


@pytest.mark.parametrize(("text", "special"), rows("special"))
def test_what_means_more_than_its_status(text, special):
    assert special_in(text) == special


def test_every_text_was_really_seen_somewhere():
    assert {row["source"] for row in TABLE["texts"]} == set(TABLE["sources"])
    assert len(TABLE["texts"]) >= 40


@pytest.mark.parametrize("row", TABLE["texts"], ids=lambda row: row["text"])
def test_a_place_has_no_special_meaning_of_its_own(row):
    if row.get("place"):
        assert special_in(row["text"]) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [("Left in a safe place: porch. Photo taken.", True), ("Delivered with picture", True), ("Delivered", False)],
)
def test_a_photo_is_told(text, told):
    assert tells_of_photo(text) is told


@pytest.mark.parametrize(
    ("text", "point", "until"),
    [
        (
            "Ready for collection at the pickup point: Kiosk am Nordbahnhof, Invalidenstraße 130. "
            "Last day for collection: 2026-11-28.",
            "Kiosk am Nordbahnhof, Invalidenstraße 130",
            date(2026, 11, 28),
        ),
        (
            "Waiting in a parcel locker: Parcel locker 143, Chausseestraße 20. Not collected yet.",
            "Parcel locker 143, Chausseestraße 20",
            None,
        ),
        ("Collect by 2026-12-01", None, date(2026, 12, 1)),
        ("Delivered", None, None),
        ("", None, None),
    ],
)
def test_pickup_point_and_last_day_are_read(text, point, until):
    assert pickup_in(text) == (point, until)


def test_a_day_that_does_not_exist_is_no_last_day():
    assert pickup_in("Last day for collection: 2026-11-31.") == (None, None)
