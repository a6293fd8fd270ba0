"""Shipping costs that a service of the merchant's names: asked when the method is chosen, kept for just that shipment.

Amounts are worked out without asking anybody. So the price stands on the shipment together with what it was asked for;
once the shipment is another, the method has to be chosen anew.
"""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import Any

import msgspec

from billfold.domain.errors import Refused, ServiceFailed
from billfold.domain.prices import DEAREST
from billfold.jsonapi.record import Record
from billfold.usecases.services import circuits
from billfold.usecases.services.callouts import Service
from billfold.usecases.work import Work

CALLED = "The shipping method's price service"
# Source: https://docs.commercelayer.io/core/external-resources/external-shipping-costs
INCLUDES = "shipping_method order"
PRICE = "price_amount_cents"
_WHERE_TO = ("line_1", "line_2", "city", "zip_code", "state_code", "country_code")


async def find_out(work: Work, order: Record, shipment: Record, method: Record) -> None:
    """Have the method's service name the shipment's costs; while it fails, the method's own price stands in.

    Raises Refused when the service refuses. Nothing happens unless the method's scheme is "external".
    """
    if method["scheme"] != "external":
        return
    cents: Any = None
    try:
        service = Service(CALLED, method, "external_prices_url", INCLUDES, circuit=method)
        reply = await work.tools.callouts.ask(work, shipment, service)
        if not reply.success:
            await circuits.beside(work, method, partial(circuits.note, failed=False))
            problem = reply.message or "was refused by the shipping method's price service"
            raise Refused(problem, at="relationships/shipping_method", error=reply.code or "invalid")
        cents = reply.data.get(PRICE)
        if type(cents) is not int or not 0 <= cents <= DEAREST:
            raise ServiceFailed(f"{CALLED} named no {PRICE} between 0 and {DEAREST}.")
    except ServiceFailed:
        cents = method["price_amount_cents"] or 0
        circuits.note(work, method, failed=True)
    else:
        circuits.note(work, method, failed=False)
    work.set(shipment, external_cost_cents=cents, external_cost_for=_occasion(order, shipment, method))


def holds(order: Record, shipment: Record, method: Record) -> bool:
    """Whether what the method costs is known for the shipment as it is now. What was placed stays at its price."""
    if method["scheme"] != "external" or order["status"] == "editing":
        return True
    return bool(shipment["external_cost_for"] == _occasion(order, shipment, method))


def _occasion(order: Record, shipment: Record, method: Record) -> str:
    """A short text that is another one whenever the price may be: another method, place, destination or content."""
    to = order.related.get("shipping_address")
    pieces = sorted(
        (piece["sku_code"] or "", piece["quantity"])
        for name in ("stock_line_items", "stock_transfers")
        for piece in order.related.get(name) or ()
        if piece["shipment_id"] == shipment.id
    )
    facts = (
        method.id,
        shipment["stock_location_id"],
        [to[part] for part in _WHERE_TO] if to is not None else None,
        pieces,
        shipment["order_subtotal_cents"],
    )
    return sha256(msgspec.json.encode(facts)).hexdigest()
