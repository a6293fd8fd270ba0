"""Settings that an operator could change and nothing went by are said, no longer kept."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEPT: dict[str, sa.types.TypeEngine[Any]] = {
    "orders_min_rebuild_shipments_lapse": sa.DOUBLE_PRECISION(),
    "orders_autorefresh_cutoff_test": sa.BigInteger(),
    "orders_autorefresh_cutoff_live": sa.BigInteger(),
    "orders_validate_shipping_stock": sa.Boolean(),
}


def upgrade() -> None:
    for name in KEPT:
        op.drop_column("organizations", name)


def downgrade() -> None:
    for name, kind in KEPT.items():
        op.add_column("organizations", sa.Column(name, kind, nullable=True))
