"""The payment of an order that nobody placed is undone: the money goes back, once, and the order can be paid anew."""

from __future__ import annotations

import asyncio

import pytest
from tests.api.shop import WAYS, money, moved, of, pay_for, placed, ready_to_place, refused, transaction
from tests.articles import ALBUM
from tests.store import Store

from billfold.client import Answer, ApiError, Client

# What is undone, by which verb of the order it came about, what the undoing is called, and where the PSPs are asked.
HELD = ("authorizations", "voids", "void")
TAKEN = ("captures", "refunds", "refund")
ASKED_AT = {
    ("stripe_payments", "void"): "/cancel$",
    ("stripe_payments", "refund"): "/refunds$",
    ("klarna_payments", "void"): "/cancel$",
    ("klarna_payments", "refund"): "/refunds$",
}


async def paid_before_placing(store: Store, ada: Client, way: str, kind: str) -> tuple[Answer, Answer]:
    """A pending order of 29.00 whose money is held, or taken, and the transaction that says so."""
    if kind == "captures":
        method = store.made["payment_methods"][way]
        await store.back_office.update("payment_methods", method, {"auto_capture": True})
    order = await ready_to_place(store, ada, way)
    held = await ada.update("orders", order.id, {"_authorize": True})
    expected = "paid" if kind == "captures" else "authorized"
    assert of(held, "status", "payment_status") == ("pending", expected)
    return order, await transaction(store, order.id, kind)


async def tried(store: Store, kind: str, id: str) -> Answer | ApiError:
    try:
        return await store.back_office.update(kind, id, {"_cancel": True})
    except ApiError as refusal:
        return refusal


async def deeds(store: Store, called: str) -> list[int]:
    return [amount for kind, amount in await moved(store) if kind == called]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("kind", "undoing", "deed"), [HELD, TAKEN])
async def test_the_money_goes_back_and_the_order_is_unpaid_and_paid_anew(
    store: Store, kind: str, undoing: str, deed: str, way: str
) -> None:
    ada = await store.customer()
    order, undone = await paid_before_placing(store, ada, way, kind)
    answer = await store.back_office.update(kind, undone.id, {"_cancel": True})
    left = "capture_balance_cents" if kind == "authorizations" else "refund_balance_cents"
    assert of(answer, "succeeded", left) == (True, 0)
    shown = await ada.get(f"orders/{order.id}", include="payment_source")
    assert of(shown, "status", "payment_status", "editable") == ("pending", "unpaid", True)
    assert shown.related("payment_source") is None
    assert (await money(store, order.id))[-1] == (undoing, 2900, True)

    await ada.create("line_items", {"sku_code": ALBUM, "quantity": 1}, order=("orders", order.id))
    await pay_for(store, ada, order.id, way)
    done = await ada.update("orders", order.id, {"_place": True})
    assert of(done, "status", "payment_status") == ("placed", "paid" if kind == "captures" else "authorized")
    captured = await store.back_office.update("orders", order.id, {"_approve_and_capture": True})
    assert of(captured, "status", "payment_status") == ("approved", "paid")
    refunded = await store.back_office.update("orders", order.id, {"_refund": True})
    assert of(refunded, "status", "payment_status") == ("cancelled", "refunded")
    if way != "wire_transfers":
        assert await deeds(store, deed) == ([2900] if deed == "void" else [2900, 4150])


async def test_an_order_that_was_paid_given_back_and_held_again_is_voided_when_it_is_cancelled(store: Store) -> None:
    ada = await store.customer()
    order, capture = await paid_before_placing(store, ada, "stripe_payments", "captures")
    await store.back_office.update("captures", capture.id, {"_cancel": True})
    method = store.made["payment_methods"]["stripe_payments"]
    await store.back_office.update("payment_methods", method, {"auto_capture": False})
    await pay_for(store, ada, order.id)
    await ada.update("orders", order.id, {"_place": True})
    done = await store.back_office.update("orders", order.id, {"_cancel": True})
    assert of(done, "status", "payment_status") == ("cancelled", "voided")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("kind", "undoing", "deed"), [HELD, TAKEN])
