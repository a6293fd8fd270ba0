"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "addresses",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("business", sa.Boolean(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("line_1", sa.Text(), nullable=True),
        sa.Column("line_2", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("zip_code", sa.Text(), nullable=True),
        sa.Column("state_code", sa.Text(), nullable=True),
        sa.Column("country_code", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("lat", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("lng", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("provider_name", sa.Text(), nullable=True),
        sa.Column("billing_info", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("addresses_pkey")),
    )
    op.create_index("addresses_created_at_idx", "addresses", ["organization_id", "created_at", "id"], unique=False)
    op.create_table(
        "applications",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("public_access", sa.Boolean(), nullable=True),
        sa.Column("redirect_uri", sa.Text(), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("secret_digest", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("applications_pkey")),
        sa.UniqueConstraint("organization_id", "client_id", name="applications_client_id_key"),
    )
    op.create_index(
        "applications_created_at_idx", "applications", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_table(
        "customer_payment_sources",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("customer_token", sa.Text(), nullable=True),
        sa.Column("payment_source_token", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("payment_instrument", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("payment_method_id", sa.Text(), nullable=True),
        sa.Column("payment_source_id", sa.Text(), nullable=True),
        sa.Column("payment_gateway_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customers.organization_id", "customers.id"],
            name="customer_payment_sources_customer_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_gateway_id"],
            ["payment_gateways.organization_id", "payment_gateways.id"],
            name="customer_payment_sources_payment_gateway_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_method_id"],
            ["payment_methods.organization_id", "payment_methods.id"],
            name="customer_payment_sources_payment_method_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_source_id"],
            ["payment_sources.organization_id", "payment_sources.id"],
            name="customer_payment_sources_payment_source_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("customer_payment_sources_pkey")),
        sa.UniqueConstraint(
            "organization_id",
            "customer_id",
            "payment_gateway_id",
            "fingerprint",
            name="customer_payment_sources_fingerprint_key",
        ),
        sa.UniqueConstraint(
            "organization_id",
            "customer_id",
            "payment_gateway_id",
            "payment_source_token",
            name="customer_payment_sources_payment_source_token_key",
        ),
    )
    op.create_index(
        "customer_payment_sources_created_at_idx",
        "customer_payment_sources",
        ["organization_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "customer_payment_sources_customer_id_idx",
        "customer_payment_sources",
        ["organization_id", "customer_id"],
        unique=False,
    )
    op.create_index(
        "customer_payment_sources_payment_gateway_id_idx",
        "customer_payment_sources",
        ["organization_id", "payment_gateway_id"],
        unique=False,
    )
    op.create_index(
        "customer_payment_sources_payment_method_id_idx",
        "customer_payment_sources",
        ["organization_id", "payment_method_id"],
        unique=False,
    )
    op.create_index(
        "customer_payment_sources_payment_source_id_idx",
        "customer_payment_sources",
        ["organization_id", "payment_source_id"],
        unique=False,
    )
    op.create_table(
        "customers",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("password_digest", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("total_orders_count", sa.BigInteger(), nullable=True),
        sa.Column("shopper_reference", sa.Text(), nullable=True),
        sa.Column("profile_id", sa.Text(), nullable=True),
        sa.Column("tax_exemption_code", sa.Text(), nullable=True),
        sa.Column("anonymization_status", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("customers_pkey")),
        sa.UniqueConstraint("organization_id", "email", name="customers_email_key"),
    )
    op.create_index("customers_created_at_idx", "customers", ["organization_id", "created_at", "id"], unique=False)
    op.create_table(
        "gateway_customers",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("payment_gateway_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "organization_id", "customer_id", "payment_gateway_id", name=op.f("gateway_customers_pkey")
        ),
        comment="Who a customer is at the PSP behind a gateway: one each.",
    )
    op.create_table(
        "inbox",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("payment_gateway_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("inbox_pkey")),
        sa.UniqueConstraint("organization_id", "payment_gateway_id", "id", name="inbox_once"),
        comment="What PSPs reported, each report once.",
    )
    op.create_table(
        "jobs",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("jobs_pkey")),
        comment="Work for later, written in the transaction that causes it.",
    )
    op.create_index(
        "jobs_due", "jobs", ["organization_id", "run_at"], unique=False, postgresql_where=sa.text("finished_at IS NULL")
    )
    op.create_table(
        "line_items",
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
        sa.Column("compare_at_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("options_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("discount_cents", sa.BigInteger(), nullable=True),
        sa.Column("total_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("tax_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("discount_breakdown", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("tax_rate", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("tax_breakdown", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("item_type", sa.Text(), nullable=True),
        sa.Column("frequency", sa.Text(), nullable=True),
        sa.Column("coupon_code", sa.Text(), nullable=True),
        sa.Column("circuit_state", sa.Text(), nullable=True),
        sa.Column("circuit_failure_count", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "order_id"],
            ["orders.organization_id", "orders.id"],
            name="line_items_order_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("line_items_pkey")),
    )
    op.create_index("line_items_created_at_idx", "line_items", ["organization_id", "created_at", "id"], unique=False)
    op.create_index("line_items_item_id_idx", "line_items", ["organization_id", "item_id"], unique=False)
    op.create_index("line_items_order_id_idx", "line_items", ["organization_id", "order_id"], unique=False)
    op.create_table(
        "markets",
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
        sa.Column("facebook_pixel_id", sa.Text(), nullable=True),
        sa.Column("checkout_url", sa.Text(), nullable=True),
        sa.Column("external_prices_url", sa.Text(), nullable=True),
        sa.Column("external_order_validation_url", sa.Text(), nullable=True),
        sa.Column("shipping_cost_cutoff", sa.BigInteger(), nullable=True),
        sa.Column("disabled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("shared_secret", sa.Text(), nullable=True),
        sa.Column("external_includes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("merchant_id", sa.Text(), nullable=True),
        sa.Column("price_list_id", sa.Text(), nullable=True),
        sa.Column("default_payment_method_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "default_payment_method_id"],
            ["payment_methods.organization_id", "payment_methods.id"],
            name="markets_default_payment_method_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "merchant_id"],
            ["merchants.organization_id", "merchants.id"],
            name="markets_merchant_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "price_list_id"],
            ["price_lists.organization_id", "price_lists.id"],
            name="markets_price_list_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("markets_pkey")),
        sa.UniqueConstraint("organization_id", "code", name="markets_code_key"),
    )
    op.create_index("markets_created_at_idx", "markets", ["organization_id", "created_at", "id"], unique=False)
    op.create_index(
        "markets_default_payment_method_id_idx",
        "markets",
        ["organization_id", "default_payment_method_id"],
        unique=False,
    )
    op.create_index("markets_merchant_id_idx", "markets", ["organization_id", "merchant_id"], unique=False)
    op.create_index("markets_price_list_id_idx", "markets", ["organization_id", "price_list_id"], unique=False)
    op.create_table(
        "merchants",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("address_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "address_id"],
            ["addresses.organization_id", "addresses.id"],
            name="merchants_address_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("merchants_pkey")),
    )
    op.create_index("merchants_address_id_idx", "merchants", ["organization_id", "address_id"], unique=False)
    op.create_index("merchants_created_at_idx", "merchants", ["organization_id", "created_at", "id"], unique=False)
    op.create_table(
        "orders",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("affiliate_code", sa.Text(), nullable=True),
        sa.Column("autorefresh", sa.Boolean(), nullable=True),
        sa.Column("place_async", sa.Boolean(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("payment_status", sa.Text(), nullable=True),
        sa.Column("fulfillment_status", sa.Text(), nullable=True),
        sa.Column("guest", sa.Boolean(), nullable=True),
        sa.Column("customer_email", sa.Text(), nullable=True),
        sa.Column("customer_type", sa.Text(), nullable=True),
        sa.Column("language_code", sa.Text(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("tax_included", sa.Boolean(), nullable=True),
        sa.Column("tax_rate", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("freight_taxable", sa.Boolean(), nullable=True),
        sa.Column("payment_method_taxable", sa.Boolean(), nullable=True),
        sa.Column("adjustment_taxable", sa.Boolean(), nullable=True),
        sa.Column("gift_card_taxable", sa.Boolean(), nullable=True),
        sa.Column("requires_billing_info", sa.Boolean(), nullable=True),
        sa.Column("country_code", sa.Text(), nullable=True),
        sa.Column("shipping_country_code_lock", sa.Text(), nullable=True),
        sa.Column("coupon_code", sa.Text(), nullable=True),
        sa.Column("gift_card_code", sa.Text(), nullable=True),
        sa.Column("subtotal_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("shipping_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("payment_method_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("discount_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("adjustment_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("gift_card_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("total_tax_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("subtotal_tax_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("shipping_tax_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("payment_method_tax_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("adjustment_tax_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("total_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("total_taxable_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("subtotal_taxable_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("shipping_taxable_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("payment_method_taxable_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("adjustment_taxable_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("total_amount_with_taxes_cents", sa.BigInteger(), nullable=True),
        sa.Column("fees_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("duty_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("place_total_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("skus_count", sa.BigInteger(), nullable=True),
        sa.Column("line_item_options_count", sa.BigInteger(), nullable=True),
        sa.Column("shipments_count", sa.BigInteger(), nullable=True),
        sa.Column("tax_calculations_count", sa.BigInteger(), nullable=True),
        sa.Column("validations_count", sa.BigInteger(), nullable=True),
        sa.Column("errors_count", sa.BigInteger(), nullable=True),
        sa.Column("payment_source_details", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("cart_url", sa.Text(), nullable=True),
        sa.Column("return_url", sa.Text(), nullable=True),
        sa.Column("terms_url", sa.Text(), nullable=True),
        sa.Column("privacy_url", sa.Text(), nullable=True),
        sa.Column("placed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("approved_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("cancelled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("payment_updated_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("fulfillment_updated_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("refreshed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("archived_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("subscription_created_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("expiration_info", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("circuit_state", sa.Text(), nullable=True),
        sa.Column("circuit_failure_count", sa.BigInteger(), nullable=True),
        sa.Column("market_id", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("shipping_address_id", sa.Text(), nullable=True),
        sa.Column("billing_address_id", sa.Text(), nullable=True),
        sa.Column("payment_method_id", sa.Text(), nullable=True),
        sa.Column("payment_source_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "billing_address_id"],
            ["addresses.organization_id", "addresses.id"],
            name="orders_billing_address_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customers.organization_id", "customers.id"],
            name="orders_customer_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "market_id"],
            ["markets.organization_id", "markets.id"],
            name="orders_market_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_method_id"],
            ["payment_methods.organization_id", "payment_methods.id"],
            name="orders_payment_method_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_source_id"],
            ["payment_sources.organization_id", "payment_sources.id"],
            name="orders_payment_source_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "shipping_address_id"],
            ["addresses.organization_id", "addresses.id"],
            name="orders_shipping_address_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("orders_pkey")),
        sa.UniqueConstraint("organization_id", "number", name="orders_number_key"),
    )
    op.create_index("orders_billing_address_id_idx", "orders", ["organization_id", "billing_address_id"], unique=False)
    op.create_index("orders_created_at_idx", "orders", ["organization_id", "created_at", "id"], unique=False)
    op.create_index("orders_customer_id_idx", "orders", ["organization_id", "customer_id"], unique=False)
    op.create_index("orders_market_id_idx", "orders", ["organization_id", "market_id"], unique=False)
    op.create_index("orders_payment_method_id_idx", "orders", ["organization_id", "payment_method_id"], unique=False)
    op.create_index("orders_payment_source_id_idx", "orders", ["organization_id", "payment_source_id"], unique=False)
    op.create_index(
        "orders_shipping_address_id_idx", "orders", ["organization_id", "shipping_address_id"], unique=False
    )
    op.create_table(
        "organizations",
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
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("support_phone", sa.Text(), nullable=True),
        sa.Column("support_email", sa.Text(), nullable=True),
        sa.Column("logo_url", sa.Text(), nullable=True),
        sa.Column("favicon_url", sa.Text(), nullable=True),
        sa.Column("primary_color", sa.Text(), nullable=True),
        sa.Column("gtm_id", sa.Text(), nullable=True),
        sa.Column("gtm_id_test", sa.Text(), nullable=True),
        sa.Column("config", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("api_auth_redirect", sa.Boolean(), nullable=True),
        sa.Column("api_rules_engine", sa.Boolean(), nullable=True),
        sa.Column("api_rules_engine_max_conditions_size", sa.BigInteger(), nullable=True),
        sa.Column("api_rules_engine_max_rules_size", sa.BigInteger(), nullable=True),
        sa.Column("api_new_auth", sa.Boolean(), nullable=True),
        sa.Column("api_purge_single_resource", sa.Boolean(), nullable=True),
        sa.Column("api_max_regex_length", sa.BigInteger(), nullable=True),
        sa.Column("addresses_avs_check", sa.Boolean(), nullable=True),
        sa.Column("addresses_phone_required", sa.Boolean(), nullable=True),
        sa.Column("orders_sales_channel_guest_only", sa.Boolean(), nullable=True),
        sa.Column("orders_min_rebuild_shipments_lapse", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("orders_min_refresh_lapse", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("orders_autorefresh_cutoff_test", sa.BigInteger(), nullable=True),
        sa.Column("orders_autorefresh_cutoff_live", sa.BigInteger(), nullable=True),
        sa.Column("orders_number_editable_test", sa.Boolean(), nullable=True),
        sa.Column("orders_number_editable_live", sa.Boolean(), nullable=True),
        sa.Column("orders_number_as_reference", sa.Boolean(), nullable=True),
        sa.Column("orders_invalid_coupon_errors", sa.Boolean(), nullable=True),
        sa.Column("orders_invalid_gift_card_errors", sa.Boolean(), nullable=True),
        sa.Column("orders_validate_shipping_stock", sa.Boolean(), nullable=True),
        sa.Column("bundles_max_items_count", sa.BigInteger(), nullable=True),
        sa.Column("coupons_min_code_length", sa.BigInteger(), nullable=True),
        sa.Column("coupons_max_code_length", sa.BigInteger(), nullable=True),
        sa.Column("gift_cards_exact_code_matching", sa.Boolean(), nullable=True),
        sa.Column("gift_cards_min_code_length", sa.BigInteger(), nullable=True),
        sa.Column("gift_cards_max_code_length", sa.BigInteger(), nullable=True),
        sa.Column("cleanups_max_concurrent_count", sa.BigInteger(), nullable=True),
        sa.Column("exports_max_concurrent_count", sa.BigInteger(), nullable=True),
        sa.Column("imports_max_concurrent_count", sa.BigInteger(), nullable=True),
        sa.Column("imports_purge_cache", sa.Boolean(), nullable=True),
        sa.Column("imports_skip_errors", sa.Boolean(), nullable=True),
        sa.Column("imports_trigger_webhooks", sa.BigInteger(), nullable=True),
        sa.Column("inventory_models_max_stock_locations_cutoff", sa.BigInteger(), nullable=True),
        sa.Column("promotions_max_concurrent_count", sa.BigInteger(), nullable=True),
        sa.Column("promotions_max_conditions_size", sa.BigInteger(), nullable=True),
        sa.Column("promotions_max_rules_size", sa.BigInteger(), nullable=True),
        sa.Column("price_lists_max_conditions_size", sa.BigInteger(), nullable=True),
        sa.Column("price_lists_max_rules_size", sa.BigInteger(), nullable=True),
        sa.Column("discount_engines_enabled", sa.Boolean(), nullable=True),
        sa.Column("discount_engines_errors", sa.Boolean(), nullable=True),
        sa.Column("tags_max_name_length", sa.BigInteger(), nullable=True),
        sa.Column("tags_max_allowed_number", sa.BigInteger(), nullable=True),
        sa.Column("tax_calculators_errors", sa.Boolean(), nullable=True),
        sa.Column("external_promotions_errors", sa.Boolean(), nullable=True),
        sa.Column("external_prices_errors", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("organizations_pkey")),
    )
    op.create_index(
        "organizations_created_at_idx", "organizations", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_table(
        "outbox",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("outbox_pkey")),
        comment="Events, written in the transaction that causes them.",
    )
    op.create_table(
        "payment_gateways",
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
        sa.Column("force_payments", sa.Boolean(), nullable=True),
        sa.Column("disabled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("notification_key", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("payment_gateways_pkey")),
        sa.UniqueConstraint("organization_id", "notification_key", name="payment_gateways_notification_key_key"),
    )
    op.create_index(
        "payment_gateways_created_at_idx", "payment_gateways", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_table(
        "payment_methods",
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
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("moto", sa.Boolean(), nullable=True),
        sa.Column("require_capture", sa.Boolean(), nullable=True),
        sa.Column("auto_place", sa.Boolean(), nullable=True),
        sa.Column("auto_capture", sa.Boolean(), nullable=True),
        sa.Column("price_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("auto_capture_max_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("disabled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("market_id", sa.Text(), nullable=True),
        sa.Column("payment_gateway_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "market_id"],
            ["markets.organization_id", "markets.id"],
            name="payment_methods_market_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_gateway_id"],
            ["payment_gateways.organization_id", "payment_gateways.id"],
            name="payment_methods_payment_gateway_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("payment_methods_pkey")),
    )
    op.create_index(
        "payment_methods_created_at_idx", "payment_methods", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index("payment_methods_market_id_idx", "payment_methods", ["organization_id", "market_id"], unique=False)
    op.create_index(
        "payment_methods_payment_gateway_id_idx",
        "payment_methods",
        ["organization_id", "payment_gateway_id"],
        unique=False,
    )
    op.create_table(
        "payment_sources",
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
        sa.Column("payment_instrument", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("instrument_token", sa.Text(), nullable=True),
        sa.Column("instrument_customer_token", sa.Text(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("gateway_reference", sa.Text(), nullable=True),
        sa.Column("superseded", sa.Boolean(), nullable=True),
        sa.Column("discarded_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("payment_gateway_id", sa.Text(), nullable=True),
        sa.Column("customer_payment_source_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_payment_source_id"],
            ["customer_payment_sources.organization_id", "customer_payment_sources.id"],
            name="payment_sources_customer_payment_source_id_fkey",
            ondelete="SET NULL (customer_payment_source_id)",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "order_id"],
            ["orders.organization_id", "orders.id"],
            name="payment_sources_order_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_gateway_id"],
            ["payment_gateways.organization_id", "payment_gateways.id"],
            name="payment_sources_payment_gateway_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("payment_sources_pkey")),
        sa.UniqueConstraint("organization_id", "gateway_reference", name="payment_sources_gateway_reference_key"),
    )
    op.create_index(
        "payment_sources_created_at_idx", "payment_sources", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "payment_sources_customer_payment_source_id_idx",
        "payment_sources",
        ["organization_id", "customer_payment_source_id"],
        unique=False,
    )
    op.create_index("payment_sources_order_id_idx", "payment_sources", ["organization_id", "order_id"], unique=False)
    op.create_index(
        "payment_sources_payment_gateway_id_idx",
        "payment_sources",
        ["organization_id", "payment_gateway_id"],
        unique=False,
    )
    op.create_table(
        "price_lists",
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
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("tax_included", sa.Boolean(), nullable=True),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("price_lists_pkey")),
        sa.UniqueConstraint("organization_id", "code", name="price_lists_code_key"),
    )
    op.create_index("price_lists_created_at_idx", "price_lists", ["organization_id", "created_at", "id"], unique=False)
    op.create_table(
        "prices",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reference_origin", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("sku_code", sa.Text(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("compare_at_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("processed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("price_list_id", sa.Text(), nullable=True),
        sa.Column("sku_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "price_list_id"],
            ["price_lists.organization_id", "price_lists.id"],
            name="prices_price_list_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "sku_id"],
            ["skus.organization_id", "skus.id"],
            name="prices_sku_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("prices_pkey")),
    )
    op.create_index("prices_created_at_idx", "prices", ["organization_id", "created_at", "id"], unique=False)
    op.create_index("prices_price_list_id_idx", "prices", ["organization_id", "price_list_id"], unique=False)
    op.create_index("prices_sku_id_idx", "prices", ["organization_id", "sku_id"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("custom_claim", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("access_digest", sa.Text(), nullable=False),
        sa.Column("access_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "digest", name=op.f("refresh_tokens_pkey")),
        comment="Refresh tokens by SHA-256. All that came of one sign-in, each from the one before, are a family.",
    )
    op.create_index("refresh_tokens_access", "refresh_tokens", ["organization_id", "access_digest"], unique=False)
    op.create_index("refresh_tokens_expired", "refresh_tokens", ["organization_id", "expires_at"], unique=False)
    op.create_index("refresh_tokens_family", "refresh_tokens", ["organization_id", "family"], unique=False)
    op.create_table(
        "revoked_tokens",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "digest", name=op.f("revoked_tokens_pkey")),
        comment="Access tokens, by SHA-256, that were revoked before they expired.",
    )
    op.create_index("revoked_tokens_expired", "revoked_tokens", ["organization_id", "expires_at"], unique=False)
    op.create_index("revoked_tokens_news", "revoked_tokens", ["organization_id", "revoked_at"], unique=False)
    op.create_table(
        "signing_keys",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("signing_keys_pkey")),
        comment="What access tokens are signed with. They are the server's own: organization_id is “server”.",
    )
    op.create_table(
        "skus",
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
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("pieces_per_pack", sa.BigInteger(), nullable=True),
        sa.Column("weight", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("unit_of_weight", sa.Text(), nullable=True),
        sa.Column("hs_tariff_number", sa.Text(), nullable=True),
        sa.Column("do_not_ship", sa.Boolean(), nullable=True),
        sa.Column("do_not_track", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("skus_pkey")),
        sa.UniqueConstraint("organization_id", "code", name="skus_code_key"),
    )
    op.create_index("skus_created_at_idx", "skus", ["organization_id", "created_at", "id"], unique=False)
    op.create_table(
        "transactions",
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
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("payment_method_type", sa.Text(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("succeeded", sa.Boolean(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_detail", sa.Text(), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("gateway_transaction_id", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("asked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("settled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("payment_source_id", sa.Text(), nullable=True),
        sa.Column("payment_gateway_id", sa.Text(), nullable=True),
        sa.Column("reference_transaction_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "order_id"],
            ["orders.organization_id", "orders.id"],
            name="transactions_order_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_gateway_id"],
            ["payment_gateways.organization_id", "payment_gateways.id"],
            name="transactions_payment_gateway_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "payment_source_id"],
            ["payment_sources.organization_id", "payment_sources.id"],
            name="transactions_payment_source_id_fkey",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "reference_transaction_id"],
            ["transactions.organization_id", "transactions.id"],
            name="transactions_reference_transaction_id_fkey",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("transactions_pkey")),
    )
    op.create_index(
        "transactions_created_at_idx", "transactions", ["organization_id", "created_at", "id"], unique=False
    )
    op.create_index("transactions_order_id_idx", "transactions", ["organization_id", "order_id"], unique=False)
    op.create_index(
        "transactions_payment_gateway_id_idx", "transactions", ["organization_id", "payment_gateway_id"], unique=False
    )
    op.create_index(
        "transactions_payment_source_id_idx", "transactions", ["organization_id", "payment_source_id"], unique=False
    )
    op.create_index(
        "transactions_reference_transaction_id_idx",
        "transactions",
        ["organization_id", "reference_transaction_id"],
        unique=False,
    )
    op.create_foreign_key(
        "customer_payment_sources_payment_method_id_fkey",
        "customer_payment_sources",
        "payment_methods",
        ["organization_id", "payment_method_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "customer_payment_sources_payment_source_id_fkey",
        "customer_payment_sources",
        "payment_sources",
        ["organization_id", "payment_source_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "customer_payment_sources_customer_id_fkey",
        "customer_payment_sources",
        "customers",
        ["organization_id", "customer_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "customer_payment_sources_payment_gateway_id_fkey",
        "customer_payment_sources",
        "payment_gateways",
        ["organization_id", "payment_gateway_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "line_items_order_id_fkey",
        "line_items",
        "orders",
        ["organization_id", "order_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "markets_price_list_id_fkey",
        "markets",
        "price_lists",
        ["organization_id", "price_list_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "markets_merchant_id_fkey",
        "markets",
        "merchants",
        ["organization_id", "merchant_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "markets_default_payment_method_id_fkey",
        "markets",
        "payment_methods",
        ["organization_id", "default_payment_method_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "merchants_address_id_fkey",
        "merchants",
        "addresses",
        ["organization_id", "address_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "orders_payment_method_id_fkey",
        "orders",
        "payment_methods",
        ["organization_id", "payment_method_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "orders_customer_id_fkey",
        "orders",
        "customers",
        ["organization_id", "customer_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "orders_shipping_address_id_fkey",
        "orders",
        "addresses",
        ["organization_id", "shipping_address_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "orders_payment_source_id_fkey",
        "orders",
        "payment_sources",
        ["organization_id", "payment_source_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "orders_market_id_fkey",
        "orders",
        "markets",
        ["organization_id", "market_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "orders_billing_address_id_fkey",
        "orders",
        "addresses",
        ["organization_id", "billing_address_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "payment_methods_payment_gateway_id_fkey",
        "payment_methods",
        "payment_gateways",
        ["organization_id", "payment_gateway_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "payment_methods_market_id_fkey",
        "payment_methods",
        "markets",
        ["organization_id", "market_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "payment_sources_payment_gateway_id_fkey",
        "payment_sources",
        "payment_gateways",
        ["organization_id", "payment_gateway_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "payment_sources_order_id_fkey",
        "payment_sources",
        "orders",
        ["organization_id", "order_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "payment_sources_customer_payment_source_id_fkey",
        "payment_sources",
        "customer_payment_sources",
        ["organization_id", "customer_payment_source_id"],
        ["organization_id", "id"],
        ondelete="SET NULL (customer_payment_source_id)",
        use_alter=True,
    )
    op.create_foreign_key(
        "prices_price_list_id_fkey",
        "prices",
        "price_lists",
        ["organization_id", "price_list_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "prices_sku_id_fkey", "prices", "skus", ["organization_id", "sku_id"], ["organization_id", "id"], use_alter=True
    )
    op.create_foreign_key(
        "transactions_payment_gateway_id_fkey",
        "transactions",
        "payment_gateways",
        ["organization_id", "payment_gateway_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "transactions_payment_source_id_fkey",
        "transactions",
        "payment_sources",
        ["organization_id", "payment_source_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "transactions_order_id_fkey",
        "transactions",
        "orders",
        ["organization_id", "order_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.create_foreign_key(
        "transactions_reference_transaction_id_fkey",
        "transactions",
        "transactions",
        ["organization_id", "reference_transaction_id"],
        ["organization_id", "id"],
        use_alter=True,
    )
    op.execute("CREATE SEQUENCE order_numbers")
    op.execute("CREATE SEQUENCE market_numbers")


def downgrade() -> None:
    op.execute("DROP TABLE transactions CASCADE")
    op.execute("DROP TABLE skus CASCADE")
    op.execute("DROP TABLE signing_keys CASCADE")
    op.execute("DROP TABLE revoked_tokens CASCADE")
    op.execute("DROP TABLE refresh_tokens CASCADE")
    op.execute("DROP TABLE prices CASCADE")
    op.execute("DROP TABLE price_lists CASCADE")
    op.execute("DROP TABLE payment_sources CASCADE")
    op.execute("DROP TABLE payment_methods CASCADE")
    op.execute("DROP TABLE payment_gateways CASCADE")
    op.execute("DROP TABLE outbox CASCADE")
    op.execute("DROP TABLE organizations CASCADE")
    op.execute("DROP TABLE orders CASCADE")
    op.execute("DROP TABLE merchants CASCADE")
    op.execute("DROP TABLE markets CASCADE")
    op.execute("DROP TABLE line_items CASCADE")
    op.execute("DROP TABLE jobs CASCADE")
    op.execute("DROP TABLE inbox CASCADE")
    op.execute("DROP TABLE gateway_customers CASCADE")
    op.execute("DROP TABLE customers CASCADE")
    op.execute("DROP TABLE customer_payment_sources CASCADE")
    op.execute("DROP TABLE applications CASCADE")
    op.execute("DROP TABLE addresses CASCADE")
    op.execute("DROP SEQUENCE order_numbers")
    op.execute("DROP SEQUENCE market_numbers")
