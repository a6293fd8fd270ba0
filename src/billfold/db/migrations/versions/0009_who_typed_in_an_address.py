"""Addresses know the customer who typed them in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("addresses", sa.Column("made_by_id", sa.Text(), nullable=True))
    op.create_index("addresses_made_by_id_idx", "addresses", ["organization_id", "made_by_id"])
    op.create_foreign_key(
        "addresses_made_by_id_fkey",
        "addresses",
        "customers",
        ["organization_id", "made_by_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (made_by_id)",
    )


def downgrade() -> None:
    op.drop_column("addresses", "made_by_id")
