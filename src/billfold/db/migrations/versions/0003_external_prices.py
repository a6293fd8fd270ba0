"""External prices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("line_items", sa.Column("_external_price", sa.Boolean(), nullable=True))
    op.add_column("shipments", sa.Column("external_cost_cents", sa.BigInteger(), nullable=True))
    op.add_column("shipments", sa.Column("external_cost_for", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("shipments", "external_cost_for")
    op.drop_column("shipments", "external_cost_cents")
    op.drop_column("line_items", "_external_price")
