"""Orders after the purchase: https://docs.klarna.com/order-management/manage-orders-with-the-api/"""

from __future__ import annotations

from billfold.sandbox.klarna import bodies
from billfold.sandbox.klarna.api import Act, Call, Operation, Reply
from billfold.sandbox.klarna.book import DAY, Capture, Json, Order, Refund, instant
from billfold.sandbox.klarna.errors import KlarnaError, no_such_order, not_allowed, unprocessable
from billfold.sandbox.klarna.instruments import INSTRUMENTS
from billfold.sandbox.klarna.placing import AUTHORIZATION_LASTS, let_go
from billfold.sandbox.klarna.shapes import Body

ORDERS = "/ordermanagement/v1/orders"
# Counted from the purchase: https://docs.klarna.com/order-management/pre-delivery/extend-order-authorization-time/
LONGEST = 180 * DAY
_OVER = ("CANCELLED", "EXPIRED", "CLOSED")


def mine(call: Call) -> Order:
    """The order of the path, with time having done to it what it does."""
    order = call.book.orders.get(call.path["order_id"])
    if order is None or order.merchant != call.merchant:
        raise no_such_order(call.path["order_id"])
    if order.remaining and call.now >= order.expires_at:
        order.expired = True
        let_go(call.world, order)
    return order


def living(call: Call) -> Order:
    """The order of the path, if it may still be changed."""
    order = mine(call)
    if (status := order.status(call.now)) in _OVER:
        raise not_allowed(f"Order is {status.lower()}. Order cannot be updated")
    return order


def read(call: Call) -> Reply:
    return Reply(body=render(mine(call), call.now))


def render(order: Order, now: float) -> Json:
    instrument = INSTRUMENTS[order.instrument]
    names = ("locale", "merchant_data", "merchant_reference1", "merchant_reference2", "order_lines")
    shown: Json = {
        "order_id": order.id,
        "status": order.status(now),
        "fraud_status": order.fraud_status,
        "order_amount": order.amount,
        "original_order_amount": order.original,
        "captured_amount": order.captured,
        "refunded_amount": order.refunded,
        "remaining_authorized_amount": order.remaining,
        "purchase_currency": order.currency,
        "purchase_country": order.country,
        "klarna_reference": order.reference,
        "created_at": instant(order.created_at),
        "expires_at": instant(order.expires_at),
        "initial_payment_method": {"type": instrument.initial, "description": instrument.description},
        "captures": [render_capture(order, capture) for capture in order.captures],
        "refunds": [render_refund(refund) for refund in order.refunds],
        "shipping_info": order.shipping_info,
        **{name: order.data[name] for name in names if name in order.data},
    }
    for name in ("billing_address", "shipping_address"):
        if address := order.data.get(name):
            shown[name] = address
    customer = order.data.get("customer", {})
    shown["customer"] = {
        name: customer[name] for name in ("date_of_birth", "national_identification_number") if name in customer
    }
    return shown


def render_capture(order: Order, capture: Capture) -> Json:
    names = ("description", "order_lines", "reference", "shipping_info")
    shown: Json = {
        "capture_id": capture.id,
        "klarna_reference": capture.reference,
        "captured_amount": capture.amount,
        "captured_at": instant(capture.at),
        "refunded_amount": capture.refunded,
        "order_lines": [],
        "shipping_info": [],
        **{name: capture.data[name] for name in names if name in capture.data},
    }
    for name in ("billing_address", "shipping_address"):
        if address := order.data.get(name):
            shown[name] = address
    return shown


def render_refund(refund: Refund) -> Json:
    names = ("description", "order_lines", "reference")
    return {
        "refund_id": refund.id,
        "refunded_amount": refund.amount,
        "refunded_at": instant(refund.at),
        **{name: refund.data[name] for name in names if name in refund.data},
    }


def acknowledge(call: Call) -> Reply:
    """https://docs.klarna.com/order-management/pre-delivery/acknowledge-kco-order/: takes note, changes nothing."""
    living(call)
    return Reply(204)


