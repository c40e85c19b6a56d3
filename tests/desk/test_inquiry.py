"""The carrier inquiry on the desk and in its API: read, copied, sent, answered."""

import html
import re
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import pytest

from cases import clock, evidence
from cases.database import reading, transaction
from cases.models import Case
from desk.formats import Formats
from desk.inquiry import days_until_last, inquiry_of
from desk.words import Words

NUMBER = "CC731010015DE"
ATTACK = "<script>alert('x')</script>"


@pytest.fixture
def parcel(write):
    """``parcel(carrier, …)``: a case whose buyer has searched everything; its id."""

    def make(carrier="UPS", number=NUMBER, days_ago=3, country="DE", conversation="c1", **facts):
        delivered = clock.now() - timedelta(days=days_ago)

        def track(session, case):
            order = {
                "address": {"name": "Robin Winter", "street": "Weg 1", "city": "Berlin", "country": country},
                "value": {"amount": 34.9, "currency": "EUR"},
                "parcels": [{"tracking_number": number, "carrier": carrier}],
            }
            evidence.note_tracking(session, case, number, "delivered", "D0", delivered, [], order, [])

        about = {"outcome": "handed_over", "handoff_reason": "not_found", **facts}
        return write("nothing", conversation=conversation, track=track, **about)

    return make


def stored(case_id):
    with reading() as session:
        return session.get(Case, case_id).inquiry


def today():
    return clock.now().date().isoformat()


def section(page):
    return html.unescape(page.split('data-live="inquiry"')[1].split("</section>")[0])


def test_the_agent_sees_until_when_by_which_rule_who_asks_where_and_the_text(agent, parcel):
    shown = section(agent.get(f"/cases/{parcel()}").text)
    assert "Ready to be sent" in shown and "57 days left" in shown
    assert "60 days after the delivery scan" in shown and "others who ship with it say so" in shown
    assert 'href="https://www.ups.com/us/en/support/file-a-claim"' in shown
    assert "The sender; the recipient could, too" in shown
    assert "Robin Winter, Weg 1, Berlin, Germany" in shown
    text = shown.split('id="inquiry-text"')[1].split("</pre>")[0]
    assert NUMBER in text and "Dear Sir or Madam" in text and "DEMO-1001" in text
    assert "mailto:" not in shown, "UPS is asked on its own page"


def test_a_carrier_without_a_page_gets_a_mail_and_the_link_holds_the_whole_text(agent, parcel):
    shown = section(agent.get(f"/cases/{parcel('GLS')}").text)
    parts = urlsplit(re.search(r'href="(mailto:[^"]+)"', shown)[1])
    assert parts.path == "service@gls-germany.com"
    written = parse_qs(parts.query, strict_parsing=True)
    assert NUMBER in written["subject"][0]
    assert written["body"][0].replace("\r\n", "\n") == stored(1)["letter"]["body"]
    unknown = section(agent.get(f"/cases/{parcel('YunExpress', 'YT2012345678901234', conversation='c2')}").text)
    assert "mailto:?subject=" in unknown and "Your contact at the carrier" in unknown
    assert "No public page tells a last day" in unknown


def test_the_same_text_stands_in_the_agent_s_language_too(agent, parcel):
    case_id = parcel("GLS")
    shown = section(agent.get(f"/cases/{case_id}").text)
    assert "Sehr geehrte Damen und Herren" in shown and "Dear Sir or Madam" in shown
    agent.post("/account", {"language": "de", "time_zone": "Europe/Berlin"})
    shown = section(agent.get(f"/cases/{case_id}").text)
    assert "Dear Sir or Madam" not in shown and "Dasselbe in Ihrer Sprache" not in shown
    agent.post("/account", {"language": "zh", "time_zone": "Asia/Shanghai"})
    assert "您好" in section(agent.get(f"/cases/{case_id}").text)


@pytest.mark.parametrize(
    ("days_ago", "told"),
    [(60, "Today is the last day"), (59, "1 day left"), (61, "Too late by this rule")],
)
def test_a_last_day_that_is_near_or_over_is_said_plainly(agent, parcel, days_ago, told):
    assert told in section(agent.get(f"/cases/{parcel(days_ago=days_ago)}").text)


