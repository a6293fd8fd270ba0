"""What cannot be saved: each time the reason, a pointer, and an order that is as it was."""

from __future__ import annotations

import pytest
from tests.api.steps import ALWAYS_ASKS, SAVE, paid, paid_with_klarna, placed, refused, save, wallet
from tests.store import Store

from billfold.client import ApiError


async def test_a_guests_order_is_refused_before_and_after_placing(store: Store) -> None:
    guest = await store.guest()
    order = await store.order(guest)
    await guest.update("orders", order.id, {"customer_email": "guest@example.com"})
    source = await guest.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(source)
    assert (await refused(guest, order.id, SAVE)).error == "guest_order"
    await placed(guest, order.id)
    assert (await refused(guest, order.id, SAVE)).error == "guest_order"


async def test_an_order_without_a_customer_is_refused(store: Store) -> None:
    market = ("markets", store.made["market"]["id"])
    order = await store.back_office.create("orders", {}, market=market)
    assert (await refused(store.back_office, order.id, SAVE)).error == "customer_missing"


async def test_an_order_without_a_payment_source_is_refused(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    assert (await refused(ada, order.id, SAVE)).error == "payment_source_missing"


async def test_a_card_that_was_not_typed_yet_is_refused(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    await ada.create("stripe_payments", {}, order=("orders", order.id))
    assert (await refused(ada, order.id, SAVE)).error == "not_authorized"


async def test_a_card_whose_challenge_is_open_is_refused_and_so_is_one_that_failed_it(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    assert (await store.confirm_in_browser(source, ALWAYS_ASKS))["status"] == "requires_action"
    assert (await refused(ada, order.id, SAVE)).error == "not_authorized"
    await store.answer_challenge(source["stripe_id"], passed=False)
    assert (await refused(ada, order.id, SAVE)).error == "authentication_failed"
    assert await wallet(store) == []


async def test_a_card_that_passed_its_challenge_is_saved(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(source, ALWAYS_ASKS)
    await store.answer_challenge(source["stripe_id"])
    (entry,) = await save(ada, order.id)
    assert entry["attributes"]["name"] == "XXXX-XXXX-XXXX-3184"


async def test_klarna_is_refused_until_the_customer_agreed(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada, "klarna_payments")
    await ada.create("klarna_payments", {}, order=("orders", order.id))
    assert (await refused(ada, order.id, SAVE)).error == "blank"


async def test_a_wire_transfer_is_refused(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada, "wire_transfers")
    await ada.create("wire_transfers", {}, order=("orders", order.id))
    assert (await refused(ada, order.id, SAVE)).error == "not_reusable"
    await ada.update("orders", order.id, {"_place": True})
    assert (await refused(ada, order.id, SAVE)).error == "not_reusable"


REASON = "This card has been refused by the issuer. sk_test_sandbox 4242 4242 4242 4242"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"do": "refuse", "times": None}, "gateway_unreachable"),
        ({"do": "error", "times": None}, "gateway_unreachable"),
        (
            {"do": "status", "status": 401, "body": {"error": {"type": "invalid_request_error", "message": REASON}}},
            "gateway_misconfigured",
        ),
        (
            {
                "do": "status",
                "status": 400,
                "body": {"error": {"type": "invalid_request_error", "code": "resource_missing", "message": REASON}},
            },
            "resource_missing",
        ),
    ],
    ids=["closes the connection", "answers 500", "rejects the key", "says no"],
)
async def test_stripe_failing_is_told_without_secrets_and_saving_again_works(
    store: Store, fault: dict[str, object], error: str
) -> None:
    ada = await store.customer()
    order = await paid(store, ada)
    await store.fault(psp="stripe", **fault)  # type: ignore[arg-type] # a table of keyword arguments
    refusal = await refused(ada, order.id, SAVE)
    assert refusal.error == error
    assert "Stripe" in refusal.errors[0]["detail"] or "refused by the issuer" in refusal.errors[0]["detail"]
    for secret in ("sk_test_sandbox", "4242 4242", "4242424242424242"):
        assert secret not in str(refusal.errors)
    await store.clear_faults()
    assert len(await save(ada, order.id)) == 1


@pytest.mark.parametrize("do", ["refuse", "error"])
async def test_klarna_failing_is_told_and_saving_again_works(store: Store, do: str) -> None:
    ada = await store.customer()
    order = await paid_with_klarna(store, ada, place=False)
    await store.fault(do, psp="klarna", times=None)
    refusal = await refused(ada, order.id, SAVE)
    assert refusal.error == "gateway_unreachable"
    await store.clear_faults()
    assert len(await save(ada, order.id)) == 1


async def test_klarnas_own_reason_is_passed_on(store: Store) -> None:
    ada = await store.customer()
    order = await paid_with_klarna(store, ada, place=False)
    body = {"error_code": "NOT_ALLOWED", "error_messages": ["Tokens are not enabled"], "correlation_id": "c-1"}
    await store.fault("status", psp="klarna", path="customer-token$", status=403, body=body)
    refusal = await refused(ada, order.id, SAVE)
    assert refusal.error in ("not_reusable", "gateway_misconfigured")
    assert "Tokens are not enabled" in refusal.errors[0]["detail"]


async def test_another_customers_order_cannot_be_saved_from(store: Store) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    order = await paid(store, ada)
    with pytest.raises(ApiError) as refusal:
        await grace.update("orders", order.id, {SAVE: True})
    assert refusal.value.status == 401
    assert await wallet(store) == await wallet(store, "second_customer") == []
