"""What bundles and line items need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("bundles", "do_not_ship")
    op.drop_column("bundles", "do_not_track")
    op.drop_column("bundles", "skus_count")
    op.drop_column("price_tiers", "currency_code")
    op.add_column("line_items", sa.Column("priced_by_hand", sa.Boolean(), nullable=True))
    op.add_column("line_items", sa.Column("pieces", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("line_items", "pieces")
    op.drop_column("line_items", "priced_by_hand")
    op.add_column("price_tiers", sa.Column("currency_code", sa.Text(), nullable=True))
    op.add_column("bundles", sa.Column("skus_count", sa.BigInteger(), nullable=True))
    op.add_column("bundles", sa.Column("do_not_track", sa.Boolean(), nullable=True))
    op.add_column("bundles", sa.Column("do_not_ship", sa.Boolean(), nullable=True))
