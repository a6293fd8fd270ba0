"""A whole order, from an empty store to "thank you", by the calls of the official checkout."""

from __future__ import annotations

import pytest
from tests.api.built import BOOK, SET, SHIRT, Built, build
from tests.api.checkout import Checkout
from tests.api.shop import of
from tests.api.steps import ALWAYS_ASKS
from tests.store import Store

from billfold.client import Client


@pytest.fixture
async def built(store: Store) -> Built:
    return await build(store)


async def open_cart(built: Built, client: Client, *codes: str, registered: bool = False) -> Checkout:
    """A cart with one piece of each article, and the checkout opened on it."""
    order = await client.create("orders", {})
    for code in codes:
        name = "bundle_code" if code == SET else "sku_code"
        await client.create("line_items", {name: code, "quantity": 1}, order=("orders", order.id))
    checkout = Checkout(
        built.store, client, order.id, built.methods, registered, ships=any(c in (SHIRT, SET) for c in codes)
    )
    await checkout.open()
    return checkout


async def up_to_payment(checkout: Checkout) -> None:
    if not checkout.registered:
        await checkout.say_who("luisa@example.com")
    await checkout.say_where()
    if checkout.ships:
        await checkout.say_how()


async def agree(checkout: Checkout, way: str) -> None:
    """Choose a way to pay and do what the browser does."""
    source = await checkout.choose(way)
    if way == "stripe_payments":
        await checkout.store.confirm_in_browser(source)
    elif way == "klarna_payments":
        token = await checkout.store.authorize_in_browser(source)
        await checkout.client.update(way, source.id, {"auth_token": token})


@pytest.mark.parametrize("way", ["stripe_payments", "klarna_payments", "wire_transfers"])
@pytest.mark.parametrize("codes", [(SHIRT,), (BOOK,), (SHIRT, BOOK, SET)], ids=["shipped", "not shipped", "both"])
@pytest.mark.parametrize("registered", [False, True], ids=["guest", "customer"])
async def test_an_order_is_paid_for_and_placed(
    built: Built, way: str, codes: tuple[str, ...], registered: bool
) -> None:
    client = await (built.mario() if registered else built.guest())
    checkout = await open_cart(built, client, *codes, registered=registered)
    await up_to_payment(checkout)
    await agree(checkout, way)
    await checkout.place(save=registered and way != "wire_transfers")
    order = await built.office.get(f"orders/{checkout.order}", include="line_items,shipments")
    goods = sum({SHIRT: 2500, BOOK: 1200, SET: 4000}[c] for c in codes)
    shipping = 700 if checkout.ships else 0
    assert of(order, "subtotal_amount_cents", "shipping_amount_cents") == (goods, shipping)
    assert order["total_amount_with_taxes_cents"] == goods + shipping
    assert sum(i["attributes"]["total_amount_cents"] for i in order.included("line_items")) == goods + shipping
    assert (
        order["total_tax_amount_cents"] == order["subtotal_tax_amount_cents"] + order["shipping_tax_amount_cents"] > 0
    )
    assert order["fulfillment_status"] == ("unfulfilled" if checkout.ships else "not_required")
    left = (await built.office.get(f"stock_items/{built.stock_item}"))["quantity"]
    assert left == 20 - sum({SHIRT: 1, BOOK: 0, SET: 2}[c] for c in codes)


async def test_a_saved_card_pays_the_next_order_without_being_typed(built: Built) -> None:
    mario = await built.mario()
    first = await open_cart(built, mario, SHIRT, registered=True)
    await up_to_payment(first)
    await agree(first, "stripe_payments")
    await first.place(save=True)
    second = await open_cart(built, mario, SHIRT, BOOK, registered=True)
    await up_to_payment(second)
    (entry,) = (await second.look()).related("available_customer_payment_sources")
    chosen = await second.choose_saved(entry["id"])
    assert chosen.related("payment_method")["id"] == built.methods["stripe_payments"]
    done = await second.place()
    assert of(done, "status", "payment_status") == ("placed", "authorized")
    digest = (await mario.get(f"orders/{second.order}"))["payment_source_details"]
    wallet = await mario.get("customer_payment_sources", include="payment_source", sort="-updated_at")
    assert digest["payment_method_id"] == wallet.data[0]["attributes"]["payment_source_token"]
    (known,) = (await mario.get("customer_addresses", include="address")).data
    assert known["attributes"]["name"]


async def test_a_saved_card_whose_bank_asks_pays_once_the_customer_has_answered(built: Built) -> None:
    mario = await built.mario()
    first = await open_cart(built, mario, BOOK, registered=True)
    await up_to_payment(first)
    source = await first.choose("stripe_payments")
    await built.store.confirm_in_browser(source, ALWAYS_ASKS)
    await built.store.answer_challenge(source["stripe_id"])
    await first.place(save=True)
    second = await open_cart(built, mario, BOOK, registered=True)
    await up_to_payment(second)
    (entry,) = (await second.look()).related("available_customer_payment_sources")
    chosen = await second.choose_saved(entry["id"])
    with pytest.raises(Exception, match="must confirm the payment with their bank"):
        await second.place()
    source_id = chosen.related("payment_source")["id"]
    stripe = await built.office.get(f"stripe_payments/{source_id}")
    await built.store.answer_challenge(stripe["stripe_id"])
    assert (await second.place())["payment_status"] == "authorized"


