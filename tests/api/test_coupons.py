"""Coupons over HTTP: entered, used up, given back, and refused with the reason."""

from __future__ import annotations

import asyncio

import pytest
from tests.api.offers import CODE, basket, coupon, discounts, moment, promote, rule
from tests.api.shop import of, pay_for, refused
from tests.api.till import gift_card
from tests.store import Store

from billfold.client import ApiError, Client

AT_CODE = ["/data/attributes/coupon_code"]


async def with_coupon(store: Store, client: Client, **attributes: object) -> str:
    """An order that is paid for, with the coupon entered before."""
    order = await basket(store, client, (0, 1), **attributes)
    await client.update("orders", order, {"coupon_code": CODE}, payment_method=store.method("stripe_payments"))
    await pay_for(store, client, order)
    return order


async def test_a_coupon_brings_its_promotion_about_and_an_empty_code_takes_it_back(store: Store) -> None:
    guest = await store.guest()
    await coupon(store, await promote(store, "percentage_discount", percentage=10))
    order = await basket(store, guest, (0, 1))
    assert (await discounts(guest, order))[0] == 0
    shown = await guest.update("orders", order, {"coupon_code": CODE}, include="line_items")
    assert of(shown, "coupon_code", "discount_amount_cents") == (CODE, -290)
    lines = [i["attributes"] for i in shown.included("line_items")]
    assert [i["coupon_code"] for i in lines if i["item_type"].endswith("_promotions")] == [CODE]
    assert (await discounts(guest, order))[0] == -290
    cleared = await guest.update("orders", order, {"coupon_code": ""})
    assert of(cleared, "coupon_code", "discount_amount_cents") == (None, 0)


async def test_a_coupon_may_come_with_the_order_and_as_either_code(store: Store) -> None:
    guest = await store.guest()
    await coupon(store, await promote(store, "percentage_discount", percentage=10))
    order = await basket(store, guest, (0, 1), coupon_code=CODE)
    assert (await discounts(guest, order))[0] == -290
    other = await basket(store, guest, (0, 1))
    shown = await guest.update("orders", other, {"gift_card_or_coupon_code": CODE})
    assert of(shown, "coupon_code", "discount_amount_cents") == (CODE, -290)


async def test_a_coupon_whose_promotion_has_unmet_rules_waits_for_them(store: Store) -> None:
    guest = await store.guest()
    half = await promote(store, "percentage_discount", percentage=50)
    await coupon(store, half)
    await rule(store, half, "order_amount", order_amount_cents=4000)
    order = await basket(store, guest, (0, 1), coupon_code=CODE)
    assert (await discounts(guest, order))[0] == 0
    await guest.create("line_items", {"sku_code": store.made["skus"][1], "quantity": 1}, order=("orders", order))
    assert (await discounts(guest, order))[0] == -2075


async def test_a_coupon_that_cannot_be_used_is_refused_with_the_reason(store: Store) -> None:
    guest = await store.guest()
    order = await basket(store, guest, (0, 1))

    async def enter(code: str, error: str) -> None:
        async with refused(error=error, pointers=AT_CODE):
            await guest.update("orders", order, {"coupon_code": code})

    await enter("NOBODY-KNOWS", "invalid")
    ten = await promote(store, "percentage_discount", percentage=10)
    await coupon(store, ten, "EXPIRED-CODE", expires_at=moment(store, minutes=-1))
    await enter("EXPIRED-CODE", "expired")
    await coupon(store, ten, "SOMEBODYS-CODE", recipient_email="Else@example.com")
    await enter("SOMEBODYS-CODE", "not_recipient")
    abroad = await promote(store, "percentage_discount", percentage=10, currency_code="USD")
    await coupon(store, abroad, "DOLLARS-ONLY")
    await enter("DOLLARS-ONLY", "not_available")
    await store.back_office.update("percentage_discount_promotions", ten.id, {"_disable": True})
    await coupon(store, ten, "DISABLED-CODE")
    await enter("DISABLED-CODE", "expired")
    assert of(await guest.get(f"orders/{order}"), "coupon_code", "discount_amount_cents") == (None, 0)