def cancel(call: Call) -> Reply:
    """https://docs.klarna.com/order-management/pre-delivery/cancel-order/: the whole order, before any capture."""
    order = mine(call)
    if order.captures:
        raise KlarnaError(403, "CANCEL_NOT_ALLOWED", "Order has previous captures. Cancel not possible")
    if (status := order.status(call.now)) in _OVER:
        raise KlarnaError(403, "CANCEL_NOT_ALLOWED", f"Order is {status.lower()}. Cancel not possible")
    order.cancelled = True
    let_go(call.world, order)
    return Reply(204)


def release(call: Call) -> Reply:
    """https://docs.klarna.com/order-management/manage-orders-with-the-api/refund-and-extend-orders/
    release-order-authorization/: what is not captured goes back; nothing can be captured afterwards.
    """
    order = living(call)
    if not order.captures:
        raise not_allowed("Order has no captures. Remaining authorization cannot be released.")
    if not order.remaining:
        raise not_allowed("Order is fully captured. Remaining authorization cannot be released.")
    let_go(call.world, order)
    return Reply(204)


def change_amount(call: Call) -> Reply:
    """https://docs.klarna.com/order-management/pre-delivery/update-order-amount/: the new amount of the whole
    order, up or down, never below what is captured.
    """
    order = living(call)
    amount = call.body["order_amount"]
    lines = call.body.get("order_lines")
    if lines and sum(line["total_amount"] for line in lines) != amount:
        raise unprocessable("The value of order_amount must be the sum of order_lines")
    if amount < order.captured:
        raise not_allowed(
            f"Resulting authorization amount {amount} cannot be less than the captured amount {order.captured} for "
            "order. Order authorization cannot be updated"
        )
    if (change := amount - order.captured - order.remaining) > 0:
        call.world.record("klarna", "authorization", order.id, change, order.currency)
    elif change < 0:
        call.world.record("klarna", "void", order.id, -change, order.currency)
    order.amount = amount
    order.remaining += change
    if lines is not None:
        order.data = {**order.data, "order_lines": lines}
    return Reply(204)


def change_references(call: Call) -> Reply:
    """https://docs.klarna.com/order-management/pre-delivery/update-merchant-references/"""
    order = mine(call)
    if order.cancelled:
        raise not_allowed("Order is cancelled. Order cannot be updated")
    order.data = {**order.data, **call.body}
    return Reply(204)


def change_customer(call: Call) -> Reply:
    """https://docs.klarna.com/order-management/pre-delivery/update-customer-address/"""
    order = living(call)
    order.data = {**order.data, **call.body}
    return Reply(204)


def extend(call: Call) -> Reply:
    """https://docs.klarna.com/order-management/pre-delivery/extend-order-authorization-time/: 28 more days from
    now.
    """
    order = living(call)
    if call.now + AUTHORIZATION_LASTS > order.created_at + LONGEST:
        raise not_allowed("Order has reached its longest authorization time. Authorization time cannot be extended")
    order.expires_at = call.now + AUTHORIZATION_LASTS
    return Reply(204)


def add_shipping(call: Call) -> Reply:
    mine(call).shipping_info.extend(call.body["shipping_info"])
    return Reply(204)


def _write(method: str, path: str, act: Act, takes: Body | None = None) -> Operation:
    return Operation(method, f"{ORDERS}/{{order_id}}{path}", act, takes, keyed=True)


OPERATIONS = (
    Operation("GET", f"{ORDERS}/{{order_id}}", read),
    _write("POST", "/acknowledge", acknowledge),
    _write("PATCH", "/authorization", change_amount, bodies.NEW_AMOUNT),
    _write("POST", "/cancel", cancel),
    _write("PATCH", "/customer-details", change_customer, bodies.CUSTOMER_DETAILS),
    _write("POST", "/extend-authorization-time", extend),
    _write("PATCH", "/merchant-references", change_references, bodies.REFERENCES),
    _write("POST", "/release-remaining-authorization", release),
    _write("POST", "/shipping-info", add_shipping, bodies.SHIPPING_INFO),
)