def test_days_are_counted_in_the_agent_s_zone():
    case = Case(
        status="handed_over", tracking_number="X", inquiry={"state": "prepared", "deadline": {"date": "2026-11-25"}}
    )
    late = datetime(2026, 11, 24, 20, tzinfo=timezone.utc)
    assert days_until_last(case, Formats("en", "Europe/Berlin"), late) == 1
    assert days_until_last(case, Formats("en", "Asia/Shanghai"), late) == 0
    assert inquiry_of(case, Words("en"), Formats("en", "Asia/Shanghai"), late).last_day.urgency == "soon"
    case.inquiry = {**case.inquiry, "state": "sent"}
    assert days_until_last(case, Formats("en", "UTC"), late) is None


def test_the_list_tells_which_inquiries_wait(agent, parcel):
    parcel(days_ago=58, conversation="c1")
    late = parcel(days_ago=70, conversation="c2")
    page = agent.get("/cases").text
    assert "Ask the carrier: 2 days left" in page and "Ask the carrier: last day has passed" in page
    agent.post(f"/cases/{late}/inquiry/sent", {"sent_on": today()})
    assert "last day has passed" not in agent.get("/cases").text


def test_an_agent_sends_it_and_records_the_answer(agent, parcel):
    case_id = parcel()
    page = agent.post(f"/cases/{case_id}/inquiry/sent", {"sent_on": today()}).text
    assert "Noted that the inquiry was sent" in page and "by lena" in section(page)
    assert "An answer is expected by" in section(page) and "days left" not in section(page)
    answer = {"result": "misdelivered", "text": "Left at no. 14.\r\nWe collect it.", "answered_on": today()}
    page = agent.post(f"/cases/{case_id}/inquiry/answer", answer).text
    shown = section(page)
    assert "Answered" in shown and "Delivered to another address" in shown and "Left at no. 14." in shown
    assert stored(case_id)["carrier_reply"]["text"] == "Left at no. 14.\nWe collect it."
    history = page.split('data-live="history"')[1]
    assert "Carrier inquiry sent" in history and "The carrier answered" in history
    assert "Delivered to another address" in history


def test_an_answer_that_is_late_is_said(agent, parcel):
    case_id = parcel()
    agent.post(f"/cases/{case_id}/inquiry/sent", {"sent_on": (clock.now() - timedelta(days=20)).date().isoformat()})
    assert "The answer is late" in section(agent.get(f"/cases/{case_id}").text)


def test_a_second_click_changes_nothing(agent, parcel):
    case_id = parcel()
    for _ in range(2):
        assert agent.post(f"/cases/{case_id}/inquiry/sent", {"sent_on": today()}).status_code == 200
    with reading() as session:
        kinds = [event.kind for event in session.get(Case, case_id).events]
    assert kinds.count("inquiry_sent") == 1


@pytest.mark.parametrize("day", ["", "tomorrow", "2999-01-01", "2026-02-30"])
def test_a_day_that_can_not_be_is_refused(agent, parcel, day):
    case_id = parcel()
    answer = agent.post(f"/cases/{case_id}/inquiry/sent", {"sent_on": day})
    assert answer.status_code == 422 and "The day is missing or in the future" in answer.text
    assert stored(case_id)["state"] == "prepared"


def test_a_refused_answer_keeps_what_was_typed(agent, parcel):
    case_id = parcel()
    typed = {"result": "", "text": "They look for it.", "answered_on": today()}
    answer = agent.post(f"/cases/{case_id}/inquiry/answer", typed)
    assert answer.status_code == 422 and "choose what the answer comes to" in answer.text
    assert "They look for it." in section(answer.text) and stored(case_id)["carrier_reply"] is None
    answer = agent.post(f"/cases/{case_id}/inquiry/answer", {**typed, "result": "other", "text": " "})
    assert answer.status_code == 422 and 'value="other" selected' in answer.text