async def test_sixteen_who_undo_at_once_move_the_money_once(
    store: Store, kind: str, undoing: str, deed: str, way: str
) -> None:
    order, undone = await paid_before_placing(store, await store.customer(), way, kind)
    answers = await asyncio.gather(*(tried(store, kind, undone.id) for _ in range(16)))
    assert any(isinstance(a, Answer) for a in answers)
    assert {a.status for a in answers if isinstance(a, ApiError)} <= {409}
    again = await store.back_office.update(kind, undone.id, {"_cancel": True})
    assert again["succeeded"] is True
    assert [m for m in await money(store, order.id) if m[0] == undoing] == [(undoing, 2900, True)]
    if way != "wire_transfers":
        assert await deeds(store, deed) == [2900]
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "unpaid"


@pytest.mark.parametrize("way", ["stripe_payments", "klarna_payments"])
async def test_who_places_while_the_money_is_being_let_go_never_places_without_money(store: Store, way: str) -> None:
    ada = await store.customer()
    order, held = await paid_before_placing(store, ada, way, "authorizations")
    await store.fault("delay", method="POST", path="/cancel$", seconds=0.3)

    async def place() -> None:
        try:
            await ada.update("orders", order.id, {"_place": True})
        except ApiError as refusal:
            assert refusal.status in (401, 409, 422)

    async def place_meanwhile() -> None:
        for _ in range(5):
            await asyncio.sleep(0.08)
            await place()

    await asyncio.gather(tried(store, "authorizations", held.id), place_meanwhile())
    shown = await store.back_office.get(f"orders/{order.id}")
    assert of(shown, "status", "payment_status") == ("pending", "unpaid")
    assert await money(store, order.id) == [("authorizations", 2900, True), ("voids", 2900, True)]


@pytest.mark.parametrize("way", ["stripe_payments", "klarna_payments"])
@pytest.mark.parametrize(("kind", "undoing", "deed"), [HELD, TAKEN])
@pytest.mark.parametrize("do", ["error", "drop"])
async def test_an_undoing_without_an_answer_is_on_record_and_asked_for_again(
    store: Store, do: str, kind: str, undoing: str, deed: str, way: str
) -> None:
    order, undone = await paid_before_placing(store, await store.customer(), way, kind)
    await store.fault(do, method="POST", path=ASKED_AT[way, deed], times=None)
    async with refused(error="outcome_unknown", pointers=["/data/attributes/_cancel"]):
        await store.back_office.update(kind, undone.id, {"_cancel": True})
    before = "paid" if kind == "captures" else "authorized"
    assert of(await store.back_office.get(f"orders/{order.id}"), "status", "payment_status") == ("pending", before)
    assert (await money(store, order.id))[-1] == (undoing, 2900, False)
    await store.clear_faults()
    await store.back_office.update(kind, undone.id, {"_cancel": True})
    shown = await store.back_office.get(f"orders/{order.id}", include="payment_source")
    assert of(shown, "status", "payment_status") == ("pending", "unpaid")
    assert shown.related("payment_source") is None
    assert [m for m in await money(store, order.id) if m[0] == undoing] == [(undoing, 2900, True)]
    assert await deeds(store, deed) == [2900]


async def test_a_refund_that_takes_its_time_leaves_the_order_paid_until_it_is_done(store: Store) -> None:
    method = store.made["payment_methods"]["stripe_payments"]
    await store.back_office.update("payment_methods", method, {"auto_capture": True})
    ada = await store.customer()
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(source, "4000000000007726")
    await ada.update("orders", order.id, {"_authorize": True})
    capture = await transaction(store, order.id, "captures")
    for _ in range(2):
        undone = await store.back_office.update("captures", capture.id, {"_cancel": True})
        assert undone["refund_balance_cents"] == 0
    assert (await money(store, order.id))[-1] == ("refunds", 2900, False)
    shown = await ada.get(f"orders/{order.id}", include="payment_source")
    assert (shown["payment_status"], shown.related("payment_source")["id"]) == ("paid", source.id)
    async with refused(status=409, error="in_progress", pointers=["/data/attributes/_place"]):
        await ada.update("orders", order.id, {"_place": True})

    refund = await transaction(store, order.id, "refunds")
    async with store.http.post(f"{store.sandbox}/_sandbox/stripe/refunds/{refund['token']}/settle") as answer:
        assert answer.status == 200
    store.clock.advance(minutes=2)
    await store.worker().once()
    assert of(await ada.get(f"orders/{order.id}"), "status", "payment_status") == ("pending", "unpaid")
    async with refused(error="expired", pointers=["/data/relationships/payment_source"]):
        await ada.update("orders", order.id, {"_place": True})
    await store.back_office.update("captures", capture.id, {"_cancel": True})
    await pay_for(store, ada, order.id)
    done = await ada.update("orders", order.id, {"_place": True})
    assert of(done, "status", "payment_status") == ("placed", "paid")
    assert await deeds(store, "refund") == [2900]


