"""Orders: opened, changed, deleted, put away."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from billfold.domain.errors import NOT_ALLOWED, NotAllowed, Refused
from billfold.domain.orders import EDITABLE, OPEN_TO_STOREFRONTS, after
from billfold.jsonapi.record import Record
from billfold.usecases.orders import drafts, order_customers, taxes
from billfold.usecases.orders.totals import FOR_TOTALS, drop_source, settle_totals, supersede
from billfold.usecases.orders.whereabouts import FOLLOWED, check_country, take_over
from billfold.usecases.payments import payments
from billfold.usecases.payments.positions import (
    check_amounts_may_change,
    check_nothing_held,
    check_source_may_change,
    position_of,
)
from billfold.usecases.payments.purchases import shopper_id
from billfold.usecases.promotions import coupons, gift_cards
from billfold.usecases.shipping import shipments, stock
from billfold.usecases.work import OWN_NOTES, Work, reads

OF_MARKET = "price_list default_payment_method.payment_gateway"  # what entering a market needs, as include paths


@reads(" ".join(f"market.{path}" for path in OF_MARKET.split()))
async def create(work: Work, order: Record, value: object = True) -> None:
    """Open an order: in the market that was named, or else in the one of the token's scope."""
    market = order.related.get("market")
    if market is None:
        if not work.caller.market_ids:
            raise Refused("can't be blank", at="relationships/market", error="blank")
        market = await work.read("markets", work.caller.market_ids[0], OF_MARKET)
        if market is None:
            raise Refused("must exist", at="relationships/market", error="not_found")
        work.relate(order, "market", market)
    _enter_market(work, order, market)
    sent = order["number"] if await _may_number(work) else None
    number = sent or str(await work.db.fetchval("SELECT nextval('order_numbers')"))
    work.set(
        order,
        number=number,
        token=secrets.token_hex(16),
    )
    order.related |= {"line_items": [], "transactions": [], "shipments": []}
    for name in ("payment_method", "payment_source", "billing_address", "shipping_address", "customer"):
        order.related.setdefault(name, None)
    drafts.note_term(work, order)
    await order_customers.attach(work, order)
    complete(work, order)
    check_country(order)
    take_over(work, order)
    await _enter_codes(work, order)
    work.event("orders.create", order)
    work.event("orders.draft", order)


async def _may_number(work: Work) -> bool:
    """Whether a number that was sent counts: the server counts orders up unless the organization lets back offices."""
    if "number" not in work.incoming.values:
        return False
    mode = "test" if work.caller.test else "live"
    return bool((await work.organization())[f"orders_number_editable_{mode}"])


# What changes an order's amounts when it is sent.
AMOUNTS_FOLLOW = frozenset(
    {
        "shipping_address",
        "billing_address",
        "shipping_country_code_lock",
        "coupon_code",
        "gift_card_code",
        "gift_card_or_coupon_code",
        "freight_taxable",
        "payment_method_taxable",
        "adjustment_taxable",
        "gift_card_taxable",
    }
)


@reads(
    market=" ".join(("line_items", *(f"market.{path}" for path in OF_MARKET.split()))),
    **dict.fromkeys((*AMOUNTS_FOLLOW, "payment_method", "payment_source"), FOR_TOTALS),
)
async def update(work: Work, order: Record, value: object = True) -> None:
    """Change an order that can still be edited. A customer's token makes a guest's order theirs, even when empty."""
    incoming, sent = work.incoming, work.incoming.names
    if "number" in incoming.values and not await _may_number(work):
        work.set(order, number=work.former(order, "number"))
    # A back office may make its notes whatever has become of the order.
    if incoming.relationships or incoming.values.keys() - (OWN_NOTES if not work.caller.is_sales_channel else set()):
        check_editable(work, order)
    if order["status"] in EDITABLE:
        drafts.note_term(work, order)
        await order_customers.attach(work, order)
        complete(work, order)
    if "market" in incoming.relationships:
        _move(work, order)
    if "payment_method" in incoming.relationships:
        await choose_method(work, order, order.one("payment_method"))
    if "payment_source" in incoming.relationships:
        await _choose_source(work, order)
    if sent & FOLLOWED:
        check_country(order)
        take_over(work, order)
    await _enter_codes(work, order)
    changed = bool(order["coupon_id"]) and work.former(order, "customer_id") != order["customer_id"]
    if changed:
        await _look_at_coupon_again(work, order)
    if "payment_source" not in incoming.relationships:
        await _part_with_anothers_source(work, order)
    if changed or sent & AMOUNTS_FOLLOW:
        check_amounts_may_change(order)
        settle_totals(work, order)


