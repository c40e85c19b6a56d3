import uuid
from datetime import datetime, timedelta, timezone

import pytest

from cases import outbox, record
from cases.database import reading, transaction
from cases.models import Case, OutboxMessage

BEGIN = datetime(2026, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def release(write):
    """``release(text, minute, conversation)``: a released reply of the assistant; its id."""

    def add(text, minute=0, conversation="c1", status="released", **more):
        with transaction() as session:
            if record.case_of_conversation(session, conversation) is None:
                record.open_case(session, conversation, "platform")
            case = record.case_of_conversation(session, conversation)
            row = OutboxMessage(
                id=str(uuid.uuid4()),
                case_id=case.id,
                conversation_id=conversation,
                channel="platform",
                sender_kind="assistant",
                text=text,
                status=status,
                created_at=BEGIN + timedelta(minutes=minute),
                **more,
            )
            session.add(row)
            return row.id

    return add


def _due(limit=50):
    with reading() as session:
        return [row.text for row in outbox.due_for_sending(session, "platform", limit)]


def _row(outbox_id):
    with reading() as session:
        return session.get(OutboxMessage, outbox_id)


def test_each_conversation_sends_its_oldest_first(release):
    second = release("second", 2)
    first = release("first", 1)
    release("other", 3, "c2")
    assert _due() == ["first", "other"]
    with transaction() as session:
        outbox.mark_sent(session, first)
    assert _due() == ["second", "other"]
    assert _row(first).sent_at and _row(second).status == "released"


def test_a_failed_message_holds_back_those_behind_it_but_no_other_conversation(release):
    first = release("first", 1)
    release("second", 2)
    release("other", 3, "c2")
    with transaction() as session:
        outbox.mark_failed(session, first, "503", final=False)
    assert _due() == ["other"]


def test_many_that_wait_do_not_keep_others_back(release):
    later = datetime.now(timezone.utc) + timedelta(minutes=5)
    for number in range(10):
        release("stuck", number, f"stuck-{number}", next_attempt_at=later)
        release("behind", number + 20, f"stuck-{number}")
    release("ready", 99, "c-ready")
    assert _due(limit=2) == ["ready"]


def test_pauses_double_up_to_a_limit_then_the_message_is_dead_and_an_agent_can_start_again(release):
    outbox_id = release("hello")
    pauses = []
    for attempt in range(1, outbox.MOST_ATTEMPTS):
        with transaction() as session:
            outbox.mark_failed(session, outbox_id, "503", final=False)
        row = _row(outbox_id)
        pauses.append((row.next_attempt_at - datetime.now(timezone.utc)).total_seconds())
        assert (row.status, row.attempts) == ("released", attempt)
    assert pauses[1] == pytest.approx(2 * pauses[0], abs=0.5)
    assert max(pauses) <= outbox.LONGEST_PAUSE.total_seconds()
    with transaction() as session:
        outbox.mark_failed(session, outbox_id, "503", final=False)
    assert _row(outbox_id).status == "dead" and _due() == []
    with transaction() as session:
        assert session.query(Case).one().events[-1].kind == "delivery_failed"
        outbox.send_again(session, session.get(OutboxMessage, outbox_id), "lena")
    assert _due() == ["hello"]
    with transaction() as session:
        with pytest.raises(record.CaseStateError):
            outbox.send_again(session, session.get(OutboxMessage, outbox_id), "lena")


def test_a_final_failure_is_dead_at_once_and_a_wished_pause_is_kept(release):
    never, later = release("never"), release("later", conversation="c2")
    with transaction() as session:
        outbox.mark_failed(session, never, "too long", final=True)
        outbox.mark_failed(session, later, "429", final=False, pause=timedelta(minutes=30))
    assert _row(never).status == "dead"
    wait = _row(later).next_attempt_at - datetime.now(timezone.utc)
    assert timedelta(minutes=29) < wait <= timedelta(minutes=30)


def test_a_reply_that_was_held_back_while_it_was_being_sent(release):
    arrived, failed = release("arrived"), release("failed", 1)
    with transaction() as session:
        record.take_over(session, session.query(Case).one(), "lena")
    with transaction() as session:
        outbox.mark_sent(session, arrived)
        outbox.mark_failed(session, failed, "503", final=True)
    assert (_row(arrived).status, _row(failed).status) == ("sent", "refused")


@pytest.mark.parametrize("status", ["draft", "staged", "refused", "dead", "sent"])
def test_only_released_messages_are_sent(release, status):
    release("hello", status=status)
    assert _due() == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \r\n\x00", "empty"),
        ("x" * 2001, "too_long"),
        ("look at HTTPS://x.test", "link"),
        ("www.x.test", "link"),
        ("write a.b@x.test", "contact"),
        ("call +49 (30) 123-4567", "contact"),
    ],
)
def test_texts_that_can_not_go_out(text, reason):
    with pytest.raises(outbox.TextNotAllowed) as refused:
        outbox.outgoing(text)
    assert refused.value.reason == reason


@pytest.mark.parametrize("text", ["x" * 2000, "order 4471-22-9, parcel CC731010015DE", "3 + 4, at 5 @ home", "1+1=2"])
def test_texts_that_can(text):
    assert outbox.outgoing(f"\r\n{text} ") == text
