import threading
from datetime import datetime, timedelta, timezone

import pytest
import requests

from cases import clock, evidence, outbox, record, staffing
from cases.database import reading, transaction
from cases.digest import digest
from cases.models import Case, Message, OutboxMessage, TrackingSnapshot

ATTACK = "<script>alert('x')</script>"


def _case(case_id):
    with reading() as session:
        case = session.get(Case, case_id)
        list(case.events), list(case.promises)
        return case


def _outbox(case_id):
    with reading() as session:
        return session.query(OutboxMessage).filter(OutboxMessage.case_id == case_id).order_by("created_at").all()


def test_a_reply_goes_out_takes_over_and_keeps_the_promise(agent, write):
    case_id = write(
        "I want a person",
        outcome="handed_over",
        handoff_reason="human_requested",
        answer_by=staffing.answer_by(clock.now()),
    )
    answer = agent.post(f"/cases/{case_id}/reply", {"text": "  We look into it.\r\nThanks  "})
    assert answer.status_code == 200 and "on its way" in answer.text
    reply = _outbox(case_id)[-1]
    assert (reply.text, reply.status, reply.author) == ("We look into it.\nThanks", "released", "lena")
    case = _case(case_id)
    assert all(promise.kept_at for promise in case.promises)
    assert "✓ Kept" in answer.text


def test_a_reply_to_a_case_of_the_assistant_says_so_and_takes_it_over(agent, write):
    case_id = write("nothing here")
    assert "Send reply and take over" in agent.get(f"/cases/{case_id}").text
    agent.post(f"/cases/{case_id}/reply", {"text": "Hello, a person here."})
    assert _case(case_id).status == "handed_over"
    page = agent.get(f"/cases/{case_id}").text
    assert "Send reply and take over" not in page and "With you" in page


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("   ", "The text is empty"),
        ("é" * 2001, "longer than 2,000"),
        ("see https://example.com/x", "do not take links"),
        ("write to me@example.com", "block e-mail"),
        ("call +49 30 1234567", "telephone"),
    ],
)
def test_a_refused_text_is_kept_with_the_reason(agent, write, text, why):
    case_id = write("nothing here")
    before = len(_outbox(case_id))
    answer = agent.post(f"/cases/{case_id}/reply", {"text": text})
    assert answer.status_code == 422
    assert why in answer.text and text.strip() in answer.text
    assert len(_outbox(case_id)) == before and _case(case_id).status == "open"


def test_exactly_2000_characters_pass_and_line_ends_count_once(agent, write):
    case_id = write("nothing here")
    text = "ä" * 1998 + "\r\n" + "ä"
    assert agent.post(f"/cases/{case_id}/reply", {"text": text}).status_code == 200
    assert len(_outbox(case_id)[-1].text) == 2000


def test_take_over_hand_back_and_close(agent, write):
    case_id = write("nothing here")
    agent.post(f"/cases/{case_id}/take-over")
    assert (_case(case_id).status, _case(case_id).outcome) == ("handed_over", "handed_over")
    assert "With you" in agent.get(f"/cases/{case_id}").text
    agent.post(f"/cases/{case_id}/hand-back")
    assert (_case(case_id).status, _case(case_id).outcome) == ("open", None)
    assert agent.post(f"/cases/{case_id}/hand-back").status_code == 409
    agent.post(f"/cases/{case_id}/close")
    assert _case(case_id).status == "closed"
    assert "Send reply and open again" in agent.get(f"/cases/{case_id}").text


def test_a_draft_is_approved_edited_or_refused(agent, write):
    amazon = {"marketplace": "amazon"}
    kept = write("one", "First draft", "c1", known=amazon)
    edited = write("two", "Second draft", "c2", known=amazon)
    refused = write("three", "Third draft", "c3", known=amazon)
    page = agent.get("/cases").text
    assert page.count('class="mark draft"') == 3
    assert "A reply of the assistant waits for you" in agent.get(f"/cases/{kept}").text

    def decide(case_id, how, data=None):
        return agent.post(f"/cases/{case_id}/drafts/{_outbox(case_id)[0].id}/{how}", data)

    decide(kept, "approve")
    assert (_outbox(kept)[0].status, _outbox(kept)[0].text) == ("released", "First draft")
    broken = decide(edited, "approve", {"text": "see www.example.com"})
    assert broken.status_code == 422 and "see www.example.com" in broken.text
    assert _outbox(edited)[0].text == "Second draft"
    decide(edited, "approve", {"text": "Better words"})
    assert (_outbox(edited)[0].status, _outbox(edited)[0].text) == ("released", "Better words")
    decide(refused, "refuse")
    assert _outbox(refused)[0].status == "refused"
    assert decide(refused, "approve").status_code == 409
    with reading() as session:
        texts = [message.text for message in session.query(Message).filter(Message.case_id == refused)]
    assert texts == ["three"], "the buyer never sees a refused draft"


