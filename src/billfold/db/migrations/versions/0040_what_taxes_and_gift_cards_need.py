"""What taxes and gift cards need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gift_cards", sa.Column("uses_count", sa.BigInteger(), nullable=True))
    op.add_column("gift_cards", sa.Column("uses_limit", sa.BigInteger(), nullable=True))
    op.add_column("gift_cards", sa.Column("sales_count", sa.BigInteger(), nullable=True))
    op.add_column("gift_cards", sa.Column("sales_limit", sa.BigInteger(), nullable=True))
    op.add_column("orders", sa.Column("taxable_by_rule", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_check_constraint("gift_cards_balance_cents_check", "gift_cards", "balance_cents >= 0")
    op.create_check_constraint(
        "gift_cards_uses_count_check", "gift_cards", "uses_count >= 0 AND uses_count <= uses_limit"
    )
    op.create_check_constraint(
        "gift_cards_sales_count_check", "gift_cards", "sales_count >= 0 AND sales_count <= sales_limit"
    )


def downgrade() -> None:
    for name in ("sales_count", "uses_count", "balance_cents"):
        op.drop_constraint(f"gift_cards_{name}_check", "gift_cards")
    op.drop_column("orders", "taxable_by_rule")
    op.drop_column("gift_cards", "sales_limit")
    op.drop_column("gift_cards", "sales_count")
    op.drop_column("gift_cards", "uses_limit")
    op.drop_column("gift_cards", "uses_count")
