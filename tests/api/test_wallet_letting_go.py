"""Nobody's card stays on file because they did not tick a box: what was prepared and never saved is let go."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.api.steps import kept, paid, paid_with_klarna, placed, reuse, save, wallet
from tests.store import Contents, Store, open_store

from billfold.client import ApiError

ENOUGH = 25  # hours; one more than the setting's default


async def method_of(store: Store, order: str) -> dict[str, Any]:
    """The card an order was paid with, as Stripe has it."""
    shown = await (await store.office()).get(f"orders/{order}")
    return await store.at_stripe(f"payment_methods/{shown['payment_source_details']['payment_method_id']}")


async def token_of(store: Store, order: str) -> str:
    """The state at Klarna of the customer token that an order left behind."""
    shown = await (await store.office()).get(f"orders/{order}")
    id = shown["payment_source_details"]["payment_method_id"]
    return str((await store.at_klarna(f"customer-token/v1/tokens/{id}"))["status"])


async def pass_time(store: Store, hours: float = ENOUGH) -> None:
    store.clock.advance(hours=hours)
    await store.worker().once()


async def test_a_card_that_nobody_saved_is_detached_after_a_day_and_a_saved_one_is_not(store: Store) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    unsaved, saved = await paid(store, ada), await paid(store, grace)
    await save(grace, saved.id)
    assert (await method_of(store, unsaved.id))["customer"]  # attached, so that it can be saved after placing
    await pass_time(store, 23)
    assert (await method_of(store, unsaved.id))["customer"]
    await pass_time(store, 2)
    assert (await method_of(store, unsaved.id))["customer"] is None
    assert (await method_of(store, saved.id))["customer"]


async def test_an_agreement_that_nobody_saved_is_cancelled_after_a_day_and_a_saved_one_is_not(store: Store) -> None:
    ada = await store.customer()
    unsaved, saved = await paid_with_klarna(store, ada), await paid_with_klarna(store, ada)
    await save(ada, saved.id)
    await pass_time(store, 23)
    assert await token_of(store, unsaved.id) == "ACTIVE"
    await pass_time(store, 2)
    assert await token_of(store, unsaved.id) == "CANCELLED"
    assert await token_of(store, saved.id) == "ACTIVE"


async def test_the_time_is_a_setting(filled_database: tuple[str, Contents]) -> None:
    async with open_store(*filled_database, unsaved_instrument_hours=2) as store:
        order = await paid(store, await store.customer())
        await pass_time(store, 1)
        assert (await method_of(store, order.id))["customer"]
        await pass_time(store, 1.5)
        assert (await method_of(store, order.id))["customer"] is None


async def test_what_was_let_go_cannot_be_saved_any_more_and_the_order_is_as_it_was(store: Store) -> None:
    order = await paid(store, await store.customer())
    await pass_time(store)
    ada = await store.customer()
    before = (await ada.get(f"orders/{order.id}")).document
    with pytest.raises(ApiError) as refusal:
        await save(ada, order.id)
    assert refusal.value.status == 422
    assert (await ada.get(f"orders/{order.id}")).document == before
    assert await wallet(store) == []


async def test_the_money_is_captured_all_the_same(store: Store) -> None:
    orders = [await pay(store, await store.customer()) for pay in (paid, paid_with_klarna)]
    await pass_time(store)
    back_office = await store.office()
    for order in orders:
        assert (await back_office.update("orders", order.id, {"_capture": True}))["payment_status"] == "paid"


async def test_a_card_of_an_order_that_was_then_paid_otherwise_is_let_go_too(store: Store) -> None:
    ada = await store.customer()
    order = await paid(store, ada, place=False)
    typed = await ada.get(f"orders/{order.id}", include="payment_source")
    (source,) = typed.included("stripe_payments")
    intent = await store.at_stripe(f"payment_intents/{source['attributes']['stripe_id']}")
    await ada.update("orders", order.id, payment_method=store.method("wire_transfers"))
    await store.worker().once()
    assert (await store.at_stripe(f"payment_intents/{intent['id']}"))["status"] == "canceled"
    await pass_time(store)
    assert (await store.at_stripe(f"payment_methods/{intent['payment_method']}"))["customer"] is None


async def test_an_agreement_whose_order_klarna_rejected_is_let_go_too(store: Store) -> None:
    ada = await store.customer()
    order = await paid_with_klarna(store, ada, place=False)
    no = {"error_code": "REJECTED", "error_messages": ["Purchase rejected"], "correlation_id": "c-1"}
    await store.fault("status", psp="klarna", path="/authorizations/.*/order$", status=403, body=no)
    with pytest.raises(ApiError) as refusal:
        await ada.update("orders", order.id, {"_place": True})
    assert refusal.value.error == "declined"
    assert await token_of(store, order.id) == "ACTIVE"
    await pass_time(store)
    assert await token_of(store, order.id) == "CANCELLED"


async def test_the_former_token_of_a_card_typed_again_is_let_go_and_the_newest_stays(store: Store) -> None:
    ada = await store.customer()
    first = await kept(store, ada)
    (again,) = await save(ada, (await paid(store, ada)).id)
    await pass_time(store)
    tokens = [e["attributes"]["payment_source_token"] for e in (first, again)]
    owners = [(await store.at_stripe(f"payment_methods/{t}"))["customer"] for t in tokens]
    assert owners == [None, again["attributes"]["customer_token"]]


async def test_paying_from_the_wallet_lets_nothing_go(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    order = await store.order(ada)
    await reuse(ada, order.id, entry["id"])
    await placed(ada, order.id)
    await pass_time(store)
    method = await store.at_stripe(f"payment_methods/{entry['attributes']['payment_source_token']}")
    assert method["customer"] == entry["attributes"]["customer_token"]


async def test_a_psp_that_is_down_is_asked_again(store: Store) -> None:
    order = await paid(store, await store.customer())
    await store.fault("refuse", psp="stripe", times=None)
    await pass_time(store)
    await store.clear_faults()
    assert (await method_of(store, order.id))["customer"]
    await pass_time(store, 1)
    assert (await method_of(store, order.id))["customer"] is None


async def typed_card(store: Store) -> str:
    """A payment method as a browser makes one, which is nobody's yet."""
    made = await store.ask_stripe("payment_methods", {"type": "card", "card[token]": "tok_visa"})
    return str(made["id"])


