"""A taken port is found before anything starts, and named with the variable that sets another."""

import os
import socket

import pytest

from deploy.launcher.errors import LaunchError
from deploy.launcher.ports import check_free, read_ports


@pytest.fixture
def listener():
    """``listener(host)`` listens on a free port of the host and gives the port."""
    opened = []

    def listen(host="127.0.0.1"):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            opened.append(socket.create_server((host, 0), family=family))
        except OSError:
            pytest.skip("this machine has no IPv6")
        return opened[-1].getsockname()[1]

    yield listen
    for one in opened:
        one.close()


def test_the_ports_of_the_documentation_are_the_default():
    assert read_ports({}) == {"bot": 5005, "actions": 5055, "desk": 8000, "sandbox": 8090}


def test_a_variable_sets_a_port_and_an_empty_one_does_not():
    ports = read_ports({"PORCHLIGHT_DESK_PORT": "8001", "PORCHLIGHT_BOT_PORT": ""})
    assert (ports["desk"], ports["bot"]) == (8001, 5005)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "80.5", "²"])
def test_what_is_no_port_is_refused_by_name(text):
    with pytest.raises(LaunchError, match="PORCHLIGHT_BOT_PORT must be a number from 1 to 65535"):
        read_ports({"PORCHLIGHT_BOT_PORT": text})


def test_two_processes_on_one_port_are_refused_by_name():
    with pytest.raises(LaunchError, match="PORCHLIGHT_BOT_PORT and PORCHLIGHT_DESK_PORT are both 8000"):
        read_ports({"PORCHLIGHT_BOT_PORT": "8000"})


def test_free_ports_are_fine(listener):
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    check_free({"desk": ("127.0.0.1", port)})


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1"])
def test_a_taken_port_is_named_with_its_variable_and_another_port(listener, host):
    port = listener(host)
    with pytest.raises(LaunchError) as raised:
        check_free({"desk": ("127.0.0.1", port)})
    assert f"Port {port} of the desk is taken" in str(raised.value)
    assert f"by process {os.getpid()} " in str(raised.value)
    other = int(str(raised.value).split("PORCHLIGHT_DESK_PORT=")[1].split()[0])
    assert port < other < port + 100


def test_all_taken_ports_are_named_at_once(listener):
    with pytest.raises(LaunchError) as raised:
        check_free({"bot": ("127.0.0.1", listener()), "desk": ("127.0.0.1", listener())})
    assert "PORCHLIGHT_BOT_PORT" in str(raised.value) and "PORCHLIGHT_DESK_PORT" in str(raised.value)


def test_a_host_that_is_not_this_machine_is_refused():
    with pytest.raises(LaunchError, match="203.0.113.9"):
        check_free({"bot": ("203.0.113.9", 5005)})
