"""Refreshing: an order worked out anew from what things cost by now."""

from __future__ import annotations

from datetime import timedelta

from billfold.domain.moments import moment
from billfold.jsonapi.record import Record
from billfold.usecases.orders.line_items import FOR_PRICES, refresh_prices
from billfold.usecases.orders.orders import check_editable
from billfold.usecases.orders.totals import settle_totals
from billfold.usecases.orders.whereabouts import take_over
from billfold.usecases.payments.positions import is_held
from billfold.usecases.work import Work, reads


@reads(FOR_PRICES)
async def refresh(work: Work, order: Record, value: object = True) -> None:
    """Work the order out anew at present prices, unless that was done a moment ago: how long ago is the organization's
    choice. What is held for an order already was held for the prices that it has, which stay."""
    check_editable(work, order)
    organization = await work.organization()
    lapse = timedelta(seconds=organization["orders_min_refresh_lapse"] or 0)
    if order["refreshed_at"] and work.now - moment(order["refreshed_at"]) < lapse:
        return
    take_over(work, order)  # addresses may have been edited where they stand
    if is_held(order) and order["status"] != "editing":
        settle_totals(work, order)
    else:
        await refresh_prices(work, order)
    work.set(order, refreshed_at=work.now)
