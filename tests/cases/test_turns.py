from datetime import timedelta

import pytest

from cases import clock, inquiry, record
from cases.database import reading, transaction
from cases.models import Case, InboxMessage, OutboxMessage


def _take_over():
    with transaction() as session:
        record.take_over(session, session.query(Case).one(), "lena")


def _replies():
    with reading() as session:
        return [(row.text, row.status) for row in session.query(OutboxMessage).order_by(OutboxMessage.created_at)]


def test_a_turn_ends_with_facts_reply_and_work_together(write, turn, record_of):
    inbox_id = write(marketplace="sandbox")
    reply = turn(
        inbox_id,
        "Sorry.",
        language="de",
        message_language="de",
        intent="report_not_received",
        extracted={"checked_neighbors": "not_there"},
        checks={"checked_neighbors": "not_there", "checked_household": None},
    )
    assert reply.status == "released"
    case = record_of()
    assert [(m.sender_kind, m.text) for m in case.messages] == [("buyer", "nothing here"), ("assistant", "Sorry.")]
    assert (case.messages[0].intent, case.messages[0].facts) == (
        "report_not_received",
        {"checked_neighbors": "not_there"},
    )
    assert case.checks == {"checked_neighbors": "not_there"}
    with reading() as session:
        assert session.get(InboxMessage, inbox_id).status == "done"


def test_a_turn_that_was_ended_before_is_not_ended_again(write, turn, record_of):
    inbox_id = write()
    turn(inbox_id, "Sorry.")
    assert turn(inbox_id, "Sorry again.", outcome="found") is None
    assert _replies() == [("Sorry.", "released")]
    assert record_of().outcome is None


def test_an_agent_who_takes_over_in_the_middle_of_a_turn_is_not_talked_over(write, turn, record_of):
    reply = turn(write(), "Have you asked the neighbours?", between=_take_over, outcome="waiting")
    assert reply.status == "refused"
    case = record_of()
    assert [message.sender_kind for message in case.messages] == ["buyer"]
    assert (case.status, case.outcome) == ("handed_over", "handed_over")
    assert case.events[-1].kind == "reply_refused"


def test_an_unsent_reply_stays_here_when_an_agent_takes_over(write, turn, record_of):
    turn(write(), "Not sent yet")
    _take_over()
    assert _replies() == [("Not sent yet", "refused")]


def test_the_handing_over_reply_itself_still_goes_out(write, turn, record_of):
    turn(write(), "A person answers by 5.", outcome="handed_over", handoff_reason="human_requested")
    _take_over()
    assert _replies() == [("A person answers by 5.", "released")]
    assert (record_of().status, record_of().handoff_reason) == ("handed_over", "human_requested")


def test_handing_back_works_any_number_of_times_and_keeps_the_checks(write, turn, record_of):
    for number in range(3):
        turn(write(), "Ok", checks={"checked_neighbors": "not_there"}, outcome="handed_over", handoff_reason="upset")
        with transaction() as session:
            record.hand_back(session, session.query(Case).one(), "lena")
        case = record_of()
        assert (case.status, case.outcome, case.handoff_reason) == ("open", None, None), number
        assert case.checks == {"checked_neighbors": "not_there"}
        assert turn(write(), "I am back").status == "released"
    with transaction() as session:
        with pytest.raises(record.CaseStateError, match="is open"):
            record.hand_back(session, session.query(Case).one(), "lena")


@pytest.mark.parametrize(("marketplace", "status"), [("amazon", "draft"), ("Amazon", "draft"), ("sandbox", "released")])
def test_where_automatic_replies_do_not_count_an_agent_approves(write, turn, marketplace, status, record_of):
    assert turn(write(marketplace=marketplace)).status == status
    assert len(record_of().messages) == (1 if status == "draft" else 2)


def test_the_development_door_never_drafts_and_has_its_answer_already(write, turn):
    reply = turn(write(channel="rest", marketplace="amazon"))
    assert reply.status == "sent" and reply.sent_at is not None


def test_nothing_found_prepares_the_inquiry(write, turn, record_of):
    inbox_id = write(order_number="A-1")
    with transaction() as session:
        case = session.query(Case).one()
        case.tracking_number = "CC1"
        case.order_facts = {
            "value": {"amount": 5, "currency": "EUR"},
            "address": {"street": "Secret 1", "postcode": "1", "city": "B", "country": "DE"},
            "parcels": [{"tracking_number": "CC1", "carrier": "DHL"}],
        }
    turn(inbox_id, outcome="handed_over", handoff_reason="not_found")
    prepared = record_of().inquiry
    assert (prepared["carrier"], prepared["tracking_number"], prepared["order_number"]) == ("DHL", "CC1", "A-1")
    assert prepared["state"] == "prepared"
    assert [(event.kind, event.actor) for event in record_of().events][-1] == ("inquiry_prepared", "assistant")


def test_an_inquiry_that_was_sent_is_not_lost_when_the_search_ends_once_more(write, turn, record_of):
    inbox_id = write()
    with transaction() as session:
        session.query(Case).one().tracking_number = "CC1"
    turn(inbox_id, outcome="handed_over", handoff_reason="not_found")
    with transaction() as session:
        case = session.query(Case).one()
        inquiry.mark_sent(session, case, "lena", clock.now().date())
        record.hand_back(session, case, "lena")
    turn(write(), outcome="handed_over", handoff_reason="not_found")
    assert record_of().status == "handed_over"
    assert (record_of().inquiry["state"], record_of().inquiry["sent_by_agent"]) == ("sent", "lena")


def test_found_closes_the_case_and_its_plans(write, turn, record_of):
    turn(write(), outcome="waiting", follow_up_at=clock.now() + timedelta(hours=1))
    turn(write(), outcome="found")
    assert record_of().status == "closed"
    assert [plan.status for plan in record_of().follow_ups] == ["cancelled"]


def test_a_turn_without_words_releases_nothing(write, turn):
    assert turn(write(), None) is None
    assert _replies() == []