async def _look_at_coupon_again(work: Work, order: Record) -> None:
    """Another customer: the coupon may not be for them, or they may have used it before.

    Few orders have a coupon by the time somebody is named, so what the totals take is read only now.
    """
    if "coupon_uses" not in order.related:
        again = await work.read("orders", order.id, FOR_TOTALS)
        assert again is not None
        kept = {"customer", *work.incoming.relationships}
        order.related.update({name: found for name, found in again.related.items() if name not in kept})
    await coupons.look_up_uses(work, order)


async def _part_with_anothers_source(work: Work, order: Record) -> None:
    """Another customer, or a guest who turned out to be one: what was prepared for whoever it was before is neither
    theirs to pay with nor to keep; money that was taken stays the order's. It is read only now, for few orders have a
    source by then."""
    before = None if work.former(order, "guest") else work.former(order, "customer_id")
    known = order["payment_source_id"] and order["status"] in OPEN_TO_STOREFRONTS
    if not known or before == shopper_id(order):
        return
    await work.read_beside(order, "payment_source transactions")
    if position_of(order).captured:
        return  # it is paid for, by whoever that was
    await payments.turn_away(work, order)
    drop_source(work, order)


def _move(work: Work, order: Record) -> None:
    """Another market, as long as nothing was put in at the prices of the first."""
    if order.many("line_items"):
        raise Refused("cannot change once there are line items", at="relationships/market", error="not_changeable")
    market = order.one("market")
    if market is None:
        raise Refused("can't be blank", at="relationships/market", error="blank")
    _enter_market(work, order, market)


def _enter_market(work: Work, order: Record, market: Record) -> None:
    """Take over the currency of a market that the caller may sell in, and its payment method where none is chosen: the
    fee comes in with the first line item. Needs OF_MARKET read."""
    if market["disabled_at"]:
        raise Refused("is disabled", at="relationships/market", error="not_available")
    if work.caller.market_ids and market.id not in work.caller.market_ids:
        raise Refused("is not in the scope of the access token", at="relationships/market", error="not_in_scope")
    prices = market.one("price_list")
    order.values["checkout_pattern"] = market["checkout_url"]
    work.set(
        order,
        currency_code=prices["currency_code"] if prices else None,
        tax_included=bool(prices and prices["tax_included"]),
    )
    suggested = market.one("default_payment_method")
    if suggested is None or order["payment_method_id"] or "payment_method" in work.incoming.relationships:
        return
    gateway = suggested.one("payment_gateway")
    if _unavailable(order, suggested) is None and gateway is not None and not gateway["disabled_at"]:
        work.relate(order, "payment_method", suggested)


@reads(f"line_items.line_item_options transactions {stock.READS}")
async def delete(work: Work, order: Record, value: object = True) -> None:
    """Only an order that nobody placed can go; afterwards it is archived instead."""
    if order["status"] not in EDITABLE or order["placed_at"]:
        raise Refused("cannot be deleted once placed: archive it instead", at="status", error="not_deletable")
    if order.many("transactions"):
        raise Refused("cannot be deleted: money was moved for it", at="status", error="not_deletable")
    work.guard(order)
    shipments.drop_all(work, order)
    for item in order.many("line_items"):
        for option in item.many("line_item_options"):
            work.delete(option)
        work.delete(item)
    for row in await work.db.fetch(
        "SELECT type, id FROM payment_sources WHERE organization_id = $1 AND order_id = $2",
        work.organization_id,
        order.id,
    ):
        source = await work.read(row["type"], row["id"])
        if source is not None:
            supersede(work, source)
            work.delete(source)
    work.delete(order)


