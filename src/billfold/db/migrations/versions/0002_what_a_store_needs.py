"""What a store needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "adjustments",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("distribute_discount", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("adjustments_pkey")),
    )
    op.create_index("adjustments_created_at_idx", "adjustments", ["organization_id", "created_at", "id"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("attachable_id", sa.Text(), nullable=True),
        sa.Column("attachable_type", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("attachments_pkey")),
    )
    op.create_index("attachments_attachable_id_idx", "attachments", ["organization_id", "attachable_id"], unique=False)
    op.create_index("attachments_created_at_idx", "attachments", ["organization_id", "created_at", "id"], unique=False)
    op.create_table(
        "bundles",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("price_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("compare_at_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("market_id", sa.Text(), nullable=True),
        sa.Column("sku_list_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "market_id"],
            ["markets.organization_id", "markets.id"],
            name="bundles_market_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "sku_list_id"],
            ["sku_lists.organization_id", "sku_lists.id"],
            name="bundles_sku_list_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("bundles_pkey")),
        sa.UniqueConstraint(
            "organization_id", "market_id", "code", name="bundles_code_key", postgresql_nulls_not_distinct=True
        ),
    )
    op.create_index("bundles_created_at_idx", "bundles", ["organization_id", "created_at", "id"], unique=False)
    op.create_index("bundles_market_id_idx", "bundles", ["organization_id", "market_id"], unique=False)
    op.create_index("bundles_sku_list_id_idx", "bundles", ["organization_id", "sku_list_id"], unique=False)
    op.create_table(
        "coupon_recipients",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customers.organization_id", "customers.id"],
            name="coupon_recipients_customer_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("coupon_recipients_pkey")),
    )
    op.create_index(
        "coupon_recipients_created_at_idx", "coupon_recipients", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "coupon_recipients_customer_id_idx", "coupon_recipients", ["organization_id", "customer_id"], unique=False
    )
    op.create_table(
        "coupon_uses",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("coupon_id", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "coupon_id"],
            ["coupons.organization_id", "coupons.id"],
            name="coupon_uses_coupon_id_fkey",
            ondelete="SET NULL (coupon_id)",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customers.organization_id", "customers.id"],
            name="coupon_uses_customer_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "order_id"],
            ["orders.organization_id", "orders.id"],
            name="coupon_uses_order_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("coupon_uses_pkey")),
        sa.UniqueConstraint("organization_id", "coupon_id", "customer_id", name="coupon_uses_customer_key"),
    )
    op.create_index("coupon_uses_coupon_id_idx", "coupon_uses", ["organization_id", "coupon_id"], unique=False)
    op.create_index("coupon_uses_created_at_idx", "coupon_uses", ["organization_id", "created_at", "id"], unique=False)
    op.create_index("coupon_uses_customer_id_idx", "coupon_uses", ["organization_id", "customer_id"], unique=False)
    op.create_index("coupon_uses_order_id_idx", "coupon_uses", ["organization_id", "order_id"], unique=False)
    op.create_table(
        "coupons",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("customer_single_use", sa.Boolean(), nullable=True),
        sa.Column("usage_limit", sa.BigInteger(), nullable=True),
        sa.Column("usage_count", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("promotion_rule_id", sa.Text(), nullable=True),
        sa.Column("coupon_recipient_id", sa.Text(), nullable=True),
        sa.CheckConstraint("usage_count >= 0 AND usage_count <= usage_limit", name="coupons_usage_count_check"),
        sa.ForeignKeyConstraint(
            ["organization_id", "coupon_recipient_id"],
            ["coupon_recipients.organization_id", "coupon_recipients.id"],
            name="coupons_coupon_recipient_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "promotion_rule_id"],
            ["promotion_rules.organization_id", "promotion_rules.id"],
            name="coupons_promotion_rule_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("coupons_pkey")),
        sa.UniqueConstraint("organization_id", "code", "promotion_rule_id", name="coupons_promotion_rule_key"),
    )
    op.create_index(
        "coupons_coupon_recipient_id_idx", "coupons", ["organization_id", "coupon_recipient_id"], unique=False
    )
    op.create_index("coupons_created_at_idx", "coupons", ["organization_id", "created_at", "id"], unique=False)
    op.create_index("coupons_promotion_rule_id_idx", "coupons", ["organization_id", "promotion_rule_id"], unique=False)
    op.create_table(
        "customer_addresses",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("customer_email", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("address_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "address_id"],
            ["addresses.organization_id", "addresses.id"],
            name="customer_addresses_address_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customers.organization_id", "customers.id"],
            name="customer_addresses_customer_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("customer_addresses_pkey")),
    )
    op.create_index(
        "customer_addresses_address_id_idx", "customer_addresses", ["organization_id", "address_id"], unique=False
    )
    op.create_index(
        "customer_addresses_created_at_idx", "customer_addresses", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "customer_addresses_customer_id_idx", "customer_addresses", ["organization_id", "customer_id"], unique=False
    )
    op.create_table(
        "customer_groups",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("customer_groups_pkey")),
        sa.UniqueConstraint("organization_id", "code", name="customer_groups_code_key"),
    )
    op.create_index(
        "customer_groups_created_at_idx", "customer_groups", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_table(
        "customer_password_resets",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("customer_email", sa.Text(), nullable=True),
        sa.Column("reset_password_token", sa.Text(), nullable=True),
        sa.Column("reset_password_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customers.organization_id", "customers.id"],
            name="customer_password_resets_customer_id_fkey",
            ondelete="SET NULL (customer_id)",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("customer_password_resets_pkey")),
    )
    op.create_index(
        "customer_password_resets_created_at_idx",
        "customer_password_resets",
        ["organization_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "customer_password_resets_customer_id_idx",
        "customer_password_resets",
        ["organization_id", "customer_id"],
        unique=False,
    )
    op.create_table(
        "customer_subscriptions",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("customer_email", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customers.organization_id", "customers.id"],
            name="customer_subscriptions_customer_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("customer_subscriptions_pkey")),
    )
    op.create_index(
        "customer_subscriptions_created_at_idx",
        "customer_subscriptions",
        ["organization_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "customer_subscriptions_customer_id_idx",
        "customer_subscriptions",
        ["organization_id", "customer_id"],
        unique=False,
    )
    op.create_table(
        "delivery_lead_times",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("min_hours", sa.BigInteger(), nullable=True),
        sa.Column("max_hours", sa.BigInteger(), nullable=True),
        sa.Column("min_days", sa.BigInteger(), nullable=True),
        sa.Column("max_days", sa.BigInteger(), nullable=True),
        sa.Column("stock_location_id", sa.Text(), nullable=True),
        sa.Column("shipping_method_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "shipping_method_id"],
            ["shipping_methods.organization_id", "shipping_methods.id"],
            name="delivery_lead_times_shipping_method_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_location_id"],
            ["stock_locations.organization_id", "stock_locations.id"],
            name="delivery_lead_times_stock_location_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("delivery_lead_times_pkey")),
    )
    op.create_index(
        "delivery_lead_times_created_at_idx",
        "delivery_lead_times",
        ["organization_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "delivery_lead_times_shipping_method_id_idx",
        "delivery_lead_times",
        ["organization_id", "shipping_method_id"],
        unique=False,
    )
    op.create_index(
        "delivery_lead_times_stock_location_id_idx",
        "delivery_lead_times",
        ["organization_id", "stock_location_id"],
        unique=False,
    )
    op.create_table(
        "gift_card_recipients",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customers.organization_id", "customers.id"],
            name="gift_card_recipients_customer_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("gift_card_recipients_pkey")),
    )
    op.create_index(
        "gift_card_recipients_created_at_idx",
        "gift_card_recipients",
        ["organization_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "gift_card_recipients_customer_id_idx", "gift_card_recipients", ["organization_id", "customer_id"], unique=False
    )
    op.create_table(
        "gift_cards",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("initial_balance_cents", sa.BigInteger(), nullable=True),
        sa.Column("balance_cents", sa.BigInteger(), nullable=True),
        sa.Column("balance_max_cents", sa.BigInteger(), nullable=True),
        sa.Column("balance_log", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("usage_log", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("single_use", sa.Boolean(), nullable=True),
        sa.Column("rechargeable", sa.Boolean(), nullable=True),
        sa.Column("distribute_discount", sa.Boolean(), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("uses_count", sa.BigInteger(), nullable=True),
        sa.Column("uses_limit", sa.BigInteger(), nullable=True),
        sa.Column("sales_count", sa.BigInteger(), nullable=True),
        sa.Column("sales_limit", sa.BigInteger(), nullable=True),
        sa.Column("market_id", sa.Text(), nullable=True),
        sa.Column("gift_card_recipient_id", sa.Text(), nullable=True),
        sa.CheckConstraint("balance_cents >= 0", name="gift_cards_balance_cents_check"),
        sa.CheckConstraint("sales_count >= 0 AND sales_count <= sales_limit", name="gift_cards_sales_count_check"),
        sa.CheckConstraint("uses_count >= 0 AND uses_count <= uses_limit", name="gift_cards_uses_count_check"),
        sa.ForeignKeyConstraint(
            ["organization_id", "gift_card_recipient_id"],
            ["gift_card_recipients.organization_id", "gift_card_recipients.id"],
            name="gift_cards_gift_card_recipient_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "market_id"],
            ["markets.organization_id", "markets.id"],
            name="gift_cards_market_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("gift_cards_pkey")),
        sa.UniqueConstraint("organization_id", "code", name="gift_cards_code_key"),
    )
    op.create_index("gift_cards_created_at_idx", "gift_cards", ["organization_id", "created_at", "id"], unique=False)
    op.create_index(
        "gift_cards_gift_card_recipient_id_idx",
        "gift_cards",
        ["organization_id", "gift_card_recipient_id"],
        unique=False,
    )
    op.create_index("gift_cards_market_id_idx", "gift_cards", ["organization_id", "market_id"], unique=False)
    op.create_table(
        "inventory_models",
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
        sa.Column("stock_locations_cutoff", sa.BigInteger(), nullable=True),
        sa.Column("stock_reservation_cutoff", sa.BigInteger(), nullable=True),
        sa.Column("put_stock_transfers_on_hold", sa.Boolean(), nullable=True),
        sa.Column("manual_stock_decrement", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("inventory_models_pkey")),
    )
    op.create_index(
        "inventory_models_created_at_idx", "inventory_models", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_table(
        "inventory_return_locations",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=True),
        sa.Column("stock_location_id", sa.Text(), nullable=True),
        sa.Column("inventory_model_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "inventory_model_id"],
            ["inventory_models.organization_id", "inventory_models.id"],
            name="inventory_return_locations_inventory_model_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_location_id"],
            ["stock_locations.organization_id", "stock_locations.id"],
            name="inventory_return_locations_stock_location_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("inventory_return_locations_pkey")),
    )
    op.create_index(
        "inventory_return_locations_created_at_idx",
        "inventory_return_locations",
        ["organization_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "inventory_return_locations_inventory_model_id_idx",
        "inventory_return_locations",
        ["organization_id", "inventory_model_id"],
        unique=False,
    )
    op.create_index(
        "inventory_return_locations_stock_location_id_idx",
        "inventory_return_locations",
        ["organization_id", "stock_location_id"],
        unique=False,
    )
    op.create_table(
        "inventory_stock_locations",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=True),
        sa.Column("on_hold", sa.Boolean(), nullable=True),
        sa.Column("stock_location_id", sa.Text(), nullable=True),
        sa.Column("inventory_model_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "inventory_model_id"],
            ["inventory_models.organization_id", "inventory_models.id"],
            name="inventory_stock_locations_inventory_model_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_location_id"],
            ["stock_locations.organization_id", "stock_locations.id"],
            name="inventory_stock_locations_stock_location_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("inventory_stock_locations_pkey")),
    )
    op.create_index(
        "inventory_stock_locations_created_at_idx",
        "inventory_stock_locations",
        ["organization_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "inventory_stock_locations_inventory_model_id_idx",
        "inventory_stock_locations",
        ["organization_id", "inventory_model_id"],
        unique=False,
    )
    op.create_index(
        "inventory_stock_locations_stock_location_id_idx",
        "inventory_stock_locations",
        ["organization_id", "stock_location_id"],
        unique=False,
    )
    op.create_table(
        "line_item_options",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("unit_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("delay_hours", sa.BigInteger(), nullable=True),
        sa.Column("delay_days", sa.BigInteger(), nullable=True),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("line_item_id", sa.Text(), nullable=True),
        sa.Column("sku_option_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "line_item_id"],
            ["line_items.organization_id", "line_items.id"],
            name="line_item_options_line_item_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "sku_option_id"],
            ["sku_options.organization_id", "sku_options.id"],
            name="line_item_options_sku_option_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("line_item_options_pkey")),
    )
    op.create_index(
        "line_item_options_created_at_idx", "line_item_options", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "line_item_options_line_item_id_idx", "line_item_options", ["organization_id", "line_item_id"], unique=False
    )
    op.create_index(
        "line_item_options_sku_option_id_idx", "line_item_options", ["organization_id", "sku_option_id"], unique=False
    )
    op.create_table(
        "links",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("starts_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("item_type", sa.Text(), nullable=True),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("disabled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("links_pkey")),
    )
    op.create_index("links_created_at_idx", "links", ["organization_id", "created_at", "id"], unique=False)
    op.create_index("links_item_id_idx", "links", ["organization_id", "item_id"], unique=False)
    op.create_table(
        "order_subscription_items",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sku_code", sa.Text(), nullable=True),
        sa.Column("bundle_code", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("unit_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("order_subscription_id", sa.Text(), nullable=True),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.Column("item_type", sa.Text(), nullable=True),
        sa.Column("source_line_item_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "order_subscription_id"],
            ["order_subscriptions.organization_id", "order_subscriptions.id"],
            name="order_subscription_items_order_subscription_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "source_line_item_id"],
            ["line_items.organization_id", "line_items.id"],
            name="order_subscription_items_source_line_item_id_fkey",
            ondelete="SET NULL (source_line_item_id)",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("order_subscription_items_pkey")),
    )
    op.create_index(
        "order_subscription_items_created_at_idx",
        "order_subscription_items",
        ["organization_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "order_subscription_items_item_id_idx", "order_subscription_items", ["organization_id", "item_id"], unique=False
    )
    op.create_index(
        "order_subscription_items_order_subscription_id_idx",
        "order_subscription_items",
        ["organization_id", "order_subscription_id"],
        unique=False,
    )
    op.create_index(
        "order_subscription_items_source_line_item_id_idx",
        "order_subscription_items",
        ["organization_id", "source_line_item_id"],
        unique=False,
    )
    op.create_table(
        "order_subscriptions",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("frequency", sa.Text(), nullable=True),
        sa.Column("activate_by_source_order", sa.Boolean(), nullable=True),
        sa.Column("place_target_order", sa.Boolean(), nullable=True),
        sa.Column("renewal_alert_period", sa.BigInteger(), nullable=True),
        sa.Column("customer_email", sa.Text(), nullable=True),
        sa.Column("starts_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("last_run_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("next_run_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("occurrencies", sa.BigInteger(), nullable=True),
        sa.Column("errors_count", sa.BigInteger(), nullable=True),
        sa.Column("succeeded_on_last_run", sa.Boolean(), nullable=True),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("market_id", sa.Text(), nullable=True),
        sa.Column("source_order_id", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("customer_payment_source_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customers.organization_id", "customers.id"],
            name="order_subscriptions_customer_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_payment_source_id"],
            ["customer_payment_sources.organization_id", "customer_payment_sources.id"],
            name="order_subscriptions_customer_payment_source_id_fkey",
            ondelete="SET NULL (customer_payment_source_id)",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "market_id"],
            ["markets.organization_id", "markets.id"],
            name="order_subscriptions_market_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "source_order_id"],
            ["orders.organization_id", "orders.id"],
            name="order_subscriptions_source_order_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("order_subscriptions_pkey")),
    )
    op.create_index(
        "order_subscriptions_created_at_idx",
        "order_subscriptions",
        ["organization_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "order_subscriptions_customer_id_idx", "order_subscriptions", ["organization_id", "customer_id"], unique=False
    )
    op.create_index(
        "order_subscriptions_customer_payment_source_id_idx",
        "order_subscriptions",
        ["organization_id", "customer_payment_source_id"],
        unique=False,
    )
    op.create_index(
        "order_subscriptions_market_id_idx", "order_subscriptions", ["organization_id", "market_id"], unique=False
    )
    op.create_index(
        "order_subscriptions_source_order_id_idx",
        "order_subscriptions",
        ["organization_id", "source_order_id"],
        unique=False,
    )
    op.create_table(
        "packages",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("length", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("width", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("height", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("unit_of_length", sa.Text(), nullable=True),
        sa.Column("stock_location_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_location_id"],
            ["stock_locations.organization_id", "stock_locations.id"],
            name="packages_stock_location_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("packages_pkey")),
    )
    op.create_index("packages_created_at_idx", "packages", ["organization_id", "created_at", "id"], unique=False)
    op.create_index(
        "packages_stock_location_id_idx", "packages", ["organization_id", "stock_location_id"], unique=False
    )
    op.create_table(
        "parcel_line_items",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sku_code", sa.Text(), nullable=True),
        sa.Column("bundle_code", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("parcel_id", sa.Text(), nullable=True),
        sa.Column("stock_line_item_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "parcel_id"],
            ["parcels.organization_id", "parcels.id"],
            name="parcel_line_items_parcel_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_line_item_id"],
            ["stock_line_items.organization_id", "stock_line_items.id"],
            name="parcel_line_items_stock_line_item_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("parcel_line_items_pkey")),
    )
    op.create_index(
        "parcel_line_items_created_at_idx", "parcel_line_items", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "parcel_line_items_parcel_id_idx", "parcel_line_items", ["organization_id", "parcel_id"], unique=False
    )
    op.create_index(
        "parcel_line_items_stock_line_item_id_idx",
        "parcel_line_items",
        ["organization_id", "stock_line_item_id"],
        unique=False,
    )
    op.create_table(
        "parcels",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("weight", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("unit_of_weight", sa.Text(), nullable=True),
        sa.Column("eel_pfc", sa.Text(), nullable=True),
        sa.Column("contents_type", sa.Text(), nullable=True),
        sa.Column("contents_explanation", sa.Text(), nullable=True),
        sa.Column("customs_certify", sa.Boolean(), nullable=True),
        sa.Column("customs_signer", sa.Text(), nullable=True),
        sa.Column("non_delivery_option", sa.Text(), nullable=True),
        sa.Column("restriction_type", sa.Text(), nullable=True),
        sa.Column("restriction_comments", sa.Text(), nullable=True),
        sa.Column("customs_info_required", sa.Boolean(), nullable=True),
        sa.Column("shipping_label_url", sa.Text(), nullable=True),
        sa.Column("shipping_label_file_type", sa.Text(), nullable=True),
        sa.Column("shipping_label_size", sa.Text(), nullable=True),
        sa.Column("shipping_label_resolution", sa.Text(), nullable=True),
        sa.Column("tracking_number", sa.Text(), nullable=True),
        sa.Column("tracking_status", sa.Text(), nullable=True),
        sa.Column("tracking_status_detail", sa.Text(), nullable=True),
        sa.Column("tracking_status_updated_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("tracking_details", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("carrier_weight_oz", sa.Text(), nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=True),
        sa.Column("incoterm", sa.Text(), nullable=True),
        sa.Column("delivery_confirmation", sa.Text(), nullable=True),
        sa.Column("shipment_id", sa.Text(), nullable=True),
        sa.Column("package_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "package_id"],
            ["packages.organization_id", "packages.id"],
            name="parcels_package_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "shipment_id"],
            ["shipments.organization_id", "shipments.id"],
            name="parcels_shipment_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("parcels_pkey")),
    )
    op.create_index("parcels_created_at_idx", "parcels", ["organization_id", "created_at", "id"], unique=False)
    op.create_index("parcels_package_id_idx", "parcels", ["organization_id", "package_id"], unique=False)
    op.create_index("parcels_shipment_id_idx", "parcels", ["organization_id", "shipment_id"], unique=False)
    op.create_table(
        "payment_options",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("payment_source_type", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "order_id"],
            ["orders.organization_id", "orders.id"],
            name="payment_options_order_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("payment_options_pkey")),
    )
    op.create_index(
        "payment_options_created_at_idx", "payment_options", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index("payment_options_order_id_idx", "payment_options", ["organization_id", "order_id"], unique=False)
    op.create_table(
        "price_tiers",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("up_to", sa.BigInteger(), nullable=True),
        sa.Column("price_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("price_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "price_id"],
            ["prices.organization_id", "prices.id"],
            name="price_tiers_price_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("price_tiers_pkey")),
    )
    op.create_index("price_tiers_created_at_idx", "price_tiers", ["organization_id", "created_at", "id"], unique=False)
    op.create_index("price_tiers_price_id_idx", "price_tiers", ["organization_id", "price_id"], unique=False)
    op.create_table(
        "promotion_rules",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("promotion_id", sa.Text(), nullable=True),
        sa.Column("sku_list_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "promotion_id"],
            ["promotions.organization_id", "promotions.id"],
            name="promotion_rules_promotion_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "sku_list_id"],
            ["sku_lists.organization_id", "sku_lists.id"],
            name="promotion_rules_sku_list_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("promotion_rules_pkey")),
        sa.UniqueConstraint("organization_id", "promotion_id", "type", name="promotion_rules_type_key"),
    )
    op.create_index(
        "promotion_rules_created_at_idx", "promotion_rules", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "promotion_rules_promotion_id_idx", "promotion_rules", ["organization_id", "promotion_id"], unique=False
    )
    op.create_index(
        "promotion_rules_sku_list_id_idx", "promotion_rules", ["organization_id", "sku_list_id"], unique=False
    )
    op.create_table(
        "promotions",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("exclusive", sa.Boolean(), nullable=True),
        sa.Column("priority", sa.BigInteger(), nullable=True),
        sa.Column("starts_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("total_usage_limit", sa.BigInteger(), nullable=True),
        sa.Column("total_usage_count", sa.BigInteger(), nullable=True),
        sa.Column("coupons_count", sa.BigInteger(), nullable=True),
        sa.Column("disabled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("market_id", sa.Text(), nullable=True),
        sa.Column("sku_list_id", sa.Text(), nullable=True),
        sa.CheckConstraint("coupons_count >= 0", name="promotions_coupons_count_check"),
        sa.CheckConstraint(
            "total_usage_count >= 0 AND total_usage_count <= total_usage_limit",
            name="promotions_total_usage_count_check",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "market_id"],
            ["markets.organization_id", "markets.id"],
            name="promotions_market_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "sku_list_id"],
            ["sku_lists.organization_id", "sku_lists.id"],
            name="promotions_sku_list_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("promotions_pkey")),
    )
    op.create_index("promotions_created_at_idx", "promotions", ["organization_id", "created_at", "id"], unique=False)
    op.create_index("promotions_market_id_idx", "promotions", ["organization_id", "market_id"], unique=False)
    op.create_index("promotions_sku_list_id_idx", "promotions", ["organization_id", "sku_list_id"], unique=False)
    op.create_table(
        "reserved_stocks",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("stock_item_id", sa.Text(), nullable=True),
        sa.Column("sku_id", sa.Text(), nullable=True),
        sa.CheckConstraint("quantity >= 0", name="reserved_stocks_quantity_check"),
        sa.ForeignKeyConstraint(
            ["organization_id", "sku_id"],
            ["skus.organization_id", "skus.id"],
            name="reserved_stocks_sku_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_item_id"],
            ["stock_items.organization_id", "stock_items.id"],
            name="reserved_stocks_stock_item_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("reserved_stocks_pkey")),
    )
    op.create_index(
        "reserved_stocks_created_at_idx", "reserved_stocks", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index("reserved_stocks_sku_id_idx", "reserved_stocks", ["organization_id", "sku_id"], unique=False)
    op.create_index(
        "reserved_stocks_stock_item_id_idx", "reserved_stocks", ["organization_id", "stock_item_id"], unique=False
    )
    op.create_table(
        "resource_errors",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("resource_id", sa.Text(), nullable=True),
        sa.Column("resource_type", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("resource_errors_pkey")),
    )
    op.create_index(
        "resource_errors_created_at_idx", "resource_errors", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "resource_errors_resource_id_idx", "resource_errors", ["organization_id", "resource_id"], unique=False
    )
    op.create_table(
        "shipments",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("cost_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("skus_count", sa.BigInteger(), nullable=True),
        sa.Column("selected_rate_id", sa.Text(), nullable=True),
        sa.Column("rates", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("purchase_error_code", sa.Text(), nullable=True),
        sa.Column("purchase_error_message", sa.Text(), nullable=True),
        sa.Column("get_rates_errors", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("get_rates_started_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("get_rates_completed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("purchase_started_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("purchase_completed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("purchase_failed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("on_hold_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("picking_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("packing_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ready_to_ship_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("shipped_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("delivered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("weight_grams", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("order_subtotal_cents", sa.BigInteger(), nullable=True),
        sa.Column("order_discounted_cents", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("shipping_category_id", sa.Text(), nullable=True),
        sa.Column("inventory_stock_location_id", sa.Text(), nullable=True),
        sa.Column("stock_location_id", sa.Text(), nullable=True),
        sa.Column("origin_address_id", sa.Text(), nullable=True),
        sa.Column("shipping_address_id", sa.Text(), nullable=True),
        sa.Column("shipping_method_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "inventory_stock_location_id"],
            ["inventory_stock_locations.organization_id", "inventory_stock_locations.id"],
            name="shipments_inventory_stock_location_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "order_id"],
            ["orders.organization_id", "orders.id"],
            name="shipments_order_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "origin_address_id"],
            ["addresses.organization_id", "addresses.id"],
            name="shipments_origin_address_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "shipping_address_id"],
            ["addresses.organization_id", "addresses.id"],
            name="shipments_shipping_address_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "shipping_category_id"],
            ["shipping_categories.organization_id", "shipping_categories.id"],
            name="shipments_shipping_category_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "shipping_method_id"],
            ["shipping_methods.organization_id", "shipping_methods.id"],
            name="shipments_shipping_method_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_location_id"],
            ["stock_locations.organization_id", "stock_locations.id"],
            name="shipments_stock_location_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("shipments_pkey")),
    )
    op.create_index("shipments_created_at_idx", "shipments", ["organization_id", "created_at", "id"], unique=False)
    op.create_index(
        "shipments_inventory_stock_location_id_idx",
        "shipments",
        ["organization_id", "inventory_stock_location_id"],
        unique=False,
    )
    op.create_index("shipments_order_id_idx", "shipments", ["organization_id", "order_id"], unique=False)
    op.create_index(
        "shipments_origin_address_id_idx", "shipments", ["organization_id", "origin_address_id"], unique=False
    )
    op.create_index(
        "shipments_shipping_address_id_idx", "shipments", ["organization_id", "shipping_address_id"], unique=False
    )
    op.create_index(
        "shipments_shipping_category_id_idx", "shipments", ["organization_id", "shipping_category_id"], unique=False
    )
    op.create_index(
        "shipments_shipping_method_id_idx", "shipments", ["organization_id", "shipping_method_id"], unique=False
    )
    op.create_index(
        "shipments_stock_location_id_idx", "shipments", ["organization_id", "stock_location_id"], unique=False
    )
    op.create_table(
        "shipping_categories",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("shipping_categories_pkey")),
        sa.UniqueConstraint("organization_id", "code", name="shipping_categories_code_key"),
    )
    op.create_index(
        "shipping_categories_created_at_idx",
        "shipping_categories",
        ["organization_id", "created_at", "id"],
        unique=False,
    )
    op.create_table(
        "shipping_method_tiers",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("up_to", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("price_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("shipping_method_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "shipping_method_id"],
            ["shipping_methods.organization_id", "shipping_methods.id"],
            name="shipping_method_tiers_shipping_method_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("shipping_method_tiers_pkey")),
    )
    op.create_index(
        "shipping_method_tiers_created_at_idx",
        "shipping_method_tiers",
        ["organization_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "shipping_method_tiers_shipping_method_id_idx",
        "shipping_method_tiers",
        ["organization_id", "shipping_method_id"],
        unique=False,
    )
    op.create_table(
        "shipping_methods",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("external_prices_url", sa.Text(), nullable=True),
        sa.Column("price_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("free_over_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("use_subtotal", sa.Boolean(), nullable=True),
        sa.Column("min_weight", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("max_weight", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("unit_of_weight", sa.Text(), nullable=True),
        sa.Column("tax_code", sa.Text(), nullable=True),
        sa.Column("disabled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("circuit_state", sa.Text(), nullable=True),
        sa.Column("circuit_failure_count", sa.BigInteger(), nullable=True),
        sa.Column("shared_secret", sa.Text(), nullable=True),
        sa.Column("external_includes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("market_id", sa.Text(), nullable=True),
        sa.Column("shipping_zone_id", sa.Text(), nullable=True),
        sa.Column("shipping_category_id", sa.Text(), nullable=True),
        sa.Column("stock_location_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "market_id"],
            ["markets.organization_id", "markets.id"],
            name="shipping_methods_market_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "shipping_category_id"],
            ["shipping_categories.organization_id", "shipping_categories.id"],
            name="shipping_methods_shipping_category_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "shipping_zone_id"],
            ["shipping_zones.organization_id", "shipping_zones.id"],
            name="shipping_methods_shipping_zone_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_location_id"],
            ["stock_locations.organization_id", "stock_locations.id"],
            name="shipping_methods_stock_location_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("shipping_methods_pkey")),
    )
    op.create_index(
        "shipping_methods_created_at_idx", "shipping_methods", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "shipping_methods_market_id_idx", "shipping_methods", ["organization_id", "market_id"], unique=False
    )
    op.create_index(
        "shipping_methods_shipping_category_id_idx",
        "shipping_methods",
        ["organization_id", "shipping_category_id"],
        unique=False,
    )
    op.create_index(
        "shipping_methods_shipping_zone_id_idx",
        "shipping_methods",
        ["organization_id", "shipping_zone_id"],
        unique=False,
    )
    op.create_index(
        "shipping_methods_stock_location_id_idx",
        "shipping_methods",
        ["organization_id", "stock_location_id"],
        unique=False,
    )
    op.create_table(
        "shipping_zones",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("country_code_regex", sa.Text(), nullable=True),
        sa.Column("not_country_code_regex", sa.Text(), nullable=True),
        sa.Column("state_code_regex", sa.Text(), nullable=True),
        sa.Column("not_state_code_regex", sa.Text(), nullable=True),
        sa.Column("zip_code_regex", sa.Text(), nullable=True),
        sa.Column("not_zip_code_regex", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("shipping_zones_pkey")),
    )
    op.create_index(
        "shipping_zones_created_at_idx", "shipping_zones", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_table(
        "sku_list_items",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("sku_code", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("sku_list_id", sa.Text(), nullable=True),
        sa.Column("sku_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "sku_id"],
            ["skus.organization_id", "skus.id"],
            name="sku_list_items_sku_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "sku_list_id"],
            ["sku_lists.organization_id", "sku_lists.id"],
            name="sku_list_items_sku_list_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("sku_list_items_pkey")),
    )
    op.create_index(
        "sku_list_items_created_at_idx", "sku_list_items", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index("sku_list_items_sku_id_idx", "sku_list_items", ["organization_id", "sku_id"], unique=False)
    op.create_index(
        "sku_list_items_sku_list_id_idx", "sku_list_items", ["organization_id", "sku_list_id"], unique=False
    )
    op.create_table(
        "sku_lists",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("manual", sa.Boolean(), nullable=True),
        sa.Column("sku_code_regex", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customers.organization_id", "customers.id"],
            name="sku_lists_customer_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("sku_lists_pkey")),
    )
    op.create_index("sku_lists_created_at_idx", "sku_lists", ["organization_id", "created_at", "id"], unique=False)
    op.create_index("sku_lists_customer_id_idx", "sku_lists", ["organization_id", "customer_id"], unique=False)
    op.create_table(
        "sku_options",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("price_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("delay_hours", sa.BigInteger(), nullable=True),
        sa.Column("delay_days", sa.BigInteger(), nullable=True),
        sa.Column("sku_code_regex", sa.Text(), nullable=True),
        sa.Column("market_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "market_id"],
            ["markets.organization_id", "markets.id"],
            name="sku_options_market_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("sku_options_pkey")),
    )
    op.create_index("sku_options_created_at_idx", "sku_options", ["organization_id", "created_at", "id"], unique=False)
    op.create_index("sku_options_market_id_idx", "sku_options", ["organization_id", "market_id"], unique=False)
    op.create_table(
        "stock_items",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sku_code", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("stock_location_id", sa.Text(), nullable=True),
        sa.Column("sku_id", sa.Text(), nullable=True),
        sa.Column("reserved_stock_id", sa.Text(), nullable=True),
        sa.CheckConstraint("quantity >= 0", name="stock_items_quantity_check"),
        sa.ForeignKeyConstraint(
            ["organization_id", "reserved_stock_id"],
            ["reserved_stocks.organization_id", "reserved_stocks.id"],
            name="stock_items_reserved_stock_id_fkey",
            ondelete="SET NULL (reserved_stock_id)",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "sku_id"],
            ["skus.organization_id", "skus.id"],
            name="stock_items_sku_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_location_id"],
            ["stock_locations.organization_id", "stock_locations.id"],
            name="stock_items_stock_location_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("stock_items_pkey")),
        sa.UniqueConstraint("organization_id", "stock_location_id", "sku_id", name="stock_items_sku_key"),
    )
    op.create_index("stock_items_created_at_idx", "stock_items", ["organization_id", "created_at", "id"], unique=False)
    op.create_index(
        "stock_items_reserved_stock_id_idx", "stock_items", ["organization_id", "reserved_stock_id"], unique=False
    )
    op.create_index("stock_items_sku_id_idx", "stock_items", ["organization_id", "sku_id"], unique=False)
    op.create_index(
        "stock_items_stock_location_id_idx", "stock_items", ["organization_id", "stock_location_id"], unique=False
    )
    op.create_table(
        "stock_line_items",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sku_code", sa.Text(), nullable=True),
        sa.Column("bundle_code", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("decremented_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("shipment_id", sa.Text(), nullable=True),
        sa.Column("line_item_id", sa.Text(), nullable=True),
        sa.Column("stock_item_id", sa.Text(), nullable=True),
        sa.Column("sku_id", sa.Text(), nullable=True),
        sa.Column("stock_reservation_id", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "line_item_id"],
            ["line_items.organization_id", "line_items.id"],
            name="stock_line_items_line_item_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "order_id"],
            ["orders.organization_id", "orders.id"],
            name="stock_line_items_order_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "shipment_id"],
            ["shipments.organization_id", "shipments.id"],
            name="stock_line_items_shipment_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "sku_id"],
            ["skus.organization_id", "skus.id"],
            name="stock_line_items_sku_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_item_id"],
            ["stock_items.organization_id", "stock_items.id"],
            name="stock_line_items_stock_item_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_reservation_id"],
            ["stock_reservations.organization_id", "stock_reservations.id"],
            name="stock_line_items_stock_reservation_id_fkey",
            ondelete="SET NULL (stock_reservation_id)",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("stock_line_items_pkey")),
    )
    op.create_index(
        "stock_line_items_created_at_idx", "stock_line_items", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "stock_line_items_line_item_id_idx", "stock_line_items", ["organization_id", "line_item_id"], unique=False
    )
    op.create_index("stock_line_items_order_id_idx", "stock_line_items", ["organization_id", "order_id"], unique=False)
    op.create_index(
        "stock_line_items_shipment_id_idx", "stock_line_items", ["organization_id", "shipment_id"], unique=False
    )
    op.create_index("stock_line_items_sku_id_idx", "stock_line_items", ["organization_id", "sku_id"], unique=False)
    op.create_index(
        "stock_line_items_stock_item_id_idx", "stock_line_items", ["organization_id", "stock_item_id"], unique=False
    )
    op.create_index(
        "stock_line_items_stock_reservation_id_idx",
        "stock_line_items",
        ["organization_id", "stock_reservation_id"],
        unique=False,
    )
    op.create_table(
        "stock_locations",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("label_format", sa.Text(), nullable=True),
        sa.Column("suppress_etd", sa.Boolean(), nullable=True),
        sa.Column("address_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "address_id"],
            ["addresses.organization_id", "addresses.id"],
            name="stock_locations_address_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("stock_locations_pkey")),
        sa.UniqueConstraint("organization_id", "code", name="stock_locations_code_key"),
    )
    op.create_index(
        "stock_locations_address_id_idx", "stock_locations", ["organization_id", "address_id"], unique=False
    )
    op.create_index(
        "stock_locations_created_at_idx", "stock_locations", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_table(
        "stock_reservations",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("line_item_id", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("stock_line_item_id", sa.Text(), nullable=True),
        sa.Column("stock_transfer_id", sa.Text(), nullable=True),
        sa.Column("stock_item_id", sa.Text(), nullable=True),
        sa.Column("reserved_stock_id", sa.Text(), nullable=True),
        sa.Column("sku_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "line_item_id"],
            ["line_items.organization_id", "line_items.id"],
            name="stock_reservations_line_item_id_fkey",
            ondelete="SET NULL (line_item_id)",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "order_id"],
            ["orders.organization_id", "orders.id"],
            name="stock_reservations_order_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "reserved_stock_id"],
            ["reserved_stocks.organization_id", "reserved_stocks.id"],
            name="stock_reservations_reserved_stock_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "sku_id"],
            ["skus.organization_id", "skus.id"],
            name="stock_reservations_sku_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_item_id"],
            ["stock_items.organization_id", "stock_items.id"],
            name="stock_reservations_stock_item_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_line_item_id"],
            ["stock_line_items.organization_id", "stock_line_items.id"],
            name="stock_reservations_stock_line_item_id_fkey",
            ondelete="SET NULL (stock_line_item_id)",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_transfer_id"],
            ["stock_transfers.organization_id", "stock_transfers.id"],
            name="stock_reservations_stock_transfer_id_fkey",
            ondelete="SET NULL (stock_transfer_id)",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("stock_reservations_pkey")),
    )
    op.create_index(
        "stock_reservations_created_at_idx", "stock_reservations", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "stock_reservations_line_item_id_idx", "stock_reservations", ["organization_id", "line_item_id"], unique=False
    )
    op.create_index(
        "stock_reservations_order_id_idx", "stock_reservations", ["organization_id", "order_id"], unique=False
    )
    op.create_index(
        "stock_reservations_reserved_stock_id_idx",
        "stock_reservations",
        ["organization_id", "reserved_stock_id"],
        unique=False,
    )
    op.create_index("stock_reservations_sku_id_idx", "stock_reservations", ["organization_id", "sku_id"], unique=False)
    op.create_index(
        "stock_reservations_stock_item_id_idx", "stock_reservations", ["organization_id", "stock_item_id"], unique=False
    )
    op.create_index(
        "stock_reservations_stock_line_item_id_idx",
        "stock_reservations",
        ["organization_id", "stock_line_item_id"],
        unique=False,
    )
    op.create_index(
        "stock_reservations_stock_transfer_id_idx",
        "stock_reservations",
        ["organization_id", "stock_transfer_id"],
        unique=False,
    )
    op.create_table(
        "stock_transfers",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("sku_code", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("on_hold_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("picking_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("in_transit_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("completed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("cancelled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("sku_id", sa.Text(), nullable=True),
        sa.Column("origin_stock_location_id", sa.Text(), nullable=True),
        sa.Column("destination_stock_location_id", sa.Text(), nullable=True),
        sa.Column("shipment_id", sa.Text(), nullable=True),
        sa.Column("line_item_id", sa.Text(), nullable=True),
        sa.Column("stock_reservation_id", sa.Text(), nullable=True),
        sa.Column("decremented_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("origin_stock_item_id", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "destination_stock_location_id"],
            ["stock_locations.organization_id", "stock_locations.id"],
            name="stock_transfers_destination_stock_location_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "line_item_id"],
            ["line_items.organization_id", "line_items.id"],
            name="stock_transfers_line_item_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "order_id"],
            ["orders.organization_id", "orders.id"],
            name="stock_transfers_order_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "origin_stock_item_id"],
            ["stock_items.organization_id", "stock_items.id"],
            name="stock_transfers_origin_stock_item_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "origin_stock_location_id"],
            ["stock_locations.organization_id", "stock_locations.id"],
            name="stock_transfers_origin_stock_location_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "shipment_id"],
            ["shipments.organization_id", "shipments.id"],
            name="stock_transfers_shipment_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "sku_id"],
            ["skus.organization_id", "skus.id"],
            name="stock_transfers_sku_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "stock_reservation_id"],
            ["stock_reservations.organization_id", "stock_reservations.id"],
            name="stock_transfers_stock_reservation_id_fkey",
            ondelete="SET NULL (stock_reservation_id)",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("stock_transfers_pkey")),
    )
    op.create_index(
        "stock_transfers_created_at_idx", "stock_transfers", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "stock_transfers_destination_stock_location_id_idx",
        "stock_transfers",
        ["organization_id", "destination_stock_location_id"],
        unique=False,
    )
    op.create_index(
        "stock_transfers_line_item_id_idx", "stock_transfers", ["organization_id", "line_item_id"], unique=False
    )
    op.create_index("stock_transfers_order_id_idx", "stock_transfers", ["organization_id", "order_id"], unique=False)
    op.create_index(
        "stock_transfers_origin_stock_item_id_idx",
        "stock_transfers",
        ["organization_id", "origin_stock_item_id"],
        unique=False,
    )
    op.create_index(
        "stock_transfers_origin_stock_location_id_idx",
        "stock_transfers",
        ["organization_id", "origin_stock_location_id"],
        unique=False,
    )
    op.create_index(
        "stock_transfers_shipment_id_idx", "stock_transfers", ["organization_id", "shipment_id"], unique=False
    )
    op.create_index("stock_transfers_sku_id_idx", "stock_transfers", ["organization_id", "sku_id"], unique=False)
    op.create_index(
        "stock_transfers_stock_reservation_id_idx",
        "stock_transfers",
        ["organization_id", "stock_reservation_id"],
        unique=False,
    )
    op.create_table(
        "tags",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("tags_pkey")),
        sa.UniqueConstraint("organization_id", "name", name="tags_name_key"),
    )
    op.create_index("tags_created_at_idx", "tags", ["organization_id", "created_at", "id"], unique=False)
    op.create_table(
        "tax_calculators",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("tax_calculators_pkey")),
    )
    op.create_index(
        "tax_calculators_created_at_idx", "tax_calculators", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_table(
        "tax_rules",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("tax_rate", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("freight_taxable", sa.Boolean(), nullable=True),
        sa.Column("payment_method_taxable", sa.Boolean(), nullable=True),
        sa.Column("gift_card_taxable", sa.Boolean(), nullable=True),
        sa.Column("adjustment_taxable", sa.Boolean(), nullable=True),
        sa.Column("country_code_regex", sa.Text(), nullable=True),
        sa.Column("not_country_code_regex", sa.Text(), nullable=True),
        sa.Column("state_code_regex", sa.Text(), nullable=True),
        sa.Column("not_state_code_regex", sa.Text(), nullable=True),
        sa.Column("zip_code_regex", sa.Text(), nullable=True),
        sa.Column("not_zip_code_regex", sa.Text(), nullable=True),
        sa.Column("manual_tax_calculator_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "manual_tax_calculator_id"],
            ["tax_calculators.organization_id", "tax_calculators.id"],
            name="tax_rules_manual_tax_calculator_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("tax_rules_pkey")),
    )
    op.create_index("tax_rules_created_at_idx", "tax_rules", ["organization_id", "created_at", "id"], unique=False)
    op.create_index(
        "tax_rules_manual_tax_calculator_id_idx",
        "tax_rules",
        ["organization_id", "manual_tax_calculator_id"],
        unique=False,
    )
    op.create_table(
        "taggings",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("tag_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "tag_id"],
            ["tags.organization_id", "tags.id"],
            name="taggings_tag_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "record_type", "record_id", "tag_id", name=op.f("taggings_pkey")),
        comment="Which record bears which tag; record_type is the table that keeps the record.",
    )
    op.create_index("taggings_tag_id_idx", "taggings", ["organization_id", "tag_id"], unique=False)
    op.add_column("customers", sa.Column("customer_group_id", sa.Text(), nullable=True))
    op.create_index(
        "customers_customer_group_id_idx", "customers", ["organization_id", "customer_group_id"], unique=False
    )
    op.create_foreign_key(
        "customers_customer_group_id_fkey",
        "customers",
        "customer_groups",
        ["organization_id", "customer_group_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.add_column("line_items", sa.Column("priced_by_hand", sa.Boolean(), nullable=True))
    op.add_column("line_items", sa.Column("pieces", sa.BigInteger(), nullable=True))
    op.add_column("markets", sa.Column("inventory_model_id", sa.Text(), nullable=True))
    op.add_column("markets", sa.Column("tax_calculator_id", sa.Text(), nullable=True))
    op.add_column("markets", sa.Column("customer_group_id", sa.Text(), nullable=True))
    op.add_column("markets", sa.Column("default_shipping_method_id", sa.Text(), nullable=True))
    op.create_index("markets_customer_group_id_idx", "markets", ["organization_id", "customer_group_id"], unique=False)
    op.create_index(
        "markets_default_shipping_method_id_idx",
        "markets",
        ["organization_id", "default_shipping_method_id"],
        unique=False,
    )
    op.create_index(
        "markets_inventory_model_id_idx", "markets", ["organization_id", "inventory_model_id"], unique=False
    )
    op.create_index("markets_tax_calculator_id_idx", "markets", ["organization_id", "tax_calculator_id"], unique=False)
    op.create_foreign_key(
        "markets_tax_calculator_id_fkey",
        "markets",
        "tax_calculators",
        ["organization_id", "tax_calculator_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "markets_inventory_model_id_fkey",
        "markets",
        "inventory_models",
        ["organization_id", "inventory_model_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "markets_customer_group_id_fkey",
        "markets",
        "customer_groups",
        ["organization_id", "customer_group_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "markets_default_shipping_method_id_fkey",
        "markets",
        "shipping_methods",
        ["organization_id", "default_shipping_method_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.add_column("orders", sa.Column("free_gift_list_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("orders", sa.Column("taxable_by_rule", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("orders", sa.Column("taken_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("gift_card_id", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("coupon_id", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("order_subscription_id", sa.Text(), nullable=True))
    op.create_index("orders_coupon_id_idx", "orders", ["organization_id", "coupon_id"], unique=False)
    op.create_index("orders_gift_card_id_idx", "orders", ["organization_id", "gift_card_id"], unique=False)
    op.create_index(
        "orders_order_subscription_id_idx", "orders", ["organization_id", "order_subscription_id"], unique=False
    )
    op.create_foreign_key(
        "orders_order_subscription_id_fkey",
        "orders",
        "order_subscriptions",
        ["organization_id", "order_subscription_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "orders_coupon_id_fkey",
        "orders",
        "coupons",
        ["organization_id", "coupon_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (coupon_id)",
        use_alter=True,
    )
    op.create_foreign_key(
        "orders_gift_card_id_fkey",
        "orders",
        "gift_cards",
        ["organization_id", "gift_card_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (gift_card_id)",
        use_alter=True,
    )
    op.add_column("skus", sa.Column("shipping_category_id", sa.Text(), nullable=True))
    op.create_index("skus_shipping_category_id_idx", "skus", ["organization_id", "shipping_category_id"], unique=False)
    op.create_foreign_key(
        "skus_shipping_category_id_fkey",
        "skus",
        "shipping_categories",
        ["organization_id", "shipping_category_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "bundles_sku_list_id_fkey",
        "bundles",
        "sku_lists",
        ["organization_id", "sku_list_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "bundles_market_id_fkey",
        "bundles",
        "markets",
        ["organization_id", "market_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "coupon_recipients_customer_id_fkey",
        "coupon_recipients",
        "customers",
        ["organization_id", "customer_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "coupon_uses_customer_id_fkey",
        "coupon_uses",
        "customers",
        ["organization_id", "customer_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "coupon_uses_coupon_id_fkey",
        "coupon_uses",
        "coupons",
        ["organization_id", "coupon_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (coupon_id)",
        use_alter=True,
    )
    op.create_foreign_key(
        "coupon_uses_order_id_fkey",
        "coupon_uses",
        "orders",
        ["organization_id", "order_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "coupons_coupon_recipient_id_fkey",
        "coupons",
        "coupon_recipients",
        ["organization_id", "coupon_recipient_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "coupons_promotion_rule_id_fkey",
        "coupons",
        "promotion_rules",
        ["organization_id", "promotion_rule_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "customer_addresses_address_id_fkey",
        "customer_addresses",
        "addresses",
        ["organization_id", "address_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "customer_addresses_customer_id_fkey",
        "customer_addresses",
        "customers",
        ["organization_id", "customer_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "customer_password_resets_customer_id_fkey",
        "customer_password_resets",
        "customers",
        ["organization_id", "customer_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (customer_id)",
        use_alter=True,
    )
    op.create_foreign_key(
        "customer_subscriptions_customer_id_fkey",
        "customer_subscriptions",
        "customers",
        ["organization_id", "customer_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "delivery_lead_times_stock_location_id_fkey",
        "delivery_lead_times",
        "stock_locations",
        ["organization_id", "stock_location_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "delivery_lead_times_shipping_method_id_fkey",
        "delivery_lead_times",
        "shipping_methods",
        ["organization_id", "shipping_method_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "gift_card_recipients_customer_id_fkey",
        "gift_card_recipients",
        "customers",
        ["organization_id", "customer_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "gift_cards_gift_card_recipient_id_fkey",
        "gift_cards",
        "gift_card_recipients",
        ["organization_id", "gift_card_recipient_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "gift_cards_market_id_fkey",
        "gift_cards",
        "markets",
        ["organization_id", "market_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "inventory_return_locations_stock_location_id_fkey",
        "inventory_return_locations",
        "stock_locations",
        ["organization_id", "stock_location_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "inventory_return_locations_inventory_model_id_fkey",
        "inventory_return_locations",
        "inventory_models",
        ["organization_id", "inventory_model_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "inventory_stock_locations_inventory_model_id_fkey",
        "inventory_stock_locations",
        "inventory_models",
        ["organization_id", "inventory_model_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "inventory_stock_locations_stock_location_id_fkey",
        "inventory_stock_locations",
        "stock_locations",
        ["organization_id", "stock_location_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "line_item_options_sku_option_id_fkey",
        "line_item_options",
        "sku_options",
        ["organization_id", "sku_option_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "line_item_options_line_item_id_fkey",
        "line_item_options",
        "line_items",
        ["organization_id", "line_item_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "order_subscription_items_source_line_item_id_fkey",
        "order_subscription_items",
        "line_items",
        ["organization_id", "source_line_item_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (source_line_item_id)",
        use_alter=True,
    )
    op.create_foreign_key(
        "order_subscription_items_order_subscription_id_fkey",
        "order_subscription_items",
        "order_subscriptions",
        ["organization_id", "order_subscription_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "order_subscriptions_source_order_id_fkey",
        "order_subscriptions",
        "orders",
        ["organization_id", "source_order_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "order_subscriptions_customer_payment_source_id_fkey",
        "order_subscriptions",
        "customer_payment_sources",
        ["organization_id", "customer_payment_source_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (customer_payment_source_id)",
        use_alter=True,
    )
    op.create_foreign_key(
        "order_subscriptions_market_id_fkey",
        "order_subscriptions",
        "markets",
        ["organization_id", "market_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "order_subscriptions_customer_id_fkey",
        "order_subscriptions",
        "customers",
        ["organization_id", "customer_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "packages_stock_location_id_fkey",
        "packages",
        "stock_locations",
        ["organization_id", "stock_location_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "parcel_line_items_parcel_id_fkey",
        "parcel_line_items",
        "parcels",
        ["organization_id", "parcel_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "parcel_line_items_stock_line_item_id_fkey",
        "parcel_line_items",
        "stock_line_items",
        ["organization_id", "stock_line_item_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "parcels_package_id_fkey",
        "parcels",
        "packages",
        ["organization_id", "package_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "parcels_shipment_id_fkey",
        "parcels",
        "shipments",
        ["organization_id", "shipment_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "payment_options_order_id_fkey",
        "payment_options",
        "orders",
        ["organization_id", "order_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "price_tiers_price_id_fkey",
        "price_tiers",
        "prices",
        ["organization_id", "price_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "promotion_rules_sku_list_id_fkey",
        "promotion_rules",
        "sku_lists",
        ["organization_id", "sku_list_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "promotion_rules_promotion_id_fkey",
        "promotion_rules",
        "promotions",
        ["organization_id", "promotion_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "promotions_sku_list_id_fkey",
        "promotions",
        "sku_lists",
        ["organization_id", "sku_list_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "promotions_market_id_fkey",
        "promotions",
        "markets",
        ["organization_id", "market_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "reserved_stocks_sku_id_fkey",
        "reserved_stocks",
        "skus",
        ["organization_id", "sku_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "reserved_stocks_stock_item_id_fkey",
        "reserved_stocks",
        "stock_items",
        ["organization_id", "stock_item_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "shipments_inventory_stock_location_id_fkey",
        "shipments",
        "inventory_stock_locations",
        ["organization_id", "inventory_stock_location_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "shipments_shipping_address_id_fkey",
        "shipments",
        "addresses",
        ["organization_id", "shipping_address_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "shipments_order_id_fkey",
        "shipments",
        "orders",
        ["organization_id", "order_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "shipments_shipping_method_id_fkey",
        "shipments",
        "shipping_methods",
        ["organization_id", "shipping_method_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "shipments_shipping_category_id_fkey",
        "shipments",
        "shipping_categories",
        ["organization_id", "shipping_category_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "shipments_origin_address_id_fkey",
        "shipments",
        "addresses",
        ["organization_id", "origin_address_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "shipments_stock_location_id_fkey",
        "shipments",
        "stock_locations",
        ["organization_id", "stock_location_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "shipping_method_tiers_shipping_method_id_fkey",
        "shipping_method_tiers",
        "shipping_methods",
        ["organization_id", "shipping_method_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "shipping_methods_shipping_category_id_fkey",
        "shipping_methods",
        "shipping_categories",
        ["organization_id", "shipping_category_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "shipping_methods_stock_location_id_fkey",
        "shipping_methods",
        "stock_locations",
        ["organization_id", "stock_location_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "shipping_methods_shipping_zone_id_fkey",
        "shipping_methods",
        "shipping_zones",
        ["organization_id", "shipping_zone_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "shipping_methods_market_id_fkey",
        "shipping_methods",
        "markets",
        ["organization_id", "market_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "sku_list_items_sku_id_fkey",
        "sku_list_items",
        "skus",
        ["organization_id", "sku_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "sku_list_items_sku_list_id_fkey",
        "sku_list_items",
        "sku_lists",
        ["organization_id", "sku_list_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "sku_lists_customer_id_fkey",
        "sku_lists",
        "customers",
        ["organization_id", "customer_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "sku_options_market_id_fkey",
        "sku_options",
        "markets",
        ["organization_id", "market_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_items_stock_location_id_fkey",
        "stock_items",
        "stock_locations",
        ["organization_id", "stock_location_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_items_sku_id_fkey",
        "stock_items",
        "skus",
        ["organization_id", "sku_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_items_reserved_stock_id_fkey",
        "stock_items",
        "reserved_stocks",
        ["organization_id", "reserved_stock_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (reserved_stock_id)",
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_line_items_order_id_fkey",
        "stock_line_items",
        "orders",
        ["organization_id", "order_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_line_items_line_item_id_fkey",
        "stock_line_items",
        "line_items",
        ["organization_id", "line_item_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_line_items_stock_reservation_id_fkey",
        "stock_line_items",
        "stock_reservations",
        ["organization_id", "stock_reservation_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (stock_reservation_id)",
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_line_items_shipment_id_fkey",
        "stock_line_items",
        "shipments",
        ["organization_id", "shipment_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_line_items_sku_id_fkey",
        "stock_line_items",
        "skus",
        ["organization_id", "sku_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_line_items_stock_item_id_fkey",
        "stock_line_items",
        "stock_items",
        ["organization_id", "stock_item_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_locations_address_id_fkey",
        "stock_locations",
        "addresses",
        ["organization_id", "address_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_reservations_sku_id_fkey",
        "stock_reservations",
        "skus",
        ["organization_id", "sku_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_reservations_order_id_fkey",
        "stock_reservations",
        "orders",
        ["organization_id", "order_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_reservations_stock_transfer_id_fkey",
        "stock_reservations",
        "stock_transfers",
        ["organization_id", "stock_transfer_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (stock_transfer_id)",
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_reservations_stock_item_id_fkey",
        "stock_reservations",
        "stock_items",
        ["organization_id", "stock_item_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_reservations_line_item_id_fkey",
        "stock_reservations",
        "line_items",
        ["organization_id", "line_item_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (line_item_id)",
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_reservations_reserved_stock_id_fkey",
        "stock_reservations",
        "reserved_stocks",
        ["organization_id", "reserved_stock_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_reservations_stock_line_item_id_fkey",
        "stock_reservations",
        "stock_line_items",
        ["organization_id", "stock_line_item_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (stock_line_item_id)",
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_transfers_stock_reservation_id_fkey",
        "stock_transfers",
        "stock_reservations",
        ["organization_id", "stock_reservation_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (stock_reservation_id)",
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_transfers_line_item_id_fkey",
        "stock_transfers",
        "line_items",
        ["organization_id", "line_item_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_transfers_sku_id_fkey",
        "stock_transfers",
        "skus",
        ["organization_id", "sku_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_transfers_origin_stock_location_id_fkey",
        "stock_transfers",
        "stock_locations",
        ["organization_id", "origin_stock_location_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_transfers_shipment_id_fkey",
        "stock_transfers",
        "shipments",
        ["organization_id", "shipment_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_transfers_order_id_fkey",
        "stock_transfers",
        "orders",
        ["organization_id", "order_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_transfers_destination_stock_location_id_fkey",
        "stock_transfers",
        "stock_locations",
        ["organization_id", "destination_stock_location_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "stock_transfers_origin_stock_item_id_fkey",
        "stock_transfers",
        "stock_items",
        ["organization_id", "origin_stock_item_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "tax_rules_manual_tax_calculator_id_fkey",
        "tax_rules",
        "tax_calculators",
        ["organization_id", "manual_tax_calculator_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.execute("CREATE SEQUENCE order_subscription_numbers")
    op.execute("CREATE SEQUENCE stock_location_numbers")
    op.execute("CREATE SEQUENCE stock_transfer_numbers")


def downgrade() -> None:
    op.execute("DROP SEQUENCE order_subscription_numbers")
    op.execute("DROP SEQUENCE stock_location_numbers")
    op.execute("DROP SEQUENCE stock_transfer_numbers")
