from datetime import datetime, timedelta, timezone

import pytest
from jsonschema import validate

from cases import clock, database
from cases.database import reading, transaction
from cases.models import Case, FollowUp, InboxMessage
from cases.view import case_as_dict
from desk.api.models import CaseRecord
from tests.desk.running_desk import forget_settings


@pytest.mark.parametrize("token", [None, "", "wrong", "sandbox2", "ключ"])
def test_a_wrong_token_is_refused(desk, token):
    headers = {"Authorization": f"Bearer {token}".encode()} if token is not None else {}
    import requests

    answer = requests.get(desk.url + "/api/cases", headers=headers)
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert requests.get(desk.url + "/api/cases", headers={"Authorization": "Basic sandbox"}).status_code == 401


def test_the_answer_is_the_contract(desk, write):
    write("one", conversation="conv-a", outcome="waiting", follow_up_at=clock.now() + timedelta(hours=1))
    cases = desk.api("GET", "/api/cases", params={"conversation_id": "conv-a"}).json()
    assert len(cases) == 1
    with reading() as session:
        told = case_as_dict(session.query(Case).one())
    assert set(cases[0]) == set(told) == set(CaseRecord.__fields__), "a new field of the record must be modelled"
    assert set(cases[0]) == {
        "id",
        "conversation_id",
        "order_number",
        "marketplace",
        "language",
        "status",
        "outcome",
        "handoff_reason",
        "checks",
        "buyer_wish",
        "tracking",
        "inquiry",
        "promises",
        "flags",
        "created_at",
        "updated_at",
    }
    assert {"status", "delivery_class", "delivered_at", "evidence"} <= set(cases[0]["tracking"])
    for name in ("created_at", "updated_at"):
        assert datetime.fromisoformat(cases[0][name]) == datetime.fromisoformat(told[name])
    assert cases[0]["promises"][0]["kind"] == "follow_up" and cases[0]["promises"][0]["kept_at"] is None
    assert desk.api("GET", "/api/cases", params={"conversation_id": "none"}).json() == []


def test_all_cases_newest_first_with_status_and_limit(desk, write):
    for number in range(3):
        write("one", conversation=f"c{number}", order_number=str(number))
    write("two", conversation="c3", outcome="handed_over", handoff_reason="urgent")
    names = [case["conversation_id"] for case in desk.api("GET", "/api/cases").json()]
    assert names == ["c3", "c2", "c1", "c0"]
    handed = desk.api("GET", "/api/cases", params={"status": "handed_over"}).json()
    assert [case["conversation_id"] for case in handed] == ["c3"]
    assert len(desk.api("GET", "/api/cases", params={"limit": 2}).json()) == 2
    for bad in ({"limit": 201}, {"limit": 0}, {"status": "lost"}):
        assert desk.api("GET", "/api/cases", params=bad).status_code == 422


def test_a_program_reads_replies_takes_over_hands_back_and_closes(desk, write):
    case_id = write("one", intent="report_not_received", message_language="en")
    path = f"/api/cases/{case_id}"
    told = desk.api("GET", path).json()
    assert [(m["sender_kind"], m["delivery"]) for m in told["messages"]] == [("buyer", None), ("assistant", "released")]
    assert told["messages"][0]["intent"] == "report_not_received"
    answer = desk.api("POST", path + "/replies", json={"text": "A person here."})
    assert answer.status_code == 201
    assert answer.json()["status"] == "handed_over"
    assert answer.json()["messages"][-1]["author"] == "api"
    assert desk.api("POST", path + "/hand-back").json()["outcome"] is None
    conflict = desk.api("POST", path + "/hand-back")
    assert conflict.status_code == 409 and "open" in conflict.json()["detail"]
    assert desk.api("POST", path + "/take-over").json()["status"] == "handed_over"
    assert desk.api("POST", path + "/close").json()["status"] == "closed"
    for body, status in (({"text": ""}, 422), ({"text": "x" * 2001}, 422), ({}, 422)):
        refused = desk.api("POST", path + "/replies", json=body)
        assert refused.status_code == status and isinstance(refused.json()["detail"], str)
    assert desk.api("GET", "/api/cases/99").status_code == 404
    assert desk.api("POST", "/api/cases/99/close").json() == {"detail": "there is no case 99"}