async def test_bad_codes_are_ignored_where_the_organization_wants_it_so(store: Store) -> None:
    guest = await store.guest()
    await coupon(store, await promote(store, "percentage_discount", percentage=10))
    order = await basket(store, guest, (0, 1), coupon_code=CODE)
    await store.tools.db.execute("UPDATE organizations SET orders_invalid_coupon_errors = false")
    shown = await guest.update("orders", order, {"coupon_code": "NOBODY-KNOWS"})
    assert of(shown, "coupon_code", "discount_amount_cents") == (CODE, -290)
    fresh = await guest.create("orders", {"coupon_code": "NOBODY-KNOWS"})
    assert fresh["coupon_code"] is None


async def test_a_recipient_s_coupon_is_for_the_recipient(store: Store) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    ten = await promote(store, "percentage_discount", percentage=10)
    made = await coupon(store, ten, recipient_email=store.made["customer"]["email"].upper())
    recipients = (await store.back_office.get("coupon_recipients")).data
    assert [r["attributes"]["email"] for r in recipients] == [store.made["customer"]["email"]]
    assert made["recipient_email"] == store.made["customer"]["email"]
    again = await coupon(store, ten, "ANOTHER-CODE", recipient_email=store.made["customer"]["email"])
    assert (await store.back_office.get(f"coupons/{again.id}/coupon_recipient")).id == recipients[0]["id"]
    hers = await basket(store, ada, (0, 1), coupon_code=CODE)
    assert (await discounts(ada, hers))[0] == -290
    async with refused(error="not_recipient", pointers=AT_CODE):
        await basket(store, grace, (0, 1), coupon_code=CODE)


async def test_an_order_that_becomes_somebody_else_s_costs_what_it_costs_them(store: Store) -> None:
    guest, ada = await store.guest(), await store.customer()
    ten = await promote(store, "percentage_discount", percentage=10)
    await coupon(store, ten, recipient_email="a@example.com")
    order = await basket(store, guest, (0, 1), customer_email="a@example.com", coupon_code=CODE)
    assert (await discounts(guest, order))[0] == -290
    other = await guest.update("orders", order, {"customer_email": "b@example.com"}, include="market,line_items.item")
    assert of(other, "coupon_code", "discount_amount_cents") == (CODE, 0)
    assert (await discounts(guest, order))[0] == 0
    await guest.update("orders", order, {"customer_email": "a@example.com"})
    assert (await discounts(guest, order))[0] == -290
    assert (await ada.update("orders", order, {}))["discount_amount_cents"] == 0


async def test_an_order_that_becomes_theirs_counts_what_they_used_before(store: Store) -> None:
    guest = await store.guest()
    ten = await promote(store, "percentage_discount", percentage=10)
    await coupon(store, ten, customer_single_use=True)
    used = await with_coupon(store, guest, customer_email="a@example.com")
    await guest.update("orders", used, {"_place": True})
    order = await basket(store, guest, (0, 1), customer_email="b@example.com", coupon_code=CODE)
    assert (await discounts(guest, order))[0] == -290
    await guest.update("orders", order, {"customer_email": "a@example.com"})
    assert (await discounts(guest, order))[0] == 0


