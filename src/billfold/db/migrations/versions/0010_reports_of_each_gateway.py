"""A report is one to each gateway: accounts with several are told of everything at the address of each."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COMMENT, BEFORE = "What PSPs reported, each report once to each gateway.", "What PSPs reported, each report once."


def upgrade() -> None:
    op.drop_constraint("inbox_once", "inbox", type_="unique")
    op.drop_constraint("inbox_pkey", "inbox", type_="primary")
    op.create_primary_key("inbox_pkey", "inbox", ["organization_id", "payment_gateway_id", "id"])
    op.create_table_comment("inbox", COMMENT, existing_comment=BEFORE)


def downgrade() -> None:
    """Of a report that several gateways had, the one that came first stays."""
    op.execute(
        "DELETE FROM inbox a USING inbox b WHERE a.organization_id = b.organization_id AND a.id = b.id"
        " AND (a.received_at, a.payment_gateway_id) > (b.received_at, b.payment_gateway_id)"
    )
    op.drop_constraint("inbox_pkey", "inbox", type_="primary")
    op.create_primary_key("inbox_pkey", "inbox", ["organization_id", "id"])
    op.create_unique_constraint("inbox_once", "inbox", ["organization_id", "payment_gateway_id", "id"])
    op.create_table_comment("inbox", BEFORE, existing_comment=COMMENT)