def test_the_clock_moves_and_due_follow_ups_are_queued_once(desk, write):
    write("later", outcome="waiting", follow_up_at=clock.now() + timedelta(hours=20))
    before = datetime.now(timezone.utc)
    answer = desk.api("POST", "/api/sandbox/clock", json={"advance": "PT24H"})
    moved = datetime.fromisoformat(answer.json()["now"]) - before
    assert timedelta(hours=24) <= moved < timedelta(hours=24, minutes=1)
    with reading() as session:
        assert session.query(FollowUp).one().status == "queued"
    desk.api("POST", "/api/sandbox/clock", json={"advance": "PT0S"})
    with reading() as session:
        assert session.query(InboxMessage).filter(InboxMessage.kind == "follow_up").count() == 1


@pytest.mark.parametrize(
    "advance", ["-PT1H", "24h", "", "P1M", "P1Y", "PT", "P9999999D", "P99999999999999D", None, 5, {"a": 1}]
)
def test_a_bad_or_negative_duration_is_told(desk, advance):
    before = clock.now()
    answer = desk.api("POST", "/api/sandbox/clock", json={"advance": advance})
    assert answer.status_code == 422
    assert "advance" in answer.json()["detail"]
    assert clock.now() - before < timedelta(minutes=1)


def test_production_has_no_clock_to_move(desk, monkeypatch):
    for name in ("PLATFORM_SECRET", "PLATFORM_REPLIES_URL", "EASYPOST_KEY"):
        monkeypatch.setenv(f"PORCHLIGHT_{name}", "set")
    monkeypatch.setenv("PORCHLIGHT_API_TOKEN", "a-real-token")
    monkeypatch.setenv("PORCHLIGHT_MODE", "production")
    forget_settings()
    assert desk.api("POST", "/api/sandbox/clock", json={"advance": "PT1H"}).status_code == 401
    answer = desk.api("POST", "/api/sandbox/clock", token="a-real-token", json={"advance": "PT1H"})
    assert answer.status_code == 404


def test_the_description_models_every_answer(desk, write):
    document = desk.api("GET", "/api/openapi.json").json()
    assert set(document["paths"]) >= {"/api/cases", "/api/cases/{case_id}/replies", "/api/sandbox/clock", "/health"}
    assert not any(path.startswith(("/cases", "/sign")) for path in document["paths"]), "pages are not the API"
    for path, methods in document["paths"].items():
        for method, about in methods.items():
            for status, answer in about["responses"].items():
                schema = answer["content"]["application/json"]["schema"]
                assert schema, (path, method, status)
                assert "HTTPValidationError" not in str(schema), (path, method, status)
            if path.startswith("/api"):
                assert about["security"] == [{"HTTPBearer": []}]
    write("one")
    schema = {"$ref": "#/components/schemas/CaseRecord", "components": document["components"]}
    validate(desk.api("GET", "/api/cases").json()[0]["checks"], {"type": "object"})
    assert set(desk.api("GET", "/api/cases").json()[0]) == set(
        schema["components"]["schemas"]["CaseRecord"]["properties"]
    )
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert desk.get(path).status_code == 404


def test_health_tells_when_the_database_can_not_be_read(desk, installation, monkeypatch):
    assert desk.get("/health").json() == {"status": "ok"}
    (installation / "empty").mkdir()
    monkeypatch.setenv("PORCHLIGHT_CASES_URL", f"sqlite:///{installation / 'empty'}")
    forget_settings()
    answer = desk.get("/health")
    assert answer.status_code == 503 and answer.json() == {"status": "database_unreadable"}
    told = desk.api("GET", "/api/cases")
    assert told.status_code == 503 and "database" in told.json()["detail"]
    monkeypatch.delenv("PORCHLIGHT_CASES_URL")
    forget_settings()
    assert desk.get("/health").status_code == 200


def test_no_text_of_the_buyer_reaches_the_log(desk, write, caplog, capfd, monkeypatch):
    case_id = write("a very private sentence")
    with transaction() as session:
        session.execute("DROP TABLE messages")
    database._sessions.cache_clear()
    assert desk.api("POST", f"/api/cases/{case_id}/replies", json={"text": "another private one"}).status_code == 503
    heard = caplog.text + "".join(capfd.readouterr())
    assert "private" not in heard and "OperationalError" in heard
