import threading
from datetime import datetime, timezone

import pytest
from sqlalchemy.exc import IntegrityError

from cases import inbox, record
from cases.database import reading, transaction
from cases.models import Case, InboxMessage, Message


def _store(external_id, conversation="c1", channel="platform", text="hello", **known):
    return inbox.store_buyer_message(channel, external_id, conversation, text, [], known, {})


def _count(table):
    with reading() as session:
        return session.query(table).count()


def test_a_message_that_comes_twice_is_stored_once(record_of):
    first = _store("m1")
    assert first.is_new and first.inbox_id
    assert _store("m1", text="other") == inbox.Stored(None)
    assert (_count(Message), _count(InboxMessage), _count(Case)) == (1, 1, 1)
    assert record_of().messages[0].text == "hello"


def test_the_same_id_of_another_channel_is_another_message(record_of):
    _store("m1")
    assert _store("m1", channel="email", conversation="c2").is_new


def test_a_message_that_comes_many_times_at_once_is_stored_once(record_of):
    results = []
    threads = [threading.Thread(target=lambda: results.append(_store("m1").is_new)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 7 + [True]


def test_a_clash_about_the_case_is_no_duplicate(record_of, monkeypatch):
    # On PostgreSQL two first messages of a conversation may both try to open its case; one then fails.
    real, failures = record.open_case, iter([IntegrityError("cases.conversation_id", {}, None)])

    def clash(*arguments, **known):
        for failure in failures:
            raise failure
        return real(*arguments, **known)

    monkeypatch.setattr(record, "open_case", clash)
    assert _store("m1").is_new, "the message is not lost"
    assert _count(Message) == 1


def test_known_facts_are_not_overwritten_by_nothing(record_of):
    _store("m1", order_number="A-1", locale="de")
    _store("m2", order_number=None)
    assert (record_of().order_number, record_of().locale) == ("A-1", "de")


def test_nul_characters_do_not_stop_a_message(record_of):
    _store("m1", text="a\x00b")
    assert record_of().messages[0].text == "ab"


@pytest.mark.parametrize(("before", "after"), [("open", "open"), ("handed_over", "handed_over")])
def test_a_closed_case_opens_again_with_whoever_had_it(record_of, before, after):
    _store("m1")
    with transaction() as session:
        case = session.query(Case).one()
        if before == "handed_over":
            record.take_over(session, case, "lena")
        record.close(session, case, "lena")
    _store("m2")
    assert record_of().status == after
    assert record_of().events[-1].kind == "reopened"


def test_messages_of_a_conversation_are_handled_in_order_and_a_failed_one_holds_back_the_rest(record_of):
    first, second = _store("m1").inbox_id, _store("m2").inbox_id
    other = _store("m3", conversation="c2").inbox_id
    with transaction() as session:
        assert inbox.next_work(session, "c1").message.id == first
        assert inbox.waiting_conversations(session) == ["c1", "c2"]
    assert inbox.put_off(first, "broken")
    with transaction() as session:
        assert inbox.next_work(session, "c1") is None
        assert inbox.waiting_conversations(session) == ["c2"]
        inbox.mark_done(session, first)
    with transaction() as session:
        assert inbox.next_work(session, "c1").message.id == second
        assert inbox.next_work(session, "c2").message.id == other


def test_a_message_is_at_hand_as_it_would_be_read_again(record_of):
    stored = _store("m1", buyer_id="b1", marketplace="ebay")
    with reading() as session:
        read = inbox.next_work(session, "c1")
    for row in (InboxMessage.__table__, Case.__table__):
        at_hand, found = (w.message if row.name == "inbox" else w.case for w in (stored.work, read))
        assert all(
            getattr(at_hand, name) == getattr(found, name)
            for name in (column.key for column in row.columns)
            if name != "attempts"
        )
    assert stored.work.is_first and read.is_first


def test_a_message_behind_others_is_not_at_hand(record_of, turn):
    first = _store("m1")
    assert _store("m2").work is None
    assert _store("m3", conversation="c2").work is not None
    turn(first.inbox_id, "Sorry.")
    assert _store("m4").work is None, "the second one waits"


def test_later_messages_know_that_the_assistant_has_introduced_itself(record_of, turn):
    turn(_store("m1").inbox_id, "Sorry.")
    assert not _store("m2").work.is_first


def test_pauses_grow_to_a_limit_and_end(record_of):
    inbox_id = _store("m1").inbox_id
    pauses = []
    for attempt in range(1, inbox.MOST_ATTEMPTS + 1):
        again = inbox.put_off(inbox_id, "x" * 5000)
        assert again == (attempt < inbox.MOST_ATTEMPTS)
        with reading() as session:
            row = session.get(InboxMessage, inbox_id)
            pauses.append((row.next_attempt_at - datetime.now(timezone.utc)).total_seconds())
            assert len(row.last_error) == 2000
    assert pauses[0] < pauses[1] < pauses[2] and max(pauses) <= inbox.LONGEST_PAUSE.total_seconds()


def test_notes_for_the_bot_stand_behind_what_the_buyer_wrote(record_of):
    _store("m1")
    for _ in range(3):
        with transaction() as session:
            case = session.query(Case).one()
            record.take_over(session, case, "lena")
            record.hand_back(session, case, "lena")
    with reading() as session:
        kinds = [row.kind for row in session.query(InboxMessage).order_by(InboxMessage.id)]
    assert kinds == ["message"] + ["take_over", "hand_back"] * 3
