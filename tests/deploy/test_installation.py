"""What is started, and with which environment, in the sandbox and in production."""

import os
from pathlib import Path

import pytest

from deploy.launcher.errors import LaunchError
from deploy.launcher.installation import ROOT, read_installation
from deploy.rasa_server import arguments

PRODUCTION = {
    "PORCHLIGHT_MODE": "production",
    "PORCHLIGHT_BOT_TOKEN": "a-token",
    "PORCHLIGHT_PLATFORM_SECRET": "a-secret",
    "PORCHLIGHT_PLATFORM_REPLIES_URL": "https://shop.example/replies",
    "PORCHLIGHT_API_TOKEN": "another-token",
    "PORCHLIGHT_EASYPOST_KEY": "a-key",
}


@pytest.fixture(autouse=True)
def own_environment(monkeypatch):
    """None of this machine's own settings."""
    for name in [name for name in os.environ if name.startswith("PORCHLIGHT_")]:
        monkeypatch.delenv(name)


def commands(installation):
    """The command lines by process."""
    return {one.name: " ".join(one.command) for one in installation.processes(Path("/models/m.tar.gz"))}


def test_the_sandbox_starts_five_processes_on_this_machine_only():
    installation = read_installation({})
    assert set(commands(installation)) == {"bot", "actions", "desk", "clock", "sandbox"}
    assert {host for host, _ in installation.addresses.values()} == {"127.0.0.1"}
    assert "-i 127.0.0.1 -p 5005 --model /models/m.tar.gz" in commands(installation)["bot"]


def test_the_sandboxs_bot_never_listens_elsewhere_because_it_has_no_token():
    installation = read_installation({"PORCHLIGHT_BOT_HOST": "0.0.0.0"})
    assert "-i 127.0.0.1 " in commands(installation)["bot"]


def test_the_action_server_listens_where_the_port_check_looked():
    installation = read_installation({})
    actions = next(one for one in installation.processes(Path("m")) if one.name == "actions")
    assert actions.environment == {"SANIC_HOST": "127.0.0.1"}


def test_the_processes_are_told_where_the_others_are(tmp_path):
    told = read_installation(
        {"PORCHLIGHT_VAR": str(tmp_path), "PORCHLIGHT_ACTIONS_PORT": "7055", "PORCHLIGHT_SANDBOX_PORT": "7090"}
    ).environment
    assert told["PORCHLIGHT_ACTIONS_URL"] == "http://127.0.0.1:7055/webhook"
    assert told["PORCHLIGHT_SANDBOX_URL"] == "http://127.0.0.1:7090"
    assert told["PORCHLIGHT_BOT_URL"] == "http://127.0.0.1:5005"
    assert told["PORCHLIGHT_TRACKER_URL"] == f"sqlite:///{tmp_path}/tracker.db"
    assert told["PORCHLIGHT_SANDBOX_DATABASE"] == f"{tmp_path}/sandbox.db"
    assert told["RASA_TELEMETRY_ENABLED"] == "false"


def test_databases_are_kept_in_var_unless_told_otherwise(monkeypatch, tmp_path):
    assert read_installation({}).var == ROOT / "var"
    monkeypatch.chdir(tmp_path)
    assert read_installation({"PORCHLIGHT_VAR": "here"}).var == tmp_path / "here"


def test_a_proxy_does_not_get_between_the_processes():
    assert read_installation({"NO_PROXY": "example.org"}).environment["NO_PROXY"] == "example.org,localhost,127.0.0.1"


def test_reading_leaves_this_processs_environment_alone():
    before = dict(os.environ)
    read_installation(PRODUCTION)
    assert dict(os.environ) == before


def test_production_has_no_sandbox_process():
    installation = read_installation(PRODUCTION)
    assert set(commands(installation)) == {"bot", "actions", "desk", "clock"}
    assert "sandbox" not in installation.addresses


def test_production_needs_a_token_for_the_bot():
    with pytest.raises(LaunchError, match="PORCHLIGHT_BOT_TOKEN must be set"):
        read_installation({**PRODUCTION, "PORCHLIGHT_BOT_TOKEN": ""})


@pytest.mark.parametrize("missing", ["PORCHLIGHT_PLATFORM_SECRET", "PORCHLIGHT_API_TOKEN"])
def test_production_without_a_secret_is_refused_by_name(missing):
    with pytest.raises(LaunchError, match=missing):
        read_installation({name: value for name, value in PRODUCTION.items() if name != missing})


def test_production_needs_a_key_of_any_tracking_provider():
    without = {name: value for name, value in PRODUCTION.items() if name != "PORCHLIGHT_EASYPOST_KEY"}
    with pytest.raises(LaunchError, match="one of PORCHLIGHT_EASYPOST_KEY, PORCHLIGHT_AFTERSHIP_KEY, .* must be set"):
        read_installation(without)
    assert not read_installation({**without, "PORCHLIGHT_DHL_KEY": "a-key"}).sandbox
    assert read_installation({}).sandbox


def test_a_tracking_file_that_can_not_be_read_is_told_at_the_start(tmp_path):
    with pytest.raises(LaunchError, match="tracking.yml"):
        read_installation({"PORCHLIGHT_TRACKING_FILE": str(tmp_path / "tracking.yml")})


def test_a_mistake_in_the_file_of_inquiries_is_told_at_the_start(tmp_path):
    path = tmp_path / "inquiries.yml"
    path.write_text("carriers: {UPS: {sent_by: nobody}}")
    with pytest.raises(LaunchError, match="UPS.*nobody"):
        read_installation({"PORCHLIGHT_INQUIRIES_FILE": str(path)})


def test_a_mode_that_does_not_exist_is_refused():
    with pytest.raises(LaunchError, match="PORCHLIGHT_MODE is 'test'"):
        read_installation({"PORCHLIGHT_MODE": "test"})


def test_the_token_is_not_in_any_command_line():
    assert not any("a-token" in line for line in commands(read_installation(PRODUCTION)).values())


def test_rasa_gets_the_token_in_production_only():
    assert arguments(["-p", "1"], PRODUCTION) == ["rasa", "run", "-p", "1", "--auth-token", "a-token"]
    assert arguments(["-p", "1"], {"PORCHLIGHT_BOT_TOKEN": "a-token"}) == ["rasa", "run", "-p", "1"]


def test_a_listener_on_all_addresses_is_asked_on_this_machine():
    installation = read_installation({**PRODUCTION, "PORCHLIGHT_BOT_HOST": "0.0.0.0"})
    assert "-i 0.0.0.0 " in commands(installation)["bot"]
    assert installation.url("bot") == "http://127.0.0.1:5005"