def test_a_draft_is_decided_only_under_its_own_case(agent, write):
    one = write("one", "First", "c1", known={"marketplace": "amazon"})
    other = write("two", "Second", "c2")
    assert agent.post(f"/cases/{other}/drafts/{_outbox(one)[0].id}/approve").status_code == 404
    assert _outbox(one)[0].status == "draft"


def test_a_reply_that_was_given_up_is_marked_and_sent_again(agent, write):
    case_id = write("nothing here")
    with transaction() as session:
        row = session.query(OutboxMessage).one()
        outbox.mark_failed(session, row.id, "410", final=True)
    assert "Not delivered" in agent.get("/cases").text
    page = agent.get(f"/cases/{case_id}").text
    assert "Not delivered" in page and "Try again" in page
    agent.post(f"/cases/{case_id}/messages/{row.id}/send-again")
    assert (_outbox(case_id)[0].status, _outbox(case_id)[0].attempts) == ("released", 0)
    assert "On its way" in agent.get(f"/cases/{case_id}").text
    with transaction() as session:
        outbox.mark_failed(session, row.id, "503", final=False)
    assert "Trying again" in agent.get(f"/cases/{case_id}").text


def test_the_case_page_keeps_facts_and_statements_apart_and_tells_meaning(agent, write):
    delivered = datetime(2026, 11, 20, 23, 30, tzinfo=timezone.utc)

    def track(session, case):
        snapshot = evidence.keep_snapshot(session, case, "CC1", "easypost", '{"a": 1}', "delivered", "D3")
        facts = {"value": {"amount": 820, "currency": "USD"}, "parcels": [{"tracking_number": "CC1", "carrier": "DHL"}]}
        flags = [{"kind": "reported_missing_last_12_months", "count": 2}]
        proof = [
            {
                "kind": "delivery_scan",
                "source": "easypost",
                "at": delivered.isoformat(),
                "text": "Left",
                "city": "Bonn",
            },
            {"kind": "place", "source": "easypost", "place": "porch"},
            {"kind": "photo", "source": "easypost", "found_by": "robot"},
        ]
        evidence.note_tracking(session, case, "CC1", "delivered", "D3", delivered, proof, facts, flags)
        return snapshot

    case_id = write(
        "Mein Paket fehlt",
        track=track,
        language="de",
        message_language="de",
        intent="report_not_received",
        extracted={"checked_neighbors": "not_there"},
        checks={"checked_neighbors": "not_there"},
        outcome="handed_over",
        handoff_reason="not_found",
    )
    agent.post("/account", {"language": "en", "time_zone": "Asia/Shanghai"})
    page = agent.get(f"/cases/{case_id}").text
    facts, statements = page.split('data-live="statements"')
    for words in (
        "Left in a safe place",
        "US$820.00",
        "21 Nov 2026, 07:30",
        "2026-11-20 23:30:00 UTC",
        "Delivery photo",
        "Porch or front door",
        "Bonn",
        "found_by: robot",
    ):
        assert words in facts, words
    statements = statements.split("</section>")[0]
    assert "asked or looked, not there" in statements and "not answered yet" in statements
    assert "2 other parcels reported missing in 12 months" in page
    assert "Ready to be sent" in page and "Everything checked, not there" in page
    assert "Has not received the parcel" in page and "Neighbours: not there" in page
    assert "unchanged since it was stored" in page and digest('{"a": 1}') in page
    with transaction() as session:
        session.query(TrackingSnapshot).one().body = '{"a": 2}'
    assert "CHANGED since it was stored" in agent.get(f"/cases/{case_id}").text
    download = agent.get(f"/cases/{case_id}/snapshots/1")
    assert download.text == '{"a": 2}' and "attachment" in download.headers["content-disposition"]
    assert agent.get(f"/cases/{case_id + 1}/snapshots/1").status_code == 404


