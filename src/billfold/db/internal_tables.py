"""The tables that are no resources: keys, tokens, PSP customers, the outbox, jobs and received notifications."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

MOMENT = DateTime(timezone=True)


def internal_tables(metadata: MetaData) -> None:
    """Add them to the metadata that migrations are checked against."""
    Table(
        "gateway_customers",
        metadata,
        Column("organization_id", Text, primary_key=True),
        Column("customer_id", Text, primary_key=True),
        Column("payment_gateway_id", Text, primary_key=True),
        Column("token", Text, nullable=False),
        Column("created_at", MOMENT, nullable=False),
        comment="Who a customer is at the PSP behind a gateway: one each.",
    )
    Table(
        "taggings",
        metadata,
        Column("organization_id", Text, primary_key=True),
        Column("record_type", Text, primary_key=True),
        Column("record_id", Text, primary_key=True),
        Column("tag_id", Text, primary_key=True),
        ForeignKeyConstraint(
            ["organization_id", "tag_id"],
            ["tags.organization_id", "tags.id"],
            name="taggings_tag_id_fkey",
            ondelete="CASCADE",
        ),
        Index("taggings_tag_id_idx", "organization_id", "tag_id"),
        comment="Which record bears which tag; record_type is the table that keeps the record.",
    )
    Table(
        "outbox",
        metadata,
        Column("organization_id", Text, primary_key=True),
        Column("id", BigInteger, primary_key=True, autoincrement=True),
        Column("topic", Text, nullable=False),
        Column("resource_id", Text, nullable=False),
        Column("payload", JSONB, nullable=False),
        Column("created_at", MOMENT, nullable=False),
        comment="Events, written in the transaction that causes them.",
    )
    Table(
        "jobs",
        metadata,
        Column("organization_id", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("payload", JSONB, nullable=False),
        Column("run_at", MOMENT, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("last_error", Text),
        Column("finished_at", MOMENT),
        Column("created_at", MOMENT, nullable=False),
        Index("jobs_due", "organization_id", "run_at", postgresql_where=Column("finished_at").is_(None)),
        Index("jobs_finished", "organization_id", "finished_at", postgresql_where=Column("finished_at").is_not(None)),
        comment="Work for later, written in the transaction that causes it.",
    )
    Table(
        "inbox",
        metadata,
        Column("organization_id", Text, primary_key=True),
        Column("payment_gateway_id", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("topic", Text, nullable=False),
        Column("body", JSONB, nullable=False),
        Column("received_at", MOMENT, nullable=False),
        Column("applied_at", MOMENT),
        comment="What PSPs reported, each report once to each gateway.",
    )
    Table(
        "signing_keys",
        metadata,
        Column("organization_id", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("sealed", Text, nullable=False),
        Column("created_at", MOMENT, nullable=False),
        comment="What access tokens are signed with. They are the server's own: organization_id is “server”.",
    )
    Table(
        "refresh_tokens",
        metadata,
        Column("organization_id", Text, primary_key=True),
        Column("digest", Text, primary_key=True),
        Column("family", Text, nullable=False),
        Column("application_id", Text, nullable=False),
        Column("customer_id", Text),
        Column("scope", Text, nullable=False),
        Column("custom_claim", JSONB),
        Column("confidential", Boolean, nullable=False),
        Column("access_digest", Text, nullable=False),
        Column("access_expires_at", MOMENT, nullable=False),
        Column("expires_at", MOMENT, nullable=False),
        Column("used_at", MOMENT),
        Column("revoked_at", MOMENT),
        Index("refresh_tokens_family", "organization_id", "family"),
        Index("refresh_tokens_access", "organization_id", "access_digest"),
        Index("refresh_tokens_expired", "organization_id", "expires_at"),
        comment="Refresh tokens by SHA-256. All that came of one sign-in, each from the one before, are a family.",
    )
    Table(
        "revoked_tokens",
        metadata,
        Column("organization_id", Text, primary_key=True),
        Column("digest", Text, primary_key=True),
        Column("expires_at", MOMENT, nullable=False),
        Column("revoked_at", MOMENT, nullable=False),
        Index("revoked_tokens_news", "organization_id", "revoked_at"),
        Index("revoked_tokens_expired", "organization_id", "expires_at"),
        comment="Access tokens, by SHA-256, that were revoked before they expired.",
    )
