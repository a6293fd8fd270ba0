"""Gift cards: bought, activated, and paid with."""

from __future__ import annotations

from billfold.jsonapi.record import Record
from billfold.usecases.work import Work

READS = "gift_card"  # include paths from the order


async def choose(work: Work, order: Record, code: str, *, at: str) -> bool:
    """Pay with the card of that code; an empty code lets go of it. False when there is no such card at all.

    at  the attribute the code was sent as
    Raises Refused when the card cannot be used for this order.
    """
    return False


def apply(work: Work, order: Record, due: int) -> None:
    """Have the order's card pay what it can of `due` (minor units, taxes included): a generated line item."""


def use(work: Work, order: Record) -> None:
    """The order is being placed: take from the card what it pays, and activate the cards that were bought."""


def give_back(work: Work, order: Record) -> None:
    """The order came to nothing: what was taken from the card is on it again."""
