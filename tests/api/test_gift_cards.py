"""Gift cards: made, given away, recharged, and seen by whom they concern."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.shop import of, refused, topics
from tests.api.till import gift_card
from tests.store import Store

EUROS: dict[str, Any] = {"currency_code": "EUR", "balance_cents": 5000}


async def test_a_card_is_drafted_sold_and_activated(store: Store) -> None:
    office = store.back_office
    card = await office.create("gift_cards", EUROS)
    assert of(card, "status", "initial_balance_cents", "balance_log", "usage_log") == ("draft", 5000, [], {})
    assert len(card["code"]) == 36
    sold = await office.update("gift_cards", card.id, {"_purchase": True})
    assert sold["status"] == "inactive"
    assert (await office.update("gift_cards", card.id, {"_purchase": True}))["status"] == "inactive"
    assert (await office.update("gift_cards", card.id, {"_activate": True}))["status"] == "active"
    assert (await office.update("gift_cards", card.id, {"_deactivate": True}))["status"] == "inactive"
    names = ("create", "purchase", "activate", "deactivate")
    assert await topics(store, card.id) == [f"gift_cards.{n}" for n in names]


async def test_cards_are_found_by_their_status(store: Store) -> None:
    office = store.back_office
    draft, sold = [(await office.create("gift_cards", EUROS)).id for _ in range(2)]
    await office.update("gift_cards", sold, {"_purchase": True})
    for status, expected in (("draft", [draft]), ("inactive", [sold]), ("active", [])):
        found = await office.get("gift_cards", **{"filter[q][with_status]": status})
        assert [card["id"] for card in found.data] == expected


async def test_a_draft_was_never_active(store: Store) -> None:
    card = await store.back_office.create("gift_cards", EUROS)
    async with refused(error="invalid_transition", pointers=["/data/attributes/status"]):
        await store.back_office.update("gift_cards", card.id, {"_deactivate": True})


async def test_the_market_gives_its_currency(store: Store) -> None:
    office = store.back_office
    market = ("markets", store.made["market"]["id"])
    card = await office.create("gift_cards", {"balance_cents": 5000}, market=market)
    assert card["currency_code"] == "EUR"
    async with refused(error="blank", pointers=["/data/attributes/currency_code"]):
        await office.create("gift_cards", {"balance_cents": 5000})


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"code": "SHORT"}, "code"),
        ({"code": "X" * 41}, "code"),
        ({"currency_code": "euro"}, "currency_code"),
        ({"balance_cents": -1}, "balance_cents"),
        ({"balance_cents": 10**12}, "balance_cents"),
        ({"balance_max_cents": 4999}, "balance_cents"),
        ({"balance_max_cents": -1}, "balance_max_cents"),
        ({"recipient_email": "nobody"}, "recipient_email"),
    ],
)
async def test_a_card_that_makes_no_sense_is_refused(store: Store, sent: dict[str, Any], pointer: str) -> None:
    async with refused(pointers=[f"/data/attributes/{pointer}"]):
        await store.back_office.create("gift_cards", {**EUROS, **sent})


async def test_no_two_cards_share_a_code(store: Store) -> None:
    await store.back_office.create("gift_cards", {**EUROS, "code": "BIRTHDAY-1"})
    async with refused(error="taken", pointers=["/data/attributes/code"]):
        await store.back_office.create("gift_cards", {**EUROS, "code": "BIRTHDAY-1"})


async def test_a_recipient_is_found_by_e_mail_or_made(store: Store) -> None:
    office = store.back_office
    first = await office.create("gift_cards", {**EUROS, "recipient_email": "Bea@Example.com"})
    second = await office.create("gift_cards", {**EUROS, "recipient_email": "bea@example.com"})
    one, other = [(await office.get(f"gift_cards/{c.id}/gift_card_recipient")) for c in (first, second)]
    assert one.id == other.id
    assert (one["email"], second["recipient_email"]) == ("bea@example.com", "bea@example.com")
    named = await office.create("gift_card_recipients", {"email": "cleo@example.com", "first_name": "Cleo"})
    moved = await office.update("gift_cards", first.id, gift_card_recipient=("gift_card_recipients", named.id))
    assert moved["recipient_email"] == "cleo@example.com"
    await office.update("gift_card_recipients", named.id, {"email": "c@example.com"})
    assert (await office.get(f"gift_cards/{first.id}"))["recipient_email"] == "c@example.com"
    nobody = await office.update("gift_cards", first.id, {"recipient_email": None}, include="gift_card_recipient")
    assert nobody.related("gift_card_recipient") is None


async def test_the_balance_is_changed_within_its_limits_and_logged(store: Store) -> None:
    office = store.back_office
    card = await gift_card(store, balance_max_cents=8000)

    async def change(cents: int) -> int:
        answer = await office.update("gift_cards", card.id, {"_balance_change_cents": cents})
        return int(answer["balance_cents"])

    assert await change(-2000) == 3000
    assert await change(5000) == 8000
    for wrong in (1, -8001):
        async with refused(error="out_of_range", pointers=["/data/attributes/_balance_change_cents"]):
            await change(wrong)
    await office.update("gift_cards", card.id, {"rechargeable": False})
    async with refused(error="not_rechargeable"):
        await change(1)
    assert await change(-8000) == 0
    log = (await office.update("gift_cards", card.id, {"balance_cents": 100}))["balance_log"]
    assert [entry["balance_change_cents"] for entry in log] == [-2000, 5000, -8000, 100]


async def test_a_storefront_makes_drafts_but_no_money(store: Store) -> None:
    guest = await store.guest()
    card = await guest.create("gift_cards", {**EUROS, "recipient_email": "bea@example.com"})
    assert "usage_log" not in card.data["attributes"]
    assert (await guest.update("gift_cards", card.id, {"recipient_email": "cleo@example.com"}))["status"] == "draft"
    for sent in (
        {"_activate": True},
        {"_deactivate": True},
        {"_balance_change_cents": 1},
        {"balance_cents": 9900},
        {"currency_code": "KWD"},
        {"single_use": True},
    ):
        async with refused(status=401):
            await guest.update("gift_cards", card.id, sent)
    assert (await guest.update("gift_cards", card.id, {"_purchase": True}))["status"] == "inactive"
    await store.back_office.update("gift_cards", card.id, {"_activate": True})
    async with refused(status=401):
        await guest.update("gift_cards", card.id, {"recipient_email": "me@example.com"})
    async with refused(status=401):
        await guest.get("gift_cards")
    async with refused(status=401):
        await guest.delete("gift_cards", card.id)
