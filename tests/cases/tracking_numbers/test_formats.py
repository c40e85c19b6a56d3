"""Each format reads the numbers that are in it, and none that are not."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from cases.tracking_numbers import formats, recognised
from cases.tracking_numbers.formats import FORMATS, LENGTHS, that_fit

_YAML = YAML(typ="safe")
DATA = _YAML.load(Path(__file__).with_name("numbers.yml").read_text(encoding="utf-8"))
TABLE = _YAML.load(Path(formats.__file__).with_suffix(".yml").read_text(encoding="utf-8"))
ROWS = [pytest.param(row, id=f"{row['carrier']} {row['service']} ({row['source']})") for row in DATA["numbers"]]


def plain(number):
    return "".join(filter(str.isalnum, number)).upper()


def the_format(row):
    (found,) = (known for known in FORMATS if (known.carrier, known.service) == (row["carrier"], row["service"]))
    return found


def services(number, row):
    """As what a number is recognised of this carrier; an S10 number is of the post that its country says."""
    return [m.service for m in recognised(number) if row["service"] == "S10" or m.carrier == row["carrier"]]


@pytest.mark.parametrize("row", ROWS)
def test_numbers_of_a_format_are_in_it_and_recognised(row):
    known = the_format(row)
    for number in row["valid"]:
        assert known in that_fit(plain(number), 0)
        assert known.reads(plain(number))
        assert row["service"] in services(number, row)


@pytest.mark.parametrize("row", ROWS)
def test_numbers_that_are_wrong_are_nobodys_unless_they_fit_another_format(row):
    for number in row.get("invalid", []):
        assert row["service"] not in services(number, row)
        first = [[match.carrier, match.service] for match in recognised(number)][:1]
        assert first == ([DATA["also_fit"][number]] if number in DATA["also_fit"] else [])


def test_no_wrong_number_of_the_reference_data_is_believed():
    wrong = [number for row in DATA["numbers"] if row["source"] == "tnd" for number in row.get("invalid", [])]
    assert len(wrong) >= 88
    assert [number for number in wrong if any(match.sure for match in recognised(number))] == []


def test_every_format_has_a_number_and_every_source_is_known():
    shown = {(row["carrier"], row["service"]) for row in DATA["numbers"] if row["valid"]}
    assert {(row.carrier, row.service) for row in FORMATS} == shown
    named = {row["source"] for carrier in TABLE["carriers"] for row in carrier["formats"]}
    assert named == set(TABLE["sources"])
    assert {row["source"] for row in DATA["numbers"]} <= named | {"made"}


def test_no_two_formats_have_one_name():
    names = Counter((row.carrier, row.service) for row in FORMATS)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: f"{row.carrier} {row.service}")
def test_a_pattern_names_what_its_check_needs(row):
    assert ({"body", "check"} <= set(row.pattern.groupindex)) == (row.check is not None)
    assert 1 <= row.rank <= 99


@given(st.data())
def test_a_check_digit_of_a_format_is_the_only_one_that_is_right(data):
    """For each number of the data that has one: every other last character is refused."""
    checked = [row for row in DATA["numbers"] if the_format(row).check and row["valid"]]
    row = data.draw(st.sampled_from(checked))
    number = plain(data.draw(st.sampled_from(row["valid"])))
    known = the_format(row)
    place = known.pattern.fullmatch(number).start("check")
    other = data.draw(st.sampled_from(sorted(set("0123456789") - {number[place]})))
    assert known.reads(number[:place] + other + number[place + 1 :]) is None


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=min(LENGTHS), max_size=max(LENGTHS)))
def test_nothing_that_a_format_reads_is_left_out_by_the_quick_look(number):
    if len(number) in LENGTHS:
        assert [row for row in FORMATS if row.reads(number)] == [
            row for row in that_fit(number, 0) if row.reads(number)
        ]


@pytest.mark.parametrize("number", ["000000000000", "111111111111", "00000000000000000000", "0000000000"])
def test_one_digit_repeated_is_nobodys_number(number):
    assert not any(match.checked for match in recognised(number))


@pytest.mark.parametrize(
    ("number", "carrier", "code"),
    [
        ("RB123456785GB", "Royal Mail", "RoyalMail"),
        ("LZ449705219CN", "China Post", None),
        ("CK089862199NL", "PostNL", "PostNL"),
        ("RB123456785CV", "post (CV)", None),
    ],
)
def test_the_country_says_which_post_it_is(number, carrier, code):
    (match,) = recognised(number)
    assert (match.carrier, match.carrier_code, match.checked) == (carrier, code, True)


@pytest.mark.parametrize("number", ["RB123456785XX", "RB123456785UK", "RB123456785EU"])
def test_letters_that_are_no_country_are_no_post(number):
    assert recognised(number) == []
