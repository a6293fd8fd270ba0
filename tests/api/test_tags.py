"""Labels: made once, put on records, and found by."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.goods import cart, sku
from tests.api.shop import refused, settings
from tests.store import Store

from billfold.client import Client


async def tags(store: Store, *names: str) -> list[tuple[str, str]]:
    return [("tags", (await store.back_office.create("tags", {"name": name})).id) for name in names]


async def borne(client: Client, path: str) -> set[str]:
    return {t["attributes"]["name"] for t in (await client.get(path, include="tags")).included("tags")}


async def test_what_is_sent_is_all_that_a_record_bears(store: Store) -> None:
    office = store.back_office
    sale, summer, winter = await tags(store, "sale", "summer", "winter")
    (_, id) = await sku(store)
    shown = await office.update("skus", id, include="tags", tags=[sale, summer, sale])
    assert {t["id"] for t in shown.related("tags")} == {sale[1], summer[1]}
    assert await borne(office, f"skus/{id}") == {"sale", "summer"}
    await office.update("skus", id, tags=[winter, summer])
    assert await borne(office, f"skus/{id}") == {"summer", "winter"}
    await office.update("skus", id, {"name": "Renamed"})
    assert await borne(office, f"skus/{id}") == {"summer", "winter"}
    shown = await office.update("skus", id, include="tags", tags=[])
    assert shown.related("tags") == []
    assert await borne(office, f"skus/{id}") == set()


async def test_a_record_is_born_with_tags_and_takes_only_its_bearing_along(store: Store) -> None:
    office = store.back_office
    (sale,) = await tags(store, "sale")
    address = await office.create(
        "addresses",
        {
            "first_name": "A",
            "last_name": "B",
            "line_1": "1",
            "city": "C",
            "country_code": "DE",
            "zip_code": "1",
            "phone": "1",
        },
        include="tags",
        tags=[sale],
    )
    assert address.related("tags") == [{"type": "tags", "id": sale[1]}]
    await office.delete("addresses", address.id)
    assert await store.tools.db.fetchval("SELECT count(*) FROM taggings") == 0
    assert (await office.get(f"tags/{sale[1]}"))["name"] == "sale"


async def test_tags_are_put_on_and_taken_off_by_their_names(store: Store) -> None:
    office = store.back_office
    await tags(store, "sale", "summer")
    (_, id) = await sku(store)
    shown = await office.update("skus", id, {"_add_tags": "sale, summer,sale,nope,not a name"}, include="tags")
    assert {t["attributes"]["name"] for t in shown.included("tags")} == {"sale", "summer"}
    await office.update("skus", id, {"_remove_tags": "summer,nope"})
    assert await borne(office, f"skus/{id}") == {"sale"}
    await office.update("skus", id, {"_add_tags": "", "_remove_tags": ","})
    assert await borne(office, f"skus/{id}") == {"sale"}


async def test_records_are_found_by_their_tags(store: Store) -> None:
    office = store.back_office
    sale, summer = await tags(store, "sale", "summer")
    (_, id) = await sku(store)
    await office.update("skus", id, tags=[sale])

    async def found(**q: str) -> list[str]:
        return [s["id"] for s in (await office.get("skus", **{f"filter[q][{n}]": v for n, v in q.items()})).data]

    assert await found(tags_name_eq="sale") == [id]
    assert await found(tags_id_in=f"{sale[1]},{summer[1]}") == [id]
    assert await found(tags_name_eq="summer") == []
    assert id not in await found(tags_id_null="true")
    assert [t["id"] for t in (await office.get(f"skus/{id}/tags")).data] == [sale[1]]


async def test_a_record_bears_ten_tags_at_most(store: Store) -> None:
    office = store.back_office
    made = await tags(store, *(f"tag{n}" for n in range(11)))
    (_, id) = await sku(store)
    async with refused(error="too_many", pointers=["/data/relationships/tags"]):
        await office.update("skus", id, tags=made)
    await office.update("skus", id, tags=made[:10])
    async with refused(error="too_many"):
        await office.update("skus", id, {"_add_tags": "tag10"})
    await office.update("skus", id, {"_add_tags": "tag1,tag2"})
    assert len(await borne(office, f"skus/{id}")) == 10


@pytest.mark.parametrize("name", ["", "two words", "ä", "x" * 26, "a,b"])
async def test_a_tag_is_one_plain_word(store: Store, name: str) -> None:
    async with refused(pointers=["/data/attributes/name"]):
        await tags(store, name)


async def test_no_two_tags_share_a_name(store: Store) -> None:
    await tags(store, "sale")
    async with refused(error="taken", pointers=["/data/attributes/name"]):
        await tags(store, "sale")


async def test_storefronts_set_no_tags(store: Store) -> None:
    (sale,) = await tags(store, "sale")
    guest = await store.guest()
    order = await cart(guest)
    async with refused(status=401):
        await guest.update("orders", order, tags=[sale])
    async with refused(status=401):
        await guest.update("orders", order, {"_add_tags": "sale"})
    assert (await store.back_office.update("orders", order, {"_add_tags": "sale"}, include="tags")).related("tags")


@pytest.mark.parametrize(
    "data", [{"type": "tags", "id": "x"}, ["x"], [{"type": "tags"}], [{"type": "skus", "id": "x"}], "x"]
)
async def test_what_names_no_tags_is_refused(store: Store, data: Any) -> None:
    (_, id) = await sku(store)
    document = {"data": {"type": "skus", "id": id, "relationships": {"tags": {"data": data}}}}
    async with refused(status=400):
        await store.back_office.call("PATCH", f"skus/{id}", document)


async def test_a_tag_that_is_not_there_is_refused_with_its_pointer(store: Store) -> None:
    (_, id) = await sku(store)
    async with refused(error="not_found", pointers=["/data/relationships/tags"]):
        await store.back_office.update("skus", id, tags=[("tags", "AaaaAaaaAa")])


async def test_a_tag_that_goes_leaves_every_record(store: Store) -> None:
    (sale,) = await tags(store, "sale")
    (_, id) = await sku(store)
    await store.back_office.update("skus", id, tags=[sale])
    await store.back_office.delete("tags", sale[1])
    assert await borne(store.back_office, f"skus/{id}") == set()


async def test_the_organization_says_how_long_the_name_of_a_tag_may_be(store: Store) -> None:
    office = store.back_office
    await office.create("tags", {"name": "x" * 25})
    async with refused(error="invalid", pointers=["/data/attributes/name"]):
        await office.create("tags", {"name": "x" * 26})
    await settings(store, tags_max_name_length=40)
    long = await office.create("tags", {"name": "y" * 40})
    (_, id) = await sku(store)
    await office.update("skus", id, {"_add_tags": "y" * 40})
    assert await borne(office, f"skus/{id}") == {"y" * 40}
    await settings(store, tags_max_name_length=5)
    await office.update("tags", long.id, {"name": "y" * 40, "metadata": {"a": 1}})
    async with refused(error="invalid", pointers=["/data/attributes/name"]):
        await office.update("tags", long.id, {"name": "z" * 6})
