"""Promotions over HTTP: what each kind takes off, when it applies, and how often."""

from __future__ import annotations

from tests.api import goods, shipping
from tests.api.offers import article, basket, discounts, moment, promote, rule, sku_list
from tests.api.shop import of, pay_for, refused
from tests.articles import SHIRT
from tests.store import Store

EBOOK, ALBUM, TICKET = 0, 1, 2  # 29.00, 12.50 and 9.90 EUR


def codes(store: Store, *indexes: int) -> list[str]:
    return [store.made["skus"][i] for i in indexes]


async def test_a_share_comes_off_every_position_and_the_promotion_is_a_line_item(store: Store) -> None:
    guest = await store.guest()
    made = await promote(store, "percentage_discount", percentage=10, name="Ten off")
    order = await basket(store, guest, (EBOOK, 1), (TICKET, 3))
    ebook, ticket = codes(store, EBOOK, TICKET)
    expected = (-587, {ebook: -290, ticket: -297}, {"percentage_discount_promotions": -587})
    assert await discounts(guest, order) == expected
    shown = await guest.get(f"orders/{order}", include="line_items,line_items.item")
    line = next(i for i in shown.included("line_items") if i["attributes"]["item_type"].endswith("_promotions"))
    assert line["relationships"]["item"]["data"] == {"type": "percentage_discount_promotions", "id": made.id}
    assert line["attributes"]["name"] == "Ten off"
    assert line["attributes"]["coupon_code"] is None
    part = next(i for i in shown.included("line_items") if i["attributes"]["sku_code"] == ebook)
    assert part["attributes"]["discount_breakdown"] == {made.id: {"name": "Ten off", "cents": -290, "weight": 0.494}}


async def test_discounts_follow_the_order_as_it_changes(store: Store) -> None:
    guest = await store.guest()
    ten = await promote(store, "percentage_discount", percentage=10)
    order = await basket(store, guest, (EBOOK, 1), (ALBUM, 1))
    items = (await guest.get(f"orders/{order}/line_items")).data
    by_code = {i["attributes"]["sku_code"]: i["id"] for i in items}
    ebook, album, ticket = codes(store, EBOOK, ALBUM, TICKET)
    await guest.update("line_items", by_code[ebook], {"quantity": 2})
    assert (await discounts(guest, order))[0] == -705
    await guest.update("line_items", by_code[ebook], {"sku_code": ticket})
    assert (await discounts(guest, order))[1] == {ticket: -198, album: -125}
    await guest.delete("line_items", by_code[album])
    assert (await discounts(guest, order))[0] == -198
    await store.back_office.update("percentage_discount_promotions", ten.id, {"_disable": True})
    await guest.update("orders", order, {"_refresh": True})
    assert await discounts(guest, order) == (0, {}, {})


async def test_a_share_of_listed_skus_whether_listed_by_hand_or_by_their_codes(store: Store) -> None:
    guest = await store.guest()
    order = await basket(store, guest, (EBOOK, 1), (ALBUM, 2))
    await promote(store, "percentage_discount", percentage=50, sku_list=await sku_list(store, (ALBUM, 1)))
    by_code = await promote(store, "percentage_discount", percentage=10, sku_list=await sku_list(store, regex="^EBOOK"))
    await guest.update("orders", order, {"_refresh": True})
    ebook, album = codes(store, EBOOK, ALBUM)
    assert (await discounts(guest, order))[1] == {ebook: -290, album: -1250}
    skus = await guest.get(f"percentage_discount_promotions/{by_code.id}/skus")
    assert [s["attributes"]["code"] for s in skus.data] == [ebook]


async def test_an_amount_is_spread_over_the_positions_and_never_exceeds_them(store: Store) -> None:
    guest = await store.guest()
    await promote(store, "fixed_amount", fixed_amount_cents=1000)
    order = await basket(store, guest, (EBOOK, 1), (ALBUM, 1), (TICKET, 1))
    total, parts, made = await discounts(guest, order)
    assert (total, made) == (-1000, {"fixed_amount_promotions": -1000})
    assert list(parts.values()) == [-564, -243, -193]
    small = await basket(store, guest, (TICKET, 1))
    assert (await discounts(guest, small))[0] == -990
    assert (await guest.get(f"orders/{small}"))["total_amount_with_taxes_cents"] == 0


