"""How an order comes to be at Klarna, whichever of the two ways it was asked for."""

from __future__ import annotations

from billfold.sandbox.klarna.api import Call
from billfold.sandbox.klarna.book import DAY, Capture, Json, Order, new_uuid
from billfold.sandbox.klarna.instruments import authorized
from billfold.sandbox.world import World

# 28 days unless agreed otherwise: https://docs.klarna.com/order-management/pre-delivery/extend-order-authorization-time/
AUTHORIZATION_LASTS = 28 * DAY


def place(
    call: Call,
    *,
    instrument: str,
    outcome: str,
    country: str,
    session_id: str | None = None,
    inherited: Json | None = None,
) -> Json:
    """Make the order of `call.body`, hold the money, and return the answer to give.

    `outcome` is accepted or pending; `inherited` is what the order has from its session or token unless it says
    otherwise.
    """
    body = {**(inherited or {}), **call.body}
    urls = body.get("merchant_urls", {})
    order = Order(
        id=new_uuid(),
        merchant=call.merchant,
        data=body,
        instrument=instrument,
        country=country.upper(),
        currency=body["purchase_currency"].upper(),
        created_at=call.now,
        expires_at=call.now + AUTHORIZATION_LASTS,
        amount=body["order_amount"],
        original=body["order_amount"],
        remaining=body["order_amount"],
        fraud_status=outcome.upper(),
    )
    if "notification" in urls:
        order.notification_url = fill(urls["notification"], order.id, session_id)
    if "confirmation" in urls:
        order.data = {
            **body,
            "merchant_urls": {**urls, "confirmation": fill(urls["confirmation"], order.id, session_id)},
        }
    call.book.orders[order.id] = order
    call.world.record("klarna", "authorization", order.id, order.amount, order.currency)
    order.capture_when_accepted = bool(body.get("auto_capture")) and order.amount > 0
    capture_if_agreed(call.world, order)
    return {
        "order_id": order.id,
        "redirect_url": f"{call.public_url}/_sandbox/klarna/redirect/{order.id}",
        "fraud_status": order.fraud_status,
        "authorized_payment_method": authorized(instrument),
    }


def capture_if_agreed(world: World, order: Order) -> None:
    """`auto_capture`: take everything, as soon as the order is accepted."""
    if order.capture_when_accepted and order.fraud_status == "ACCEPTED":
        order.capture_when_accepted = False
        take(world, order, order.remaining, {"order_lines": order.data.get("order_lines", [])})


def take(world: World, order: Order, amount: int, data: Json) -> Capture:
    """Capture; the caller has made sure that it may."""
    capture = Capture(
        id=new_uuid(),
        amount=amount,
        at=world.now(),
        reference=f"{order.reference}-{len(order.captures) + 1}",
        data=data,
    )
    world.record("klarna", "capture", order.id, amount, order.currency)
    order.captures.append(capture)
    order.remaining -= amount
    return capture


def let_go(world: World, order: Order) -> None:
    """Give back to the customer what is not captured yet."""
    if order.remaining:
        world.record("klarna", "void", order.id, order.remaining, order.currency)
    order.remaining = 0


def fill(url: str, order_id: str, session_id: str | None) -> str:
    """Put ids where the shop's URL has a place for them: https://docs.klarna.com/api/payments/, merchant_urls."""
    return url.replace("{order.id}", order_id).replace("{session.id}", session_id or "")
