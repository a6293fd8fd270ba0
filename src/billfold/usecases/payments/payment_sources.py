"""Payment sources: prepared at the PSP for one order, kept in step with it, read anew, dropped."""

from __future__ import annotations

from typing import Any

from billfold.domain.errors import Refused, Unsupported
from billfold.gateways.protocol import Details, Gateway, KeepsSources, Key, Purchase, Shopper
from billfold.jsonapi.record import Record
from billfold.usecases.orders.orders import check_editable
from billfold.usecases.orders.totals import drop_source, supersede
from billfold.usecases.payments.payments import check_may_turn_away, turn_away
from billfold.usecases.payments.positions import check_nothing_held
from billfold.usecases.payments.purchases import FOR_PURCHASE, added_for, purchase, shopper, shopper_id
from billfold.usecases.payments.taking_in import FOR_TAKING_IN, take_in
from billfold.usecases.payments.unreported import look_later
from billfold.usecases.work import Work, reads

# What preparing a source looks at beside it, as include paths from the source.
FOR_PREPARING = " ".join(
    f"order.{path}"
    for path in (
        *FOR_PURCHASE.split(),
        "payment_method.payment_gateway",
        "payment_source",
        "payment_options",
        "transactions",
    )
)


@reads(FOR_PREPARING)
async def create(work: Work, source: Record, value: object = True) -> None:
    """Open what the browser needs at the PSP, and pay the order with this source from now on."""
    order = source.one("order")
    assert order is not None
    check_editable(work, order)
    method = order.one("payment_method")
    if method is None:
        raise Refused("needs a payment method first", at="relationships/order", error="payment_method_missing")
    if method["payment_source_type"] != source.type:
        problem = f"is paid with {method['payment_source_type']}, not with {source.type}"
        raise Refused(problem, at="relationships/order", error="payment_method_mismatch")
    gateway_record = method.one("payment_gateway")
    if gateway_record is None or gateway_record["disabled_at"]:
        raise Refused("has a payment method whose gateway is disabled", at="relationships/order", error="not_available")
    await attach(work, order, source, gateway_record)


async def attach(
    work: Work, order: Record, source: Record, gateway_record: Record, customer_token: str | None = None
) -> None:
    """Prepare a new source and make it the order's; the former one is cancelled at the PSP, and money that is held with
    it let go, only once the new one is there. Needs payment_options read.

    customer_token  the customer's id at the PSP where that is known without looking
    """
    check_may_turn_away(order)
    work.guard(order)
    work.relate(source, "payment_gateway", gateway_record)
    gateway = await work.accounts.gateway(gateway_record)
    token = customer_token or await enrolled(work, gateway_record, gateway, shopper(order))
    bought = purchase(order, token, added_for(order, source.type))
    details = await _prepared(work, gateway_record.id, gateway, bought, source)
    await turn_away(work, order)
    psp = work.accounts.psp(source)
    work.set(
        source,
        **details,
        instrument_customer_token=token,
        shopper_id=shopper_id(order),
        amount_cents=order["total_amount_with_taxes_cents"],
        mismatched_amounts=False,
        gateway_reference=details.get(psp.identity),
    )
    former = order.one("payment_source")
    if former is not None:
        supersede(work, former)
    work.relate(order, "payment_source", source)
    work.set(order, payment_source_details={})
    look_later(work, source)


async def _prepared(work: Work, gateway_id: str, gateway: Gateway, bought: Purchase, source: Record) -> Details:
    """What the PSP opened for the source. An attempt that comes after a lost race goes on with what the one before it
    had opened, told what the order costs by now."""
    amount, details = work.attempts.prepared.get(gateway_id, (None, {}))
    if amount is None:
        details = await gateway.prepare(bought, source.values, key=Key(source.id))
        if not any(isinstance(v, str) and source.values.get(n) == v for n, v in details.items()):
            # What the client knew before, it had opened by itself, and is not ours to close.
            opened = {"gateway_id": gateway_id, "source_id": source.id, "source": {**details}}
            work.attempts.undo.append(("discard", opened))
    elif amount != bought.amount.minor:
        details = {**details, **await gateway.update(bought, {**source.values, **details})}
    work.attempts.prepared[gateway_id] = (bought.amount.minor, details)
    return details


async def enrolled(work: Work, gateway_record: Record, gateway: Gateway, buyer: Shopper | None) -> str | None:
    """The customer's id at the PSP, made at the first need and never for a guest: one per customer and gateway."""
    if buyer is None or not isinstance(gateway, KeepsSources):
        return None
    known = await _known(work, gateway_record.id, buyer.id)
    if known:
        return known
    token = await gateway.enroll(buyer, key=Key(f"{gateway_record.id}-{buyer.id}"))
    if token is not None:
        _remember(work, gateway_record.id, buyer.id, token)
    return token


async def adopt(work: Work, gateway_record: Record, customer_id: str, token: str) -> None:
    """A customer whom a back office brought along from elsewhere goes on as who they are at the PSP."""
    if await _known(work, gateway_record.id, customer_id) is None:
        _remember(work, gateway_record.id, customer_id, token)


async def _known(work: Work, gateway_id: str, customer_id: str) -> str | None:
    token: str | None = await work.db.fetchval(
        "SELECT token FROM gateway_customers"
        " WHERE organization_id = $1 AND customer_id = $2 AND payment_gateway_id = $3",
        work.organization_id,
        customer_id,
        gateway_id,
    )
    return token


def _remember(work: Work, gateway_id: str, customer_id: str, token: str) -> None:
    values = {"customer_id": customer_id, "payment_gateway_id": gateway_id, "token": token, "created_at": work.now}
    work.row("gateway_customers", values)


@reads("order")
async def update(work: Work, source: Record, value: object = True) -> None:
    """Take over what the browser found out. Options are merged: what the server knows of a source must not get lost."""
    if work.only_notes:
        return
    order = source.one("order")
    assert order is not None
    check_editable(work, order)
    if order.id != work.former(source, "order_id"):
        raise Refused("cannot change: a source pays one order", at="relationships/order", error="not_changeable")
    if isinstance(work.sent("options"), dict):
        work.set(source, options={**(work.former(source, "options") or {}), **work.sent("options")})


@reads("order.payment_source order.transactions")
async def delete(work: Work, source: Record, value: object = True) -> None:
    order = source.one("order")
    assert order is not None
    check_editable(work, order)
    check_nothing_held(order)
    work.guard(order)
    if order["payment_source_id"] == source.id:
        drop_source(work, order)
    work.delete(source)


@reads(f"{FOR_PREPARING} payment_gateway")
async def update_at_gateway(work: Work, source: Record, value: object = True) -> None:
    """Tell the PSP the order's present amount."""
    order, gateway_record = source.one("order"), source.one("payment_gateway")
    assert order is not None
    assert gateway_record is not None
    check_editable(work, order)
    gateway = await work.accounts.gateway(gateway_record)
    details: dict[str, Any] = dict(
        await gateway.update(purchase(order, source["instrument_customer_token"]), source.values)
    )
    work.guard(order)
    work.set(source, **details, amount_cents=order["total_amount_with_taxes_cents"], mismatched_amounts=False)
    work.touch(order)


@reads(FOR_TAKING_IN)
async def refresh(work: Work, source: Record, value: object = True) -> None:
    """Read what the PSP knows now, as if it had reported it."""
    order = source.one("order")
    assert order is not None
    if source.one("payment_gateway") is None:
        raise Unsupported("has no gateway to ask", at="_refresh")
    await take_in(work, order, source)
