"""Stock: nobody buys what is not there, what is placed is taken once, and what comes to nothing goes back."""

from __future__ import annotations

import asyncio

import pytest
from tests.api.shipping import in_stock, order_of, ready, shipments, stock_item
from tests.api.shop import of, refused
from tests.articles import MUG, SHIRT
from tests.store import Store

from billfold.client import ApiError, Client

CUSTOMERS = 16


async def test_placing_takes_the_pieces_once_and_cancelling_puts_them_back_once(store: Store) -> None:
    ada = await store.customer()
    before = await in_stock(store, SHIRT)
    id = await ready(store, ada, quantity=3)
    assert await in_stock(store, SHIRT) == before
    for _ in range(2):
        await ada.update("orders", id, {"_place": True})
        assert await in_stock(store, SHIRT) == before - 3
    for _ in range(2):
        await store.back_office.update("orders", id, {"_cancel": True})
        assert await in_stock(store, SHIRT) == before


@pytest.mark.parametrize("by_hand", [False, True])
async def test_of_sixteen_customers_who_want_the_last_piece_one_gets_it(store: Store, by_hand: bool) -> None:
    if by_hand:
        await stock_is_taken_by_hand(store)
    await store.back_office.update("stock_items", await stock_item(store, SHIRT), {"quantity": 1})
    guests = [await store.guest() for _ in range(CUSTOMERS)]
    orders = [await ready(store, guest) for guest in guests]

    async def place(guest: Client, id: str) -> str:
        try:
            return str((await guest.update("orders", id, {"_place": True}))["status"])
        except ApiError as refusal:
            return str(refusal.error)

    outcomes = await asyncio.gather(*(place(g, id) for g, id in zip(guests, orders, strict=True)))
    assert sorted(outcomes) == ["out_of_stock"] * (CUSTOMERS - 1) + ["placed"]
    assert await in_stock(store, SHIRT) == int(by_hand)


async def test_what_is_taken_by_hand_is_set_aside_from_placing_until_then(store: Store) -> None:
    office = store.back_office
    await stock_is_taken_by_hand(store)
    await office.update("stock_items", await stock_item(store, SHIRT), {"quantity": 2})
    placed = await ready(store, await store.customer(), quantity=2)
    await office.update("orders", placed, {"_place": True})
    assert (await in_stock(store, SHIRT), await set_aside(store)) == (2, [(2, "pending")])
    other = await ready(store, await store.guest())
    async with refused(error="out_of_stock", pointers=["/data/relationships/line_items"]):
        await office.update("orders", other, {"_place": True})
    await office.update("orders", placed, {"_approve_and_capture": True})
    (shipment,) = await shipments(office, placed)
    await office.update("shipments", shipment["id"], {"_decrement_stock": True})
    assert (await in_stock(store, SHIRT), await set_aside(store)) == (0, [])


async def test_what_was_set_aside_for_an_order_that_comes_to_nothing_is_free_again(store: Store) -> None:
    await stock_is_taken_by_hand(store)
    before = await in_stock(store, SHIRT)
    placed = await ready(store, await store.customer())
    await store.back_office.update("orders", placed, {"_place": True})
    await store.back_office.update("orders", placed, {"_cancel": True})
    assert (await in_stock(store, SHIRT), await set_aside(store)) == (before, [])


async def stock_is_taken_by_hand(store: Store) -> None:
    await store.back_office.update("inventory_models", store.made["inventory_model"], {"manual_stock_decrement": True})


async def set_aside(store: Store) -> list[tuple[int, str]]:
    found = (await store.back_office.get("stock_reservations")).data
    return [(r["attributes"]["quantity"], r["attributes"]["status"]) for r in found]


