"""A PSP that is down, slow, broken or silent: the record says what is known, and nothing is moved twice."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from tests.api.shop import money, moved, of, placed, ready_to_place, topics, transaction
from tests.api.steps import kept, reuse
from tests.store import Store

from billfold.client import Answer, ApiError, Client
from billfold.domain.caller import Caller
from billfold.usecases.payments.reconcile import reconcile

WAYS = ("stripe_payments", "klarna_payments")

# What each verb asks of each PSP, and how often the request is repeated before it is given up.
PATHS = {
    ("stripe_payments", "_capture"): "/capture$",
    ("stripe_payments", "_cancel"): "/cancel$",
    ("stripe_payments", "_refund"): "/refunds$",
    ("klarna_payments", "_capture"): "/captures$",
    ("klarna_payments", "_cancel"): "/cancel$",
    ("klarna_payments", "_refund"): "/refunds$",
}
KIND = {"_capture": "captures", "_cancel": "voids", "_refund": "refunds"}
DEED = {"_capture": "capture", "_cancel": "void", "_refund": "refund"}


async def settle(store: Store) -> None:
    """Time passes, and `reconcile` looks at what is open."""
    store.clock.advance(minutes=2)
    await reconcile(store.tools, Caller(store.organization["id"], "acme", "", "integration"))


async def order_for(store: Store, trigger: str, way: str) -> Answer:
    order = await placed(store, await store.customer(), way)
    if trigger == "_refund":
        await store.back_office.update("orders", order.id, {"_capture": True})
    return order


async def tried(client: Client, order: str, trigger: str) -> Answer | ApiError:
    try:
        return await client.update("orders", order, {trigger: True})
    except ApiError as refusal:
        return refusal


def times(found: list[tuple[str, int]]) -> Counter[str]:
    return Counter(kind for kind, _ in found)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("trigger", ["_capture", "_cancel", "_refund"])
@pytest.mark.parametrize("do", ["error", "drop"])
async def test_a_verb_without_an_answer_is_recorded_as_open_and_then_settled(
    store: Store, do: str, trigger: str, way: str
) -> None:
    order = await order_for(store, trigger, way)
    await store.fault(do, method="POST", path=PATHS[way, trigger], times=None)
    refusal = await tried(store.back_office, order.id, trigger)
    assert isinstance(refusal, ApiError)
    assert (refusal.status, refusal.error) == (422, "outcome_unknown"), refusal.errors
    assert (await money(store, order.id))[-1] == (KIND[trigger], 2900, False)

    await store.clear_faults()
    await settle(store)
    acted = do == "drop"
    assert (await money(store, order.id))[-1] == (KIND[trigger], 2900, acted)
    assert times(await moved(store))[DEED[trigger]] == (1 if acted else 0)

    done = await store.back_office.update("orders", order.id, {trigger: True})
    expected = {"_capture": "paid", "_cancel": "voided", "_refund": "refunded"}[trigger]
    assert done["payment_status"] == expected
    assert times(await moved(store))[DEED[trigger]] == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("trigger", ["_capture", "_cancel", "_refund"])
@pytest.mark.parametrize("do", ["error", "drop", "refuse"])
async def test_asking_again_for_what_was_not_answered_is_the_same_request(
    store: Store, do: str, trigger: str, way: str
) -> None:
    order = await order_for(store, trigger, way)
    await store.fault(do, method="POST", path=PATHS[way, trigger], times=None)
    refusals = [await tried(store.back_office, order.id, trigger)]
    if do != "drop":
        refusals.append(await tried(store.back_office, order.id, trigger))
    for refusal in refusals:
        assert isinstance(refusal, ApiError)
        assert (refusal.status, refusal.error, refusal.pointers) == (
            422,
            "outcome_unknown",
            [f"/data/attributes/{trigger}"],
        )
    await store.clear_faults()

    done = await store.back_office.update("orders", order.id, {trigger: True})
    assert done["payment_status"] == {"_capture": "paid", "_cancel": "voided", "_refund": "refunded"}[trigger]
    assert (await money(store, order.id))[-1] == (KIND[trigger], 2900, True)
    assert times(await moved(store))[DEED[trigger]] == 1


@pytest.mark.parametrize("way", WAYS)
async def test_asking_again_for_a_part_does_not_take_it_twice(store: Store, way: str) -> None:
    order = await order_for(store, "_capture", way)
    held = await transaction(store, order.id, "authorizations")
    await store.fault("drop", method="POST", path=PATHS[way, "_capture"], times=None)
    with pytest.raises(ApiError):
        await store.back_office.update("authorizations", held.id, {"_capture_amount_cents": 1000})
    await store.clear_faults()
    await store.back_office.update("authorizations", held.id, {"_capture_amount_cents": 1000})
    assert [entry for entry in await moved(store) if entry[0] == "capture"] == [("capture", 1000)]
    let_go = [("voids", 1900, True)] if way == "stripe_payments" else []
    assert (await money(store, order.id))[1:] == [("captures", 1000, True), *let_go]


@pytest.mark.parametrize("do", ["refuse", "error", "drop"])
async def test_placing_with_klarna_without_an_answer_holds_the_money_once(store: Store, do: str) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada, "klarna_payments")
    await store.fault(do, method="POST", path="/authorizations/.*/order$", times=None)
    refusal = await tried(ada, order.id, "_place")
    assert isinstance(refusal, ApiError)
    assert refusal.error == "outcome_unknown"
    assert of(await ada.get(f"orders/{order.id}"), "status", "payment_status") == ("pending", "unpaid")
    await store.clear_faults()
    done = await ada.update("orders", order.id, {"_place": True})
    assert of(done, "status", "payment_status") == ("placed", "authorized")
    assert await moved(store) == [("authorization", 2900)]


@pytest.mark.parametrize("do", ["refuse", "drop"])
async def test_confirming_a_stored_card_without_an_answer_holds_the_money_once(store: Store, do: str) -> None:
    ada = await store.customer()
    first = await placed(store, ada)
    listed = "available_customer_payment_sources"
    saved = await ada.update("orders", first.id, {"_save_payment_source_to_customer_wallet": True}, include=listed)
    order = await store.order(ada)
    await ada.update("orders", order.id, {"_customer_payment_source_id": saved.related(listed)[0]["id"]})
    await store.fault(do, method="POST", path="/confirm$", times=None)
    refusal = await tried(ada, order.id, "_place")
    assert isinstance(refusal, ApiError)
    assert refusal.error == "outcome_unknown"
    await store.clear_faults()
    done = await ada.update("orders", order.id, {"_place": True})
    assert of(done, "status", "payment_status") == ("placed", "authorized")
    assert await moved(store) == [("authorization", 2900)] * 2


async def test_a_psp_that_cannot_be_reached_leaves_nothing_open(store: Store) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada)
    await store.fault("refuse", method="GET", path="/payment_intents/", times=None)
    refusal = await tried(ada, order.id, "_place")
    assert isinstance(refusal, ApiError)
    assert refusal.error == "gateway_unreachable"
    assert await money(store, order.id) == [("authorizations", 2900, False)]
    await store.clear_faults()
    assert (await ada.update("orders", order.id, {"_place": True}))["status"] == "placed"
    assert await moved(store) == [("authorization", 2900)]


async def test_a_slow_answer_is_still_an_answer(store: Store) -> None:
    order = await placed(store, await store.customer())
    await store.fault("delay", path="/capture$", seconds=0.3)
    done = await store.back_office.update("orders", order.id, {"_capture": True})
    assert done["payment_status"] == "paid"


async def test_what_reconcile_cannot_settle_does_not_keep_it_from_the_rest(store: Store) -> None:
    first, second = [await order_for(store, "_capture", way) for way in WAYS]
    for order, way in ((first, "stripe_payments"), (second, "klarna_payments")):
        await store.fault("drop", method="POST", path=PATHS[way, "_capture"], times=3)
        assert isinstance(await tried(store.back_office, order.id, "_capture"), ApiError)
        await store.clear_faults()
    await store.fault("status", psp="stripe", method="GET", status=404, times=None)
    await settle(store)
    assert (await money(store, first.id))[-1] == ("captures", 2900, False)
    assert (await money(store, second.id))[-1] == ("captures", 2900, True)
    await store.clear_faults()
    await settle(store)
    assert (await money(store, first.id))[-1] == ("captures", 2900, True)


async def test_a_back_office_may_settle_by_hand_what_nobody_can_tell(store: Store) -> None:
    order = await order_for(store, "_capture", "stripe_payments")
    await store.fault("drop", method="POST", path="/capture$", times=None)
    assert isinstance(await tried(store.back_office, order.id, "_capture"), ApiError)
    capture = await transaction(store, order.id, "captures")
    await store.back_office.update("captures", capture.id, {"succeeded": True})
    assert (await store.back_office.get(f"orders/{order.id}"))["payment_status"] == "paid"


NO = {
    "stripe_payments": (402, {"error": {"type": "card_error", "code": "card_declined", "message": "Declined."}}),
    "klarna_payments": (403, {"error_code": "CAPTURE_NOT_ALLOWED", "error_messages": ["No."], "correlation_id": "c"}),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("trigger", ["_capture", "_approve_and_capture"])
async def test_a_capture_that_is_refused_approves_nothing(store: Store, trigger: str, way: str) -> None:
    order = await placed(store, await store.customer(), way)
    status, body = NO[way]
    await store.fault("status", method="POST", path=PATHS[way, "_capture"], status=status, body=body)
    refusal = await tried(store.back_office, order.id, trigger)
    assert isinstance(refusal, ApiError)
    assert (refusal.status, refusal.error) == (422, "declined")
    shown = await store.back_office.get(f"orders/{order.id}")
    assert of(shown, "status", "payment_status", "approved_at") == ("placed", "authorized", None)
    assert "orders.approve" not in await topics(store, order.id)
    done = await store.back_office.update("orders", order.id, {trigger: True})
    assert of(done, "status", "payment_status") == ("approved", "paid")
    assert (await topics(store, order.id)).count("orders.approve") == 1


async def test_a_capture_whose_answer_was_lost_approves_once_it_is_asked_for_again(store: Store) -> None:
    order = await placed(store, await store.customer())
    await store.fault("drop", method="POST", path="/capture$", times=None)
    assert isinstance(await tried(store.back_office, order.id, "_capture"), ApiError)
    assert (await store.back_office.get(f"orders/{order.id}"))["status"] == "placed"
    await store.clear_faults()
    await settle(store)
    shown = await store.back_office.get(f"orders/{order.id}")
    assert of(shown, "status", "payment_status") == ("placed", "paid")
    done = await store.back_office.update("orders", order.id, {"_capture": True})
    assert of(done, "status", "payment_status") == ("approved", "paid")


# --- many at once -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["stripe_payments", "klarna_payments", "wire_transfers"])
async def test_sixteen_who_place_at_once_hold_the_money_once(store: Store, way: str) -> None:
    ada = await store.customer()
    order = await ready_to_place(store, ada, way)
    answers = await asyncio.gather(*(tried(ada, order.id, "_place") for _ in range(16)))
    good = [a for a in answers if isinstance(a, Answer)]
    assert good
    assert {a["status"] for a in good} == {"placed"}
    # The others came while it was being paid (409), or find an order that storefronts can no longer change.
    assert {a.status for a in answers if isinstance(a, ApiError)} <= {401, 409}
    assert await money(store, order.id) == [("authorizations", 2900, True)]
    if way != "wire_transfers":
        assert await moved(store) == [("authorization", 2900)]
    customer = await store.back_office.get(f"customers/{store.made['customer']['id']}")
    assert customer["total_orders_count"] == 1


@pytest.mark.parametrize("trigger", ["_capture", "_cancel", "_refund"])
async def test_eight_who_ask_for_the_same_move_it_once(store: Store, trigger: str) -> None:
    order = await order_for(store, trigger, "klarna_payments")
    answers = await asyncio.gather(*(tried(store.back_office, order.id, trigger) for _ in range(8)))
    assert any(isinstance(a, Answer) for a in answers)
    assert {a.status for a in answers if isinstance(a, ApiError)} <= {409}
    assert times(await moved(store))[DEED[trigger]] == 1
    assert [m for m in await money(store, order.id) if m[0] == KIND[trigger]] == [(KIND[trigger], 2900, True)]


async def test_parts_that_are_captured_at_once_never_exceed_what_is_held(store: Store) -> None:
    order = await placed(store, await store.customer(), "klarna_payments")
    held = await transaction(store, order.id, "authorizations")

    async def part() -> bool:
        try:
            await store.back_office.update("authorizations", held.id, {"_capture_amount_cents": 1000})
        except ApiError as refusal:
            assert refusal.error == "not_capturable"
            return False
        return True

    assert sum(await asyncio.gather(*(part() for _ in range(6)))) == 2
    assert (await moved(store))[1:] == [("capture", 1000), ("capture", 1000)]


async def test_thirty_two_changes_at_once_lose_none(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    db = store.tools.db
    version = "SELECT lock_version FROM orders WHERE id = $1"
    before = await db.fetchval(version, order.id)
    answers = await asyncio.gather(
        *(ada.update("orders", order.id, {"metadata": {"turn": turn}}) for turn in range(32))
    )
    assert sorted(a["metadata"]["turn"] for a in answers) == list(range(32))
    assert await db.fetchval(version, order.id) == before + 32
    assert (await ada.get(f"orders/{order.id}"))["metadata"]["turn"] in range(32)


async def test_positions_that_are_added_at_once_are_all_in_the_total(store: Store) -> None:
    ada = await store.customer()
    order = await store.order(ada)
    item = {"sku_code": store.made["skus"][1], "quantity": 1}
    await asyncio.gather(*(ada.create("line_items", item, order=("orders", order.id)) for _ in range(12)))
    shown = await ada.get(f"orders/{order.id}", include="line_items")
    assert shown["total_amount_cents"] == 2900 + 12 * 1250
    assert sum(i["attributes"]["total_amount_cents"] for i in shown.included("line_items")) == 2900 + 12 * 1250


async def test_an_order_is_not_placed_with_a_cent_of_what_it_costs(store: Store) -> None:
    ada = await store.customer()
    entry = await kept(store, ada)
    order = await store.order(ada)
    _, source = await reuse(ada, order.id, entry["id"])
    intent = await store.at_stripe(f"payment_intents/{source['attributes']['stripe_id']}")
    body = {**intent, "status": "requires_capture", "amount": 1, "amount_capturable": 1}
    await store.fault("status", psp="stripe", method="POST", path="/confirm$", status=200, body=body)
    with pytest.raises(ApiError) as refusal:
        await ada.update("orders", order.id, {"_place": True})
    assert refusal.value.errors[0]["meta"]["error"] == "mismatched_amounts"
    after = await ada.get(f"orders/{order.id}")
    assert (after["status"], after["payment_status"]) == ("pending", "partially_authorized")
