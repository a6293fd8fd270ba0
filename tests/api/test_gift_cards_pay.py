"""Paying with a gift card: all of an order or a part, once, and given back when the order comes to nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.api.shop import of, refused
from tests.api.till import amounts, cart, gift_card, taxed
from tests.articles import ALBUM, EBOOK
from tests.store import Store

from billfold.client import Answer, ApiError, Client

NAMES = ("subtotal", "gift_card", "total", "total_amount_with_taxes")


async def pay_with(client: Client, order_id: str, code: str) -> Answer:
    return await client.update("orders", order_id, {"gift_card_code": code})


async def balance(store: Store, card: Answer) -> int:
    return int((await store.back_office.get(f"gift_cards/{card.id}"))["balance_cents"])


async def ready(store: Store, client: Client, card: Answer, *codes: str) -> str:
    """An order with a customer that the card pays for."""
    order = await cart(client, *(codes or (EBOOK,)))
    await client.update("orders", order.id, {"customer_email": "g@example.com", "gift_card_code": card["code"]})
    return order.id


async def test_a_card_pays_the_whole_order_and_no_more(store: Store) -> None:
    card, guest = await gift_card(store), await store.guest()
    order = await ready(store, guest, card)
    assert await amounts(guest, order, *NAMES) == (2900, -2900, 0, 0)
    found = await guest.get(f"orders/{order}", include="line_items.item")
    (line,) = [i["attributes"] for i in found.included("line_items") if i["attributes"]["item_type"] == "gift_cards"]
    assert of(found, "gift_card_code", "payment_status") == (card["code"], "free")
    assert (line["total_amount_cents"], line["quantity"]) == (-2900, 1)
    assert await balance(store, card) == 5000
    placed = await guest.update("orders", order, {"_place": True})
    assert of(placed, "status", "payment_status") == ("placed", "free")
    used = await store.back_office.get(f"gift_cards/{card.id}")
    assert of(used, "balance_cents", "status") == (2100, "active")
    (entry,) = used["usage_log"][order]
    assert (entry["action"], entry["amount_cents"], entry["balance_cents"]) == ("use", -2900, 2100)
    assert entry["order_number"] == placed["number"]
    assert [e["balance_change_cents"] for e in used["balance_log"]] == [-2900]


async def test_a_card_pays_a_part_and_another_source_the_rest(store: Store) -> None:
    card, guest = await gift_card(store, 1000), await store.guest()
    order = await ready(store, guest, card)
    assert await amounts(guest, order, *NAMES) == (2900, -1000, 1900, 1900)
    await guest.update("orders", order, payment_method=store.method("stripe_payments"))
    source = await guest.create("stripe_payments", {}, order=("orders", order))
    await store.confirm_in_browser(source)
    placed = await guest.update("orders", order, {"_place": True})
    assert of(placed, "status", "payment_status") == ("placed", "authorized")
    assert [(e["kind"], e["amount"]) for e in await store.ledger()] == [("authorization", 1900)]
    assert await balance(store, card) == 0
    await store.back_office.update("orders", order, {"_cancel": True})
    assert await balance(store, card) == 1000


async def test_a_refund_gives_the_card_its_part_back(store: Store) -> None:
    card, guest = await gift_card(store, 1000), await store.guest()
    order = await ready(store, guest, card)
    await guest.update("orders", order, payment_method=store.method("stripe_payments"))
    source = await guest.create("stripe_payments", {}, order=("orders", order))
    await store.confirm_in_browser(source)
    await guest.update("orders", order, {"_place": True})
    await store.back_office.update("orders", order, {"_approve_and_capture": True})
    refunded = await store.back_office.update("orders", order, {"_refund": True})
    assert of(refunded, "status", "payment_status") == ("cancelled", "refunded")
    used = await store.back_office.get(f"gift_cards/{card.id}")
    assert used["balance_cents"] == 1000
    assert [e["action"] for e in used["usage_log"][order]] == ["use", "give_back"]
    assert (await store.back_office.update("orders", order, {"_refund": True}))["status"] == "cancelled"
    assert await balance(store, card) == 1000


async def test_a_payment_that_fails_leaves_the_card_as_it_was(store: Store) -> None:
    card, guest = await gift_card(store, 1000), await store.guest()
    order = await ready(store, guest, card)
    await guest.update("orders", order, payment_method=store.method("stripe_payments"))
    source = await guest.create("stripe_payments", {}, order=("orders", order))
    await store.confirm_in_browser(source, "4000000000000002")
    with pytest.raises(ApiError):
        await guest.update("orders", order, {"_place": True})
    assert (await guest.get(f"orders/{order}"))["status"] == "pending"
    assert await balance(store, card) == 1000
    await store.confirm_in_browser(source)
    await guest.update("orders", order, {"_place": True})
    assert await balance(store, card) == 0


async def test_a_card_that_is_taken_off_pays_nothing(store: Store) -> None:
    card, guest = await gift_card(store), await store.guest()
    order = await ready(store, guest, card)
    for empty in ("", None):
        await pay_with(guest, order, card["code"])
        off = await guest.update("orders", order, {"gift_card_code": empty})
        assert off["gift_card_code"] is None
        assert await amounts(guest, order, *NAMES) == (2900, 0, 2900, 2900)


async def test_what_the_card_pays_follows_the_order(store: Store) -> None:
    card, guest = await gift_card(store), await store.guest()
    order = await ready(store, guest, card)
    await guest.create("line_items", {"sku_code": EBOOK, "quantity": 1}, order=("orders", order))
    assert await amounts(guest, order, *NAMES) == (5800, -5000, 800, 800)
    item = (await guest.get(f"orders/{order}/line_items")).data[0]["id"]
    await guest.delete("line_items", item)
    assert await amounts(guest, order, *NAMES) == (2900, -2900, 0, 0)


async def test_the_first_eight_characters_are_enough_unless_the_organization_wants_all(store: Store) -> None:
    card, guest = await gift_card(store, code="BIRTHDAY-CARD-1"), await store.guest()
    order = await ready(store, guest, card)
    await pay_with(guest, order, "")
    assert (await pay_with(guest, order, "BIRTHDAY"))["gift_card_code"] == "BIRTHDAY-CARD-1"
    await gift_card(store, code="BIRTHDAY-CARD-2")
    for wrong in ("BIRTHDA", "BIRTHDAY", "birthday-card-1", "NOTHING-LIKE-IT"):
        async with refused(error="invalid", pointers=["/data/attributes/gift_card_code"]):
            await pay_with(guest, order, wrong)
    await store.tools.db.execute("UPDATE organizations SET gift_cards_exact_code_matching = true")
    async with refused(error="invalid"):
        await pay_with(guest, order, "BIRTHDAY-CARD")
    assert (await pay_with(guest, order, "BIRTHDAY-CARD-2"))["gift_card_code"] == "BIRTHDAY-CARD-2"


@pytest.mark.parametrize(
    ("card", "error"),
    [
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expired"),
        ({"currency_code": "USD"}, "other_currency"),
        ({"balance_cents": 0}, "empty"),
    ],
)
async def test_a_card_that_is_no_good_for_the_order_is_refused(store: Store, card: dict[str, Any], error: str) -> None:
    made, guest = await gift_card(store, **card), await store.guest()
    order = await cart(guest, EBOOK)
    async with refused(error=error, pointers=["/data/attributes/gift_card_code"]):
        await pay_with(guest, order.id, made["code"])
    async with refused(error=error, pointers=["/data/attributes/gift_card_or_coupon_code"]):
        await guest.update("orders", order.id, {"gift_card_or_coupon_code": made["code"]})


async def test_a_card_that_is_not_active_is_refused(store: Store) -> None:
    card, guest = await gift_card(store), await store.guest()
    await store.back_office.update("gift_cards", card.id, {"_deactivate": True})
    order = await cart(guest, EBOOK)
    async with refused(error="not_active", pointers=["/data/attributes/gift_card_code"]):
        await pay_with(guest, order.id, card["code"])


async def test_codes_that_do_not_hold_are_ignored_where_the_organization_says_so(store: Store) -> None:
    card, expired = await gift_card(store), await gift_card(store, expires_at="2020-01-01T00:00:00Z")
    await store.tools.db.execute("UPDATE organizations SET orders_invalid_gift_card_errors = false")
    guest = await store.guest()
    order = await ready(store, guest, card)
    for wrong in ("NOTHING-LIKE-IT", expired["code"]):
        assert (await pay_with(guest, order, wrong))["gift_card_code"] == card["code"]
    fresh = await guest.create("orders", {"gift_card_code": "NOTHING-LIKE-IT"})
    assert fresh["gift_card_code"] is None


async def test_a_code_may_come_with_the_new_order_or_as_either(store: Store) -> None:
    card, guest = await gift_card(store), await store.guest()
    order = await guest.create("orders", {"gift_card_code": card["code"]})
    await guest.create("line_items", {"sku_code": EBOOK, "quantity": 1}, order=("orders", order.id))
    assert await amounts(guest, order.id, *NAMES) == (2900, -2900, 0, 0)
    other = await cart(guest, EBOOK)
    either = await guest.update("orders", other.id, {"gift_card_or_coupon_code": card["code"]})
    assert of(either, "gift_card_code", "gift_card_or_coupon_code") == (card["code"], None)
    assert await amounts(guest, other.id, *NAMES) == (2900, -2900, 0, 0)


async def test_a_single_use_card_is_used_up_by_its_first_order(store: Store) -> None:
    card, guest = await gift_card(store, single_use=True), await store.guest()
    first, second = await ready(store, guest, card), await ready(store, guest, card, ALBUM)
    await guest.update("orders", first, {"_place": True})
    assert (await store.back_office.get(f"gift_cards/{card.id}"))["status"] == "redeemed"
    async with refused(error="not_active", pointers=["/data/attributes/gift_card_code"]):
        await guest.update("orders", second, {"_place": True})
    await store.back_office.update("orders", first, {"_cancel": True})
    assert (await guest.update("orders", second, {"_place": True}))["status"] == "placed"


async def test_of_two_orders_that_count_on_the_same_money_only_one_gets_it(store: Store) -> None:
    card, guest = await gift_card(store, 3000), await store.guest()
    first, second = await ready(store, guest, card), await ready(store, guest, card)
    await guest.update("orders", first, {"_place": True})
    async with refused(error="insufficient_balance", pointers=["/data/attributes/gift_card_code"]):
        await guest.update("orders", second, {"_place": True})
    await guest.update("orders", second, {"_refresh": True})
    assert await amounts(guest, second, *NAMES) == (2900, -100, 2800, 2800)


async def test_eight_orders_at_once_never_get_more_than_is_on_the_card(store: Store) -> None:
    card, guest = await gift_card(store), await store.guest()
    orders = [await ready(store, guest, card, ALBUM) for _ in range(8)]

    async def place(id: str) -> str:
        try:
            return str((await guest.update("orders", id, {"_place": True}))["status"])
        except ApiError as trouble:
            return str(trouble.error)

    outcomes = await asyncio.gather(*(place(id) for id in orders))
    assert sorted(outcomes) == ["insufficient_balance"] * 4 + ["placed"] * 4  # 12.50 each, of 50.00
    used = await store.back_office.get(f"gift_cards/{card.id}")
    assert used["balance_cents"] == 0
    assert len(used["usage_log"]) == len(used["balance_log"]) == 4


async def test_a_single_use_card_is_used_once_however_many_try(store: Store) -> None:
    card, guest = await gift_card(store, single_use=True), await store.guest()
    orders = [await ready(store, guest, card, ALBUM) for _ in range(4)]
    answers = await asyncio.gather(
        *(guest.update("orders", id, {"_place": True}) for id in orders), return_exceptions=True
    )
    assert sum(isinstance(a, Answer) for a in answers) == 1
    assert await balance(store, card) == 3750


async def test_a_card_pays_taxes_too(store: Store) -> None:
    await taxed(store, {"tax_rate": 0.2})
    guest = await store.guest()
    card = await gift_card(store, distribute_discount=False)
    order = await ready(store, guest, card)
    assert await amounts(guest, order, "total_tax", *NAMES) == (580, 2900, -3480, -580, 0)
    part = await gift_card(store, 1000, distribute_discount=False)
    await pay_with(guest, order, part["code"])
    assert await amounts(guest, order, "total_tax", *NAMES) == (580, 2900, -1000, 1900, 2480)


async def test_a_card_lowers_what_is_taxed_where_it_is_distributed(store: Store) -> None:
    await taxed(store, {"tax_rate": 0.2})
    guest = await store.guest()
    card = await gift_card(store, 900)
    order = await ready(store, guest, card)
    assert await amounts(guest, order, "total_tax", *NAMES) == (400, 2900, -900, 2000, 2400)


async def test_a_card_that_was_used_stays(store: Store) -> None:
    card, guest = await gift_card(store), await store.guest()
    order = await ready(store, guest, card)
    unused = await gift_card(store)
    await store.back_office.delete("gift_cards", unused.id)
    await guest.update("orders", order, {"_place": True})
    async with refused(status=423):
        await store.back_office.delete("gift_cards", card.id)
