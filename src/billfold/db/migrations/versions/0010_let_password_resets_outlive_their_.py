"""Let password resets outlive their customers."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME, TABLE = "customer_password_resets_customer_id_fkey", "customer_password_resets"
ENDS = ("customers", ["organization_id", "customer_id"], ["organization_id", "id"])


def upgrade() -> None:
    op.drop_constraint(NAME, TABLE, type_="foreignkey")
    op.create_foreign_key(NAME, TABLE, *ENDS, ondelete="SET NULL (customer_id)")


def downgrade() -> None:
    op.drop_constraint(NAME, TABLE, type_="foreignkey")
    op.create_foreign_key(NAME, TABLE, *ENDS)
