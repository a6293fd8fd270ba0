"""Money that a colleague moved at the payment provider and nobody reported: asking for it here makes it known, once."""

from __future__ import annotations

import pytest
from tests.api.shop import money, moved, of, placed, ready_to_place, refused, transaction
from tests.store import Store

from billfold.client import Answer

WAYS = ("stripe_payments", "klarna_payments")
HELD, TAKEN, BACK = ("authorizations", 2900, True), ("captures", 2900, True), ("refunds", 2900, True)
LET_GO = ("voids", 2900, True)


async def at_provider(store: Store, order: Answer, way: str, deed: str, cents: int = 2900) -> None:
    """A colleague captures, refunds or lets go in the provider's own dashboard."""
    reference = await store.tools.db.fetchval(
        "SELECT token FROM transactions WHERE order_id = $1 AND type = 'authorizations'", order.id
    )
    if way == "klarna_payments":
        path = f"ordermanagement/v1/orders/{reference}"
        body = {"capture": {"captured_amount": cents}, "refund": {"refunded_amount": cents}}
        paths = {"capture": "/captures", "refund": "/refunds", "cancel": "/cancel"}
        return await store.ask_klarna(path + paths[deed], body.get(deed))
    if deed == "refund":
        await store.ask_stripe("refunds", {"payment_intent": reference, "amount": str(cents)})
    elif deed == "capture":
        await store.ask_stripe(f"payment_intents/{reference}/capture", {"amount_to_capture": str(cents)})
    else:
        await store.ask_stripe(f"payment_intents/{reference}/cancel", {})
    return None


def without_failures(found: list[tuple[str, int, bool]]) -> list[tuple[str, int, bool]]:
    return [m for m in found if m[2]]


async def refresh(store: Store, order: Answer) -> None:
    source = (await store.back_office.get(f"orders/{order.id}/payment_source")).id
    await store.back_office.update("stripe_payments", source, {"_refresh": True})


async def test_refreshing_a_source_brings_in_what_was_captured_and_given_back_elsewhere(store: Store) -> None:
    order = await placed(store, await store.customer())
    await at_provider(store, order, "stripe_payments", "capture")
    await refresh(store, order)
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "paid"
    for amount in (500, 700):
        await at_provider(store, order, "stripe_payments", "refund", amount)
    for _ in range(2):
        await refresh(store, order)
        assert await money(store, order.id) == [HELD, TAKEN, ("refunds", 500, True), ("refunds", 700, True)]
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "partially_refunded"
    await at_provider(store, order, "stripe_payments", "refund", 1700)
    await refresh(store, order)
    shown = await store.back_office.get(f"orders/{order.id}")
    assert of(shown, "status", "payment_status") == ("cancelled", "refunded")


async def test_refreshing_a_source_brings_in_what_was_let_go_elsewhere(store: Store) -> None:
    order = await placed(store, await store.customer())
    await at_provider(store, order, "stripe_payments", "cancel")
    for _ in range(2):
        await refresh(store, order)
        assert await money(store, order.id) == [HELD, LET_GO]
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "voided"


async def test_refreshing_adds_nothing_to_what_was_done_here(store: Store) -> None:
    order = await placed(store, await store.customer())
    await store.back_office.update("orders", order.id, {"_capture": True})
    capture = await transaction(store, order.id, "captures")
    await store.back_office.update("captures", capture.id, {"_refund_amount_cents": 900})
    await refresh(store, order)
    assert await money(store, order.id) == [HELD, TAKEN, ("refunds", 900, True)]
    other = await placed(store, await store.customer())
    await store.back_office.update("orders", other.id, {"_cancel": True})
    await refresh(store, other)
    assert await money(store, other.id) == [HELD, LET_GO]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("trigger", ["_capture", "_approve_and_capture"])
async def test_capturing_what_was_captured_elsewhere_finds_the_order_paid(store: Store, trigger: str, way: str) -> None:
    order = await placed(store, await store.customer(), way)
    await at_provider(store, order, way, "capture")
    done = await store.back_office.update("orders", order.id, {trigger: True})
    assert of(done, "status", "payment_status") == ("approved", "paid")
    assert without_failures(await money(store, order.id)) == [HELD, TAKEN]
    assert await moved(store) == [("authorization", 2900), ("capture", 2900)]
    refunded = await store.back_office.update("orders", order.id, {"_refund": True})
    assert of(refunded, "status", "payment_status") == ("cancelled", "refunded")


@pytest.mark.parametrize("way", WAYS)
async def test_capturing_an_authorization_that_was_captured_elsewhere_shows_it_captured(store: Store, way: str) -> None:
    order = await placed(store, await store.customer(), way)
    held = await transaction(store, order.id, "authorizations")
    await at_provider(store, order, way, "capture")
    done = await store.back_office.update("authorizations", held.id, {"_capture": True})
    assert done["capture_balance_cents"] == 0
    assert without_failures(await money(store, order.id)) == [HELD, TAKEN]