async def test_each_line_item_of_which_there_is_not_enough_is_named(store: Store) -> None:
    guest = await store.guest()
    id = await ready(store, guest, SHIRT, MUG, quantity=2)
    await store.back_office.update("stock_items", await stock_item(store, SHIRT), {"quantity": 1})
    await store.back_office.update("stock_items", await stock_item(store, MUG), {"quantity": 0})
    async with refused(error="out_of_stock", pointers=["/data/relationships/line_items"] * 2) as caught:
        await guest.update("orders", id, {"_place": True})
    told = {e["meta"]["sku_code"]: e["meta"]["available"] for e in caught[0].errors}
    assert told == {SHIRT: 1, MUG: 0}


async def test_a_declined_payment_leaves_the_stock_as_it_was(store: Store) -> None:
    ada = await store.customer()
    before = await in_stock(store, SHIRT)
    id = await order_of(ada, SHIRT)
    method = ("shipping_methods", store.made["shipping_methods"]["Standard"])
    for shipment in await shipments(ada, id):
        await ada.update("shipments", shipment["id"], shipping_method=method)
    await ada.update("orders", id, payment_method=store.method("stripe_payments"))
    source = await ada.create("stripe_payments", {}, order=("orders", id))
    await store.confirm_in_browser(source, "4000000000000002")
    async with refused():
        await ada.update("orders", id, {"_place": True})
    assert await in_stock(store, SHIRT) == before


async def test_pieces_that_one_order_set_aside_are_not_there_for_another(store: Store) -> None:
    office, ada, guest = store.back_office, await store.customer(), await store.guest()
    item_id = await stock_item(store, SHIRT)
    await office.update("stock_items", item_id, {"quantity": 2})
    hers, his = await ready(store, ada, quantity=2), await ready(store, guest, quantity=1)
    line = next(i for i in (await office.get(f"orders/{hers}/line_items")).data if i["attributes"]["sku_code"] == SHIRT)
    for _ in range(2):
        await office.update("line_items", line["id"], {"_reserve_stock": True})
        (reservation,) = (await office.get(f"orders/{hers}/stock_reservations")).data
        assert reservation["attributes"]["quantity"] == 2
    assert (await office.get(f"stock_items/{item_id}/reserved_stock"))["quantity"] == 2
    async with refused(error="out_of_stock"):
        await guest.update("orders", his, {"_place": True})
    assert (await ada.update("orders", hers, {"_place": True}))["status"] == "placed"
    assert await in_stock(store, SHIRT) == 0
    assert (await office.get(f"stock_items/{item_id}/reserved_stock"))["quantity"] == 0


async def test_a_reservation_lapses_when_its_time_is_over_unless_it_is_pending(store: Store) -> None:
    office = store.back_office
    item_id = await stock_item(store, SHIRT)
    made = [
        await office.create("stock_reservations", {"quantity": 3}, stock_item=("stock_items", item_id))
        for _ in range(2)
    ]
    await office.update("stock_reservations", made[0].id, {"_pending": True})
    store.clock.advance(hours=2)
    await store.worker().once()
    office = await store.office()
    left = (await office.get("stock_reservations")).data
    assert [r["id"] for r in left] == [made[0].id]
    assert (await office.get(f"stock_items/{item_id}/reserved_stock"))["quantity"] == 3
    async with refused(error="reserved", pointers=["/data/attributes/quantity"]):
        await office.update("stock_items", item_id, {"quantity": 2, "_validate": True})


async def test_more_than_there_is_cannot_be_set_aside_by_however_many_at_once(store: Store) -> None:
    office = store.back_office
    item_id = await stock_item(store, SHIRT)
    await office.update("stock_items", item_id, {"quantity": 3})

    async def reserve() -> int:
        try:
            await office.create("stock_reservations", {"quantity": 1}, stock_item=("stock_items", item_id))
        except ApiError:
            return 0
        return 1

    assert sum(await asyncio.gather(*(reserve() for _ in range(8)))) == 3
    assert (await office.get(f"stock_items/{item_id}/reserved_stock"))["quantity"] == 3


