"""Carriers' own texts, in their languages, are read for what they tell, and for nothing that they do not tell."""

import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from actions.tracking.delivery_class import delivery_class
from actions.tracking.newest_state import newest_state
from actions.tracking.parcel_facts import STATUSES, LastMile, Scan
from actions.tracking.scan_texts import (
    FOLDER,
    MOVING,
    PLACES,
    SPECIAL,
    handed_over_in,
    is_instruction,
    pickup_in,
    place_in,
    special_in,
    status_in,
    tells_of_photo,
)
from actions.tracking.status_tables import StatusTable
from tests.actions.an_order import ORDER

LOAD = YAML(typ="safe", pure=True).load
TABLE = LOAD(Path(__file__).with_name("status_texts.yml").read_text(encoding="utf-8"))
TEXTS = [{**row, "language": group["language"]} for group in TABLE["carriers"] for row in group["texts"]]
EVERY_TEXT = pytest.mark.parametrize("row", TEXTS, ids=[f"{row['language']}: {row['text']}" for row in TEXTS])
USPS = "9400111206206406260787"
DHL = ("00340434161094000001", "DHL Paket")
NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


@EVERY_TEXT
def test_what_a_text_tells(row):
    told = (status_in(row["text"]) or "unknown", place_in(row["text"]), special_in(row["text"]))
    assert told == (row["status"], row.get("place"), row.get("special"))
    assert is_instruction(row["text"]) is row.get("instruction", False)


@EVERY_TEXT
def test_which_class_follows_for_a_parcel_without_a_code(row):
    scan = Scan(NOW - timedelta(days=3), row["text"])
    facts = newest_state("easypost", "CC731010015DE", "unknown", [scan], [], "{}")
    assert facts.status == row["status"]
    assert delivery_class(facts, ORDER, NOW) == row.get("class")


@EVERY_TEXT
def test_in_capital_letters_it_tells_the_same(row):
    loud = row["text"].upper().replace("SS", "ss")  # ß has a capital of two letters
    if "ß" not in row["text"]:
        assert (status_in(loud) or "unknown", place_in(loud)) == (row["status"], row.get("place"))


@EVERY_TEXT
def test_an_instruction_is_no_outcome(row):
    if row.get("instruction"):
        assert (row["status"], set(row) & {"place", "special", "class"}) == ("unknown", set())


@pytest.mark.parametrize("row", TABLE["codes"], ids=lambda row: f"{row['provider']} {row['code']}")
def test_what_a_code_means(row):
    assert StatusTable(row["provider"]).get(row["section"], row["code"]) == row["means"]


def test_the_table_is_large_real_and_has_no_text_twice():
    assert len(TEXTS) >= 150
    assert len({row["text"] for row in TEXTS}) >= len(TEXTS) - 15  # two carriers may say the same
    assert {group["source"] for group in TABLE["carriers"]} == set(TABLE["sources"])
    assert {row["status"] for row in TEXTS} == set(STATUSES)
    assert {row.get("place") for row in TEXTS} == {None, *PLACES}
    assert {row.get("special") for row in TEXTS} == {None, *SPECIAL}
    assert sum(row["status"] == "unknown" and set(row) <= {"text", "status", "language"} for row in TEXTS) >= 20


def test_every_language_with_a_table_is_tested_and_the_other_way_round():
    assert {row["language"] for row in TEXTS} == {path.stem for path in FOLDER.glob("*.yml")}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
def test_every_pattern_has_a_source_a_date_and_a_text_that_it_reads(path):
    table = LOAD(path.read_text(encoding="utf-8"))
    rows = [row for section in ("instructions", "places", "special", "statuses") for row in table.get(section, ())]
    assert table["language"] == path.stem
    assert isinstance(table["checked_on"], date)
    assert {row["source"] for row in rows} <= set(table["sources"])
    texts = [row["text"] for row in TEXTS if row["language"] == path.stem]
    for row in rows:
        assert any(re.search(row["pattern"], text, re.IGNORECASE) for text in texts), row


@pytest.mark.parametrize("status", MOVING)
def test_a_parcel_that_moves_has_been_left_nowhere(status):
    texts = [row["text"] for row in TEXTS if row["status"] == status]
    assert texts and not any(map(place_in, texts))


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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Handed over to DPD, tracking number 09980000020033F", ("09980000020033F", "DPD")),
        ("Handed over to the last mile carrier: USPS. No. 9400 1112 0620 6406 2607 87", (USPS, "USPS")),
        (f"Tendered to USPS ({USPS})", (USPS, "USPS")),
        ("Shipment information received, last mile tracking number: 00340434161094000001, last mile carrier: DHL", DHL),
        # the carrier is not named, or another one
        (f"Handed over to the last mile carrier, tracking number {USPS}", None),
        (f"Handed over to Hermes, tracking number {USPS}", None),
        # the number may be anything, or is none
        ("Handed over to DPD, tracking number 06086216767970", None),
        ("Handed over to DPD, tracking number 09980000020034F", None),
        ("Handed over to USPS", None),
        # nobody is told to have taken over
        (f"USPS {USPS}", None),
        ("", None),
    ],
)
def test_who_takes_over_is_believed_with_a_number_that_is_surely_theirs(text, told):
    assert handed_over_in(text) == told


def test_the_newest_scan_that_tells_it_names_the_last_mile_and_the_own_number_is_none():
    texts = ["Handed over to DPD, tracking number 09980000020033F", f"Tendered to USPS, {USPS}", "Departed"]
    scans = [Scan(NOW - timedelta(days=3 - day), text) for day, text in enumerate(texts)]
    facts = newest_state("easypost", "CC731010015DE", "in_transit", scans, [], "{}")
    assert facts.last_mile == LastMile(USPS, "USPS", "easypost")
    assert newest_state("easypost", USPS, "in_transit", scans[1:], [], "{}").last_mile is None
    told = LastMile("C00HHA0576245896", "Evri", "aftership")
    assert newest_state("aftership", "X1", "in_transit", scans, [], "{}", last_mile=told).last_mile == told