async def test_a_fixed_price_is_that_of_each_piece(store: Store) -> None:
    guest = await store.guest()
    await promote(
        store, "fixed_price", fixed_amount_cents=1000, sku_list=await sku_list(store, (EBOOK, 1), (TICKET, 1))
    )
    order = await basket(store, guest, (EBOOK, 2), (TICKET, 1))
    assert (await discounts(guest, order))[1] == {codes(store, EBOOK)[0]: -3800}


async def test_three_for_the_price_of_two(store: Store) -> None:
    guest = await store.guest()
    await promote(store, "buy_x_pay_y", x=3, y=2, sku_list=await sku_list(store, (EBOOK, 1), (TICKET, 1)))
    order = await basket(store, guest, (EBOOK, 7), (TICKET, 2))
    assert (await discounts(guest, order))[1] == {codes(store, EBOOK)[0]: -5800}


async def test_the_cheapest_of_three_is_free(store: Store) -> None:
    guest = await store.guest()
    listed = await sku_list(store, (EBOOK, 1), (ALBUM, 1), (TICKET, 1))
    await promote(store, "buy_x_pay_y", x=3, y=2, cheapest_free=True, sku_list=listed)
    order = await basket(store, guest, (EBOOK, 1), (TICKET, 1), (ALBUM, 1))
    assert (await discounts(guest, order))[1] == {codes(store, TICKET)[0]: -990}


async def test_the_freight_is_free(store: Store) -> None:
    guest = await store.guest()
    await promote(store, "free_shipping")
    order = await shipping.order_of(guest, SHIRT)
    assert await discounts(guest, order) == (0, {}, {})
    await shipping.choose(store, guest, order)
    assert await discounts(guest, order) == (-500, {"shipments": -500}, {"free_shipping_promotions": -500})
    shown = await guest.get(f"orders/{order}")
    assert of(shown, "shipping_amount_cents", "total_amount_with_taxes_cents") == (500, 2900)
    await shipping.choose(store, guest, order, "Express")
    assert (await guest.get(f"orders/{order}"))["total_amount_with_taxes_cents"] == 2900


async def test_a_bundle_is_discounted_as_the_whole_that_it_is(store: Store) -> None:
    guest = await store.guest()
    ebook, album = codes(store, EBOOK, ALBUM)
    box = await goods.a_bundle(store, {ebook: 1, album: 1})
    listed = await store.back_office.get(f"bundles/{box.id}/sku_list")
    await promote(store, "percentage_discount", percentage=10, sku_list=("sku_lists", listed.id))
    order = await basket(store, guest, (TICKET, 1))
    await guest.create("line_items", {"bundle_code": box["code"], "quantity": 1}, order=("orders", order))
    assert await discounts(guest, order) == (-500, {"bundles": -500}, {"percentage_discount_promotions": -500})
    await guest.create("line_items", {"sku_code": ebook, "quantity": 1}, order=("orders", order))
    assert (await discounts(guest, order))[1] == {"bundles": -500, ebook: -290}


async def test_a_gift_is_offered_and_is_free_once_it_is_in_the_order(store: Store) -> None:
    guest = await store.guest()
    gift = await promote(store, "free_gift", sku_list=await sku_list(store, (TICKET, 1)))
    await rule(store, gift, "order_amount", order_amount_cents=2900)
    order = await basket(store, guest, (ALBUM, 1))

    async def offered() -> list[str]:
        found = await guest.get(f"orders/{order}", include="available_free_skus")
        return [s["attributes"]["code"] for s in found.included("skus")]

    (ticket,) = codes(store, TICKET)
    assert await offered() == []
    await guest.create("line_items", {"sku_code": codes(store, EBOOK)[0], "quantity": 1}, order=("orders", order))
    assert await offered() == [ticket]
    await guest.create("line_items", {"sku_code": ticket, "quantity": 2}, order=("orders", order))
    assert await discounts(guest, order) == (-990, {ticket: -990}, {"free_gift_promotions": -990})
    assert await offered() == []


