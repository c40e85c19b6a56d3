"""Orders that the seller has imported from a file"""

import sqlalchemy as sa
from alembic import op

from cases.models import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_key", sa.String(length=255), nullable=False),
        sa.Column("marketplace", sa.String(length=64), nullable=False),
        sa.Column("buyer_id", sa.String(length=255), nullable=True),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number_key", "marketplace"),
    )
    op.create_index("ix_imported_orders_buyer_id", "imported_orders", ["buyer_id"])


def downgrade() -> None:
    op.drop_index("ix_imported_orders_buyer_id", "imported_orders")
    op.drop_table("imported_orders")
