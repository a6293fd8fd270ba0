"""Gift cards on orders: paid with, and good for money once the order that buys them is placed."""

from __future__ import annotations

from typing import Any

from billfold.db.select import Wanted
from billfold.domain.errors import Refused
from billfold.domain.gift_cards import FOR_SALE, after, for_sale, objection
from billfold.domain.money import Money
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work

READS = "gift_card line_items.item"  # include paths from the order
PREFIX = 8  # characters of a code that are enough to find the card by; source: the contract
EITHER = "gift_card_or_coupon_code"

BEGINS_WITH = """
SELECT id FROM gift_cards WHERE organization_id = $1 AND code ^@ $2 AND status = 'active' LIMIT 2
"""


async def choose(work: Work, order: Record, code: str, *, at: str) -> bool:
    """Pay with the card of that code; an empty code lets go of it. False when there is no such card at all.

    at  the attribute the code was sent as
    Raises Refused when the card cannot be used for this order, unless the organization has such codes ignored.
    """
    if at == EITHER:
        work.set(order, gift_card_or_coupon_code=None)
    if order["taken_at"]:
        raise Refused("cannot change once the order has been placed", at=at, error="not_changeable")
    if not code:
        work.relate(order, "gift_card", None)
        work.set(order, gift_card_code=None)
        return True
    organization, card = await work.tools.reader.read(
        work.trusted,
        Wanted(work.registry["organizations"], work.organization_id),
        Wanted(work.registry["gift_cards"], code, by="code"),
    )
    assert organization is not None
    if card is None and not organization["gift_cards_exact_code_matching"]:
        card = await _begun(work, code)
    problem = _objection(work, order, card) if card is not None else None
    if card is not None and problem is None:
        work.relate(order, "gift_card", card)
        work.set(order, gift_card_code=card["code"])
        return True
    if card is None and at == EITHER:
        return False  # it may be a coupon's
    if organization["orders_invalid_gift_card_errors"] is False:
        former = order.related.get("gift_card")
        work.set(order, gift_card_code=former["code"] if former is not None else None)
        return True
    if problem is not None:
        sentence, word = problem
        raise Refused(sentence, at=at, error=word, meta={"value": code})
    return False


async def _begun(work: Work, code: str) -> Record | None:
    """The only active card whose code begins like this."""
    if len(code) < PREFIX:
        return None
    found = await work.db.fetch(BEGINS_WITH, work.organization_id, code)
    return await work.read("gift_cards", found[0]["id"]) if len(found) == 1 else None


def _objection(work: Work, order: Record, card: Record) -> tuple[str, str] | None:
    if problem := objection(card, order, work.now):
        return problem
    return None if card["balance_cents"] else ("has nothing left on it", "empty")


def distributed(work: Work, order: Record) -> int:
    """How much of what the order's card can pay lowers what taxes are worked out from, in minor units."""
    card = order.related.get("gift_card")
    if card is None or card["distribute_discount"] is False:
        return 0
    return _available(work, order, card)


def apply(work: Work, order: Record, due: int) -> None:
    """Have the order's card pay what it can of `due` (minor units, taxes included): a generated line item."""
    card, made = order.related.get("gift_card"), _paying(order)
    pays = max(0, min(due, _available(work, order, card))) if card is not None else 0
    if made is not None and (card is None or made["item_id"] != card.id or not pays):
        work.delete(made)
        order.many("line_items").remove(made)
        made = None
    if card is None:
        return
    if order["taken_at"] and pays != _taken(order, card):
        _move(work, order, card, _taken(order, card) - pays)  # what was taken at placing follows what is edited since
    if pays:
        _stand(work, order, card, made, pays)


def _stand(work: Work, order: Record, card: Record, made: Record | None, pays: int) -> None:
    amounts = {"unit_amount_cents": -pays, "total_amount_cents": -pays}
    if made is not None:
        work.set(made, **amounts)
        return
    values = {
        "item_type": "gift_cards",
        "name": "Gift card",
        "quantity": 1,
        "currency_code": order["currency_code"],
        **amounts,
    }
    order.many("line_items").append(work.insert("line_items", values, {"order": order, "item": card}))


def use(work: Work, order: Record) -> None:
    """The order is being placed: take from the card what it pays, and activate the cards that were bought.

    Raises Refused when the card cannot pay any more what it was to pay, or a card was sold meanwhile.
    """
    problems = missing(work, order)
    if problems:
        raise Refused.all(problems)
    card = order.one("gift_card")
    if card is not None and _paid(order):
        _take(work, order, card, _paid(order))
    for card in _bought(order):
        work.add(card, sales_count=1)
        if card["status"] in FOR_SALE:
            work.set(card, status=after(card["status"], "activate"))
            work.event("gift_cards.activate", card)


