"""What placing an order takes beside money: pieces from stock, the gift card's balance, uses of promotions and coupon.

All of it is taken together before a payment provider is asked, so that nothing is sold twice while one is at work, and
given back together as soon as the order comes to nothing.
"""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.payments import Outcome
from billfold.jsonapi.record import Record
from billfold.usecases.payments.positions import position_of
from billfold.usecases.promotions import gift_cards, promotions
from billfold.usecases.shipping import stock
from billfold.usecases.work import Work

READS = f"{stock.READS} {gift_cards.READS} {promotions.TAKES}"  # include paths from the order


def take(work: Work, order: Record) -> None:
    """Take everything, once: nothing when it is taken already."""
    if order["taken_at"]:
        return
    work.guard(order)
    work.set(order, taken_at=work.now)
    stock.take(work, order)
    gift_cards.use(work, order)
    promotions.use(work, order)


def missing(work: Work, order: Record) -> list[Refused]:
    """One problem for each thing that is not there to be taken; none when everything is taken already."""
    if order["taken_at"]:
        return []
    return [*stock.missing(order), *gift_cards.missing(work, order), *promotions.missing(work, order)]


def give_back(work: Work, order: Record, *, goods: bool = True) -> None:
    """Give everything back, once.

    goods  False when the pieces have left the house
    """
    if not order["taken_at"]:
        return
    work.guard(order)
    work.set(order, taken_at=None)
    if goods:
        stock.give_back(work, order)
    gift_cards.give_back(work, order)
    promotions.give_back(work, order)


def give_back_unless_held(work: Work, order: Record) -> None:
    """An order that is not placed keeps what it took only as long as its money is held, or may be."""
    in_doubt = any(t["outcome"] == Outcome.UNKNOWN for t in order.many("transactions"))
    if order["placed_at"] is None and not in_doubt and not position_of(order).secured:
        give_back(work, order)