def test_the_last_mile_a_label_that_differs_and_a_number_of_another_order_are_told_in_the_agents_words(agent, write):
    told = [
        {"kind": "last_mile", "source": "aftership", "carrier": "DPD", "number": "L1"},
        {"kind": "label_differs", "source": "dhl", "street": "Hauptstraße 1", "postcode": "20095", "city": "Hamburg"},
    ]
    parcels = [{"tracking_number": number, "carrier": None} for number in ("CC1", "L1", "CC2")]

    def track(session, case):
        evidence.note_tracking(session, case, "CC1", "delivered", "D0", None, told, {"parcels": parcels}, [])
        record.add_event(session, case, "other_number_named", "buyer", tracking_number="1Z999AA10123456784")

    page = agent.get(f"/cases/{write('It is not here', track=track)}").text
    for words in (
        "Last mile: carrier and number",
        "DPD · L1",
        "Label with another postcode than the order",
        "Hauptstraße 1, 20095 Hamburg",
        "The buyer named a tracking number that is not of this order",
        "Tracking number 1Z999AA10123456784",
    ):
        assert words in page, words
    others = page.split("Other parcels")[1].split("</dd>")[0]
    assert "CC2" in others and "L1" not in others, "a parcel's last mile is no other parcel"


def test_what_buyers_send_is_never_run(agent, write):
    def track(session, case):
        evidence.note_tracking(session, case, ATTACK, ATTACK, ATTACK, None, [{"kind": ATTACK, "value": ATTACK}], {}, [])

    case_id = write(
        ATTACK,
        ATTACK,
        known={"buyer_id": ATTACK, "order_number": ATTACK, "marketplace": ATTACK},
        track=track,
        intent=ATTACK,
        extracted={ATTACK: ATTACK},
        buyer_wish=ATTACK[:32],
    )
    for path in ("/cases?show=all", f"/cases/{case_id}", "/cases?show=all&q=" + ATTACK):
        page = agent.get(path)
        assert page.status_code == 200
        assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


def test_the_list_filters_searches_masks_and_counts_down(agent, write):
    write("one", conversation="c-open", known={"order_number": "A-100%_1", "buyer_id": "secret-buyer-name"})
    write("two", conversation="c-hand", known={"order_number": "B-2"}, outcome="handed_over", handoff_reason="urgent",
          answer_by=clock.now() - timedelta(hours=2))  # fmt: skip
    write("three", conversation="c-wait", known={"order_number": "C-3"}, outcome="waiting",
          follow_up_at=clock.now() + timedelta(hours=5, minutes=1))  # fmt: skip
    write("four", conversation="c-shut", known={"order_number": "D-4"}, outcome="found")
    shown = {
        "agents": {"B-2"},
        "waiting": {"C-3"},
        "open": {"A-100%_1", "C-3"},
        "closed": {"D-4"},
        "all": {"A-100%_1", "B-2", "C-3", "D-4"},
    }
    for show, orders in shown.items():
        page = agent.get(f"/cases?show={show}").text
        assert {order for order in shown["all"] if f">{order}<" in page} == orders, show
    page = agent.get("/cases?show=all").text
    assert "secret-buyer-name" not in page and "se•••e" in page
    assert page.index("D-4") < page.index("A-100%_1"), "newest activity first"
    assert "Overdue by 2 hrs" in page and "5 hrs" in page
    assert "Urgent" in page
    found = agent.get("/cases", params={"show": "all", "q": "100%_"}).text
    assert "A-100%_1" in found and "B-2" not in found, "signs of LIKE are searched as they stand"
    assert agent.get("/cases?show=nonsense").status_code == 404
    assert agent.get("/cases?conversation_id=c-hand").url.endswith("/cases/2")
    assert agent.get("/cases?conversation_id=nope").status_code == 404


def test_buyers_are_masked_on_the_case_page(agent, write):
    case_id = write("one", known={"buyer_id": "secret-buyer-name"})
    page = agent.get(f"/cases/{case_id}").text
    assert "secret-buyer-name" not in page and "se•••e" in page


def test_a_missing_case_is_a_clear_page(agent):
    answer = agent.get("/cases/99")
    assert answer.status_code == 404 and "There is no such page or case." in answer.text
    assert agent.post("/cases/99/close").status_code == 404


def test_a_live_page_hears_of_changes_and_ends_with_the_session(agent, write):
    case_id = write("one")
    states = []
    stream = agent.get(f"/cases/{case_id}/events", stream=True, timeout=10)
    more = threading.Event()

    def listen():
        for line in stream.iter_lines(chunk_size=1):
            if line.startswith(b"data: "):
                states.append(line)
                more.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    assert more.wait(5)
    assert states[0].decode().removeprefix("data: ") in agent.get(f"/cases/{case_id}").text
    more.clear()
    with transaction() as session:
        record.take_over(session, session.get(Case, case_id), "omar")
    assert more.wait(5), "a change is told"
    assert states[0] != states[1]
    agent.post("/sign-out")
    listener.join(5)
    assert not listener.is_alive(), "the stream ends with the session"
    assert requests.get(agent.url + f"/cases/{case_id}/events", allow_redirects=False).status_code == 303
