"""Who is asking: what an access token says of its bearer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The bearer of an access token.

    kind         of application: "sales_channel" (storefronts; little trusted) or "integration" (back offices)
    customer_id  the customer who signed in; None for a guest and for integrations
    market_ids   the markets in the token's scope; empty when all are
    """

    organization_id: str
    organization_slug: str
    application_id: str
    kind: str
    customer_id: str | None = None
    market_ids: tuple[str, ...] = ()
    test: bool = True

    @property
    def is_sales_channel(self) -> bool:
        return self.kind == "sales_channel"

    @property
    def role(self) -> str:
        """One of "integration", "customer", "guest": the columns of every table of permissions."""
        if not self.is_sales_channel:
            return "integration"
        return "customer" if self.customer_id else "guest"
