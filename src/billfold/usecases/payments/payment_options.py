"""Payment options: for which orders, and under which name."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.orders.orders import check_editable
from billfold.usecases.work import Work, reads


@reads("order.payment_options")
async def create(work: Work, option: Record, value: object = True) -> None:
    """One set of parameters per order and type of payment source: two could contradict each other."""
    order = _order(work, option)
    kind = option["payment_source_type"]
    if any(o["payment_source_type"] == kind and o.id != option.id for o in order.many("payment_options")):
        raise Refused("has already been taken", at="payment_source_type", error="taken", meta={"value": kind})
    work.guard(order)
    _check(option)
    _name(work, option)


@reads("order.payment_options")
async def update(work: Work, option: Record, value: object = True) -> None:
    if work.incoming.relationships or "data" in work.incoming.values:
        order = _order(work, option)
        kind = option["payment_source_type"]
        if any(o["payment_source_type"] == kind and o.id != option.id for o in order.many("payment_options")):
            raise Refused("has one for this type of payment source", at="relationships/order", error="taken")
        work.guard(order)
        _check(option)
    _name(work, option)


def _check(option: Record) -> None:
    noted = (option["data"] or {}).get("metadata")
    if noted is not None and not isinstance(noted, dict):
        raise Refused("has “metadata” that is no object", at="data", error="invalid")


def _order(work: Work, option: Record) -> Record:
    order = option.one("order")
    assert order is not None
    check_editable(work, order)
    return order


def _name(work: Work, option: Record) -> None:
    """“Stripe payment”, when it has no name of its own."""
    if not option["name"]:
        work.set(option, name=option["payment_source_type"].removesuffix("s").replace("_", " ").capitalize())