async def test_an_order_must_be_worth_it(store: Store) -> None:
    guest = await store.guest()
    half = await promote(store, "percentage_discount", percentage=50, priority=1)
    await rule(store, half, "order_amount", order_amount_cents=4000)
    order = await basket(store, guest, (EBOOK, 1))
    assert (await discounts(guest, order))[0] == 0
    await guest.create("line_items", {"sku_code": codes(store, ALBUM)[0], "quantity": 1}, order=("orders", order))
    assert (await discounts(guest, order))[0] == -2075
    await guest.update("orders", order, {"_refresh": True})
    assert (await discounts(guest, order))[0] == -2075, "its own discount must not take the ground from under it"


async def test_what_others_took_off_counts_against_the_amount_unless_the_subtotal_is_meant(store: Store) -> None:
    guest = await store.guest()
    await promote(store, "fixed_amount", fixed_amount_cents=1000, priority=1)
    second = await promote(store, "percentage_discount", percentage=10, priority=2)
    threshold = await rule(store, second, "order_amount", order_amount_cents=2900)
    order = await basket(store, guest, (EBOOK, 1))
    assert (await discounts(guest, order))[0] == -1000
    await store.back_office.update("order_amount_promotion_rules", threshold.id, {"use_subtotal": True})
    await guest.update("orders", order, {"_refresh": True})
    assert (await discounts(guest, order))[0] == -1190


async def test_all_skus_of_a_list_or_so_many_pieces_must_be_bought(store: Store) -> None:
    guest = await store.guest()
    ten = await promote(store, "percentage_discount", percentage=10)
    listed = await sku_list(store, (EBOOK, 1), (ALBUM, 2))
    needs = await rule(store, ten, "sku_list", sku_list=listed, all_skus=True)
    only_one_album = await basket(store, guest, (EBOOK, 1), (ALBUM, 1))
    assert (await discounts(guest, only_one_album))[0] == 0
    complete = await basket(store, guest, (EBOOK, 1), (ALBUM, 2))
    assert (await discounts(guest, complete))[0] == -540
    await store.back_office.update("sku_list_promotion_rules", needs.id, {"min_quantity": 3})
    await guest.update("orders", complete, {"_refresh": True})
    assert (await discounts(guest, complete))[0] == 0
    skus = await store.back_office.get(f"sku_list_promotion_rules/{needs.id}/skus")
    assert {s["attributes"]["code"] for s in skus.data} == set(codes(store, EBOOK, ALBUM))


async def test_the_first_priority_counts_first_and_an_exclusive_promotion_alone(store: Store) -> None:
    guest = await store.guest()
    await promote(store, "percentage_discount", percentage=50, priority=2)
    await promote(store, "fixed_amount", fixed_amount_cents=900, priority=1)
    order = await basket(store, guest, (EBOOK, 1))
    both = {"fixed_amount_promotions": -900, "percentage_discount_promotions": -1000}
    assert (await discounts(guest, order))[2] == both
    only = await promote(store, "fixed_amount", fixed_amount_cents=100, exclusive=True, priority=9)
    await guest.update("orders", order, {"_refresh": True})
    assert (await discounts(guest, order))[0] == -100
    assert only["weight"] > 2**51


async def test_a_promotion_begins_and_ends(store: Store) -> None:
    guest = await store.guest()
    await promote(store, "percentage_discount", percentage=10, lasts_hours=1)
    await promote(store, "fixed_amount", fixed_amount_cents=100, starts_at=moment(store, hours=0.5))
    order = await basket(store, guest, (EBOOK, 1))
    assert (await discounts(guest, order))[2] == {"percentage_discount_promotions": -290}
    store.clock.advance(hours=0.75)
    await guest.update("orders", order, {"_refresh": True})
    assert (await discounts(guest, order))[0] == -390
    store.clock.advance(hours=0.75)
    await guest.update("orders", order, {"_refresh": True})
    assert (await discounts(guest, order))[2] == {"fixed_amount_promotions": -100}


async def test_a_promotion_for_another_market_or_currency_does_not_apply(store: Store) -> None:
    guest = await store.guest()
    await promote(store, "fixed_amount", fixed_amount_cents=100, currency_code="USD")
    await promote(store, "percentage_discount", percentage=10, currency_code=None)
    order = await basket(store, guest, (EBOOK, 1))
    assert (await discounts(guest, order))[2] == {"percentage_discount_promotions": -290}