@pytest.mark.parametrize("named", ["id", "payment_method"])
async def test_a_card_that_the_options_name_is_let_go_like_any_other(store: Store, named: str) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    card = await typed_card(store)
    options = {named: card, "setup_future_usage": "off_session"}
    await ada.create("stripe_payments", {"options": options}, order=("orders", order.id))
    await placed(ada, order.id)
    assert (await store.at_stripe(f"payment_methods/{card}"))["customer"]
    await pass_time(store)
    assert (await store.at_stripe(f"payment_methods/{card}"))["customer"] is None


async def test_naming_the_card_in_the_options_afterwards_does_not_keep_it(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    card = (await store.confirm_in_browser(source))["payment_method"]
    await ada.update("stripe_payments", source.id, {"options": {"id": card}})
    await placed(ada, order.id)
    await pass_time(store)
    assert (await store.at_stripe(f"payment_methods/{card}"))["customer"] is None


async def test_a_card_that_another_system_had_kept_before_is_not_ours_to_let_go(store: Store) -> None:
    ada = await store.customer()
    first = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", first.id))
    card, hers = await typed_card(store), source["options"]["customer"]
    await store.ask_stripe(f"payment_methods/{card}/attach", {"customer": hers})
    order = await store.order(ada)
    await ada.create("stripe_payments", {"options": {"payment_method": card}}, order=("orders", order.id))
    await placed(ada, order.id)
    await pass_time(store)
    assert (await store.at_stripe(f"payment_methods/{card}"))["customer"] == hers


async def active_tokens(store: Store) -> list[str]:
    async with store.http.get(f"{store.sandbox}/_sandbox/klarna/tokens") as answer:
        return [t["token_id"] for t in (await answer.json())["tokens"] if t["status"] == "ACTIVE"]


async def test_of_two_servers_that_save_at_once_only_one_leaves_a_token_at_klarna(store: Store) -> None:
    """An adapter that is opened anew knows nothing of what the one before it is doing, like one in another process."""
    ada = await store.customer()
    order = await paid_with_klarna(store, ada, place=False)
    await store.fault("delay", psp="klarna", method="POST", path="/customer-token$", seconds=1.5)
    slow = asyncio.create_task(save(ada, order.id))
    await store.struck()
    gateway = (await store.back_office.get("klarna_gateways")).data[0]
    await store.back_office.update("klarna_gateways", gateway["id"], {"name": "Klarna, opened anew"})
    (entry,) = await save(ada, order.id)
    assert await slow == [entry]
    assert len(await active_tokens(store)) == 2
    await pass_time(store)
    assert await active_tokens(store) == [entry["attributes"]["payment_source_token"]]


async def test_a_token_that_could_not_be_read_after_it_was_made_is_not_lost(store: Store) -> None:
    ada = await store.customer()
    order = await paid_with_klarna(store, ada, place=False)
    await store.fault("error", psp="klarna", method="GET", path="customer-token", times=None)
    with pytest.raises(ApiError):
        await save(ada, order.id)
    await store.clear_faults()
    assert len(await active_tokens(store)) == 1
    assert await wallet(store) == []
    await pass_time(store)
    assert await active_tokens(store) == []
