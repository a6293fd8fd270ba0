"""What a record shows of the access token that reads it."""

from __future__ import annotations

import pytest
from tests.api.goods import price, sku
from tests.articles import EBOOK
from tests.store import Store
from tests.web.test_grants import assertion

from billfold.client import Answer, Client
from billfold.web.grants import JWT_BEARER

TELLING = "jwt_customer,jwt_markets"


async def vouched_for(store: Store, **claims: object) -> Client:
    """A storefront's client with a token that the shop's own server asked for."""
    return await Client.sign_in(
        store.http,
        store.api,
        grant_type=JWT_BEARER,
        client_id=store.sales_channel["client_id"],
        client_secret=store.sales_channel["client_secret"],
        scope=store.scope,
        assertion=assertion(claims),
    )


def told(shown: Answer) -> tuple[object, object, list[str]]:
    """(the custom claim, the customer, the markets)"""
    customer = shown.related("jwt_customer")
    return shown["jwt_custom_claim"], customer and customer["id"], [m["id"] for m in shown.related("jwt_markets")]


@pytest.mark.parametrize("called", ["skus", "prices"])
async def test_what_is_for_sale_shows_each_reader_what_their_own_token_says(store: Store, called: str) -> None:
    _, id = await (sku(store) if called == "skus" else price(store))
    market, ada = store.made["market"]["id"], store.made["customer"]["id"]
    by_ada = await vouched_for(store, owner={"type": "Customer", "id": ada}, custom_claim={"tier": "gold"})
    by_blog = await vouched_for(store, custom_claim={"app": "blog"})
    path = f"{called}/{id}"
    assert told(await by_ada.get(path, include=TELLING)) == ({"tier": "gold"}, ada, [market])
    assert told(await by_blog.get(path, include=TELLING)) == ({"app": "blog"}, None, [market])
    assert told(await (await store.guest()).get(path, include=TELLING)) == (None, None, [market])
    assert told(await store.back_office.get(path, include=TELLING)) == (None, None, [])


async def test_token_data_stands_in_lists_and_behind_links_too(store: Store) -> None:
    ada = store.made["customer"]["id"]
    client = await vouched_for(store, owner={"type": "Customer", "id": ada}, custom_claim={"tier": "gold"})
    (found,) = (await client.get("skus", **{"filter[q][code_eq]": EBOOK, "include": TELLING})).data
    assert found["attributes"]["jwt_custom_claim"] == {"tier": "gold"}
    assert found["relationships"]["jwt_customer"]["data"] == {"type": "customers", "id": ada}
    assert (await client.get(f"skus/{found['id']}/jwt_customer")).id == ada
    assert [m["id"] for m in (await client.get(f"skus/{found['id']}/jwt_markets")).data] == [store.made["market"]["id"]]


async def test_a_customer_who_changes_something_of_theirs_reads_it_back_with_what_their_token_says(
    store: Store,
) -> None:
    ada = store.made["customer"]["id"]
    client = await vouched_for(store, owner={"type": "Customer", "id": ada}, custom_claim={"tier": "gold"})
    shown = await client.update("customers", ada, {"metadata": {"a": 1}}, include=TELLING)
    assert told(shown) == ({"tier": "gold"}, ada, [store.made["market"]["id"]])
