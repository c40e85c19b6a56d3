import re

import pytest
import requests

from cases.database import reading, transaction
from cases.models import Agent
from desk import agents, passwords
from desk.attempts import MOST_FAILURES, WITHIN_SECONDS, FailedAttempts
from tests.desk.running_desk import PASSWORD

OPEN = {"/sign-in", "/health"}


def test_every_route_is_closed_to_strangers(desk):
    seen = 0
    for route in desk.app.routes:
        if route.path in OPEN or route.path == "/static":
            continue
        for method in route.methods - {"HEAD", "OPTIONS"}:
            seen += 1
            path = re.sub(r"\{[^}]+\}", "1", route.path)
            answer = requests.request(method, desk.url + path, allow_redirects=False, data={"text": "x"}, timeout=5)
            if path.startswith("/api/"):
                assert answer.status_code == 401, (method, path)
            else:
                closed = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
                assert closed or answer.status_code == 403, (method, path, answer.status_code)
    assert seen >= 20


def test_every_post_of_an_agent_needs_its_form_token(agent, write):
    case_id = write("nothing here")
    posts = [r.path for r in agent.app.routes if "POST" in getattr(r, "methods", ()) and not r.path.startswith("/api/")]
    assert len(posts) >= 10
    for path in posts:
        path = path.replace("{case_id}", str(case_id)).replace("{outbox_id}", "x")
        for data in ({}, {"form_token": "wrong"}, {"form_token": ""}):
            answer = agent.browser.post(agent.url + path, data=data, allow_redirects=False)
            assert answer.status_code == 403, (path, data)
            assert "no longer valid" in answer.text
    assert agent.get("/account").url.endswith("/account"), "the forged sign-out did nothing"


def test_the_token_of_another_session_is_refused(agent, desk, write):
    stranger = requests.Session()
    page = stranger.get(desk.url + "/sign-in").text
    theirs = re.search(r'name="form_token" value="(\w+)"', page).group(1)
    assert agent.post("/account", {"language": "de", "time_zone": "UTC"}, theirs).status_code == 403


def test_signs_in_and_goes_on_to_the_page_wanted(desk, write):
    case_id = write("nothing here")
    first = desk.get(f"/cases/{case_id}")
    assert "/sign-in?next=" in first.url
    assert desk.sign_in(next=f"/cases/{case_id}").url == f"{desk.url}/cases/{case_id}"


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "evil", ""],
)
def test_never_leads_away_from_the_desk(desk, wanted):
    token = desk.token("/sign-in")
    data = {"form_token": token, "username": "lena", "password": PASSWORD, "next": wanted}
    answer = desk.browser.post(desk.url + "/sign-in", data=data, allow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(desk):
    token = desk.token("/sign-in")
    data = {"form_token": token, "username": "lena", "password": PASSWORD}
    cookie = desk.browser.post(desk.url + "/sign-in", data=data, allow_redirects=False).headers["set-cookie"].lower()
    assert "porchlight_session=" in cookie and "httponly" in cookie and "samesite=lax" in cookie


def test_signing_out_makes_copies_of_the_cookie_worthless(agent):
    copy = requests.Session()
    copy.cookies.update(agent.browser.cookies)
    assert copy.get(agent.url + "/cases").url.endswith("/cases")
    agent.post("/sign-out")
    assert "/sign-in" in copy.get(agent.url + "/cases").url


@pytest.mark.parametrize(
    "change", [lambda s: agents.disable(s, "lena"), lambda s: agents.set_password(s, "lena", "x" * 12)]
)
def test_a_disabled_or_changed_account_is_out_at_once(agent, change):
    with transaction() as session:
        change(session)
    assert "/sign-in" in agent.get("/cases").url


def test_who_was_signed_out_elsewhere_signs_in_again_and_is_where_they_were(agent):
    with transaction() as session:
        agents.end_sessions(agents.find_agent(session, "lena"))
    assert "/sign-in" in agent.get("/cases?show=all").url
    assert agent.sign_in(next="/cases?show=all").url == agent.url + "/cases?show=all"


def test_a_forged_cookie_is_worth_nothing(agent):
    value = agent.browser.cookies["porchlight_session"]
    body, _, signature = value.rpartition(".")
    agent.browser.cookies.set("porchlight_session", body + "." + signature[::-1], domain="127.0.0.1", path="/")
    assert "/sign-in" in requests.get(agent.url + "/cases", cookies={"porchlight_session": body + ".AAAA"}).url


def test_a_wrong_password_is_told_and_after_too_many_the_right_one_waits(desk):
    for _ in range(MOST_FAILURES):
        assert desk.sign_in(password="wrong").status_code == 401
    answer = desk.sign_in()
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= WITHIN_SECONDS + 1
    assert desk.sign_in(username="omar").url == desk.url + "/cases", "another name is not held back"


def test_failures_are_forgotten_in_time():
    now = [0.0]
    attempts = FailedAttempts(lambda: now[0])
    for _ in range(MOST_FAILURES):
        assert attempts.seconds_to_wait("lena", "a") == 0
        attempts.note_failure("lena", "a")
    assert attempts.seconds_to_wait("lena", "a") > 0
    assert attempts.seconds_to_wait("lena", "b") == 0
    now[0] = WITHIN_SECONDS + 1
    assert attempts.seconds_to_wait("lena", "a") == 0


def test_passwords_are_kept_as_argon2_hashes(desk):
    with reading() as session:
        kept = agents.find_agent(session, "lena").password_hash
        assert agents.find_agent(session, "omar").password_hash != kept, "the same password has another salt"
    assert kept.startswith("$argon2id$") and PASSWORD not in kept
    assert passwords.is_password(PASSWORD, kept) and not passwords.is_password(PASSWORD + "x", kept)
    assert not passwords.is_password(PASSWORD, "not a hash")


def test_readable_passwords_are_long_enough_and_differ():
    made = {passwords.readable_password() for _ in range(50)}
    assert len(made) == 50
    assert all(passwords.hash_password(password) for password in list(made)[:1])


def test_an_agent_chooses_language_zone_and_password(agent):
    assert agent.post("/account", {"language": "zh", "time_zone": "Asia/Shanghai"}).status_code == 200
    assert "时间按 Asia/Shanghai 显示" in agent.get("/cases").text
    assert agent.post("/account", {"language": "zh", "time_zone": "Mars/Base"}).status_code == 422
    change = {"current": "wrong", "new": "another-long-one", "again": "another-long-one"}
    assert agent.post("/account/password", change).status_code == 422
    assert agent.post("/account/password", {**change, "current": PASSWORD, "again": "x"}).status_code == 422
    assert agent.post("/account/password", {**change, "current": PASSWORD}).status_code == 200
    assert agent.get("/account").url.endswith("/account"), "this session goes on"
    with reading() as session:
        row = session.query(Agent).filter(Agent.username == "lena").one()
        assert passwords.is_password("another-long-one", row.password_hash)


def test_pages_may_run_only_our_own_files(agent):
    for path in ("/cases", "/sign-in", "/nowhere", "/health", "/static/desk.js"):
        headers = agent.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert agent.get("/cases").headers["cache-control"] == "no-store"
    page = agent.get("/cases").text
    assert " style=" not in page and " onclick=" not in page and "<script>" not in page
