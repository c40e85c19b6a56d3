"""A case as other programs read it (the contract of ``GET /api/cases``)."""

from datetime import datetime
from typing import Any, Optional

from cases.models import Case

CHECKS = ("checked_neighbors", "checked_household", "checked_hidden_spots", "address_confirmed")


def _iso(value: Optional[datetime]) -> Optional[str]:
    return value.isoformat() if value else None


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
            "evidence": case.evidence,
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