async def test_a_coupon_s_address_is_its_recipient_s_at_any_time(store: Store) -> None:
    office = store.back_office
    ten = await promote(store, "percentage_discount", percentage=10)
    made = await coupon(store, ten, recipient_email="a@example.com")
    (recipient,) = (await office.get("coupon_recipients")).data
    await office.update("coupon_recipients", recipient["id"], {"email": "b@example.com"})
    assert (await office.get(f"coupons/{made.id}"))["recipient_email"] == "b@example.com"
    assert (await office.get("coupons")).data[0]["attributes"]["recipient_email"] == "b@example.com"
    other = await office.create("coupon_recipients", {"email": "c@example.com"})
    handed = await office.update("coupons", made.id, coupon_recipient=("coupon_recipients", other.id))
    assert handed["recipient_email"] == "c@example.com"
    assert (await office.update("coupons", made.id, {"usage_limit": 3}))["recipient_email"] == "c@example.com"
    assert (await office.update("coupons", made.id, {"recipient_email": None}))["recipient_email"] is None
    assert (await office.get(f"coupons/{made.id}/coupon_recipient")).data is None


async def test_a_coupon_is_used_by_placing_and_is_good_again_after_cancelling(store: Store) -> None:
    guest = await store.guest()
    made = await coupon(store, await promote(store, "percentage_discount", percentage=10), usage_limit=1)
    first = await with_coupon(store, guest, customer_email="a@example.com")
    assert (await guest.update("orders", first, {"_place": True}))["status"] == "placed"

    async def used() -> object:
        return (await store.back_office.get(f"coupons/{made.id}"))["usage_count"]

    assert await used() == 1
    second = await basket(store, guest, (0, 1))
    async with refused(error="used_up", pointers=AT_CODE):
        await guest.update("orders", second, {"coupon_code": CODE})
    await store.back_office.update("orders", first, {"_cancel": True})
    assert await used() == 0
    await guest.update("orders", second, {"coupon_code": CODE})
    assert (await discounts(guest, second))[0] == -290


async def test_a_coupon_that_was_deleted_makes_no_order_cheaper(store: Store) -> None:
    guest = await store.guest()
    made = await coupon(store, await promote(store, "percentage_discount", percentage=50), usage_limit=1)
    orders = [await with_coupon(store, guest, customer_email=f"{name}@example.com") for name in "abc"]
    await store.back_office.delete("coupons", made.id)
    for order in orders:
        async with refused(error="not_found", pointers=AT_CODE):
            await guest.update("orders", order, {"_place": True})
        done = await guest.update("orders", order, {"_refresh": True})
        assert of(done, "coupon_code", "discount_amount_cents", "status") == (None, 0, "pending")


async def test_a_coupon_and_a_card_that_are_gone_stand_beside_all_else_that_is_missing(store: Store) -> None:
    guest, office = await store.guest(), store.back_office
    made = await coupon(store, await promote(store, "percentage_discount", percentage=50))
    card = await gift_card(store, 500)
    order = await basket(store, guest, (0, 1), coupon_code=CODE)
    await guest.update("orders", order, {"gift_card_code": card["code"]})
    await office.delete("coupons", made.id)
    await office.update("gift_cards", card.id, {"_deactivate": True})
    await guest.update("orders", order, {"customer_email": "a@example.com"})
    found = ["relationships/payment_method", "relationships/payment_source"]
    found += ["attributes/gift_card_code", "attributes/coupon_code"]
    async with refused(pointers=[f"/data/{at}" for at in found]):
        await guest.update("orders", order, {"_place": True})


async def test_a_coupon_that_is_another_s_by_now_is_said_to_be_before_anything_is_paid(store: Store) -> None:
    guest = await store.guest()
    await coupon(store, await promote(store, "percentage_discount", percentage=10), recipient_email="a@example.com")
    order = await with_coupon(store, guest, customer_email="a@example.com")
    await guest.update("orders", order, {"customer_email": "b@example.com"})
    await pay_for(store, guest, order)
    async with refused(error="not_recipient", pointers=AT_CODE):
        await guest.update("orders", order, {"_place": True})
    placed = await guest.update("orders", order, {"coupon_code": None, "_place": True})
    assert of(placed, "status", "discount_amount_cents", "coupon_code") == ("placed", 0, None)


