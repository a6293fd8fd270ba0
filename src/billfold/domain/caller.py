"""Who is asking: what an access token says of its bearer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Caller:
    """The bearer of an access token.

    kind                of application: "sales_channel" (storefronts; little trusted) or "integration" (back offices)
    customer_id         the customer who signed in; None for a guest and for integrations
    market_ids          the markets in the token's scope; empty when all are
    stock_location_ids  those of these markets that the scope is narrowed to; empty when all are
    custom_claim        what the application had the token say of its own, if anything
    """

    organization_id: str
    organization_slug: str
    application_id: str
    kind: str
    customer_id: str | None = None
    market_ids: tuple[str, ...] = ()
    stock_location_ids: tuple[str, ...] = ()
    test: bool = True
    custom_claim: Mapping[str, Any] | None = None

    @property
    def is_sales_channel(self) -> bool:
        return self.kind == "sales_channel"

    @property
    def role(self) -> str:
        """One of "integration", "customer", "guest": the columns of every table of permissions."""
        if not self.is_sales_channel:
            return "integration"
        return "customer" if self.customer_id else "guest"
