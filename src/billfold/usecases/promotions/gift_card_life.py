"""Gift cards as records: made, sold, activated, recharged.

A storefront may make a draft and say whom it is for. What makes a card worth something, its balance and its
activation, is a back office's or that of the order that bought it: else anybody could print money.
"""

from __future__ import annotations

import uuid

from billfold.domain.errors import NOT_ALLOWED, Locked, NotAllowed, Refused
from billfold.domain.gift_cards import FOR_SALE, after, check_balance
from billfold.jsonapi.record import Record
from billfold.usecases.catalogue import currencies
from billfold.usecases.promotions import recipients
from billfold.usecases.promotions.gift_cards import log_change
from billfold.usecases.work import OWN_NOTES, Work, reads

DEAREST = 10_000_000_000  # minor units on one card
# What a storefront may change on a card that nobody can pay with yet.
HARMLESS = OWN_NOTES | {"recipient_email", "image_url"}


@reads("market.price_list")
async def create(work: Work, card: Record, value: object = True) -> None:
    card.related.setdefault("gift_card_recipient", None)
    if work.caller.is_sales_channel:
        _check_reach(work, card)
    market = card.related.get("market")
    prices = market.one("price_list") if market is not None else None
    if not card["currency_code"] and prices is not None:
        work.set(card, currency_code=prices["currency_code"])
    _check_currency(card)
    check_balance(card, DEAREST)
    await _settle_code(work, card)
    await recipients.name(work, card, "gift_card_recipient")
    work.set(card, initial_balance_cents=card["balance_cents"], uses_limit=1 if card["single_use"] else None)
    work.event("gift_cards.create", card)


@reads("gift_card_recipient")
async def update(work: Work, card: Record, value: object = True) -> None:
    sent = work.incoming.values.keys() | work.incoming.relationships.keys()
    if work.caller.is_sales_channel and (sent - HARMLESS or card["status"] not in FOR_SALE):
        raise NotAllowed(NOT_ALLOWED)
    _check_currency(card)
    if "balance_cents" in sent or "balance_max_cents" in sent:
        check_balance(card, DEAREST)
    change = card["balance_cents"] - work.former(card, "balance_cents")
    if change:
        log_change(work, card, change)
    if card["single_use"] != work.former(card, "single_use"):
        work.set(card, uses_limit=card["uses_count"] + 1 if card["single_use"] else None)
    await recipients.name(work, card, "gift_card_recipient")


async def delete(work: Work, card: Record, value: object = True) -> None:
    """A card that orders have used stands in their books."""
    if card["usage_log"]:
        raise Locked("cannot be deleted: orders were paid with it.")
    work.delete(card)


async def purchase(work: Work, card: Record, value: object = True) -> None:
    _move_on(work, card, "purchase")


async def activate(work: Work, card: Record, value: object = True) -> None:
    _move_on(work, card, "activate")


async def deactivate(work: Work, card: Record, value: object = True) -> None:
    _move_on(work, card, "deactivate")


async def change_balance(work: Work, card: Record, change: int) -> None:
    """Put so much on the card or, when negative, take it off."""
    if change > 0 and card["rechargeable"] is False:
        raise Refused("is not possible: the card is not rechargeable", error="not_rechargeable")
    limit = card["balance_max_cents"]
    most = DEAREST if limit is None else limit
    if not 0 <= card["balance_cents"] + change <= most:
        raise Refused(f"must leave between 0 and {most} on the card", error="out_of_range")
    work.guard(card)
    work.add(card, balance_cents=change)
    log_change(work, card, change)


def _move_on(work: Work, card: Record, event: str) -> None:
    status = after(card["status"], event)
    if status != card["status"]:
        work.set(card, status=status)
        work.event(f"gift_cards.{event}", card)


def _check_reach(work: Work, card: Record) -> None:
    """Raise unless a storefront made the card for what it can see itself."""
    if "gift_card_recipient" in work.incoming.relationships:
        raise NotAllowed(NOT_ALLOWED)
    if card["market_id"] is not None and card["market_id"] not in work.caller.market_ids:
        raise Refused("is not in the scope of the access token", at="relationships/market", error="not_in_scope")


def _check_currency(card: Record) -> None:
    if not card["currency_code"]:
        raise Refused("can't be blank", at="currency_code", error="blank")
    currencies.check(card)


async def _settle_code(work: Work, card: Record) -> None:
    if not card["code"]:
        work.set(card, code=str(uuid.uuid4()))
        return
    organization = await work.organization()
    least, most = organization["gift_cards_min_code_length"], organization["gift_cards_max_code_length"]
    if not least <= len(card["code"]) <= most:
        raise Refused(f"must have between {least} and {most} characters", at="code", error="wrong_length")
