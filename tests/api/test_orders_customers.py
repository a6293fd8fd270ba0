"""Whose order it is: found by e-mail, signed up, signed in."""

from __future__ import annotations

import pytest
from tests.api.shop import of, pay_for, placed, ready_to_place, refused, settings
from tests.articles import EBOOK
from tests.store import Store

from billfold.client import ApiError, Client


async def signed_in(store: Store, email: str, password: str) -> Client:
    return await Client.sign_in(
        store.http,
        store.api,
        grant_type="password",
        client_id=store.sales_channel["client_id"],
        scope=store.scope,
        username=email,
        password=password,
    )


async def test_an_email_finds_its_customer_or_makes_one_whatever_its_case(store: Store) -> None:
    guest = await store.guest()
    first = await guest.create("orders", {"customer_email": " Eve@Example.com "}, include="customer")
    second = await guest.create("orders", {})
    second = await guest.update("orders", second.id, {"customer_email": "eve@example.COM"}, include="customer")
    assert first.related("customer") == second.related("customer")
    assert (first["customer_email"], first["guest"]) == ("eve@example.com", True)


async def test_a_password_signs_the_customer_up(store: Store) -> None:
    guest = await store.guest()
    await guest.create("orders", {"customer_email": "eve@example.com", "customer_password": "correct horse"})
    eve = await signed_in(store, "eve@example.com", "correct horse")
    assert len((await eve.get("orders")).data) == 1


async def test_what_a_guest_ordered_is_not_for_whoever_signs_up_with_the_same_address(store: Store) -> None:
    """An address is all it takes to sign up. The organization may trust that more."""
    guest = await store.guest()
    order = await guest.create("orders", {"customer_email": "eve@example.com"})
    await guest.create("line_items", {"sku_code": EBOOK, "quantity": 1}, order=("orders", order.id))
    await guest.update("orders", order.id, payment_method=store.method("wire_transfers"))
    await pay_for(store, guest, order.id, "wire_transfers")
    await guest.update("orders", order.id, {"_place": True})
    mine = {"customer_email": "eve@example.com", "customer_password": "somebody else"}
    own = await (await store.guest()).create("orders", mine)
    stranger = await signed_in(store, "eve@example.com", "somebody else")
    assert [o["id"] for o in (await stranger.get("orders")).data] == [own.id]
    async with refused(status=401):
        await stranger.get(f"orders/{order.id}")
    me = (await stranger.get(f"orders/{own.id}/customer")).id
    assert [o["id"] for o in (await stranger.get(f"customers/{me}/orders")).data] == [own.id]
    for beside in ("line_items", "transactions", "payment_source", "available_customer_payment_sources"):
        async with refused(status=401):
            await stranger.get(f"orders/{order.id}/{beside}")
    await settings(store, config='{"api": {"auth": {"guest_orders": true}}}')
    assert {o["id"] for o in (await stranger.get("orders")).data} == {own.id, order.id}
    assert (await stranger.get(f"orders/{order.id}"))["status"] == "placed"


async def test_an_order_is_no_sign_up_when_the_account_was_there(store: Store) -> None:
    ada, guest = store.made["customer"], await store.guest()
    order = await guest.create("orders", {"customer_email": ada["email"], "customer_password": "not a new one"})
    assert order.id not in {o["id"] for o in (await (await store.customer()).get("orders")).data}


async def test_a_password_may_come_after_the_email(store: Store) -> None:
    guest = await store.guest()
    order = await guest.create("orders", {"customer_email": "eve@example.com"})
    await guest.update("orders", order.id, {"customer_password": "correct horse"})
    await signed_in(store, "eve@example.com", "correct horse")
    nameless = await guest.create("orders", {})
    async with refused(error="blank", pointers=["/data/attributes/customer_email"]):
        await guest.update("orders", nameless.id, {"customer_password": "correct horse"})