async def test_a_coupon_without_effect_is_not_used_up(store: Store) -> None:
    guest = await store.guest()
    half = await promote(store, "percentage_discount", percentage=50)
    made = await coupon(store, half, usage_limit=1)
    await rule(store, half, "order_amount", order_amount_cents=400000)
    order = await with_coupon(store, guest, customer_email="a@example.com")
    await guest.update("orders", order, {"_place": True})
    assert (await store.back_office.get(f"coupons/{made.id}"))["usage_count"] == 0


async def test_one_of_eight_orders_placed_at_once_gets_the_last_use_of_a_coupon(store: Store) -> None:
    guest = await store.guest()
    made = await coupon(store, await promote(store, "percentage_discount", percentage=10), usage_limit=1)
    orders = [await with_coupon(store, guest, customer_email=f"n{n}@example.com") for n in range(8)]
    placed = await asyncio.gather(
        *(guest.update("orders", order, {"_place": True}) for order in orders), return_exceptions=True
    )
    lost = [p for p in placed if isinstance(p, BaseException)]
    assert len(lost) == 7
    for error in lost:
        assert isinstance(error, ApiError)
        assert (error.status, error.error, error.pointers) == (422, "used_up", AT_CODE)
    assert (await store.back_office.get(f"coupons/{made.id}"))["usage_count"] == 1


async def test_a_customer_uses_a_coupon_once_even_on_two_orders_at_once(store: Store) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    made = await coupon(store, await promote(store, "percentage_discount", percentage=10), customer_single_use=True)
    orders = [await with_coupon(store, ada) for _ in range(3)]
    placed = await asyncio.gather(
        *(ada.update("orders", order, {"_place": True}) for order in orders), return_exceptions=True
    )
    lost = [p for p in placed if isinstance(p, BaseException)]
    assert [e.error for e in lost if isinstance(e, ApiError)] == ["used", "used"]
    async with refused(error="used", pointers=AT_CODE):
        await basket(store, ada, (0, 1), coupon_code=CODE)
    hers = await with_coupon(store, grace)
    assert (await grace.update("orders", hers, {"_place": True}))["status"] == "placed"
    assert (await store.back_office.get(f"coupons/{made.id}"))["usage_count"] == 2
    (won,) = [p for p in placed if not isinstance(p, BaseException)]
    await store.back_office.update("orders", won.id, {"_cancel": True})
    assert (await discounts(ada, await basket(store, ada, (0, 1), coupon_code=CODE)))[0] == -290


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"code": "SHORT"}, "code"),
        ({"code": "L" * 41}, "code"),
        ({"usage_limit": 0}, "usage_limit"),
        ({"recipient_email": "nobody"}, "recipient_email"),
    ],
)
async def test_what_no_coupon_can_be_is_refused(store: Store, values: dict[str, object], pointer: str) -> None:
    ten = await promote(store, "percentage_discount", percentage=10)
    async with refused(pointers=[f"/data/attributes/{pointer}"]):
        await coupon(store, ten, **values)  # type: ignore[arg-type] # whatever the contract knows


async def test_codes_are_unique_within_a_rule_and_coupons_are_counted(store: Store) -> None:
    office = store.back_office
    ten, half = [await promote(store, "percentage_discount", percentage=p) for p in (10, 50)]
    first = await coupon(store, ten)
    async with refused(error="taken", pointers=["/data/attributes/code"]):
        await coupon(store, ten)
    namesake = await coupon(store, half)
    counted = await office.get("percentage_discount_promotions", sort="created_at", include="coupons")
    assert [p["attributes"]["coupons_count"] for p in counted.data] == [1, 1]
    assert [[c["id"] for c in p["relationships"]["coupons"]["data"]] for p in counted.data] == [
        [first.id],
        [namesake.id],
    ]
    async with refused(status=423):
        await office.delete("percentage_discount_promotions", ten.id)
    await office.delete("coupons", first.id)
    assert (await office.get(f"promotions/{ten.id}"))["coupons_count"] == 0
    assert (await office.delete("percentage_discount_promotions", ten.id)).status == 204
