"""Subscription models."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscription_models",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("strategy", sa.Text(), nullable=True),
        sa.Column("frequencies", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("auto_activate", sa.Boolean(), nullable=True),
        sa.Column("auto_cancel", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("subscription_models_pkey")),
    )
    op.create_index(
        "subscription_models_created_at_idx",
        "subscription_models",
        ["organization_id", "created_at", "id"],
        unique=False,
    )
    op.add_column("markets", sa.Column("subscription_model_id", sa.Text(), nullable=True))
    op.create_index(
        "markets_subscription_model_id_idx", "markets", ["organization_id", "subscription_model_id"], unique=False
    )
    op.create_foreign_key(
        "markets_subscription_model_id_fkey",
        "markets",
        "subscription_models",
        ["organization_id", "subscription_model_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.add_column("order_subscriptions", sa.Column("automatic", sa.Boolean(), nullable=True))
    op.add_column("order_subscriptions", sa.Column("ends_with_order", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("order_subscriptions", "ends_with_order")
    op.drop_column("order_subscriptions", "automatic")
    op.drop_constraint("markets_subscription_model_id_fkey", "markets", type_="foreignkey")
    op.drop_index("markets_subscription_model_id_idx", table_name="markets")
    op.drop_column("markets", "subscription_model_id")
    op.drop_index("subscription_models_created_at_idx", table_name="subscription_models")
    op.drop_table("subscription_models")
