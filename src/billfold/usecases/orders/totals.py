"""Keep an order's amounts, its generated line items and its payment source in step with one another."""

from __future__ import annotations

from collections.abc import Mapping

from billfold.domain.money import Money
from billfold.domain.orders import Part, totals
from billfold.jsonapi.record import Record
from billfold.usecases.orders import taxes
from billfold.usecases.payments.positions import payment_status_of
from billfold.usecases.promotions import gift_cards, promotions
from billfold.usecases.shipping import shipments
from billfold.usecases.work import Work

# What `settle_totals` looks at, as include paths from the order.
FOR_TOTALS = " ".join(
    (
        "payment_method.payment_gateway payment_source.payment_gateway line_items transactions",
        shipments.READS,
        promotions.READS,
        taxes.READS,
        gift_cards.READS,
    )
)


def settle_totals(work: Work, order: Record) -> None:
    """Work the order out anew, each step from what the ones before it came to: what is shipped, the payment method's
    fee, discounts, taxes, what a gift card pays. Needs FOR_TOTALS read; everything changed here is guarded by the
    order."""
    work.guard(order)
    shipments.rebuild(work, order)
    _settle_fee(work, order)
    promotions.apply(work, order)
    if shipments.charge(work, order):
        promotions.apply(work, order)  # what is free over an amount depends on the discounts
    reliefs = taxes.apply(work, order)
    unpaid = [p for p in parts(order, reliefs) if p.family != "gift_card"]
    included = bool(order["tax_included"])
    gift_cards.apply(work, order, totals(unpaid, tax_included=included)["total_amount_with_taxes_cents"])
    work.set(order, **totals(parts(order, reliefs), tax_included=included))
    due = Money(order["total_amount_with_taxes_cents"], order["currency_code"])
    work.set(order, payment_status=payment_status_of(order) if order.many("line_items") else "unpaid")
    source = order.one("payment_source")
    if source is not None and order["status"] != "editing":  # else its money is held already
        _compare(work, order, source, due)


def parts(order: Record, reliefs: Mapping[str, int]) -> list[Part]:
    """The line items as what they add up from.

    reliefs  what `taxes.apply` returned
    """
    return [
        Part(
            i["item_type"],
            i["total_amount_cents"] or 0,
            i["quantity"],
            discount=i["discount_cents"] or 0,
            tax=i["tax_amount_cents"] or 0,
            pieces=1 if i["pieces"] is None else i["pieces"],
            relief=reliefs.get(i.id, 0),
        )
        for i in order.many("line_items")
    ]


def _compare(work: Work, order: Record, source: Record, due: Money) -> None:
    """See to a source that was prepared for another amount than the order costs now."""
    if source["amount_cents"] == due.minor:
        work.set(source, mismatched_amounts=False)
    elif not work.accounts.psp(source).synchronous:
        work.set(source, mismatched_amounts=True)
    elif source["customer_payment_source_id"]:
        work.set(source, amount_cents=due.minor)  # it stands for no agreement about an amount
    else:
        drop_source(work, order)


def drop_source(work: Work, order: Record) -> None:
    """Let the order be without a payment source; what was prepared at the PSP is discarded by the worker."""
    source = order.one("payment_source")
    assert source is not None
    work.relate(order, "payment_source", None)
    work.set(order, payment_source_details={})
    supersede(work, source)


def supersede(work: Work, source: Record) -> None:
    """The order will be paid otherwise: cancel what this source prepared at the PSP."""
    work.set(source, superseded=True)
    details = {a.name: source[a.name] for a in source.resource.attributes() if source.resource.in_details(a)}
    payload = {"gateway_id": source["payment_gateway_id"], "source_id": source.id, "source": details}
    work.job("discard", work.now, payload)


def _settle_fee(work: Work, order: Record) -> None:
    """The payment method's price stands on the order as a line item that the server made."""
    method = order.one("payment_method")
    price = method["price_amount_cents"] or 0 if method is not None else 0
    made = next((i for i in order.many("line_items") if i["item_type"] == "payment_methods"), None)
    if made is not None and (method is None or not price or made["item_id"] != method.id):
        work.delete(made)
        order.many("line_items").remove(made)
        made = None
    if method is None or not price:
        return
    amounts = {"unit_amount_cents": price, "total_amount_cents": price}
    if made is not None:
        work.set(made, **amounts)
        return
    values = {
        "item_type": "payment_methods",
        "name": method["name"],
        "quantity": 1,
        "currency_code": order["currency_code"],
        **amounts,
    }
    fee = work.insert("line_items", values, {"order": order, "item": method})
    order.many("line_items").append(fee)
