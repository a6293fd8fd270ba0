"""The life of an order over HTTP: opened, filled, placed, approved, captured, refunded, cancelled, put away."""

from __future__ import annotations

import pytest
from tests.api.shop import WAYS, money, moved, of, pay_for, placed, ready_to_place, refused, settings, topics
from tests.articles import EBOOK
from tests.store import Store

from billfold.client import Answer

STATUS = ("status", "payment_status", "fulfillment_status")
ITEM = {"sku_code": EBOOK, "quantity": 1}


async def test_an_empty_order_is_a_draft_with_a_number_and_a_token_and_the_markets_currency(store: Store) -> None:
    guest = await store.guest()
    order = await guest.create("orders", {})
    assert of(order, *STATUS) == ("draft", "unpaid", "unfulfilled")
    assert of(order, "currency_code", "total_amount_cents", "guest", "editable") == ("EUR", 0, True, True)
    assert order["number"].isdigit()
    assert len(order["token"]) == 32


async def test_a_draft_is_pending_once_it_has_a_customer_and_something_to_buy_in_either_order(store: Store) -> None:
    guest = await store.guest()
    named_first = await guest.create("orders", {"customer_email": "eve@example.com"})
    assert named_first["status"] == "draft"
    await guest.create("line_items", ITEM, order=("orders", named_first.id))
    assert (await guest.get(f"orders/{named_first.id}"))["status"] == "pending"

    filled_first = await guest.create("orders", {})
    await guest.create("line_items", ITEM, order=("orders", filled_first.id))
    assert (await guest.get(f"orders/{filled_first.id}"))["status"] == "draft"
    named = await guest.update("orders", filled_first.id, {"customer_email": "eve@example.com"})
    assert named["status"] == "pending"
    assert await topics(store, filled_first.id) == ["orders.create", "orders.draft", "orders.pending"]


@pytest.mark.parametrize("way", WAYS)
async def test_an_order_is_placed_approved_captured_and_refunded(store: Store, way: str) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada, way)
    back_office = store.back_office
    seen: list[Answer] = [await ada.update("orders", order.id, {"_place": True})]
    for trigger in ("_approve", "_capture", "_refund"):
        seen.append(await back_office.update("orders", order.id, {trigger: True}))
    assert [of(answer, *STATUS) for answer in seen] == [
        ("placed", "authorized", "not_required"),
        ("approved", "authorized", "not_required"),
        ("approved", "paid", "not_required"),
        ("cancelled", "refunded", "not_required"),
    ]
    expected = [("authorizations", 2900, True), ("captures", 2900, True), ("refunds", 2900, True)]
    assert await money(store, order.id) == expected
    if way != "wire_transfers":
        assert await moved(store) == [("authorization", 2900), ("capture", 2900), ("refund", 2900)]
    assert [t for t in await topics(store, order.id) if t != "orders.payment_source"] == [
        "orders.create",
        "orders.draft",
        "orders.pending",
        "orders.authorize",
        "orders.place",
        "orders.approve",
        "orders.pay",
        "orders.refund",
        "orders.cancel",
    ]


@pytest.mark.parametrize("way", WAYS)
async def test_cancelling_lets_go_of_what_is_held(store: Store, way: str) -> None:
    order = await placed(store, await store.customer(), way)
    cancelled = await store.back_office.update("orders", order.id, {"_cancel": True})
    assert of(cancelled, *STATUS) == ("cancelled", "voided", "not_required")
    assert cancelled["cancelled_at"]
    assert await money(store, order.id) == [("authorizations", 2900, True), ("voids", 2900, True)]
    if way != "wire_transfers":
        assert await moved(store) == [("authorization", 2900), ("void", 2900)]


async def test_an_approved_order_that_is_not_paid_for_can_be_cancelled(store: Store) -> None:
    order = await placed(store, await store.customer())
    await store.back_office.update("orders", order.id, {"_approve": True})
    cancelled = await store.back_office.update("orders", order.id, {"_cancel": True})
    assert of(cancelled, "status", "payment_status") == ("cancelled", "voided")


async def test_what_was_captured_must_be_refunded_and_not_cancelled(store: Store) -> None:
    order = await placed(store, await store.customer())
    await store.back_office.update("orders", order.id, {"_approve_and_capture": True})
    async with refused(error="captured", pointers=["/data/attributes/_cancel"]):
        await store.back_office.update("orders", order.id, {"_cancel": True})
    assert (await store.back_office.get(f"orders/{order.id}"))["status"] == "approved"


async def test_approve_and_capture_does_both(store: Store) -> None:
    order = await placed(store, await store.customer())
    done = await store.back_office.update("orders", order.id, {"_approve_and_capture": True})
    assert of(done, *STATUS) == ("approved", "paid", "not_required")
    assert done["approved_at"]


