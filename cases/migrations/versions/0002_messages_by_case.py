"""Finds a case's inbox and outbox without reading those of all cases"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_inbox_case_id", "inbox", ["case_id"])
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"])


def downgrade() -> None:
    op.drop_index("ix_outbox_case_id", "outbox")
    op.drop_index("ix_inbox_case_id", "inbox")
