"""Terms that back offices set for orders, beside those of drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("expires_by_hand", sa.Boolean(), nullable=True))
    op.execute("UPDATE orders SET expires_by_hand = true WHERE expires_at IS NOT NULL")


def downgrade() -> None:
    op.drop_column("orders", "expires_by_hand")
