"""The main job with Klarna, over HTTP: pay once, keep the agreement, pay again without Klarna's window."""

from __future__ import annotations

import pytest
from tests.api.steps import (
    SAVE,
    kept_at_klarna,
    paid_with_klarna,
    placed,
    refused,
    reuse,
    save,
    transactions,
    wallet,
)
from tests.store import Store

from billfold.client import ApiError


async def test_an_agreement_saved_after_placing_pays_the_next_order(store: Store) -> None:
    ada = await store.customer()
    order = await paid_with_klarna(store, ada)
    (entry,) = await save(ada, order.id)

    second = await store.order(ada, "klarna_payments")
    await reuse(ada, second.id, entry["id"])
    await placed(ada, second.id)
    captured = await store.back_office.update("orders", second.id, {"_capture": True})
    assert captured["payment_status"] == "paid"
    refunded = await store.back_office.update("orders", second.id, {"_refund": True})
    assert refunded["payment_status"] == "refunded"
    assert [e["kind"] for e in await store.ledger()] == ["authorization", "authorization", "capture", "refund"]


async def test_an_agreement_saved_before_placing_pays_this_order_and_the_next(store: Store) -> None:
    ada = await store.customer()
    order = await paid_with_klarna(store, ada, place=False)
    (entry,) = await save(ada, order.id)
    await placed(ada, order.id)
    assert await save(ada, order.id) == [entry]
    second = await store.order(ada, "klarna_payments")
    await reuse(ada, second.id, entry["id"])
    await placed(ada, second.id)
    assert len(await wallet(store)) == 1


async def test_an_agreement_is_saved_after_approval_too(store: Store) -> None:
    ada = await store.customer()
    order = await paid_with_klarna(store, ada)
    await store.back_office.update("orders", order.id, {"_approve_and_capture": True})
    assert len(await save(ada, order.id)) == 1


@pytest.mark.parametrize(
    ("instrument", "name"),
    [
        ("card", "VISA XXXX-XXXX-XXXX-1111"),
        ("direct_debit", "Klarna direct debit XX124"),
        ("invoice", "Klarna invoice"),
    ],
)
async def test_an_entry_is_named_by_what_klarna_says_of_it(store: Store, instrument: str, name: str) -> None:
    ada = await store.customer()
    order = await store.order(ada, "klarna_payments")
    source = await ada.create("klarna_payments", {}, order=("orders", order.id))
    token = await store.authorize_in_browser(source, instrument=instrument)
    await ada.update("klarna_payments", source.id, {"auth_token": token})
    (entry,) = await save(ada, order.id)
    attributes = entry["attributes"]
    assert (attributes["name"], attributes["customer_token"]) == (name, None)
    at_klarna = await store.at_klarna(f"customer-token/v1/tokens/{attributes['payment_source_token']}")
    assert at_klarna["status"] == "ACTIVE"


async def test_only_a_registered_customers_session_may_be_charged_later(store: Store) -> None:
    ada, guest = await store.customer(), await store.guest()
    hers = await store.order(ada, "klarna_payments")
    guests = await store.order(guest, "klarna_payments")
    await guest.update("orders", guests.id, {"customer_email": "guest@example.com"})
    intents = []
    for client, order in ((ada, hers), (guest, guests)):
        source = await client.create("klarna_payments", {}, order=("orders", order.id))
        session = (await client.get(f"klarna_payments/{source.id}"))["session_id"]
        intents.append((await store.at_klarna(f"payments/v1/sessions/{session}"))["intent"])
        await client.update("klarna_payments", source.id, {"auth_token": await store.authorize_in_browser(source)})
        await placed(client, order.id)
    assert intents == ["buy_and_tokenize", "buy"]
    assert (await refused(guest, guests.id, SAVE)).error == "guest_order"


async def test_a_chosen_agreement_shows_that_it_needs_no_window(store: Store) -> None:
    ada = await store.customer()
    entry = await kept_at_klarna(store, ada)
    order = await store.order(ada)
    answer, source = await reuse(ada, order.id, entry["id"])
    assert answer.related("payment_method")["id"] == store.made["payment_methods"]["klarna_payments"]
    shown = source["attributes"]
    assert shown["auth_token"]
    assert shown["payment_instrument"]["issuer_type"] == "klarna"
    assert all(isinstance(value, str) for value in shown["payment_instrument"].values())
    assert (shown["session_id"], shown["client_token"]) == (None, None)
    await placed(ada, order.id)
    digest = (await ada.get(f"orders/{order.id}"))["payment_source_details"]
    assert digest["payment_method_id"] == entry["attributes"]["payment_source_token"]