def test_it_is_prepared_by_hand_for_any_case_that_the_agents_have(agent, parcel):
    case_id = parcel(handoff_reason="theft_reported")
    assert stored(case_id) == {}
    assert "The carrier has not been asked" in section(agent.get(f"/cases/{case_id}").text)
    page = agent.post(f"/cases/{case_id}/inquiry/prepare").text
    assert "The inquiry is ready" in page and stored(case_id)["state"] == "prepared"
    agent.post(f"/cases/{case_id}/inquiry/sent", {"sent_on": today()})
    assert agent.post(f"/cases/{case_id}/inquiry/prepare").status_code == 409
    assert stored(case_id)["state"] == "sent"


def test_a_case_of_the_assistant_or_without_a_parcel_has_none(agent, write, parcel):
    with_assistant = parcel(outcome=None, handoff_reason=None)
    without_parcel = write("hello", conversation="c2", outcome="handed_over", handoff_reason="upset")
    for case_id in (with_assistant, without_parcel):
        assert "inquiry/prepare" not in agent.get(f"/cases/{case_id}").text
        assert agent.post(f"/cases/{case_id}/inquiry/prepare").status_code == 409
        assert agent.post(f"/cases/{case_id}/inquiry/sent", {"sent_on": today()}).status_code == 409
        assert stored(case_id) == {}
    assert agent.post("/cases/99/inquiry/prepare").status_code == 404


@pytest.mark.parametrize("step", ["prepare", "sent", "answer"])
def test_only_the_desk_s_own_forms_are_taken(agent, parcel, step):
    case_id = parcel()
    before = stored(case_id)
    told = {"sent_on": today(), "result": "lost", "answered_on": today()}
    assert agent.post(f"/cases/{case_id}/inquiry/{step}", told, token="forged").status_code == 403
    assert stored(case_id) == before


def test_what_orders_and_carriers_write_is_never_run(agent, parcel):
    case_id = parcel(ATTACK, number=ATTACK, country=ATTACK)
    agent.post(f"/cases/{case_id}/inquiry/answer", {"result": "other", "text": ATTACK, "answered_on": today()})
    page = agent.get(f"/cases/{case_id}")
    assert page.status_code == 200 and "<script>" not in page.text and "&lt;script&gt;" in page.text


def test_an_inquiry_of_an_older_version_is_still_shown(agent, parcel):
    case_id = parcel()
    with transaction() as session:
        session.get(Case, case_id).inquiry = {
            "carrier": "DHL",
            "tracking_number": NUMBER,
            "order_number": "A-1",
            "asks_for": ["signature", "photo", "gps"],
            "recipient_place": {"postcode": "10115", "city": "Berlin", "country": "DE"},
            "value": {"amount": 5, "currency": "EUR"},
            "prepared_at": "2026-11-20T12:00:00+00:00",
        }
    shown = section(agent.get(f"/cases/{case_id}").text)
    assert "DHL" in shown and "10115 Berlin, Germany" in shown and NUMBER in shown


def test_a_program_reads_sends_and_answers(desk, parcel):
    case_id = parcel("DHLPaket", handoff_reason="proof_disputed")
    path = f"/api/cases/{case_id}/inquiry"
    assert desk.api("POST", path + "/sent", json={}).status_code == 409
    prepared = desk.api("POST", path)
    assert prepared.status_code == 201 and prepared.json()["inquiry"]["carrier"] == "DHL Paket"
    told = desk.api("GET", "/api/cases", params={"conversation_id": "c1"}).json()[0]["inquiry"]
    assert told["asks_for"] == ["signature", "photo", "gps"] and told["recipient"]["name"] == "Robin Winter"
    assert told["deadline"]["basis"] == "law" and told["letter"]["body"]
    assert desk.api("POST", path + "/sent", json={"sent_on": "2999-01-01"}).status_code == 422
    assert desk.api("POST", path + "/sent", json={}).json()["inquiry"]["sent_by_agent"] == "api"
    assert desk.api("POST", path).status_code == 409
    assert desk.api("POST", path + "/answer", json={"result": "stolen"}).status_code == 422
    assert desk.api("POST", path + "/answer", json={"result": "other"}).status_code == 422
    answered = desk.api("POST", path + "/answer", json={"result": "lost", "text": "Lost."}).json()["inquiry"]
    assert (answered["state"], answered["carrier_reply"]["by"]) == ("answered", "api")
    assert desk.api("POST", "/api/cases/99/inquiry").status_code == 404
    assert desk.api("POST", path, token=None).status_code == 401
