import os
import signal
import stat
import subprocess
import sys
import time

import pytest
import requests

from cases.database import reading, upgrade
from cases.settings import ROOT, SettingsError
from desk import accounts
from desk.agents import find_agent, recognise
from desk.app import create_app
from desk.first_account import account_file, forget_kept_password, prepare_sandbox_account
from desk.secret import session_key
from tests.desk.running_desk import forget_settings


def _mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


@pytest.fixture
def production(installation, monkeypatch):
    monkeypatch.setenv("PORCHLIGHT_MODE", "production")
    for name in ("PLATFORM_SECRET", "PLATFORM_REPLIES_URL", "API_TOKEN", "EASYPOST_KEY"):
        monkeypatch.setenv(f"PORCHLIGHT_{name}", "set-for-the-test")
    forget_settings()


def test_the_sandbox_makes_its_account_once_and_keeps_it_private(installation):
    line = prepare_sandbox_account()
    password = line.removeprefix("Desk account: agent / ")
    assert account_file().read_text() == line + "\n"
    assert _mode(account_file()) == 0o600
    with reading() as session:
        assert recognise(session, "agent", password)
    assert prepare_sandbox_account() is None


def test_the_environment_decides_the_sandbox_password(installation, monkeypatch):
    prepare_sandbox_account()
    monkeypatch.setenv("PORCHLIGHT_DESK_PASSWORD", "chosen-by-a-test")
    assert prepare_sandbox_account() == "Desk account: agent / chosen-by-a-test"
    assert prepare_sandbox_account() is None
    with reading() as session:
        assert recognise(session, "agent", "chosen-by-a-test")


def test_a_password_that_is_no_longer_right_is_not_kept(installation):
    prepare_sandbox_account()
    forget_kept_password("lena")
    assert account_file().exists()
    forget_kept_password("agent")
    assert not account_file().exists()


def test_production_makes_no_account(production):
    assert prepare_sandbox_account() is None
    assert not account_file().exists()


def test_the_sandbox_key_is_made_once_and_private(installation):
    assert session_key() == session_key() and len(session_key()) == 64
    assert _mode(installation / "desk-secret") == 0o600


@pytest.mark.parametrize("secret", ["", "short"])
def test_production_wants_a_key(production, monkeypatch, secret):
    monkeypatch.setenv("PORCHLIGHT_DESK_SECRET", secret)
    forget_settings()
    with pytest.raises(SettingsError, match="PORCHLIGHT_DESK_SECRET"):
        create_app()


def test_production_cookies_are_for_https_only(production, monkeypatch):
    monkeypatch.setenv("PORCHLIGHT_DESK_SECRET", "k" * 40)
    forget_settings()
    cookies = create_app().state.cookies
    from starlette.responses import Response

    response = Response()
    cookies.start_session(response, 1, 1)
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-porchlight_session=") and "Secure" in cookie


def test_accounts_are_kept_from_the_command_line(installation, monkeypatch, capsys):
    monkeypatch.setattr(accounts, "_ask_password", lambda: "a-long-password")
    assert accounts.main(["add", "mei"]) == 0
    assert accounts.main(["add", "mei"]) == 1
    assert accounts.main(["add", "assistant"]) == 1
    assert accounts.main(["disable", "mei"]) == 0
    with reading() as session:
        assert not find_agent(session, "mei").active
        assert recognise(session, "mei", "a-long-password") is None
    capsys.readouterr()
    assert accounts.main(["list"]) == 0
    assert "mei\tdisabled" in capsys.readouterr().out
    assert accounts.main(["password", "mei"]) == 0
    with reading() as session:
        assert recognise(session, "mei", "a-long-password")
    assert accounts.main(["password", "nobody"]) == 1
    monkeypatch.setattr(accounts, "_ask_password", lambda: "short")
    assert accounts.main(["add", "tiny"]) == 1


@pytest.mark.processes
def test_the_process_prints_its_account_once_and_stops_cleanly_with_a_live_page_open(tmp_path):
    env = {**os.environ, "PORCHLIGHT_VAR": str(tmp_path), "PORCHLIGHT_DESK_PORT": "18765"}
    for name in ("PORCHLIGHT_DESK_PASSWORD", "PORCHLIGHT_MODE", "PORCHLIGHT_CASES_URL"):
        env.pop(name, None)
    url = "http://127.0.0.1:18765"
    printed = []
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-m", "desk"], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            until = time.monotonic() + 30
            while time.monotonic() < until:
                try:
                    assert requests.get(url + "/health", timeout=2).json() == {"status": "ok"}
                    break
                except requests.ConnectionError:
                    assert process.poll() is None
                    time.sleep(0.1)
            browser = requests.Session()
            password = (tmp_path / "desk-account.txt").read_text().strip().split(" / ")[1]
            token = browser.get(url + "/sign-in").text.split('name="form_token" value="')[1].split('"')[0]
            browser.post(url + "/sign-in", data={"form_token": token, "username": "agent", "password": password})
            stream = browser.get(url + "/cases/events", stream=True, timeout=5)
            assert stream.headers["content-type"].startswith("text/event-stream")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=8)
        finally:
            process.kill()
        assert "Traceback" not in err and "Cancel" not in err, err
        printed.append(out)
    assert printed[0].startswith("Desk account: agent / ") and printed[0].count("\n") == 1
    assert printed[1] == ""


def test_upgrading_again_changes_nothing(installation):
    upgrade()
