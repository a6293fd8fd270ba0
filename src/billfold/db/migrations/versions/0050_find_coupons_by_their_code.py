"""Find coupons by their code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("coupons_code_key", "coupons", type_="unique")
    op.create_unique_constraint(
        "coupons_promotion_rule_key", "coupons", ["organization_id", "code", "promotion_rule_id"]
    )
    op.drop_constraint("coupon_uses_coupon_id_fkey", "coupon_uses", type_="foreignkey")
    op.create_foreign_key(
        "coupon_uses_coupon_id_fkey",
        "coupon_uses",
        "coupons",
        ["organization_id", "coupon_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (coupon_id)",
    )
    op.drop_column("promotions", "total_usage_reached")


def downgrade() -> None:
    op.add_column("promotions", sa.Column("total_usage_reached", sa.Boolean(), nullable=True))
    op.drop_constraint("coupon_uses_coupon_id_fkey", "coupon_uses", type_="foreignkey")
    op.create_foreign_key(
        "coupon_uses_coupon_id_fkey",
        "coupon_uses",
        "coupons",
        ["organization_id", "coupon_id"],
        ["organization_id", "id"],
    )
    op.drop_constraint("coupons_promotion_rule_key", "coupons", type_="unique")
    op.create_unique_constraint("coupons_code_key", "coupons", ["organization_id", "promotion_rule_id", "code"])
