"""An inquiry's way through a case: prepared with what is known, sent once, answered."""

from datetime import date, datetime, timezone

import pytest

from cases import clock, inquiry, record
from cases.database import transaction
from cases.evidence_completeness import completeness
from cases.inquiry import AnswerNotTaken
from cases.models import Case

NUMBER = "CC731010015DE"
FACTS = {
    "ordered_at": "2026-11-13T12:00:00+00:00",
    "value": {"amount": 34.9, "currency": "EUR"},
    "address": {
        "name": "Robin Winter",
        "street": "Musterstraße 12",
        "postcode": "10115",
        "city": "Berlin",
        "country": "DE",
    },
    "parcels": [
        {"tracking_number": "OTHER", "carrier": "UPS"},
        {"tracking_number": NUMBER, "carrier": "DHLPaket", "shipped_at": "2026-11-14T12:00:00+00:00"},
    ],
}
KNOWN = {
    "tracking_number": NUMBER,
    "tracking_status": "delivered",
    "delivery_class": "D0",
    "delivered_at": datetime(2026, 11, 20, 12, tzinfo=timezone.utc),
    "order_facts": FACTS,
    "checks": dict.fromkeys(("checked_neighbors", "checked_household", "checked_hidden_spots"), "not_there"),
}
TODAY = date(2026, 11, 24)


@pytest.fixture
def case(write, record_of):
    """``case(**columns)`` makes a case with these; ``case.do(step, …)`` does a step of the inquiry with it."""

    def make(**columns):
        write(order_number="A-1")
        with transaction() as session:
            row = session.query(Case).one()
            for name, value in columns.items():
                setattr(row, name, value)
        return record_of()

    def do(step, *about):
        with transaction() as session:
            step(session, session.query(Case).one(), *about)
        return record_of()

    make.do = do
    return make


def steps(row):
    return [(event.kind, event.actor) for event in row.events if event.kind.startswith("inquiry")]


def test_everything_that_is_known_is_in_it(case):
    case(**KNOWN)
    prepared = case.do(inquiry.prepare, "assistant").inquiry
    expected = {
        "state": "prepared",
        "carrier": "DHL Paket",
        "tracking_number": NUMBER,
        "order_number": "A-1",
        "about": "delivery",
        "asks_for": ["signature", "photo", "gps"],
        "searched": True,
        "recipient": FACTS["address"],
        "recipient_place": {"postcode": "10115", "city": "Berlin", "country": "DE"},
        "value": {"amount": 34.9, "currency": "EUR"},
        "shipped_at": "2026-11-14T12:00:00+00:00",
        "delivered_at": "2026-11-20T12:00:00+00:00",
        "sent_by": "sender",
        "needs": ["proof_of_value"],
        "form": "https://www.dhl.de/nachforschungsauftrag",
        "email": None,
        "sent_on": None,
        "carrier_reply": None,
    }
    assert {name: prepared[name] for name in expected} == expected
    assert prepared["deadline"]["date"] == "2027-11-20" and prepared["deadline"]["basis"] == "law"
    assert prepared["earliest"]["date"] == "2026-11-21"
    assert prepared["letter"]["language"] == "de" and "Robin Winter" in prepared["letter"]["body"]
    assert datetime.fromisoformat(prepared["prepared_at"]).tzinfo is not None


def test_of_a_case_of_which_nothing_is_known_nothing_is_guessed(case):
    case()
    prepared = case.do(inquiry.prepare, "lena").inquiry
    for name in ("carrier", "tracking_number", "value", "shipped_at", "delivered_at", "form", "email", "source"):
        assert prepared[name] is None, name
    assert prepared["sent_by"] == "contract" and prepared["deadline"] == {"date": None, "reason": "contract"}
    assert prepared["about"] == "whereabouts" and prepared["asks_for"] == ["whereabouts", "next_step"]
    assert not any(prepared["recipient"].values()) and prepared["letter"]["language"] == "en"


@pytest.mark.parametrize(
    ("known", "about"),
    [
        ({"tracking_status": "delivered", "delivery_class": "D13"}, "delivery"),
        ({"tracking_status": "delivered", "delivery_class": "D11"}, "whereabouts"),
        ({"tracking_status": "returned", "delivery_class": "D9"}, "whereabouts"),
        ({"tracking_status": "exception", "delivery_class": None}, "whereabouts"),
    ],
)
def test_proof_is_asked_for_only_of_a_delivery(case, known, about):
    case(**{**KNOWN, **known})
    assert case.do(inquiry.prepare, "lena").inquiry["about"] == about