@pytest.mark.parametrize("way", WAYS)
async def test_capturing_what_was_let_go_elsewhere_is_refused_and_finds_the_order_voided(
    store: Store, way: str
) -> None:
    order = await placed(store, await store.customer(), way)
    await at_provider(store, order, way, "cancel")
    async with refused(error="declined"):
        await store.back_office.update("orders", order.id, {"_capture": True})
    shown = await store.back_office.get(f"orders/{order.id}")
    assert of(shown, "status", "payment_status") == ("placed", "voided")
    assert without_failures(await money(store, order.id)) == [HELD, LET_GO]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("by", ["orders", "captures"])
async def test_giving_back_what_was_given_back_elsewhere_finds_the_order_refunded(
    store: Store, by: str, way: str
) -> None:
    order = await placed(store, await store.customer(), way)
    await store.back_office.update("orders", order.id, {"_capture": True})
    capture = await transaction(store, order.id, "captures")
    await at_provider(store, order, way, "refund")
    await store.back_office.update(by, order.id if by == "orders" else capture.id, {"_refund": True})
    shown = await store.back_office.get(f"orders/{order.id}")
    assert of(shown, "status", "payment_status") == ("cancelled", "refunded")
    assert without_failures(await money(store, order.id)) == [HELD, TAKEN, BACK]
    assert (await moved(store)).count(("refund", 2900)) == 1


@pytest.mark.parametrize("way", WAYS)
async def test_giving_back_what_was_only_captured_elsewhere_gives_it_back(store: Store, way: str) -> None:
    order = await placed(store, await store.customer(), way)
    await at_provider(store, order, way, "capture")
    done = await store.back_office.update("orders", order.id, {"_refund": True})
    assert of(done, "status", "payment_status") == ("cancelled", "refunded")
    assert await money(store, order.id) == [HELD, TAKEN, BACK]


@pytest.mark.parametrize("way", WAYS)
async def test_giving_back_more_than_is_left_is_refused_and_then_the_rest_goes(store: Store, way: str) -> None:
    order = await placed(store, await store.customer(), way)
    await store.back_office.update("orders", order.id, {"_capture": True})
    await at_provider(store, order, way, "refund", 500)
    async with refused(error="declined"):
        await store.back_office.update("orders", order.id, {"_refund": True})
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "partially_refunded"
    done = await store.back_office.update("orders", order.id, {"_refund": True})
    assert done["payment_status"] == "refunded"
    assert without_failures(await money(store, order.id))[2:] == [("refunds", 500, True), ("refunds", 2400, True)]


@pytest.mark.parametrize("way", WAYS)
async def test_cancelling_what_was_captured_elsewhere_is_refused_and_finds_the_order_paid(
    store: Store, way: str
) -> None:
    order = await placed(store, await store.customer(), way)
    held = await transaction(store, order.id, "authorizations")
    await at_provider(store, order, way, "capture")
    async with refused(error="declined"):
        await store.back_office.update("orders", order.id, {"_cancel": True})
    shown = await store.back_office.get(f"orders/{order.id}")
    assert of(shown, "status", "payment_status") == ("placed", "paid")
    async with refused(error="not_voidable"):
        await store.back_office.update("authorizations", held.id, {"_void": True})
    assert without_failures(await money(store, order.id)) == [HELD, TAKEN]


@pytest.mark.parametrize("way", WAYS)
async def test_letting_go_of_what_was_let_go_elsewhere_finds_it_done(store: Store, way: str) -> None:
    order = await placed(store, await store.customer(), way)
    held = await transaction(store, order.id, "authorizations")
    await at_provider(store, order, way, "cancel")
    await store.back_office.update("authorizations", held.id, {"_void": True})
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "voided"
    assert await money(store, order.id) == [HELD, LET_GO]


@pytest.mark.parametrize("way", WAYS)
async def test_a_payment_that_is_undone_elsewhere_before_placing_is_undone_here(store: Store, way: str) -> None:
    method = store.made["payment_methods"][way]
    await store.back_office.update("payment_methods", method, {"auto_capture": True})
    ada = await store.customer()
    order = await ready_to_place(store, ada, way)
    await ada.update("orders", order.id, {"_authorize": True})
    capture = await transaction(store, order.id, "captures")
    await at_provider(store, order, way, "refund")
    await store.back_office.update("captures", capture.id, {"_cancel": True})
    shown = await store.back_office.get(f"orders/{order.id}", include="payment_source")
    assert (shown["payment_status"], shown.related("payment_source")) == ("unpaid", None)
    assert without_failures(await money(store, order.id)) == [HELD, TAKEN, BACK]


async def test_paying_with_nothing_is_refused_where_the_money_was_taken_elsewhere(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    await ada.update("orders", order.id, {"_authorize": True})
    await at_provider(store, order, "stripe_payments", "capture")
    async with refused(error="declined"):
        await ada.update("orders", order.id, {"_nullify_payment_source": True})
    assert (await ada.get(f"orders/{order.id}"))["payment_status"] == "paid"
    assert without_failures(await money(store, order.id)) == [HELD, TAKEN]