async def test_a_provider_that_says_no_leaves_the_money_where_it_is(store: Store) -> None:
    order, held = await paid_before_placing(store, await store.customer(), "klarna_payments", "authorizations")
    await store.fault("status", method="POST", path="/cancel$", status=403, times=None)
    async with refused(pointers=["/data/attributes/_cancel"]):
        await store.back_office.update("authorizations", held.id, {"_cancel": True})
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "authorized"
    assert await moved(store) == [("authorization", 2900)]


async def test_what_was_taken_is_given_back_by_the_capture_and_not_by_the_authorization(store: Store) -> None:
    order, capture = await paid_before_placing(store, await store.customer(), "stripe_payments", "captures")
    held = await transaction(store, order.id, "authorizations")
    async with refused(error="not_voidable", pointers=["/data/attributes/_cancel"]) as caught:
        await store.back_office.update("authorizations", held.id, {"_cancel": True})
    assert "cancel the capture instead" in caught[0].errors[0]["detail"]
    await store.back_office.update("captures", capture.id, {"_cancel": True})


async def test_an_authorization_that_was_declined_has_nothing_to_undo(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", order.id))
    await store.confirm_in_browser(source, "4000000000009995")
    async with refused(error="declined"):
        await ada.update("orders", order.id, {"_place": True})
    declined = await transaction(store, order.id, "authorizations")
    async with refused(error="not_voidable", pointers=["/data/attributes/_cancel"]):
        await store.back_office.update("authorizations", declined.id, {"_cancel": True})


async def test_the_payment_of_a_placed_order_is_voided_or_refunded_instead(store: Store) -> None:
    order = await placed(store, await store.customer(), "klarna_payments")
    held = await transaction(store, order.id, "authorizations")
    async with refused(error="invalid_transition", pointers=["/data/attributes/_cancel"]) as caught:
        await store.back_office.update("authorizations", held.id, {"_cancel": True})
    assert "this one is placed: use _void instead" in caught[0].errors[0]["detail"]
    await store.back_office.update("orders", order.id, {"_approve_and_capture": True})
    capture = await transaction(store, order.id, "captures")
    async with refused(error="invalid_transition", pointers=["/data/attributes/_cancel"]) as caught:
        await store.back_office.update("captures", capture.id, {"_cancel": True})
    assert "this one is approved: use _refund instead" in caught[0].errors[0]["detail"]
    assert await moved(store) == [("authorization", 2900), ("capture", 2900)]


async def test_customers_cannot_undo_a_payment(store: Store) -> None:
    ada = await store.customer()
    _, held = await paid_before_placing(store, ada, "klarna_payments", "authorizations")
    async with refused(status=401):
        await ada.update("authorizations", held.id, {"_cancel": True})


@pytest.mark.parametrize(("kind", "undoing", "deed"), [HELD, TAKEN])
async def test_a_source_whose_money_went_back_pays_nothing_again(
    store: Store, kind: str, undoing: str, deed: str
) -> None:
    ada = await store.customer()
    order, undone = await paid_before_placing(store, ada, "stripe_payments", kind)
    spent = (await ada.get(f"orders/{order.id}/payment_source")).id
    await store.back_office.update(kind, undone.id, {"_cancel": True})
    await pay_for(store, ada, order.id)
    await ada.update("orders", order.id, payment_source=("stripe_payments", spent))
    async with refused(error="expired", pointers=["/data/relationships/payment_source"]):
        await ada.update("orders", order.id, {"_place": True})
    assert (await money(store, order.id))[-1] == (undoing, 2900, True)