def test_the_search_is_told_only_when_it_is_over(case):
    case(**{**KNOWN, "checks": {**KNOWN["checks"], "checked_neighbors": "will_check"}})
    assert case.do(inquiry.prepare, "lena").inquiry["searched"] is False


def test_prepared_sent_and_answered_are_events_with_their_actors(case):
    case(**KNOWN)
    case.do(inquiry.prepare, "assistant")
    row = case.do(inquiry.mark_sent, "lena", TODAY)
    assert (row.inquiry["state"], row.inquiry["sent_on"], row.inquiry["sent_by_agent"]) == (
        "sent",
        "2026-11-24",
        "lena",
    )
    assert row.inquiry["answer_expected_on"] == "2026-12-22"
    assert "carrier_reply" in completeness(row).missing
    row = case.do(inquiry.record_answer, "omar", "misdelivered", "  It is at number 14.  ", TODAY)
    reply = row.inquiry["carrier_reply"]
    assert (row.inquiry["state"], reply["result"], reply["text"]) == ("answered", "misdelivered", "It is at number 14.")
    assert (reply["by"], reply["answered_on"]) == ("omar", "2026-11-24")
    assert "carrier_reply" not in completeness(row).missing
    assert steps(row) == [("inquiry_prepared", "assistant"), ("inquiry_sent", "lena"), ("inquiry_answered", "omar")]


def test_what_is_done_twice_is_noted_once(case):
    case(**KNOWN)
    case.do(inquiry.prepare, "lena")
    for _ in range(2):
        case.do(inquiry.mark_sent, "lena", TODAY)
    for _ in range(2):
        row = case.do(inquiry.record_answer, "lena", "lost", "Lost.", TODAY)
    assert len(steps(row)) == 3
    with pytest.raises(record.CaseStateError, match="is answered"):
        case.do(inquiry.mark_sent, "omar", date(2026, 11, 23))


def test_a_later_answer_takes_the_place_of_the_earlier_which_stays_in_the_history(case):
    case(**KNOWN)
    case.do(inquiry.prepare, "lena")
    case.do(inquiry.record_answer, "lena", "no_trace", "We are looking.", TODAY)
    row = case.do(inquiry.record_answer, "lena", "found", "Here it is.", TODAY)
    assert row.inquiry["carrier_reply"]["result"] == "found"
    assert [event.data["text"] for event in row.events if event.kind == "inquiry_answered"] == [
        "We are looking.",
        "Here it is.",
    ]


def test_it_is_prepared_anew_until_it_is_sent_and_for_another_parcel_afterwards(case):
    case(**KNOWN)
    case.do(inquiry.prepare, "assistant")
    case.do(inquiry.prepare, "lena")
    case.do(inquiry.mark_sent, "lena", TODAY)
    with pytest.raises(record.CaseStateError, match="is sent"):
        case.do(inquiry.prepare, "lena")

    def other_parcel(session, row):
        row.tracking_number = "OTHER"

    case.do(other_parcel)
    row = case.do(inquiry.prepare, "lena")
    assert (row.inquiry["carrier"], row.inquiry["state"]) == ("UPS", "prepared")
    assert row.events[-1].data["replaced"]["sent_on"] == "2026-11-24", "nothing is lost"


@pytest.mark.parametrize(
    ("result", "text", "reason"),
    [("stolen", "x", "result"), ("", "x", "result"), ("other", "  ", "text"), ("lost", "x" * 10_001, "too_long")],
)
def test_an_answer_that_says_nothing_is_refused(case, result, text, reason):
    case(**KNOWN)
    case.do(inquiry.prepare, "lena")
    with pytest.raises(AnswerNotTaken) as refused:
        case.do(inquiry.record_answer, "lena", result, text, TODAY)
    assert refused.value.reason == reason


def test_without_an_inquiry_there_is_nothing_to_send_or_to_answer(case):
    case(**KNOWN)
    for step in ((inquiry.mark_sent, "lena", TODAY), (inquiry.record_answer, "lena", "lost", "", TODAY)):
        with pytest.raises(record.CaseStateError, match="has no inquiry"):
            case.do(*step)


def test_an_inquiry_of_an_older_version_can_be_sent_and_answered(case):
    case(**KNOWN, inquiry={"carrier": "DHL", "tracking_number": NUMBER, "asks_for": ["photo"]})
    case.do(inquiry.mark_sent, "lena", TODAY)
    row = case.do(inquiry.record_answer, "lena", "found", "", TODAY)
    assert row.inquiry["state"] == "answered" and row.inquiry["asks_for"] == ["photo"]
    assert clock.now() > datetime.fromisoformat(row.inquiry["carrier_reply"]["at"])
