"""What a person needs to know once everything runs."""

from deploy.launcher.installation import ROOT, Installation

READY = "Porchlight is ready"


def welcome(installation: Installation) -> str:
    """One block: the links, the desk's account, the logs, and how to stop. Its last line is `READY`."""
    logs = installation.var / "logs"
    if installation.sandbox:
        account = _account(installation)
        rows = [
            ("Write as a buyer", _link(installation, "sandbox")),
            ("Answer as an agent", _link(installation, "desk") + (f"   {account}" if account else "")),
            ("Cases, for machines", _link(installation, "desk") + "api/openapi.json"),
            ("Bot, for developers", _link(installation, "bot") + "webhooks/rest/webhook"),
        ]
    else:
        rows = [
            ("Desk", installation.url("desk") + "/"),
            ("Messages come in at", installation.url("bot") + "/webhooks/platform/messages"),
        ]
    rows.append(("Logs", str(logs.relative_to(ROOT)) if logs.is_relative_to(ROOT) else str(logs)))
    lines = [f"  {name:<21}{value}" for name, value in rows]
    return "\n".join(["", *lines, "  Stop with Ctrl-C", "", READY])


def _link(installation: Installation, process: str) -> str:
    return f"http://localhost:{installation.addresses[process][1]}/"


def _account(installation: Installation) -> str:
    try:
        return (installation.var / "desk-account.txt").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
