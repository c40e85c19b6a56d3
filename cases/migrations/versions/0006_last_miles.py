"""Under which number another carrier brings a parcel to the door, so that its news reach the case"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_parcels") as table:
        table.add_column(sa.Column("last_mile_key", sa.String(length=255), nullable=True))
    op.create_index("case_parcels_last_mile", "case_parcels", ["last_mile_key"])


def downgrade() -> None:
    op.drop_index("case_parcels_last_mile", "case_parcels")
    with op.batch_alter_table("case_parcels") as table:
        table.drop_column("last_mile_key")