async def test_a_sign_up_never_takes_over_somebodys_account(store: Store) -> None:
    ada, guest = store.made["customer"], await store.guest()
    await guest.create("orders", {"customer_email": ada["email"], "customer_password": "stolen by a guest"})
    with pytest.raises(ApiError):
        await signed_in(store, ada["email"], "stolen by a guest")
    await signed_in(store, ada["email"], ada["password"])


@pytest.mark.parametrize("email", ["", "nobody", "a b@example.com", "eve@example"])
async def test_what_is_no_email_address_is_refused_with_its_pointer(store: Store, email: str) -> None:
    guest = await store.guest()
    async with refused(pointers=["/data/attributes/customer_email"]):
        await guest.create("orders", {"customer_email": email})


async def test_null_makes_the_order_nobodys_again(store: Store) -> None:
    guest = await store.guest()
    order = await guest.create("orders", {"customer_email": "eve@example.com"})
    nobodys = await guest.update("orders", order.id, {"customer_email": None}, include="customer")
    assert (nobodys["customer_email"], nobodys.related("customer")) == (None, None)


async def test_a_customer_who_signs_in_takes_their_guest_order_along_even_with_an_empty_change(store: Store) -> None:
    guest, ada = await store.guest(), await store.customer()
    order = await guest.create("orders", {"customer_email": "somebody@example.com"})
    taken = await ada.update("orders", order.id, {}, include="customer")
    assert of(taken, "guest", "customer_email") == (False, store.made["customer"]["email"])
    assert taken.related("customer")["id"] == store.made["customer"]["id"]
    with pytest.raises(ApiError):
        await guest.get(f"orders/{order.id}")


async def test_a_customer_cannot_give_their_order_to_somebody_else(store: Store) -> None:
    ada, grace = await store.customer(), store.made["second_customer"]
    order = await ada.create("orders", {"customer_email": grace["email"]}, include="customer")
    assert order["customer_email"] == store.made["customer"]["email"]
    assert order.related("customer")["id"] == store.made["customer"]["id"]
    kept = await ada.update("orders", order.id, {"customer_email": grace["email"], "guest": True}, include="customer")
    assert of(kept, "customer_email", "guest") == (store.made["customer"]["email"], False)
    async with refused(pointers=["/data/relationships/customer"]):
        await ada.update("orders", order.id, customer=("customers", grace["id"]))
    kept = await ada.update("orders", order.id, customer=None, include="customer")
    assert kept.related("customer")["id"] == store.made["customer"]["id"]


async def test_a_customer_cannot_touch_another_customers_order(store: Store) -> None:
    ada, grace = await store.customer(), await store.customer("second_customer")
    order = await ada.create("orders", {})
    for call in (grace.get(f"orders/{order.id}"), grace.update("orders", order.id, {})):
        with pytest.raises(ApiError) as refusal:
            await call
        assert refusal.value.status in (401, 404)


async def test_a_guest_cannot_pretend_to_have_signed_in(store: Store) -> None:
    guest = await store.guest()
    async with refused(error="not_signed_in", pointers=["/data/attributes/guest"]):
        await guest.create("orders", {"guest": False})


async def test_a_guest_who_may_go_on_with_a_customers_order_comes_by_nothing_of_theirs(store: Store) -> None:
    await store.tools.db.execute("UPDATE organizations SET orders_sales_channel_guest_only = false")
    ada, guest, wallet = await store.customer(), await store.guest(), "available_customer_payment_sources"
    first = await store.order(ada)
    source = await ada.create("stripe_payments", {}, order=("orders", first.id))
    await store.confirm_in_browser(source)
    await ada.update("orders", first.id, {"_save_payment_source_to_customer_wallet": True})
    (entry,) = (await ada.get("customer_payment_sources")).data
    order = await store.order(ada)
    assert (await ada.get(f"orders/{order.id}/{wallet}")).data
    seen = await guest.get(f"orders/{order.id}", include=f"{wallet},customer")
    assert (seen["guest"], seen.included("customer_payment_sources")) == (False, [])
    async with refused(error="not_found"):
        await guest.update("orders", order.id, {"_customer_payment_source_id": entry["id"]})
    await store.confirm_in_browser(await guest.create("stripe_payments", {}, order=("orders", order.id)))
    async with refused(error="guest_order"):
        await guest.update("orders", order.id, {"_save_payment_source_to_customer_wallet": True})
    for taken in ({"customer_email": "eve@example.com"}, {"guest": True}, {"customer_password": "mine from now on"}):
        async with refused(error="not_changeable", pointers=[f"/data/attributes/{next(iter(taken))}"]):
            await guest.update("orders", order.id, taken)
    assert (await guest.update("orders", order.id, {"language_code": "it"}))["language_code"] == "it"
    assert (await ada.update("orders", order.id, {"_customer_payment_source_id": entry["id"]})).id == order.id


