"""Paying with an entry of the wallet, with Stripe: choosing it, placing without a form, and the bank's challenge."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.api.steps import (
    ASKS_WHEN_THERE,
    KEPT_BUT_DECLINED,
    LISTED,
    MASTERCARD,
    REUSE,
    brought_along,
    kept,
    paid,
    placed,
    raw_tokens,
    refused,
    reuse,
    save,
    transactions,
    wallet,
)
from tests.store import Store

from billfold.client import ApiError, Client
from billfold.db import identity
from billfold.resources import registry


async def test_the_order_gets_a_new_source_and_the_entry_keeps_its_own(store: Store) -> None:
    ada = await store.customer()
    first = await paid(store, ada)
    (entry,) = await save(ada, first.id)
    second = await store.order(ada)
    _, source = await reuse(ada, second.id, entry["id"])
    original = (await ada.get(f"orders/{first.id}", include="payment_source")).related("payment_source")
    assert source["id"] != original["id"]
    shown = await ada.get(f"customer_payment_sources/{entry['id']}", include="payment_source")
    assert shown.related("payment_source") == original
    assert shown.data["attributes"] == entry["attributes"]


async def test_the_card_can_be_shown_at_once(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada, MASTERCARD)
    second = await store.order(ada)
    _, source = await reuse(ada, second.id, entry["id"])
    instrument = source["attributes"]["payment_instrument"]
    assert instrument.items() >= {
        "issuer_type": "credit card", "card_type": "mastercard", "card_last_digits": "4444",
        "card_expiry_month": "12", "card_expiry_year": "2034",
    }.items()  # fmt: skip
    assert all(isinstance(value, str) for value in instrument.values())
    assert source["attributes"]["options"]["payment_method"] == entry["attributes"]["payment_source_token"]


async def test_an_entry_of_another_gateway_switches_the_payment_method(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    for method in ("klarna_payments", "wire_transfers"):
        order = await store.order(ada, method)
        answer, source = await reuse(ada, order.id, entry["id"])
        assert answer.related("payment_method")["id"] == store.made["payment_methods"]["stripe_payments"]
        assert source["type"] == "stripe_payments"
    bare = await ada.create("orders", {})
    await ada.create("line_items", {"sku_code": store.made["skus"][0], "quantity": 1}, order=("orders", bare.id))
    answer, _ = await reuse(ada, bare.id, entry["id"])
    assert answer.related("payment_method")["id"] == store.made["payment_methods"]["stripe_payments"]
    await placed(ada, bare.id)


async def test_foreign_unknown_and_unusable_ids_get_the_same_answer(store: Store) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    hers = await kept(store, grace)
    elsewhere = await other_organizations_entry(store)
    order = await store.order(ada)
    answers = [await refused(ada, order.id, REUSE, id) for id in (hers["id"], "AbCdEfGhIj", elsewhere, "", "' OR 1=1")]
    assert {str(a.errors) for a in answers} == {str(answers[0].errors)}
    assert answers[0].error == "not_found"


async def other_organizations_entry(store: Store) -> str:
    """The id of a wallet entry in another tenant."""
    other = await identity.create_organization(store.tools.db, registry(), name="Other", slug="other")
    await store.tools.db.execute(
        "INSERT INTO customer_payment_sources"
        " (organization_id, id, lock_version, created_at, updated_at, metadata, name, payment_source_token)"
        " VALUES ($1, 'OtherEntry', 0, now(), now(), '{}', 'x', 'pm_x')",
        other["id"],
    )
    return "OtherEntry"


async def test_a_guests_order_cannot_use_a_wallet(store: Store) -> None:
    entry = await kept(store, await store.customer())
    guest = await store.guest()
    order = await store.order(guest)
    await guest.update("orders", order.id, {"customer_email": store.made["customer"]["email"]})
    assert (await refused(guest, order.id, REUSE, entry["id"])).error == "not_found"


async def test_a_placed_order_cannot_change_its_source(store: Store) -> None:
    ada = await store.customer()
    order = await paid(store, ada)
    (entry,) = await save(ada, order.id)
    with pytest.raises(ApiError) as refusal:
        await ada.update("orders", order.id, {REUSE: entry["id"]})
    assert refusal.value.status == 401
    with pytest.raises(ApiError) as refusal:
        await store.back_office.update("orders", order.id, {REUSE: entry["id"]})
    assert (refusal.value.status, refusal.value.error) == (422, "not_editable")


@pytest.mark.parametrize("what", ["stripe_gateways", "payment_methods"])
async def test_what_is_disabled_is_not_available(store: Store, what: str) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    ids = {"stripe_gateways": store.made["gateways"]["stripe"], "payment_methods": store.method("stripe_payments")[1]}
    id = ids[what]
    order = await store.order(ada)
    await store.back_office.update(what, id, {"_disable": True})
    assert (await refused(ada, order.id, REUSE, entry["id"])).error == "not_found"
    assert (await ada.get(f"orders/{order.id}", include=LISTED)).related(LISTED) == []
    await store.back_office.update(what, id, {"_enable": True})
    await reuse(ada, order.id, entry["id"])


async def test_placing_confirms_the_card_without_a_browser(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    second = await store.order(ada)
    _, source = await reuse(ada, second.id, entry["id"])
    await placed(ada, second.id)
    intent = await store.at_stripe(f"payment_intents/{source['attributes']['stripe_id']}")
    assert (intent["status"], intent["payment_method"]) == (
        "requires_capture",
        entry["attributes"]["payment_source_token"],
    )
    assert intent["customer"] == entry["attributes"]["customer_token"]
    digest = (await ada.get(f"orders/{second.id}"))["payment_source_details"]
    assert digest["payment_method_id"] == entry["attributes"]["payment_source_token"]


async def test_a_return_url_sent_right_before_placing_reaches_the_bank_and_leaves_other_options(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada, ASKS_WHEN_THERE)
    order = await store.order(ada)
    _, source = await reuse(ada, order.id, entry["id"])
    url = "https://shop.example.com/thanks"
    patched = await ada.update("stripe_payments", source["id"], {"options": {"return_url": url}})
    assert patched["options"] == {**source["attributes"]["options"], "return_url": url}
    await challenged(ada, order.id)
    intent = await store.at_stripe(f"payment_intents/{source['attributes']['stripe_id']}")
    assert intent["next_action"]["redirect_to_url"]["return_url"] == url


async def challenged(client: Client, order: str) -> dict[str, Any]:
    """Place an order whose bank asks the customer first; returns what the answer says of it."""
    trouble = await refused_placing(client, order)
    assert trouble.error == "requires_action"
    meta: dict[str, Any] = trouble.errors[0]["meta"]
    return meta


async def refused_placing(client: Client, order: str) -> ApiError:
    with pytest.raises(ApiError) as refusal:
        await client.update("orders", order, {"_place": True})
    assert refusal.value.status == 422
    assert refusal.value.pointers == ["/data/attributes/_place"]
    assert (await client.get(f"orders/{order}"))["status"] == "pending"
    return refusal.value


async def test_a_challenge_is_handed_over_and_placing_again_succeeds_once_it_is_passed(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada, ASKS_WHEN_THERE)
    order = await store.order(ada)
    _, source = await reuse(ada, order.id, entry["id"])
    stripe_id = source["attributes"]["stripe_id"]
    said = await challenged(ada, order.id)
    assert said["client_secret"] == source["attributes"]["client_secret"]
    assert await challenged(ada, order.id) == said  # asking again before the customer answered changes nothing
    assert await store.answer_challenge(stripe_id) == "requires_capture"
    await placed(ada, order.id)
    assert [t["attributes"]["succeeded"] for t in await transactions(store, order.id)] == [True]
    assert len([e for e in await store.ledger() if e["reference"] == stripe_id]) == 1


async def test_a_challenge_with_a_return_url_names_the_page_to_go_to(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada, ASKS_WHEN_THERE)
    order = await store.order(ada)
    _, source = await reuse(ada, order.id, entry["id"])
    await ada.update("stripe_payments", source["id"], {"options": {"return_url": "https://shop.example.com/"}})
    said = await challenged(ada, order.id)
    assert said["redirect_url"].startswith(store.sandbox)


async def test_a_challenge_that_failed_is_a_declined_payment_and_another_card_can_pay(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada, ASKS_WHEN_THERE)
    order = await store.order(ada)
    _, source = await reuse(ada, order.id, entry["id"])
    await challenged(ada, order.id)
    await store.answer_challenge(source["attributes"]["stripe_id"], passed=False)
    assert (await refused_placing(ada, order.id)).error == "declined"
    (failed,) = await transactions(store, order.id)
    assert failed["attributes"]["succeeded"] is False
    other = await kept(store, ada)
    await reuse(ada, order.id, other["id"])
    await placed(ada, order.id)


async def test_picking_another_source_cancels_what_was_prepared_before(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    order = await store.order(ada)
    typed = await ada.create("stripe_payments", {}, order=("orders", order.id))
    _, first = await reuse(ada, order.id, entry["id"])
    _, second = await reuse(ada, order.id, entry["id"])
    await store.worker().once()
    states = [
        (await store.at_stripe(f"payment_intents/{id}"))["status"]
        for id in (typed["stripe_id"], first["attributes"]["stripe_id"], second["attributes"]["stripe_id"])
    ]
    assert states == ["canceled", "canceled", "requires_confirmation"]
    await placed(ada, order.id)


async def test_turning_away_from_an_open_challenge_leaves_nothing_behind(store: Store) -> None:
    ada = await store.customer()
    asks, plain = await kept(store, ada, ASKS_WHEN_THERE), await kept(store, ada)
    order = await store.order(ada)
    _, source = await reuse(ada, order.id, asks["id"])
    await challenged(ada, order.id)
    await reuse(ada, order.id, plain["id"])
    await store.worker().once()
    assert (await store.at_stripe(f"payment_intents/{source['attributes']['stripe_id']}"))["status"] == "canceled"
    await placed(ada, order.id)
    store.clock.advance(hours=1)
    await store.worker().once()  # reconciles: the attempt that was turned away from came to nothing
    outcomes = [t["attributes"]["succeeded"] for t in await transactions(store, order.id)]
    assert outcomes == [False, True]
    ada = await store.customer()
    assert (await ada.get(f"orders/{order.id}"))["payment_status"] == "authorized"
    rows = await store.tools.db.fetch("SELECT outcome FROM transactions WHERE order_id = $1", order.id)
    assert sorted(r["outcome"] for r in rows) == ["failed", "succeeded"]


async def test_placing_many_times_at_once_moves_money_once(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    order = await store.order(ada)
    _, source = await reuse(ada, order.id, entry["id"])
    answers = await asyncio.gather(
        *(ada.update("orders", order.id, {"_place": True}) for _ in range(8)), return_exceptions=True
    )
    assert any(not isinstance(a, BaseException) and a["status"] == "placed" for a in answers)
    await placed(ada, order.id)
    moved = [e for e in await store.ledger() if e["reference"] == source["attributes"]["stripe_id"]]
    assert [e["kind"] for e in moved] == ["authorization"]


async def test_choosing_and_placing_in_one_request_works(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    order = await store.order(ada)
    answer = await ada.update("orders", order.id, {REUSE: entry["id"], "_place": True})
    assert (answer["status"], answer["payment_status"]) == ("placed", "authorized")


async def test_choosing_while_the_order_changes_leaves_one_intent_that_fits(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    order = await store.order(ada)
    item = {"sku_code": store.made["skus"][1], "quantity": 1}
    await asyncio.gather(
        *(ada.update("orders", order.id, {REUSE: entry["id"]}) for _ in range(4)),
        *(ada.create("line_items", item, order=("orders", order.id)) for _ in range(2)),
    )
    answer, _ = await reuse(ada, order.id, entry["id"])
    await store.worker().once()
    intents = (await store.at_stripe("payment_intents?limit=100"))["data"]
    mine = [i for i in intents if i["metadata"]["order_id"] == order.id and i["status"] != "canceled"]
    assert [i["amount"] for i in mine] == [answer["total_amount_with_taxes_cents"]]


async def test_a_declined_card_leaves_the_order_pending_with_a_failed_transaction(store: Store) -> None:
    ada = await store.customer()
    created = await brought_along(store, await raw_tokens(store, KEPT_BUT_DECLINED))
    order = await store.order(ada)
    await reuse(ada, order.id, created.id)
    trouble = await refused_placing(ada, order.id)
    assert (trouble.error, trouble.errors[0]["meta"]["decline_code"]) == ("declined", "generic_decline")
    (failed,) = await transactions(store, order.id)
    assert (failed["attributes"]["succeeded"], failed["attributes"]["error_code"]) == (False, "generic_decline")
    shown = await ada.get(f"orders/{order.id}")
    assert (shown["status"], shown["payment_status"]) == ("pending", "unpaid")
    assert len(await wallet(store)) == 1


async def test_a_customer_who_turns_to_a_saved_card_after_typing_another_one_pays_once(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    order = await paid(store, ada, MASTERCARD, place=False)
    typed = (await ada.get(f"orders/{order.id}", include="payment_source")).related("payment_source")["id"]
    await ada.update("stripe_payments", typed, {"_refresh": True})  # as Stripe's report would
    assert (await ada.get(f"orders/{order.id}"))["payment_status"] == "authorized"
    _, source = await reuse(ada, order.id, entry["id"])
    assert source["id"] != typed
    assert (await ada.get(f"orders/{order.id}"))["payment_status"] == "unpaid"
    await placed(ada, order.id)
    kinds = [e["kind"] for e in await store.ledger()]
    assert kinds == ["authorization", "authorization", "void", "authorization"]


async def test_a_customer_who_turns_to_another_method_after_typing_a_card_is_not_held_to_it(store: Store) -> None:
    ada = await store.customer()
    order = await paid(store, ada, place=False)
    typed = (await ada.get(f"orders/{order.id}", include="payment_source")).related("payment_source")["id"]
    await ada.update("stripe_payments", typed, {"_refresh": True})
    changed = await ada.update("orders", order.id, payment_method=store.method("wire_transfers"))
    assert changed["payment_status"] == "unpaid"
    assert [e["kind"] for e in await store.ledger()] == ["authorization", "void"]