def missing(work: Work, order: Record) -> list[Refused]:
    """One problem for the card that cannot pay what it was to pay, and for each card that was sold meanwhile."""
    problems = []
    if _paid(order):
        card = order.one("gift_card")
        problem = objection(card, order, work.now) if card is not None else ("is gone", "not_found")
        if card is not None and problem is None and card["balance_cents"] < _paid(order):
            left = Money(card["balance_cents"], card["currency_code"])
            problem = (f"has only {left} left on it: refresh the order", "insufficient_balance")
        if problem is not None:
            problems.append(Refused(problem[0], at="gift_card_code", error=problem[1]))
    sold = "contains a gift card that was sold already"
    problems += [
        Refused(sold, at="relationships/line_items", error="sold") for card in _bought(order) if card["sales_count"]
    ]
    return problems


def _take(work: Work, order: Record, card: Record, pays: int) -> None:
    work.add(card, uses_count=1)
    _move(work, order, card, -pays)
    work.event("gift_cards.use", card)
    if card["single_use"] or (not card["balance_cents"] and card["rechargeable"] is False):
        work.set(card, status=after(card["status"], "redeem"))
        work.event("gift_cards.redeem", card)


def give_back(work: Work, order: Record) -> None:
    """The order came to nothing: what was taken from the card is on it again, and the cards it bought are worthless."""
    card = order.one("gift_card")
    if card is not None and _taken(order, card):
        work.add(card, uses_count=-1)
        _move(work, order, card, _taken(order, card))
        if card["status"] == "redeemed":
            work.set(card, status="active")
    for sold in _bought(order):
        if sold["sales_count"]:
            work.add(sold, sales_count=-1)
        if sold["status"] == "active":
            work.set(sold, status=after(sold["status"], "deactivate"))
            work.event("gift_cards.deactivate", sold)


def check_for_sale(order: Record, card: Record) -> None:
    """Raise Refused unless the card can be put into the order to be bought."""
    if problem := for_sale(card, order):
        sentence, word = problem
        raise Refused(sentence, at="relationships/item", error=word)


def check_single(item: Record) -> None:
    """Raise Refused for several pieces of one card: it has one code and one balance."""
    if item["item_type"] == "gift_cards" and item["quantity"] != 1:
        raise Refused("must be 1: make one gift card for each that is bought", at="quantity", error="single")


def check_not_paying(item: Record) -> None:
    """Raise Refused for the line item of what a card pays, which follows the order by itself."""
    if item["item_type"] == "gift_cards" and _total(item) < 0:
        raise Refused("was made by the server and goes when its reason goes", at="item_type", error="generated")


def log_change(work: Work, card: Record, change: int) -> None:
    """Have the card remember a change of its balance, in minor units."""
    work.extend(card, balance_log=[{"datetime": _written(work), "balance_change_cents": change}])


def _move(work: Work, order: Record, card: Record, change: int) -> None:
    """Change what is on the card on behalf of the order, and have the card remember it."""
    work.add(card, balance_cents=change)
    log_change(work, card, change)
    entry = {
        "action": "use" if change < 0 else "give_back",
        "amount_cents": change,
        "balance_cents": card["balance_cents"],
        "order_number": order["number"],
        "datetime": _written(work),
    }
    work.extend(card, usage_log={order.id: [*_uses(order, card), entry]})


def _uses(order: Record, card: Record) -> list[Any]:
    found: list[Any] = (card["usage_log"] or {}).get(order.id, [])
    return found


def _taken(order: Record, card: Record) -> int:
    """What the order has taken from the card and not given back, in minor units."""
    return -sum(int(entry["amount_cents"]) for entry in _uses(order, card))


def _available(work: Work, order: Record, card: Record) -> int:
    """What the card can pay of this order, in minor units: what is on it, and what the order has taken from it."""
    if order["taken_at"]:
        return int(card["balance_cents"] + _taken(order, card))
    return 0 if objection(card, order, work.now) else int(card["balance_cents"])


def _paying(order: Record) -> Record | None:
    return next((i for i in order.many("line_items") if i["item_type"] == "gift_cards" and _total(i) < 0), None)


def _paid(order: Record) -> int:
    made = _paying(order)
    return -_total(made) if made is not None else 0


def _bought(order: Record) -> list[Record]:
    cards = (i.related.get("item") for i in order.many("line_items") if i["item_type"] == "gift_cards")
    paying = order.related.get("gift_card")
    return [c for c in cards if c is not None and (paying is None or c.id != paying.id)]


def _total(item: Record) -> int:
    return int(item["total_amount_cents"] or 0)


def _written(work: Work) -> str:
    return work.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
