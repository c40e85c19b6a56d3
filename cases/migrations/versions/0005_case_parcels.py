"""The parcels of each case's order, by their numbers"""

import sqlalchemy as sa
from alembic import op

from cases.models import UtcDateTime
from cases.parcels import number_key

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CASES = sa.table(
    "cases",
    sa.column("id", sa.Integer),
    sa.column("order_facts", sa.JSON),
    sa.column("tracking_number", sa.String),
    sa.column("tracking_status", sa.String),
    sa.column("delivery_class", sa.String),
)


def upgrade() -> None:
    parcels = op.create_table(
        "case_parcels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number_key", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=True),
        sa.Column("delivery_class", sa.String(length=8), nullable=True),
        sa.Column("moved_on", sa.Boolean(), nullable=False),
        sa.Column("scanned_at", UtcDateTime(), nullable=True),
        sa.Column("told_in", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["told_in"], ["tracking_snapshots.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "number_key"),
    )
    op.create_index("case_parcels_number", "case_parcels", ["number_key"])
    for case in op.get_bind().execute(sa.select(_CASES)).all():
        rows = _parcels_of(case)
        if rows:
            op.bulk_insert(parcels, rows)


def _parcels_of(case: sa.engine.Row) -> list[dict]:
    """A row for each parcel of the order that an older Porchlight wrote into the case."""
    numbers = [parcel.get("tracking_number") for parcel in (case.order_facts or {}).get("parcels") or []]
    own = number_key(case.tracking_number or "")
    rows = []
    for key in dict.fromkeys(number_key(number) for number in numbers if number):
        known = (case.tracking_status, case.delivery_class) if key == own else (None, None)
        rows.append(
            {"case_id": case.id, "number_key": key, "status": known[0], "delivery_class": known[1], "moved_on": False}
        )
    return rows


def downgrade() -> None:
    op.drop_index("case_parcels_number", "case_parcels")
    op.drop_table("case_parcels")
