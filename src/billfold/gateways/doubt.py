"""What no PSP is believed: an answer of another shape than it documents, and a verdict about other money than it was
asked about. Both are requests without a verdict, so that they are looked up instead of written down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

import structlog

from billfold.domain.money import Money
from billfold.domain.payments import Kind, Outcome
from billfold.gateways.protocol import Attempt, Gateway, KeepsSources, Purchase, Verdict
from billfold.gateways.wire import unanswered

log = structlog.get_logger("billfold.gateways")

G = TypeVar("G", bound=type)

MOVES_MONEY = frozenset({"authorize", "capture", "void", "refund", "discard"})

# What reading an answer as documented ends with when it is made of something else.
UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def doubting(psp: str) -> Callable[[G], G]:
    """Make an adapter of that PSP raise OutcomeUnknown, or GatewayUnreachable where no money moves, for whatever its
    verbs cannot read or must not believe."""

    def doubted(adapter: G) -> G:
        for name in (n for protocol in (Gateway, KeepsSources) for n in vars(protocol) if not n.startswith("_")):
            if name not in ("read_notification", "unsaved", "reuse"):  # none of them asks the PSP
                setattr(adapter, name, _doubted(psp, name, getattr(adapter, name)))
        return adapter

    return doubted


def _doubted(psp: str, name: str, verb: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    moves_money = name in MOVES_MONEY

    @wraps(verb)
    async def doubted(self: object, *asked: Any, **more: Any) -> Any:
        try:
            answer = await verb(self, *asked, **more)
        except UNREADABLE as unreadable:
            log.exception("unreadable answer", psp=psp, verb=name)
            raise unanswered(moves_money, f"{psp} answered with something else than it documents.") from unreadable
        if isinstance(answer, Verdict) and (doubt := _doubt(answer, asked[0])):
            raise unanswered(moves_money, f"{psp} answered {doubt}.")
        return answer

    return doubted


def _doubt(verdict: Verdict, asked: Purchase | Attempt) -> str | None:
    """What is wrong with it, as the rest of a sentence; None when it may be believed. Less money than was asked for may
    be true, and of an authorization more: what an order costs changes under way. A void lets go of all there is."""
    if verdict.outcome is Outcome.SUCCEEDED and not verdict.reference:
        return "without saying what it did"
    if verdict.outcome not in (Outcome.SUCCEEDED, Outcome.PENDING) or verdict.amount is None:
        return None
    told, wanted = verdict.amount, asked.amount
    if told.currency != wanted.currency or told <= Money(0, told.currency):
        return f"about {told}, and was asked about {wanted}"
    if isinstance(asked, Attempt) and asked.kind in (Kind.CAPTURE, Kind.REFUND) and told > wanted:
        return f"about {told}, and was asked about no more than {wanted}"
    return None
