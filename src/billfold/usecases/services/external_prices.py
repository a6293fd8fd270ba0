"""External prices: what the market's own service says that a line item costs, instead of the price list."""

from __future__ import annotations

from functools import partial
from typing import Any

from billfold.domain.cards import where_a_card_number_is
from billfold.domain.errors import Refused, ServiceFailed
from billfold.domain.prices import DEAREST
from billfold.jsonapi.members import Attribute
from billfold.jsonapi.record import Record
from billfold.usecases.services import circuits
from billfold.usecases.services.callouts import Reply, Service
from billfold.usecases.work import Work

URL = "external_prices_url"
FLAG = "_external_price"
CALLED = "The market's price service"
PRICED = ("skus", "bundles")
# What goes along with the line item. Source: https://docs.commercelayer.io/core/external-resources/external-prices
INCLUDES = "order.customer.tags order.line_items order.market item"


async def take(work: Work, order: Record, item: Record) -> bool:
    """Give the line item the price that the service names; False if it fails and the organization wants no error then.

    Raises Refused when the market has no service, the line item is of nothing that has prices, or the service refuses;
    ServiceFailed when it names no price.
    """
    market = order.one("market")
    if market is None or not market[URL]:
        problem = f"cannot be asked for: the order's market has no {URL}"
        raise Refused(problem, at=FLAG, error="not_configured")
    if item["item_type"] not in PRICED:
        raise Refused("is only for SKUs and bundles", at=FLAG, error="unsupported")
    item.related.setdefault("order", order)
    try:
        service = Service(CALLED, market, URL, INCLUDES, circuit=item)
        reply = await work.tools.callouts.ask(work, item, service)
        priced = _priced(item, reply) if reply.success else {}
    except ServiceFailed as trouble:
        organization = await work.organization()
        if organization["external_prices_errors"] is False:
            circuits.note(work, item, failed=True)
            return False
        await _note_beside(work, item, failed=True)
        trouble.at = FLAG
        raise
    if not reply.success:
        await _note_beside(work, item, failed=False)
        problem = reply.message or "was refused by the market's price service"
        raise Refused(problem, at=FLAG, error=reply.code or "invalid")
    circuits.note(work, item, failed=False)
    work.set(item, **priced, priced_by_hand=False)
    return True


async def _note_beside(work: Work, item: Record, *, failed: bool) -> None:
    """A line item that comes to nothing has no circuit to note it in."""
    if not work.inserts(item):
        await circuits.beside(work, item, partial(circuits.note, failed=failed))


def _priced(item: Record, reply: Reply) -> dict[str, Any]:
    """The values that the service gives the line item. Raises ServiceFailed for what can be no price of it."""
    unit, code, notes = reply.data.get("unit_amount_cents"), reply.data.get("sku_code"), reply.data.get("metadata")
    if type(unit) is not int or not 0 <= unit <= DEAREST:
        raise ServiceFailed(f"{CALLED} named no unit_amount_cents between 0 and {DEAREST}.")
    if code and item["sku_code"] and code != item["sku_code"]:
        raise ServiceFailed(f"{CALLED} named the price of another article.")
    if not notes:
        return {"unit_amount_cents": unit}
    return {"unit_amount_cents": unit, "metadata": {**(item["metadata"] or {}), **_kept(item, notes)}}


def _kept(item: Record, notes: Any) -> dict[str, Any]:
    """What a service wants noted goes by the rules for what clients send."""
    member = item.resource.members["metadata"]
    assert isinstance(member, Attribute)
    try:
        kept: dict[str, Any] = member.read(notes)
    except ValueError as wrong:
        raise ServiceFailed(f"{CALLED} sent metadata that {wrong}.") from wrong
    if where_a_card_number_is(kept) is not None:
        raise ServiceFailed(f"{CALLED} sent what looks like a card number.")
    return kept