async def test_a_chosen_agreement_stays_chosen_when_the_order_changes(store: Store) -> None:
    ada = await store.customer()
    entry = await kept_at_klarna(store, ada)
    order = await store.order(ada, "klarna_payments")
    _, source = await reuse(ada, order.id, entry["id"])
    item = {"sku_code": store.made["skus"][1], "quantity": 2}
    await ada.create("line_items", item, order=("orders", order.id))
    changed = await ada.get(f"orders/{order.id}", include="payment_source")
    assert changed.related("payment_source")["id"] == source["id"]
    await placed(ada, order.id)
    assert (await store.ledger())[-1]["amount"] == changed["total_amount_with_taxes_cents"]


async def test_placing_twice_moves_money_once(store: Store) -> None:
    ada = await store.customer()
    entry = await kept_at_klarna(store, ada)
    order = await store.order(ada, "klarna_payments")
    await reuse(ada, order.id, entry["id"])
    await placed(ada, order.id)
    await placed(ada, order.id)
    assert len(await store.ledger()) == 2  # the first order's, and this one's


async def test_a_declined_agreement_leaves_the_order_pending_with_a_failed_transaction(store: Store) -> None:
    ada = await store.customer()
    entry = await kept_at_klarna(store, ada)
    token = entry["attributes"]["payment_source_token"]
    steer = {"outcome": "rejected"}
    async with store.http.post(f"{store.sandbox}/_sandbox/klarna/tokens/{token}", json=steer) as answer:
        assert answer.status < 300, await answer.text()
    order = await store.order(ada, "klarna_payments")
    await reuse(ada, order.id, entry["id"])
    with pytest.raises(ApiError) as refusal:
        await ada.update("orders", order.id, {"_place": True})
    assert (refusal.value.status, refusal.value.error) == (422, "declined")
    assert (await ada.get(f"orders/{order.id}"))["status"] == "pending"
    (failed,) = await transactions(store, order.id)
    assert failed["attributes"]["succeeded"] is False


async def test_an_authorization_that_is_over_cannot_be_saved_and_one_that_was_placed_in_time_can(store: Store) -> None:
    ada = await store.customer()
    late, in_time = await paid_with_klarna(store, ada, place=False), await paid_with_klarna(store, ada)
    async with store.http.post(f"{store.sandbox}/_sandbox/clock", json={"advance": 3700}) as answer:
        assert answer.status == 200
    assert (await refused(ada, late.id, SAVE)).error == "expired"
    assert len(await save(ada, in_time.id)) == 1


@pytest.mark.parametrize(
    "made_up",
    [
        "../../../ordermanagement/v1/orders/{order}/cancel?",
        "../../../ordermanagement/v1/orders/{order}/cancel#",
        "..%2F..%2F..%2Fordermanagement%2Fv1%2Forders%2F{order}%2Fcancel%3F",
        "../../../customer-token/v1/tokens/{token}",
        "..",
    ],
)
async def test_an_auth_token_that_somebody_made_up_reaches_nothing_of_anybody_else(store: Store, made_up: str) -> None:
    ada = await store.customer()
    (entry,) = await save(ada, (hers := await paid_with_klarna(store, ada)).id)
    order = (await ada.get(f"orders/{hers.id}"))["payment_source_details"]["klarna_id"]
    token = entry["attributes"]["payment_source_token"]
    before = await store.ledger()

    eve = await store.customer("second_customer")
    own = await store.order(eve, "klarna_payments")
    source = await eve.create("klarna_payments", {}, order=("orders", own.id))
    await eve.update("klarna_payments", source.id, {"auth_token": made_up.format(order=order, token=token)})
    await refused(eve, own.id, SAVE)
    with pytest.raises(ApiError):
        await eve.update("orders", own.id, {"_place": True})
    assert await store.ledger() == before
    assert (await ada.get(f"orders/{hers.id}"))["payment_status"] == "authorized"