async def test_uses_are_counted_when_orders_are_placed_and_given_back_when_they_are_cancelled(store: Store) -> None:
    guest = await store.guest()
    once = await promote(store, "percentage_discount", percentage=10, total_usage_limit=1)

    async def stands() -> tuple[object, ...]:
        found = await store.back_office.get(f"percentage_discount_promotions/{once.id}")
        return of(found, "total_usage_count", "total_usage_reached", "status", "active")

    first, second = [await basket(store, guest, (EBOOK, 1), customer_email="a@example.com") for _ in range(2)]
    for order in (first, second):
        await guest.update("orders", order, payment_method=store.method("stripe_payments"))
        await pay_for(store, guest, order)
    assert await stands() == (0, False, "active", True)
    await guest.update("orders", first, {"_place": True})
    assert await stands() == (1, True, "inactive", False)
    async with refused(error="promotion_over", pointers=["/data/relationships/line_items"]):
        await guest.update("orders", second, {"_place": True})
    await store.back_office.update("orders", first, {"_cancel": True})
    assert await stands() == (0, False, "active", True)
    assert (await guest.update("orders", second, {"_place": True}))["status"] == "placed"
    third = await basket(store, guest, (EBOOK, 1))
    assert (await discounts(guest, third))[0] == 0
    listed = await store.back_office.get("promotions", **{"filter[q][total_usage_reached_true]": "true"})
    assert [p["id"] for p in listed.data] == [once.id]


async def test_an_order_that_is_edited_may_keep_the_last_use_of_its_promotion(store: Store) -> None:
    guest, office = await store.guest(), store.back_office
    once = await promote(store, "percentage_discount", percentage=10, total_usage_limit=1)
    order = await basket(store, guest, (EBOOK, 2), customer_email="a@example.com")
    await guest.update("orders", order, payment_method=store.method("wire_transfers"))
    await pay_for(store, guest, order, "wire_transfers")
    await guest.update("orders", order, {"_place": True})
    await office.update("orders", order, {"_start_editing": True})
    item = (await office.get(f"orders/{order}/line_items", **{"filter[q][item_type_eq]": "skus"})).data[0]["id"]
    await office.update("line_items", item, {"quantity": 1})
    assert (await office.update("orders", order, {"_stop_editing": True}))["status"] == "placed"
    assert (await discounts(office, order))[0] == -290
    assert (await office.get(f"promotions/{once.id}"))["total_usage_count"] == 1


async def test_a_refreshed_order_that_holds_its_money_keeps_its_use(store: Store) -> None:
    guest, office = await store.guest(), store.back_office
    once = await promote(store, "percentage_discount", percentage=10, total_usage_limit=1)
    order = await basket(store, guest, (EBOOK, 1), customer_email="a@example.com")
    await guest.update("orders", order, payment_method=store.method("stripe_payments"))
    await pay_for(store, guest, order)
    await guest.update("orders", order, {"_authorize": True})
    await guest.update("orders", order, {"_refresh": True})
    assert (await discounts(guest, order))[0] == -290
    assert (await guest.update("orders", order, {"_place": True}))["status"] == "placed"
    assert (await office.get(f"promotions/{once.id}"))["total_usage_count"] == 1
    await office.update("orders", order, {"_cancel": True})
    assert (await office.get(f"promotions/{once.id}"))["total_usage_count"] == 0


async def test_a_declined_card_uses_nothing_up(store: Store) -> None:
    guest = await store.guest()
    once = await promote(store, "percentage_discount", percentage=10, total_usage_limit=1)
    order = await basket(store, guest, (EBOOK, 1), customer_email="a@example.com")
    await guest.update("orders", order, payment_method=store.method("stripe_payments"))
    source = await guest.create("stripe_payments", {}, order=("orders", order))
    await store.confirm_in_browser(source, "4000000000000341")
    async with refused():
        await guest.update("orders", order, {"_place": True})
    assert (await store.back_office.get(f"promotions/{once.id}"))["total_usage_count"] == 0


