"""How often line items recur: as their order's market offers it, and not otherwise."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.subscriptions import objection
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work


async def missing(work: Work, order: Record) -> list[Refused]:
    """One problem for each line item that recurs otherwise than the order's market has it by now."""
    if not recurring(order):
        return []
    found = await work.read("orders", order.id, "market.subscription_model line_items")
    return objections(found) if found is not None else []


def objections(order: Record) -> list[Refused]:
    found = []
    for item in recurring(order):
        problem = objection(kind(item), item["frequency"], model_of(order))
        if problem is not None:
            meta = {"line_item_id": item.id, "value": item["frequency"]}
            sentence = f"frequency {item['frequency']} {problem[0]}"
            found.append(Refused(sentence, at="relationships/line_items", error=problem[1], meta=meta))
    return found


def check(work: Work, order: Record, item: Record, kind: str | None) -> None:
    """A line item recurs only as the order's market offers; an empty frequency is none.

    order  with its market's subscription model read, where the client sent a frequency
    kind   what the line item is of; None when it is of nothing that could be bought again
    """
    if not item["frequency"]:
        work.set(item, frequency=None)
    elif work.sent("frequency"):
        problem = objection(kind, item["frequency"], model_of(order))
        if problem is not None:
            raise Refused(problem[0], at="frequency", error=problem[1], meta={"value": item["frequency"]})


def kind(item: Record) -> str | None:
    """What a line item is of; None for one that a back office has described without naming anything."""
    return str(item["item_type"]) if item["item_id"] else None


def recurring(order: Record) -> list[Record]:
    return [item for item in order.many("line_items") if item["frequency"]]


def model_of(order: Record) -> Record | None:
    market = order.one("market")
    return market.one("subscription_model") if market is not None else None
