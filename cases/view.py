"""A case as other programs read it (the contract of ``GET /api/cases``)."""

from datetime import datetime
from typing import Any, Optional

from cases import proofs
from cases.models import Case, Proof

CHECKS = ("checked_neighbors", "checked_household", "checked_hidden_spots", "address_confirmed")


def _iso(value: Optional[datetime]) -> Optional[str]:
    return value.isoformat() if value else None


def _evidence(case: Case) -> list[dict[str, Any]]:
    """What tracking told, each proof with the file that is kept of it; then kept files that no look-up told of."""
    kept = {proof.url or proof.id: proof for proof in proofs.kept_of(case)}
    rows = []
    for told in case.evidence or []:
        file = kept.pop(told.get("url"), None) if isinstance(told, dict) and told.get("kind") == "proof" else None
        rows.append({**told, **_file(file)} if file else told)
    others = ({"kind": "proof", "source": file.provider, "shows": file.kind, **_file(file)} for file in kept.values())
    return [*rows, *others]


def _file(proof: Proof) -> dict[str, Any]:
    return {"sha256": proof.sha256, "media_type": proof.media_type, "kept_at": _iso(proof.kept_at)}


def case_as_dict(case: Case) -> dict[str, Any]:
    """All that the contract names, times as ISO 8601 in UTC."""
    return {
        "id": case.id,
        "conversation_id": case.conversation_id,
        "order_number": case.order_number,
        "marketplace": case.marketplace,
        "language": case.language,
        "status": case.status,
        "outcome": case.outcome,
        "handoff_reason": case.handoff_reason,
        "checks": {name: case.checks.get(name) for name in CHECKS},
        "buyer_wish": case.buyer_wish,
        "tracking": {
            "number": case.tracking_number,
            "status": case.tracking_status,
            "delivery_class": case.delivery_class,
            "delivered_at": _iso(case.delivered_at),
            "evidence": _evidence(case),
        },
        "inquiry": case.inquiry,
        "promises": [
            {
                "kind": promise.kind,
                "due_at": _iso(promise.due_at),
                "made_at": _iso(promise.made_at),
                "kept_at": _iso(promise.kept_at),
            }
            for promise in case.promises
        ],
        "flags": case.flags,
        "created_at": _iso(case.created_at),
        "updated_at": _iso(case.updated_at),
    }