async def test_promotions_of_all_kinds_stand_in_one_list_that_storefronts_may_read(store: Store) -> None:
    guest = await store.guest()
    listed = await sku_list(store, (TICKET, 1))
    await promote(store, "percentage_discount", percentage=10)
    await promote(store, "free_shipping")
    await promote(store, "free_gift", sku_list=listed)
    found = await guest.get("promotions", sort="created_at", include="skus")
    kinds = ["percentage_discount_promotions", "free_shipping_promotions", "free_gift_promotions"]
    assert [p["type"] for p in found.data] == kinds
    assert [s["attributes"]["code"] for s in found.included("skus")] == codes(store, TICKET)


async def test_promotions_are_found_by_how_they_stand_and_by_the_codes_of_their_skus(store: Store) -> None:
    guest, office = await store.guest(), store.back_office
    now = await promote(store, "percentage_discount", percentage=10, sku_list=await sku_list(store, regex="^EBOOK"))
    over = await promote(store, "free_shipping", starts_at="2018-01-01T00:00:00Z", expires_at="2018-01-02T00:00:00Z")
    later = await promote(store, "free_shipping", starts_at=moment(store, hours=1))
    off = await promote(store, "free_shipping", _disable=True)

    async def found(name: str, value: str) -> list[str]:
        listed = await guest.get("promotions", sort="created_at", **{f"filter[q][{name}]": value})
        return [p["id"] for p in listed.data]

    assert await found("active", "true") == [now.id]
    assert await found("active", "false") == [over.id, later.id, off.id]
    assert await found("expired", "true") == [over.id]
    assert await found("with_status", "pending") == [later.id]
    assert await found("with_status", "disabled") == [off.id]
    assert await found("sku_code_start", "EBOOK") == [now.id]
    assert await found("sku_code_in", ",".join(codes(store, EBOOK, ALBUM))) == [now.id]
    assert await found("sku_code_eq", codes(store, ALBUM)[0]) == []
    kind = await office.get("free_shipping_promotions", **{"filter[q][with_status]": "pending"})
    assert [p["id"] for p in kind.data] == [later.id]


async def test_what_makes_no_sense_is_refused(store: Store) -> None:
    office = store.back_office
    async with refused(error="after_starts_at", pointers=["/data/attributes/expires_at"]):
        await promote(store, "free_shipping", lasts_hours=-2)
    async with refused(pointers=["/data/attributes/percentage"]):
        await promote(store, "percentage_discount", percentage=101)
    async with refused(pointers=["/data/attributes/y"]):
        await promote(store, "buy_x_pay_y", x=2, y=2, sku_list=await sku_list(store, (TICKET, 1)))
    async with refused(pointers=["/data/relationships/sku_list"]):
        await promote(store, "free_gift")
    async with refused(pointers=["/data/attributes/currency_code"]):
        await promote(store, "fixed_amount", fixed_amount_cents=1, currency_code=None)
    ten = await promote(store, "percentage_discount", percentage=10)
    await rule(store, ten, "order_amount", order_amount_cents=100)
    async with refused(error="taken", pointers=["/data/relationships/promotion"]):
        await rule(store, ten, "order_amount", order_amount_cents=200)
    shown = await office.get(f"percentage_discount_promotions/{ten.id}", include="order_amount_promotion_rule")
    assert shown.included("order_amount_promotion_rules")[0]["attributes"]["formatted_order_amount"] == "€1,00"
    await office.update("percentage_discount_promotions", ten.id, {"currency_code": "USD"})
    assert (await office.get(f"{ten.data['type']}/{ten.id}/order_amount_promotion_rule"))[
        "formatted_order_amount"
    ] == "$1.00"
    assert (await office.delete("percentage_discount_promotions", ten.id)).status == 204


async def test_a_market_s_promotion_is_in_the_market_s_currency(store: Store) -> None:
    market = ("markets", store.made["market"]["id"])
    window = {"starts_at": moment(store), "expires_at": moment(store, days=1)}
    made = await store.back_office.create(
        "fixed_amount_promotions", {"name": "Market", "fixed_amount_cents": 100, **window}, market=market
    )
    assert made["currency_code"] == "EUR"
    assert await article(store, TICKET)