async def test_a_transfer_takes_from_the_origin_when_it_leaves_and_adds_to_the_destination_when_it_arrives(
    store: Store,
) -> None:
    office = store.back_office
    address = (await office.get(f"stock_locations/{store.made['stock_location']}/address")).id
    branch = await office.create("stock_locations", {"name": "Branch"}, address=("addresses", address))
    before = await in_stock(store, SHIRT)
    transfer = await office.create(
        "stock_transfers",
        {"sku_code": SHIRT, "quantity": 5},
        origin_stock_location=("stock_locations", store.made["stock_location"]),
        destination_stock_location=("stock_locations", branch.id),
    )
    assert transfer["number"].isdigit()
    await office.update("stock_transfers", transfer.id, {"_upcoming": True})
    gone = await office.update("stock_transfers", transfer.id, {"_in_transit": True})
    assert gone["in_transit_at"]
    assert await in_stock(store, SHIRT) == before - 5
    done = await office.update("stock_transfers", transfer.id, {"_complete": True})
    assert of(done, "status", "on_hold_at") == ("completed", None)
    assert await in_stock(store, SHIRT) == before
    assert (await office.get(f"stock_locations/{branch.id}/stock_items")).data[0]["attributes"]["quantity"] == 5
    async with refused(error="invalid_transition"):
        await office.update("stock_transfers", transfer.id, {"_cancel": True})


async def test_a_second_stock_item_of_the_same_article_at_the_same_place_is_refused(store: Store) -> None:
    async with refused(error="taken", pointers=["/data/relationships/sku"]):
        await store.back_office.create(
            "stock_items",
            {"sku_code": SHIRT, "quantity": 1},
            stock_location=("stock_locations", store.made["stock_location"]),
        )


async def test_goods_come_from_where_they_lie_in_as_many_shipments_as_the_inventory_allows(store: Store) -> None:
    office, guest = store.back_office, await store.guest()
    warehouse = store.made["stock_location"]
    address = (await office.get(f"stock_locations/{warehouse}/address")).id
    branch = await office.create("stock_locations", {"name": "Branch"}, address=("addresses", address))
    await office.create(
        "inventory_stock_locations",
        {"priority": 2, "on_hold": True},
        stock_location=("stock_locations", branch.id),
        inventory_model=("inventory_models", store.made["inventory_model"]),
    )
    await office.create(
        "stock_items", {"sku_code": SHIRT, "quantity": 9}, stock_location=("stock_locations", branch.id)
    )
    await office.update("stock_items", await stock_item(store, SHIRT), {"quantity": 2})

    async def parts(strategy: str) -> list[tuple[str, int, int]]:
        """(from where, pieces, of which come by transfer) of each shipment."""
        await office.update("inventory_models", store.made["inventory_model"], {"strategy": strategy})
        id = await order_of(guest, SHIRT, quantity=5)
        shown = await office.get(f"orders/{id}", include="shipments.stock_location,shipments.stock_transfers")
        names = {r["id"]: r["attributes"]["name"] for r in shown.included("stock_locations")}
        moved = {r["id"]: r["attributes"]["quantity"] for r in shown.included("stock_transfers")}
        return [
            (
                names[s["relationships"]["stock_location"]["data"]["id"]],
                s["attributes"]["skus_count"],
                sum(moved[t["id"]] for t in s["relationships"]["stock_transfers"]["data"]),
            )
            for s in sorted(shown.included("shipments"), key=lambda s: str(s["attributes"]["number"]))
        ]

    assert await parts("no_split") == [("Branch", 5, 0)]
    assert await parts("split_shipments") == [("Warehouse", 2, 0), ("Branch", 3, 0)]
    assert await parts("split_by_line_items") == [("Branch", 5, 0)]
    assert await parts("ship_from_primary") == [("Warehouse", 5, 3)]
    assert await parts("ship_from_first_available_or_primary") == [("Branch", 5, 0)]
    async with refused(error="invalid", pointers=["/data/attributes/strategy"]):
        await office.update("inventory_models", store.made["inventory_model"], {"strategy": "by_mood"})