def check_editable(work: Work, order: Record) -> None:
    """Raise unless the order's contents may still be changed: 401 for storefronts, a reason for back offices."""
    storefront = work.caller.is_sales_channel
    if order["status"] in (OPEN_TO_STOREFRONTS if storefront else EDITABLE):
        return
    if storefront:
        raise NotAllowed(NOT_ALLOWED)
    raise Refused(f"is {order['status']}: the order can no longer be edited", at="status", error="not_editable")


def _unavailable(order: Record, method: Record) -> str | None:
    """What keeps an order from being paid by a method; None when nothing does."""
    if method["disabled_at"]:
        return "is disabled"
    if method["currency_code"] not in (None, order["currency_code"]):
        return "is for another currency"
    if method["market_id"] not in (None, order["market_id"]):
        return "is for another market"
    return None


async def choose_method(work: Work, order: Record, method: Record | None) -> None:
    """Pay by another method. A source of the former method is of no use any more."""
    problem = _unavailable(order, method) if method is not None else None
    if problem is not None:
        raise Refused(problem, at="relationships/payment_method", error="not_available")
    work.relate(order, "payment_method", method)
    source = order.one("payment_source")
    if source is not None and (method is None or method["payment_gateway_id"] != source["payment_gateway_id"]):
        await payments.turn_away(work, order)
        drop_source(work, order)
    settle_totals(work, order)


async def _choose_source(work: Work, order: Record) -> None:
    """Pay with another source that was made for this order before, or with none; nothing may be held meanwhile."""
    chosen, former_id = order.one("payment_source"), work.former(order, "payment_source_id")
    if chosen is not None and chosen["order_id"] != order.id:
        raise Refused("belongs to another order", at="relationships/payment_source", error="not_found")
    if chosen is not None and chosen["shopper_id"] != shopper_id(order):
        problem = "was prepared for whoever the order was for before"
        raise Refused(problem, at="relationships/payment_source", error="owned_by_another")
    if former_id is None or (chosen is not None and chosen.id == former_id):
        return
    check_source_may_change(order)
    check_nothing_held(order)
    former = await work.read("payment_sources", former_id)
    if former is not None:
        supersede(work, former)
    work.set(order, payment_source_details={})
    if chosen is not None:
        work.set(chosen, superseded=False)


async def _enter_codes(work: Work, order: Record) -> None:
    """Take in the codes of a gift card and a coupon that were sent; an empty one lets go of what was entered before."""
    sent = work.incoming.values
    if "gift_card_code" in sent:
        await _enter(gift_cards.choose, work, order, "gift_card_code")
    if "coupon_code" in sent:
        await _enter(coupons.choose, work, order, "coupon_code")
    either = "gift_card_or_coupon_code"
    if work.sent(either) and not await gift_cards.choose(work, order, work.sent(either), at=either):
        await _enter(coupons.choose, work, order, either)


Choose = Callable[..., Awaitable[bool]]


async def _enter(choose: Choose, work: Work, order: Record, name: str) -> None:
    code = (work.sent(name) or "").strip()
    if not await choose(work, order, code, at=name) and code:
        raise Refused("is not valid", at=name, error="invalid", meta={"value": code})


def complete(work: Work, order: Record) -> None:
    """A draft with a customer and something to buy is a pending order."""
    something = order["skus_count"] or order["subtotal_amount_cents"]  # gift cards are no SKUs
    if order["status"] == "draft" and order["customer_id"] and something:
        work.set(order, status=after("draft", "complete"))
        work.event("orders.pending", order)
    drafts.settle_term(work, order)


@reads(FOR_TOTALS + " customer")
async def update_taxes(work: Work, order: Record, value: object = True) -> None:
    """Work the taxes out anew, and count it even when nothing has changed."""
    check_editable(work, order)
    taxes.check_calculator(order)
    count = order["tax_calculations_count"] or 0
    settle_totals(work, order)
    work.set(order, tax_calculations_count=count + 1)


async def archive(work: Work, order: Record, value: object = True) -> None:
    if not order["archived_at"]:
        work.set(order, archived_at=work.now)


async def unarchive(work: Work, order: Record, value: object = True) -> None:
    work.set(order, archived_at=None)