async def test_codes_take_off_what_they_promise_and_a_gift_card_pays_its_part(built: Built) -> None:
    guest = await built.guest()
    checkout = await open_cart(built, guest, SHIRT, BOOK)
    await up_to_payment(checkout)
    discounted = await checkout.enter(coupon_code="TENPERCENT")
    assert of(discounted, "subtotal_amount_cents", "discount_amount_cents") == (3700, -370)
    paid_in_part = await checkout.enter(gift_card_code="GIFT-CARD-0001")
    assert of(paid_in_part, "gift_card_amount_cents", "total_amount_with_taxes_cents") == (-2000, 2030)
    await agree(checkout, "stripe_payments")
    await checkout.place()
    card = (await built.office.get("gift_cards", **{"filter[q][code_eq]": "GIFT-CARD-0001"})).data[0]
    assert card["attributes"]["balance_cents"] == 0
    coupon = (await built.office.get("coupons", **{"filter[q][code_eq]": "TENPERCENT"})).data[0]
    assert coupon["attributes"]["usage_count"] == 1


async def test_a_gift_card_that_pays_all_of_it_needs_no_payment_source(built: Built) -> None:
    mario = await built.mario()
    checkout = await open_cart(built, mario, BOOK, registered=True)
    await up_to_payment(checkout)
    assert (await checkout.enter(gift_card_code="GIFT-CARD-0001"))["total_amount_with_taxes_cents"] == 0
    done = await checkout.place()
    assert of(done, "status", "payment_status") == ("placed", "free")


async def test_a_code_can_be_taken_back(built: Built) -> None:
    checkout = await open_cart(built, await built.guest(), BOOK)
    await checkout.enter(coupon_code="TENPERCENT")
    order = await checkout.enter(coupon_code="")
    assert of(order, "coupon_code", "discount_amount_cents", "total_amount_cents") == (None, 0, 1200)


async def test_an_order_that_is_cancelled_gives_everything_back(built: Built) -> None:
    checkout = await open_cart(built, await built.guest(), SHIRT)
    await up_to_payment(checkout)
    await checkout.enter(coupon_code="TENPERCENT")
    await checkout.enter(gift_card_code="GIFT-CARD-0001")
    await agree(checkout, "stripe_payments")
    await checkout.place()
    cancelled = await built.office.update("orders", checkout.order, {"_cancel": True})
    assert of(cancelled, "status", "payment_status") == ("cancelled", "voided")
    assert (await built.office.get(f"stock_items/{built.stock_item}"))["quantity"] == 20
    card = (await built.office.get("gift_cards", **{"filter[q][code_eq]": "GIFT-CARD-0001"})).data[0]
    assert card["attributes"]["balance_cents"] == 2000
    coupon = (await built.office.get("coupons", **{"filter[q][code_eq]": "TENPERCENT"})).data[0]
    assert coupon["attributes"]["usage_count"] == 0


async def test_an_order_starts_with_the_payment_method_that_its_market_has_for_it(store: Store) -> None:
    guest, market, method = await store.guest(), store.made["market"]["id"], store.method("wire_transfers")
    both, chosen = "default_payment_method,payment_method", {"type": method[0], "id": method[1]}
    before = await guest.create("orders", {}, include=both)
    assert before.related("default_payment_method") is None
    await store.back_office.update("payment_methods", method[1], {"price_amount_cents": 100})
    await store.back_office.update("markets", market, default_payment_method=method)
    shown = await guest.get(f"orders/{before.id}", include=both)
    assert (shown.related("default_payment_method"), shown.related("payment_method")) == (chosen, None)
    assert (await guest.get(f"orders/{before.id}/default_payment_method"))["payment_source_type"] == "wire_transfers"
    order = await guest.create("orders", {}, include=both)
    assert order.related("payment_method") == chosen
    await guest.create("line_items", {"sku_code": store.made["skus"][0], "quantity": 1}, order=("orders", order.id))
    assert (await guest.get(f"orders/{order.id}"))["payment_method_amount_cents"] == 100
    assert (await guest.update("orders", order.id, payment_method=None))["payment_method_amount_cents"] == 0


async def test_an_order_starts_with_no_payment_method_that_it_cannot_be_paid_by(store: Store) -> None:
    guest, office, method = await store.guest(), store.back_office, store.method("wire_transfers")
    await office.update("markets", store.made["market"]["id"], default_payment_method=method)
    none = await guest.create("orders", {}, "payment_method", payment_method=None)
    other = await guest.create("orders", {}, "payment_method", payment_method=store.method("stripe_payments"))
    assert (none.related("payment_method"), other.related("payment_method")["id"]) == (
        None,
        store.method("stripe_payments")[1],
    )
    gateway = store.made["gateways"]["manual"]
    for called, id in (("manual_gateways", gateway), ("payment_methods", method[1])):
        await office.update(called, id, {"_disable": True})
        order = await guest.create("orders", {}, "payment_method")
        assert order.related("payment_method") is None
        await office.update(called, id, {"_enable": True})
