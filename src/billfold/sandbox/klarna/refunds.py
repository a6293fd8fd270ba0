"""Refunds: https://docs.klarna.com/order-management/post-delivery/refund/"""

from __future__ import annotations

from billfold.sandbox.klarna import bodies
from billfold.sandbox.klarna.api import Call, Operation, Reply
from billfold.sandbox.klarna.book import Order, Refund, new_uuid
from billfold.sandbox.klarna.errors import KlarnaError, not_found
from billfold.sandbox.klarna.orders import ORDERS, mine, render_refund


def create(call: Call) -> Reply:
    """Up to what is captured and not refunded yet; "Order has no captures. Refund not possible":
    https://docs.klarna.com/order-management/manage-orders-with-the-api/
    """
    order = mine(call)
    amount = call.body["refunded_amount"]
    if not order.captures:
        raise KlarnaError(403, "REFUND_NOT_ALLOWED", "Order has no captures. Refund not possible")
    if not 0 < amount <= order.captured - order.refunded:
        raise KlarnaError(403, "REFUND_NOT_ALLOWED", "Refund not allowed")
    call.world.record("klarna", "refund", order.id, amount, order.currency)
    refund = Refund(id=new_uuid(), amount=amount, at=call.now, data=call.body)
    order.refunds.append(refund)
    _spread(order, amount)
    return Reply(201, headers={"Location": f"{call.url}/{refund.id}", "Refund-Id": refund.id})


def read(call: Call) -> Reply:
    order = mine(call)
    for refund in order.refunds:
        if refund.id == call.path["refund_id"]:
            return Reply(body=render_refund(refund))
    raise not_found(f"Refund {call.path['refund_id']} cannot be found for order {order.id}")


def _spread(order: Order, amount: int) -> None:
    """A refund is of the order; each capture shows its share, the oldest first."""
    for capture in order.captures:
        share = min(amount, capture.amount - capture.refunded)
        capture.refunded += share
        amount -= share


_ALL = f"{ORDERS}/{{order_id}}/refunds"
OPERATIONS = (
    Operation("POST", _ALL, create, bodies.REFUND, keyed=True),
    Operation("GET", f"{_ALL}/{{refund_id}}", read),
)