async def test_every_verb_that_moves_money_may_be_repeated_and_moves_it_once(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    for _ in range(3):
        again = await ada.update("orders", order.id, {"_place": True}) if _ == 0 else None
        if again is None:
            again = await store.back_office.update("orders", order.id, {"_place": True})
        assert again["status"] == "placed"
    for trigger in ("_approve", "_capture", "_refund"):
        for _ in range(3):
            await store.back_office.update("orders", order.id, {trigger: True})
            if trigger == "_refund":
                assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "refunded"
    assert await moved(store) == [("authorization", 2900), ("capture", 2900), ("refund", 2900)]
    events = await topics(store, order.id)
    assert len(events) == len(set(events))

    other = await placed(store, ada)
    for _ in range(3):
        await store.back_office.update("orders", other.id, {"_cancel": True})
    assert (await moved(store))[3:] == [("authorization", 2900), ("void", 2900)]


@pytest.mark.parametrize(
    ("trigger", "problem"),
    [
        ("_approve", "cannot transition from pending to approved"),
        ("_cancel", "cannot transition from pending to cancelled"),
        ("_capture", "is pending: only what was placed can be captured"),
        ("_refund", "there is nothing left to refund"),
        ("_fix_payment_source", "there is no successful authorization to go by"),
    ],
)
async def test_a_pending_order_refuses_what_comes_later(store: Store, trigger: str, problem: str) -> None:
    order = await ready_to_place(store, await store.customer())
    async with refused() as caught:
        await store.back_office.update("orders", order.id, {trigger: True})
    assert caught[0].errors[0]["detail"].endswith(problem)
    assert (await store.back_office.get(f"orders/{order.id}"))["status"] == "pending"
    assert await moved(store) == [("authorization", 2900)]  # what the browser did


async def test_a_draft_cannot_be_placed(store: Store) -> None:
    guest = await store.guest()
    order = await guest.create("orders", {})
    async with refused(error="invalid_transition", pointers=["/data/attributes/status"]) as caught:
        await guest.update("orders", order.id, {"_place": True})
    assert caught[0].errors[0]["detail"] == "status - cannot transition from draft to placed"


async def test_placing_is_refused_with_one_error_for_each_missing_piece(store: Store) -> None:
    ada = await store.customer()
    order = await ada.create("orders", {})
    item = await ada.create("line_items", ITEM, order=("orders", order.id))
    assert (await ada.get(f"orders/{order.id}"))["status"] == "pending"
    async with refused(
        error="blank",
        pointers=["/data/relationships/payment_method", "/data/relationships/payment_source"],
    ):
        await ada.update("orders", order.id, {"_place": True})
    await ada.delete("line_items", item.id)
    async with refused(pointers=["/data/relationships/line_items"]):
        await ada.update("orders", order.id, {"_place": True})
    assert await moved(store) == []


async def test_an_order_that_costs_nothing_is_placed_without_a_payment_source(store: Store) -> None:
    guest = await store.guest()
    order = await guest.create("orders", {"customer_email": "eve@example.com"})
    gift = {"name": "A sticker", "quantity": 2, "unit_amount_cents": 0}
    await store.back_office.create("line_items", gift, order=("orders", order.id))
    assert (await guest.get(f"orders/{order.id}"))["payment_status"] == "free"
    done = await guest.update("orders", order.id, {"_place": True})
    assert of(done, "status", "payment_status") == ("placed", "free")
    approved = await store.back_office.update("orders", order.id, {"_approve": True})
    assert of(approved, *STATUS) == ("approved", "free", "in_progress")


async def test_an_order_that_would_pay_the_customer_is_not_placed(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    back = {"name": "Too generous", "quantity": 1, "unit_amount_cents": -5000, "item_type": "adjustments"}
    await store.back_office.create("line_items", back, order=("orders", order.id))
    async with refused(error="negative", pointers=["/data/attributes/total_amount_with_taxes_cents"]):
        await ada.update("orders", order.id, {"_place": True})


@pytest.mark.parametrize("trigger", ["_commit_invoice", "_refund_invoice"])
async def test_an_invoice_needs_a_tax_service_that_keeps_it(store: Store, trigger: str) -> None:
    order = await placed(store, await store.customer())
    async with refused(error="unsupported", pointers=[f"/data/attributes/{trigger}"]) as caught:
        await store.back_office.update("orders", order.id, {trigger: True})
    assert "needs a tax service that keeps invoices" in caught[0].errors[0]["detail"]


async def test_authorizing_holds_the_money_and_leaves_the_order_pending(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada, "klarna_payments")
    held = await ada.update("orders", order.id, {"_authorize": True})
    assert of(held, "status", "payment_status") == ("pending", "authorized")
    again = await ada.update("orders", order.id, {"_authorize": True})
    done = await ada.update("orders", again.id, {"_place": True})
    assert of(done, "status", "payment_status") == ("placed", "authorized")
    assert await moved(store) == [("authorization", 2900)]


async def test_a_pending_order_whose_money_is_held_cannot_change_until_it_lets_go(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    await ada.update("orders", order.id, {"_authorize": True})
    async with refused(error="authorized"):
        await ada.create("line_items", ITEM, order=("orders", order.id))
    async with refused(error="authorized"):
        await ada.update("orders", order.id, payment_source=None)
    free = await ada.update("orders", order.id, {"_nullify_payment_source": True}, include="payment_source")
    assert free.related("payment_source") is None
    assert free["payment_status"] == "unpaid"
    assert await moved(store) == [("authorization", 2900), ("void", 2900)]
    await ada.create("line_items", ITEM, order=("orders", order.id))


async def test_money_that_was_let_go_does_not_pay_for_the_order(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    await ada.update("orders", order.id, {"_authorize": True})
    held = (await store.back_office.get(f"orders/{order.id}/authorizations")).data[0]["id"]
    await store.back_office.update("authorizations", held, {"_void": True})
    async with refused(error="expired"):
        await ada.update("orders", order.id, {"_place": True})
    assert (await ada.get(f"orders/{order.id}"))["status"] == "pending"

    await pay_for(store, ada, order.id)
    done = await ada.update("orders", order.id, {"_place": True})
    assert of(done, "status", "payment_status") == ("placed", "authorized")
    assert await moved(store) == [("authorization", 2900), ("void", 2900), ("authorization", 2900)]


async def test_fixing_points_the_order_at_the_source_that_paid(store: Store) -> None:
    ada = await store.customer()
    order = await placed(store, ada)
    fixed = await store.back_office.update(
        "orders", order.id, {"_fix_payment_source": True}, include="payment_source,authorizations"
    )
    (held,) = fixed.included("authorizations")
    assert fixed.related("payment_source")["type"] == "stripe_payments"
    assert held["attributes"]["succeeded"]


async def test_fixing_lets_go_of_what_was_prepared_instead(store: Store) -> None:
    ada, office = await store.customer(), store.back_office
    order = await ready_to_place(store, ada)
    held = await office.update("orders", order.id, {"_authorize": True}, include="payment_source")
    first = held.related("payment_source")["id"]
    second = await ada.create("stripe_payments", {}, order=("orders", order.id))
    fixed = await office.update("orders", order.id, {"_fix_payment_source": True}, include="payment_source")
    assert fixed.related("payment_source")["id"] == first
    rows = await store.tools.db.fetch("SELECT id, superseded FROM payment_sources WHERE order_id = $1", order.id)
    assert {row["id"]: row["superseded"] for row in rows} == {first: False, second.id: True}
    discards = "SELECT payload->>'source_id' AS id FROM jobs WHERE kind = 'discard' ORDER BY run_at"
    assert [row["id"] for row in await store.tools.db.fetch(discards)] == [first, second.id]


async def test_archiving_keeps_its_first_moment_and_can_be_undone(store: Store) -> None:
    order = await placed(store, await store.customer())
    first = await store.back_office.update("orders", order.id, {"_archive": True})
    again = await store.back_office.update("orders", order.id, {"_archive": True})
    assert first["archived_at"] == again["archived_at"] is not None
    assert (await store.back_office.update("orders", order.id, {"_unarchive": True}))["archived_at"] is None


async def test_refreshing_notes_when_and_changes_nothing_that_is_right(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    before = await ada.get(f"orders/{order.id}")
    after = await ada.update("orders", order.id, {"_refresh": True}, include="payment_source")
    assert after["refreshed_at"]
    assert after["total_amount_cents"] == before["total_amount_cents"]
    assert after.included("stripe_payments")[0]["attributes"]["mismatched_amounts"] is False


async def test_a_placed_order_is_closed_to_storefronts_and_tells_back_offices_why(store: Store) -> None:
    ada = await store.customer()
    order = await placed(store, ada)
    async with refused(status=401):
        await ada.update("orders", order.id, {"language_code": "it"})
    async with refused(status=401):
        await ada.update("orders", order.id, {"metadata": {"a": 1}})
    async with refused(error="not_editable", pointers=["/data/attributes/status"]):
        await store.back_office.update("orders", order.id, {"language_code": "it"})
    noted = await store.back_office.update("orders", order.id, {"metadata": {"picked": True}, "reference": "ERP-1"})
    assert of(noted, "metadata", "reference") == ({"picked": True}, "ERP-1")


@pytest.mark.parametrize("beside", [{}, {"_place": True}, {"_cancel": True}])
async def test_a_placed_order_is_not_refreshed_nor_is_what_is_asked_for_beside_it_done(
    store: Store, beside: dict[str, bool]
) -> None:
    ada, office = await store.customer(), store.back_office
    order = await placed(store, ada)
    async with refused(status=401):
        await ada.update("orders", order.id, {"_refresh": True, **beside})
    async with refused(error="not_editable", pointers=["/data/attributes/status"]):
        await office.update("orders", order.id, {"_refresh": True, **beside})
    assert (await office.get(f"orders/{order.id}"))["status"] == "placed"


async def test_an_order_can_be_refreshed_and_placed_at_once(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    done = await ada.update("orders", order.id, {"_place": True, "_refresh": True})
    assert done["status"] == "placed"
    assert done["refreshed_at"] is not None


async def test_an_order_that_was_placed_cannot_be_deleted(store: Store) -> None:
    order = await placed(store, await store.customer())
    async with refused(error="not_deletable"):
        await store.back_office.delete("orders", order.id)


async def test_a_cart_can_be_deleted_with_all_that_was_prepared_for_it(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    await ada.create("stripe_payments", {}, order=("orders", order.id))
    second = await ada.create("stripe_payments", {}, order=("orders", order.id))
    answer = await store.back_office.delete("orders", order.id)
    assert answer.status == 204
    async with refused(status=404):
        await store.back_office.get(f"orders/{order.id}")
    while await store.worker().once():
        pass
    confirmed = await store.confirm_in_browser(second)
    assert confirmed["error"]["code"] == "payment_intent_unexpected_state"


async def test_placing_counts_for_the_customer_and_the_second_order_makes_them_a_regular(store: Store) -> None:
    ada, id = await store.customer(), store.made["customer"]["id"]
    for count, status in ((1, "acquired"), (2, "repeat")):
        await placed(store, ada)
        customer = await store.back_office.get(f"customers/{id}")
        assert of(customer, "total_orders_count", "status") == (count, status)


async def test_attributes_and_triggers_of_one_request_act_together_attributes_first(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    done = await ada.update("orders", order.id, {"_place": True, "metadata": {"gift": "yes"}, "language_code": "it"})
    assert of(done, "status", "metadata", "language_code") == ("placed", {"gift": "yes"}, "it")


async def test_a_refused_trigger_leaves_the_attributes_it_came_with_unwritten(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    async with refused(error="blank"):
        await ada.update("orders", order.id, {"_place": True, "metadata": {"gift": "yes"}})
    assert (await ada.get(f"orders/{order.id}"))["metadata"] == {}


async def test_an_empty_order_that_moves_to_another_market_takes_over_its_currency(store: Store) -> None:
    office, ada = store.back_office, await store.customer()
    yen = await office.create("price_lists", {"name": "Yen", "currency_code": "JPY", "tax_included": False})
    (merchant,), (inventory,) = [(await office.get(t)).data for t in ("merchants", "inventory_models")]
    japan = await office.create(
        "markets",
        {"name": "Japan"},
        merchant=("merchants", merchant["id"]),
        inventory_model=("inventory_models", inventory["id"]),
        price_list=("price_lists", yen.id),
    )
    order = await ada.create("orders", {})
    async with refused(error="not_in_scope", pointers=["/data/relationships/market"]):
        await ada.update("orders", order.id, market=("markets", japan.id))
    moved_there = await office.update("orders", order.id, market=("markets", japan.id))
    assert of(moved_there, "currency_code", "tax_included") == ("JPY", False)


async def test_orders_are_numbered_by_the_merchant_only_where_the_organization_says_so(store: Store) -> None:
    office, market = store.back_office, ("markets", store.made["market"]["id"])
    order = await office.create("orders", {"number": "ERP-1"}, market=market)
    counted = order["number"]
    assert counted.isdigit()
    assert (await office.update("orders", order.id, {"number": "ERP-1"}))["number"] == counted
    await settings(store, orders_number_editable_live=True)
    assert (await office.update("orders", order.id, {"number": "ERP-1"}))["number"] == counted
    await settings(store, orders_number_editable_test=True)
    assert (await office.update("orders", order.id, {"number": "ERP-1"}))["number"] == "ERP-1"
    async with refused(error="taken", pointers=["/data/attributes/number"]):
        await office.create("orders", {"number": "ERP-1"}, market=market)
    assert (await office.create("orders", {"number": "ERP-2"}, market=market))["number"] == "ERP-2"
    assert (await office.create("orders", {}, market=market))["number"].isdigit()
