"""Orders that their customers signed up with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("signed_up", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "signed_up")
