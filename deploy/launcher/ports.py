"""The ports of the processes: which they are, and whether they are free."""

import errno
import socket
from collections import Counter
from typing import Dict, Mapping, Tuple

from deploy.launcher.errors import LaunchError

DEFAULTS = {"bot": 5005, "actions": 5055, "desk": 8000, "sandbox": 8090}


def variable(process: str) -> str:
    """The environment variable that sets a process's port."""
    return f"PORCHLIGHT_{process.upper()}_PORT"


def read_ports(environment: Mapping[str, str]) -> Dict[str, int]:
    """The port of each process, by name.

    Raises:
        LaunchError: one is not a port number, or two are the same.
    """
    ports = {}
    for process, default in DEFAULTS.items():
        text = environment.get(variable(process)) or str(default)
        if not text.isdecimal() or not 0 < int(text) < 65536:
            raise LaunchError(f"{variable(process)} must be a number from 1 to 65535, not '{text}'")
        ports[process] = int(text)
    for port, times in Counter(ports.values()).items():
        if times > 1:
            names = " and ".join(variable(process) for process, its in ports.items() if its == port)
            raise LaunchError(f"{names} are both {port}; each process needs a port of its own")
    return ports


def check_free(addresses: Mapping[str, Tuple[str, int]]) -> None:
    """Makes sure that every process can listen where it shall.

    Args:
        addresses: host and port by name of the process.

    Raises:
        LaunchError: names each taken port, who has it where that can be seen, and the variable that sets another.
    """
    taken = []
    for process, (host, port) in addresses.items():
        if not (_is_free(host, port) and _is_free("::1", port)):
            other = _suggestion(host, port)
            taken.append(
                f"Port {port} of the {process} is taken{_holder(port)}. "
                f"Stop that program, or choose another port: {variable(process)}={other} make run"
            )
    if taken:
        raise LaunchError("\n".join(taken))


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As the servers do it: connections that are only just ending don't count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            probe.bind((host, port))
            probe.listen(1)
    except PermissionError as error:
        raise LaunchError(f"This user may not listen on port {port}: {error}") from error
    except socket.gaierror as error:
        raise LaunchError(f"'{host}' is no address of this machine: {error}") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        if family == socket.AF_INET6:
            return True  # a machine without IPv6
        raise LaunchError(f"Nothing can listen on {host}, port {port}: {error}") from error
    return True


def _suggestion(host: str, port: int) -> int:
    for other in range(port + 1, min(port + 100, 65536)):
        if _is_free(host, other) and _is_free("::1", other) and other not in DEFAULTS.values():
            return other
    return 0


def _holder(port: int) -> str:
    """Who listens on a port, as words; empty where that can not be seen."""
    try:
        import psutil  # a tool for developers; the message only says less without it

        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f" by process {connection.pid} ({psutil.Process(connection.pid).name()})"
    except (ImportError, OSError, RuntimeError, psutil.Error):
        pass
    return ""
