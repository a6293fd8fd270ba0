"""Validating: what the market's own service says to an order, for whoever wants to know and before it is placed."""

from __future__ import annotations

from functools import partial
from typing import Any

from billfold.domain.errors import Refused, ServiceFailed
from billfold.jsonapi.members import Attribute, Relationship
from billfold.jsonapi.record import Record
from billfold.usecases.services import circuits
from billfold.usecases.services.callouts import LONGEST, Reply, Service
from billfold.usecases.work import Work, reads

URL = "external_order_validation_url"
# What goes along with the order. Source: https://docs.commercelayer.io/core/external-resources/external-order-validation
INCLUDES = "billing_address shipping_address line_items.item market customer shipments.shipping_method"
MOST_PROBLEMS = 50


@reads(INCLUDES)
async def validate(work: Work, order: Record, value: object = True) -> None:
    """Raise Refused if the service objects. That it fails is no objection: it is counted, and placing asks again."""
    if not _url(order):
        problem = f"has no {URL}: there is nobody to ask"
        raise Refused(problem, at="relationships/market", error="not_configured")
    try:
        await _ask(work, order)
    except ServiceFailed:
        _note(work, order, failed=True)
    else:
        _note(work, order, failed=False)


async def check(work: Work, order: Record) -> None:
    """Raise Refused if the service of the order's market objects to it, ServiceFailed if it gives no answer that can be
    understood; nothing happens in a market without one. Needs INCLUDES read."""
    if not _url(order):
        return
    try:
        await _ask(work, order)
    except ServiceFailed:
        await circuits.beside(work, order, partial(_note, failed=True))
        raise
    _note(work, order, failed=False)


def _url(order: Record) -> Any:
    market = order.one("market")
    return market is not None and market[URL]


async def _ask(work: Work, order: Record) -> None:
    market = order.one("market")
    assert market is not None
    service = Service("The market's order validation", market, URL, INCLUDES, circuit=order)
    reply = await work.tools.callouts.ask(work, order, service)
    if not reply.success:
        await circuits.beside(work, order, partial(_note, failed=False))
        raise Refused.all(_problems(order, reply))


def _note(work: Work, order: Record, *, failed: bool) -> None:
    work.add(order, validations_count=1)
    circuits.note(work, order, failed=failed)


def _problems(order: Record, reply: Reply) -> list[Refused]:
    """One problem per sentence about a member of the order; else the one that the service gives for all of it."""
    code = reply.code or "invalid"
    found = [
        Refused(sentence[:LONGEST], at=_pointed_at(order, name), error=code)
        for name, said in reply.data.items()
        for sentence in (said if isinstance(said, list) else [said])
        if isinstance(sentence, str) and sentence.strip()
    ]
    if reply.message or not found:
        found.insert(0, Refused(reply.message or "was refused by the market's order validation", error=code))
    return found[:MOST_PROBLEMS]


def _pointed_at(order: Record, name: str) -> str | None:
    """The order's member that a service names, as errors point at it; None for "base" and for what is no member."""
    member = order.resource.members.get(name)
    if isinstance(member, Relationship):
        return f"relationships/{name}"
    return name if isinstance(member, Attribute) and member.shown else None
