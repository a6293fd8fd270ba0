"""Whom each payment source was prepared for: so far, whoever its order is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment_sources", sa.Column("shopper_id", sa.Text(), nullable=True))
    op.execute(
        "UPDATE payment_sources s SET shopper_id = o.customer_id FROM orders o"
        " WHERE o.organization_id = s.organization_id AND o.id = s.order_id AND NOT coalesce(o.guest, false)"
    )


def downgrade() -> None:
    op.drop_column("payment_sources", "shopper_id")
