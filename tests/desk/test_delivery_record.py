"""The delivery record for buyers: from the record alone, in their language, without names and house numbers."""

import re
from datetime import datetime, timezone
from pathlib import Path

import pytest

from cases import evidence, proofs
from cases.database import reading, transaction
from cases.models import Case
from cases.postcodes import postcode_area
from desk.delivery_record import delivery_record, language_for, languages, phrases
from tests.cases.pictures import PDF
from trainer import tone

DELIVERED = datetime(2026, 11, 20, 23, 30, tzinfo=timezone.utc)
NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
PRIVATE = ("Keller", "Ana Buyer", "Musterstraße", "12a", "52.52", "13.40", "buyer@example.com", "10115", "secret")
ADDRESS = {"name": "Ana Buyer", "street": "Musterstraße 12a", "city": "Berlin", "postcode": "10115", "country": "DE"}
TOLD = [
    {"kind": "delivery_scan", "source": "dhl", "text": "Taken by neighbour Keller, no. 12a", "city": "Berlin",
     "postcode": "10115", "country": "DE"},
    {"kind": "place", "source": "dhl", "place": "neighbor"},
    {"kind": "signature", "source": "dhl", "signed_by": "M. Keller"},
    {"kind": "coordinates", "source": "dhl", "latitude": 52.52, "longitude": 13.40},
    {"kind": "proof", "source": "dhl", "shows": "photo", "url": "https://proof.example/1?token=secret"},
]  # fmt: skip


@pytest.fixture
def case_id(write):
    def track(session, case):
        parcels = [{"tracking_number": "CC1", "carrier": "DHLPaket"}]
        order = {"address": ADDRESS, "buyer": {"email": "buyer@example.com"}, "parcels": parcels}
        evidence.note_tracking(session, case, "CC1", "delivered", "D4", DELIVERED, TOLD, order, [])

    return write("nothing here", track=track)


def made(case_id, language="en", **changed):
    with reading() as session:
        case = session.get(Case, case_id)
        for name, value in changed.items():
            setattr(case, name, value)
        return delivery_record(case, language, NOW)


def every(language):
    """All phrases of a language."""
    tables = phrases(language).values()
    return [text for entry in tables for text in (entry.values() if isinstance(entry, dict) else [entry])]


def as_text(record):
    return "\n".join([record.title, *(f"{label}: {' '.join(values)}" for label, values in record.lines), record.note])


def test_it_tells_what_the_carrier_recorded(case_id):
    values = dict(made(case_id).lines)
    assert values["Order"] == ("DEMO-1001",) and values["Tracking number"] == ("CC1",)
    assert values["Carrier"] == ("DHLPaket",) and values["What the carrier recorded"] == ("Delivered",)
    assert values["Recorded at"] == ("November 21, 2026, 12:30\u202fAM (GMT+01:00)",), (
        "in the zone of the order's country"
    )
    assert values["Where the parcel was left"] == ("At a neighbouring address",)
    assert values["Town and postcode area"] == ("Berlin, 101…",)
    assert values["Proof"] == ("The carrier has a signature on file.", "The carrier has a photo on file.")


@pytest.mark.parametrize("language", languages())
def test_it_names_nobody_and_no_house_in_any_language(case_id, language):
    text = as_text(made(case_id, language))
    assert not [word for word in PRIVATE if word in text]
    assert "CC1" in text and "2026" in text and "{" not in text


def test_what_is_not_recorded_is_said_to_be_so_and_not_taken_from_the_order(case_id):
    values = dict(made(case_id, evidence=[], delivered_at=None, tracking_status=None, order_facts={}).lines)
    for label in ("Carrier", "What the carrier recorded", "Recorded at", "Where the parcel was left"):
        assert values[label] == ("not recorded",), label
    assert values["Town and postcode area"] == ("not recorded",)
    assert values["Proof"] == ("The carrier has neither a signature nor a photo on file.",)


def test_a_kept_document_is_told(case_id):
    with transaction() as session:
        proofs.add_by_hand(session, session.get(Case, case_id), "lena", "document", PDF)
    assert "The carrier has a document on file." in dict(made(case_id, evidence=[]).lines)["Proof"]


def test_all_languages_of_the_assistant_have_it_with_the_same_phrases():
    replies = {path.stem for path in (Path(__file__).resolve().parents[2] / "bot" / "replies").glob("*.yml")}
    assert set(languages()) == replies | {"en"} and len(languages()) == 21

    def keys(table, path=""):
        for name, value in table.items():
            yield from keys(value, f"{path}{name}.") if isinstance(value, dict) else [f"{path}{name}"]

    english = set(keys(phrases("en")))
    for language in languages():
        assert set(keys(phrases(language))) == english, language
        assert all(isinstance(text, str) and text and text == text.strip() for text in every(language)), language
        for table in ("status", "place", "proof"):
            assert len(set(phrases(language)[table].values())) == len(phrases(language)[table]), (language, table)


@pytest.mark.parametrize("language", languages())
def test_no_phrase_accuses_or_promises(language):
    assert not [(text, found) for text in every(language) for found in tone.findings(text, language)]


def test_languages_are_written_in_their_own_script():
    scripts = {"ar": r"[\u0600-\u06ff]", "hi": r"[\u0900-\u097f]", "th": r"[\u0e00-\u0e7f]", "ru": r"[\u0400-\u04ff]",
               "ja": r"[\u3040-\u30ff\u4e00-\u9fff]", "ko": r"[\uac00-\ud7af]", "zh": r"[\u4e00-\u9fff]",
               "zh-Hant": r"[\u4e00-\u9fff]"}  # fmt: skip
    for language, letters in scripts.items():
        for name in ("title", "note", "not_recorded"):
            assert re.search(letters, phrases(language)[name]), (language, name)
    assert phrases("zh")["note"] != phrases("zh-Hant")["note"]


@pytest.mark.parametrize(
    ("language", "script", "expected"),
    [
        ("de", None, "de"),
        ("zh", None, "zh"),
        ("zh", "Hant", "zh-Hant"),
        ("zh", "Hans", "zh"),
        ("uk", None, "en"),
        (None, None, "en"),
    ],
)
def test_it_is_in_the_buyers_language(language, script, expected):
    assert language_for(Case(language=language, script=script)) == expected


@pytest.mark.parametrize(
    ("code", "area"),
    [
        ("10115", "101…"),
        ("D-10115", "101…"),
        ("94105-1234", "941…"),
        ("SW1A 1AA", "SW1…"),
        ("M1 1AE", "M1…"),
        ("100-0001", "100…"),
        ("", ""),
        (" ", ""),
    ],
)
def test_a_postcode_area_names_no_house(code, area):
    assert postcode_area(code) == area


def test_the_page_is_in_the_buyers_language_and_can_be_had_in_another(agent, case_id):
    with transaction() as session:
        session.get(Case, case_id).language = "ar"
    page = agent.get(f"/cases/{case_id}/delivery-record").text
    assert '<article class="record" lang="ar" dir="rtl">' in page and "سجل التسليم" in page
    assert "Print or save as PDF" in page, "the agent's own language around it"
    german = agent.get(f"/cases/{case_id}/delivery-record?language=de").text
    assert 'lang="de" dir="ltr"' in german and "21. November 2026" in german
    assert f'href="/cases/{case_id}/delivery-record"' in agent.get(f"/cases/{case_id}").text
    article = page[page.index("<article") : page.index("</article>")]
    assert not [word for word in PRIVATE if word in article]
    assert agent.get("/cases/99/delivery-record").status_code == 404
