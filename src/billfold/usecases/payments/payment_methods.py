"""Payment methods: how a shop accepts money, through which gateway and in which market."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.catalogue import currencies
from billfold.usecases.work import Work, reads


@reads("market.price_list payment_gateway")
async def create(work: Work, method: Record, value: object = True) -> None:
    """Name and currency default to those of the gateway and of the market."""
    _check(work, method)
    market = method.related.get("market")
    prices = market.one("price_list") if market is not None else None
    psp = work.accounts.psp_of_sources(method["payment_source_type"])
    assert psp is not None
    work.set(
        method,
        name=method["name"] or psp.instrument_name,
        currency_code=method["currency_code"] or (prices["currency_code"] if prices is not None else None),
    )


@reads("payment_gateway")
async def update(work: Work, method: Record, value: object = True) -> None:
    _check(work, method)


def _check(work: Work, method: Record) -> None:
    currencies.check(method)
    psp = work.accounts.psp_of_sources(method["payment_source_type"])
    if psp is None or psp.source.called != method["payment_source_type"]:
        known = ", ".join(p.source.called for p in work.accounts.psps)
        raise Refused(f"must be one of {known}", at="payment_source_type", error="unsupported")
    gateway = method.one("payment_gateway")
    if gateway is not None and gateway.type != psp.gateway.called:
        problem = f"must be one of {psp.gateway.called} for {psp.source.called}"
        raise Refused(problem, at="relationships/payment_gateway", error="mismatch")
    if (method["price_amount_cents"] or 0) < 0:
        raise Refused("must not be negative", at="price_amount_cents", error="out_of_range")
