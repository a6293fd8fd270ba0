"""Captures: https://docs.klarna.com/order-management/delivery/full-capture/"""

from __future__ import annotations

from billfold.sandbox.klarna import bodies
from billfold.sandbox.klarna.api import Act, Call, Operation, Reply
from billfold.sandbox.klarna.book import Capture, Order
from billfold.sandbox.klarna.errors import KlarnaError, not_allowed
from billfold.sandbox.klarna.orders import ORDERS, mine, render_capture
from billfold.sandbox.klarna.placing import take
from billfold.sandbox.klarna.shapes import Body

# What a later due date costs the shop, in minor units per offered number of days.
DUE_DATE_FEES = {14: 100, 30: 200}


def create(call: Call) -> Reply:
    """All of it or a part, as often as something remains. "The order might be cancelled or expired, or the
    captured amount might be higher than the remaining authorized amount":
    https://docs.klarna.com/resources/error-details/errors-in-order-management/. Nothing is captured while the
    fraud status is PENDING: https://docs.klarna.com/order-management/in-depth-knowledge/pending-orders/
    """
    order = mine(call)
    amount = call.body["captured_amount"]
    if order.fraud_status != "ACCEPTED" or not 0 < amount <= order.remaining:
        raise KlarnaError(403, "CAPTURE_NOT_ALLOWED", "Capture not allowed")
    capture = take(call.world, order, amount, call.body)
    return Reply(201, headers={"Location": f"{call.url}/{capture.id}", "Capture-Id": capture.id})


def list_all(call: Call) -> Reply:
    order = mine(call)
    return Reply(body=[render_capture(order, capture) for capture in order.captures])


def read(call: Call) -> Reply:
    order, capture = _mine(call)
    return Reply(body=render_capture(order, capture))


def add_shipping(call: Call) -> Reply:
    """https://docs.klarna.com/order-management/post-delivery/add-capture-shipping-details/"""
    _, capture = _mine(call)
    capture.data = {
        **capture.data,
        "shipping_info": [*capture.data.get("shipping_info", []), *call.body["shipping_info"]],
    }
    return Reply(204)


def send_again(call: Call) -> Reply:
    """https://docs.klarna.com/order-management/post-delivery/trigger-customer-send-out/: nobody gets a letter from
    a sandbox.
    """
    _mine(call)
    return Reply(204)


def due_date_options(call: Call) -> Reply:
    order, _ = _mine(call)
    options = [{"number_of_days": days, "amount": fee} for days, fee in DUE_DATE_FEES.items()]
    return Reply(body={"currency": order.currency, "options": options if _on_invoice(order) else []})


def extend_due_date(call: Call) -> Reply:
    """https://docs.klarna.com/order-management/post-delivery/extend-customer-due-date/: only what is paid later
    has a date to extend.
    """
    order, _ = _mine(call)
    if not _on_invoice(order) or call.body["number_of_days"] not in DUE_DATE_FEES:
        raise not_allowed("Extension of due date is not possible")
    return Reply(204)


def _on_invoice(order: Order) -> bool:
    return order.instrument == "invoice"


def _mine(call: Call) -> tuple[Order, Capture]:
    order = mine(call)
    for capture in order.captures:
        if capture.id == call.path["capture_id"]:
            return order, capture
    raise KlarnaError(404, "NO_SUCH_CAPTURE", f"Capture {call.path['capture_id']} cannot be found for order {order.id}")


_ALL = f"{ORDERS}/{{order_id}}/captures"
_ONE = f"{_ALL}/{{capture_id}}"


def _write(method: str, path: str, act: Act, takes: Body | None = None) -> Operation:
    return Operation(method, path, act, takes, keyed=True)


OPERATIONS = (
    _write("POST", _ALL, create, bodies.CAPTURE),
    Operation("GET", _ALL, list_all),
    Operation("GET", _ONE, read),
    _write("POST", f"{_ONE}/shipping-info", add_shipping, bodies.SHIPPING_INFO),
    _write("POST", f"{_ONE}/trigger-send-out", send_again),
    Operation("GET", f"{_ONE}/extend-due-date-options", due_date_options),
    _write("PATCH", f"{_ONE}/extend-due-date", extend_due_date, bodies.DUE_DATE),
)
