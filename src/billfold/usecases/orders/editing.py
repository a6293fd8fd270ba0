"""Editing: a placed order opened for changes that cost its customer nothing more, and closed again.

While it is open the order is worked out anew at every change. What it took when it was placed it keeps for itself, and
follows the change with it: stock, gift card and uses of promotions. Its money stays where it is.
"""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.orders import after
from billfold.jsonapi.record import Record
from billfold.usecases.orders.placing import FOR_PLACING, check_complete
from billfold.usecases.payments.verdicts import FOR_PAYING
from billfold.usecases.work import Work, reads

PAID_FOR = ("free", "authorized", "paid")


@reads(FOR_PAYING)
async def start(work: Work, order: Record, value: object = True) -> None:
    """Open a placed order. Opening an open one does nothing."""
    if order["status"] == "editing":
        return
    status = after(order["status"], "edit")
    if order["payment_status"] not in PAID_FOR:
        problem = f"is {order['payment_status']}: only an order whose payment stands can be edited"
        raise Refused(problem, at="payment_status", error="invalid_transition")
    work.set(order, status=status)
    work.event("orders.start_editing", order)


@reads(FOR_PLACING)
async def stop(work: Work, order: Record, value: object = True) -> None:
    """Close the order again, if it is complete and costs no more than what it was placed for."""
    if order["status"] == "placed":
        return
    status = after(order["status"], "stop_editing")
    now, then = order["total_amount_with_taxes_cents"], order["place_total_amount_cents"]
    if now > then:
        problem = f"must be less than or equal to {then}, what the order was placed for"
        meta = {"value": now, "count": then}
        raise Refused(problem, at="total_amount_with_taxes_cents", error="less_than_or_equal_to", meta=meta)
    await check_complete(work, order)
    work.set(order, status=status)
    work.event("orders.stop_editing", order)