async def test_a_guest_who_knows_a_customer_s_id_learns_nothing_by_it(store: Store) -> None:
    guest, ada = await store.guest(), ("customers", store.made["customer"]["id"])
    pointers = ["/data/relationships/customer"]
    async with refused(error="not_found", pointers=pointers):
        await guest.create("orders", {}, "customer", customer=ada)
    order = await guest.create("orders", {"customer_email": "eve@example.com"}, "customer")
    for id in (ada[1], order.related("customer")["id"], "AaaaAaaaAa"):
        async with refused(error="not_found", pointers=pointers):
            await guest.update("orders", order.id, customer=("customers", id))
    nobodys = await guest.update("orders", order.id, include="customer", customer=None)
    assert (nobodys["customer_email"], nobodys.related("customer")) == (None, None)


async def test_a_guest_is_told_a_customer_s_address_and_not_since_when_there_is_one(store: Store) -> None:
    guest, ada = await store.guest(), store.made["customer"]
    for email in (ada["email"], "eve@example.com"):
        order = await guest.create("orders", {"customer_email": email}, "customer")
        again = await guest.update("orders", order.id, {}, "customer")
        seen = [*order.included("customers"), *again.included("customers")]
        assert [r["attributes"] for r in seen] == [{"email": email}] * 2
    made = await guest.create("customers", {"email": "new@example.com"}, "orders,customer_payment_sources")
    assert made.data["attributes"] == {"email": "new@example.com"}
    assert made.document["included"] == []


async def test_a_back_office_opens_orders_for_customers_by_name(store: Store) -> None:
    ada = store.made["customer"]
    market = ("markets", store.made["market"]["id"])
    order = await store.back_office.create("orders", {}, market=market, customer=("customers", ada["id"]))
    assert of(order, "customer_email", "guest") == (ada["email"], False)


async def test_a_customer_is_new_until_they_have_placed_an_order_and_returning_from_then_on(store: Store) -> None:
    ada = await store.customer()
    first, meanwhile = await ready_to_place(store, ada), await ada.create("orders", {})
    assert await types(store, first.id, meanwhile.id) == ["new", "new"]
    await ada.update("orders", first.id, {"_place": True})
    second = await ada.create("orders", {})
    assert await types(store, first.id, second.id) == ["new", "returning"]
    assert (await placed(store, ada))["customer_type"] == "returning"


async def test_a_guest_learns_whether_a_customer_has_bought_before_only_by_placing_the_order(store: Store) -> None:
    ada, guest = await store.customer(), await store.guest()
    await placed(store, ada)
    email = {"customer_email": store.made["customer"]["email"]}
    order = await ready_to_place(store, guest)
    assert (await guest.update("orders", order.id, email))["customer_type"] is None
    assert (await guest.update("orders", order.id, {"_place": True}))["customer_type"] == "returning"
    theirs = await guest.create("orders", email)
    assert (await ada.update("orders", theirs.id))["customer_type"] == "returning"
    by_office = await store.back_office.create("orders", email, market=("markets", store.made["market"]["id"]))
    assert by_office["customer_type"] == "returning"
    nobodys = await store.back_office.update("orders", by_office.id, {"customer_email": None})
    assert nobodys["customer_type"] is None


async def types(store: Store, *orders: str) -> list[str | None]:
    return [(await store.back_office.get(f"orders/{id}"))["customer_type"] for id in orders]
