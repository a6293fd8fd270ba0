"""What shipping and stock remember."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shipments", sa.Column("weight_grams", sa.DOUBLE_PRECISION(), nullable=True))
    op.add_column("shipments", sa.Column("order_subtotal_cents", sa.BigInteger(), nullable=True))
    op.add_column("shipments", sa.Column("order_discounted_cents", sa.BigInteger(), nullable=True))
    op.add_column("stock_transfers", sa.Column("decremented_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("stock_transfers", sa.Column("origin_stock_item_id", sa.Text(), nullable=True))
    op.create_index(
        "stock_transfers_origin_stock_item_id_idx",
        "stock_transfers",
        ["organization_id", "origin_stock_item_id"],
        unique=False,
    )
    op.create_foreign_key(
        "stock_transfers_origin_stock_item_id_fkey",
        "stock_transfers",
        "stock_items",
        ["organization_id", "origin_stock_item_id"],
        ["organization_id", "id"],
    )
    op.create_check_constraint("stock_items_quantity_check", "stock_items", "quantity >= 0")
    op.create_check_constraint("reserved_stocks_quantity_check", "reserved_stocks", "quantity >= 0")


def downgrade() -> None:
    op.drop_constraint("reserved_stocks_quantity_check", "reserved_stocks", type_="check")
    op.drop_constraint("stock_items_quantity_check", "stock_items", type_="check")
    op.drop_constraint("stock_transfers_origin_stock_item_id_fkey", "stock_transfers", type_="foreignkey")
    op.drop_index("stock_transfers_origin_stock_item_id_idx", table_name="stock_transfers")
    op.drop_column("stock_transfers", "origin_stock_item_id")
    op.drop_column("stock_transfers", "decremented_at")
    op.drop_column("shipments", "order_discounted_cents")
    op.drop_column("shipments", "order_subtotal_cents")
    op.drop_column("shipments", "weight_grams")
