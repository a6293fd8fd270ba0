"""Lists of SKUs, bundles, options, tiers, links and attachments as a back office makes and finds them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.api.goods import a_bundle, a_list, an_option, market, price, sku
from tests.api.shop import of, refused, settings
from tests.articles import ALBUM, EBOOK, MUG, SHIRT, TICKET
from tests.store import Store

from billfold.client import Answer, ApiError, Client


def codes(answer: Answer) -> list[str]:
    return [s["attributes"]["code"] for s in answer.included("skus")]


async def listed(client: Client, sku_list: str) -> list[str]:
    return [s["attributes"]["code"] for s in (await client.get(f"sku_lists/{sku_list}/skus")).data]


# --- lists ------------------------------------------------------------------------------------------------------


async def test_a_list_made_by_hand_has_its_skus_in_their_places(store: Store) -> None:
    office = store.back_office
    (_, id) = await a_list(store, {MUG: 1, EBOOK: 2})
    made = await office.get(f"sku_lists/{id}", include="sku_list_items.sku")
    assert of(made, "slug", "manual") == ("a-summer-box", True)
    assert [i["attributes"]["position"] for i in made.included("sku_list_items")] == [1, 2]
    assert await listed(office, id) == [MUG, EBOOK]
    second = made.included("sku_list_items")[1]["id"]
    moved = await office.update("sku_list_items", second, {"position": 0, "sku_code": TICKET})
    assert of(moved, "sku_code", "quantity") == (TICKET, 2)
    assert await listed(office, id) == [TICKET, MUG]
    (_, ticket) = await sku(store, TICKET)
    assert [x["id"] for x in (await office.get(f"skus/{ticket}/sku_lists")).data] == [id]
    await office.delete("sku_list_items", second)
    assert await listed(office, id) == [MUG]
    await office.delete("sku_lists", id)
    assert (await office.get("sku_list_items")).data == []


async def test_a_list_with_an_expression_has_whatever_matches_it(store: Store) -> None:
    office = store.back_office
    made = await office.create(
        "sku_lists", {"name": "All E", "manual": False, "sku_code_regex": "^(E|A)"}, include="skus"
    )
    assert codes(made) == [ALBUM, EBOOK]
    category = ("shipping_categories", (await office.get("shipping_categories")).data[0]["id"])
    await office.create("skus", {"code": "EXTRA", "name": "One more"}, shipping_category=category)
    assert await listed(office, made.id) == [ALBUM, EBOOK, "EXTRA"]
    found = await office.get("skus", **{"filter[q][sku_lists_name_eq]": "All E", "sort": "code"})
    assert [s["attributes"]["code"] for s in found.data] == [ALBUM, EBOOK, "EXTRA"]
    async with refused(error="not_manual", pointers=["/data/relationships/sku_list"]):
        await office.create("sku_list_items", {"sku_code": MUG}, sku_list=("sku_lists", made.id))


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        (None, "blank"),
        ("", "blank"),
        ("(", "invalid"),
        ("[z-a]", "invalid"),
        ("(a*)\\1", "unsupported"),
        ("a" * 5001, "too_long"),
    ],
)
async def test_an_expression_that_cannot_be_evaluated_is_refused(store: Store, pattern: str | None, error: str) -> None:
    async with refused(error=error, pointers=["/data/attributes/sku_code_regex"]):
        await store.back_office.create("sku_lists", {"name": "X", "manual": False, "sku_code_regex": pattern})


async def test_lists_of_one_name_have_slugs_of_their_own(store: Store) -> None:
    names = ["Été 2026!", "Ete 2026", "été-2026", "ete"]
    slugs = [(await store.back_office.create("sku_lists", {"name": n}))["slug"] for n in names]
    assert slugs == ["ete-2026", "ete-2026-1", "ete-2026-2", "ete"]


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({}, "relationships/sku"),
        ({"sku_code": "NOPE"}, "attributes/sku_code"),
        ({"sku_code": MUG, "quantity": 0}, "attributes/quantity"),
    ],
)
async def test_a_place_on_a_list_is_some_skus(store: Store, attributes: dict[str, Any], pointer: str) -> None:
    summer = await a_list(store, {})
    async with refused(pointers=[f"/data/{pointer}"]):
        await store.back_office.create("sku_list_items", attributes, sku_list=summer)


# --- bundles ----------------------------------------------------------------------------------------------------


async def test_a_bundle_says_what_is_in_it(store: Store) -> None:
    box = await a_bundle(store, {EBOOK: 2, ALBUM: 1})
    assert of(box, "currency_code", "price_amount_cents", "skus_count", "do_not_ship", "do_not_track") == (
        "EUR",
        5000,
        3,
        True,
        True,
    )
    guest = await store.guest()
    shown = await guest.get(f"bundles/{box.id}", include="skus")
    assert codes(shown) == [EBOOK, ALBUM]
    parcel = await a_bundle(store, {EBOOK: 1, MUG: 1}, "PARCEL")
    assert of(parcel, "skus_count", "do_not_ship", "do_not_track") == (2, False, False)
    empty = await a_bundle(store, {}, "EMPTY")
    assert of(empty, "skus_count", "do_not_ship") == (0, False)
    found = await guest.get(
        "bundles", **{"filter[q][do_not_ship_true]": "true", "filter[q][code_matches_any]": "BOX,PAR%"}
    )
    assert [b["id"] for b in found.data] == [box.id]


async def test_what_is_in_a_bundle_follows_its_list(store: Store) -> None:
    office = store.back_office
    made = await office.create("sku_lists", {"name": "All E", "manual": False, "sku_code_regex": "^E"})
    attributes = {"code": "ALL", "name": "All", "price_amount_cents": 1, "currency_code": "EUR"}
    box = await office.create("bundles", attributes, sku_list=("sku_lists", made.id))
    assert of(box, "skus_count", "do_not_ship") == (1, True)
    changed = await office.update("sku_lists", made.id, {"sku_code_regex": "XXX"}, include="bundles")
    assert changed.included("bundles")[0]["attributes"]["skus_count"] == 5
    assert (await office.get(f"bundles/{box.id}"))["do_not_ship"] is False
    async with refused(status=423):
        await office.delete("sku_lists", made.id)


async def test_a_bundles_price_is_sent_or_computed_from_its_skus(store: Store) -> None:
    office = store.back_office
    contents = await a_list(store, {EBOOK: 2, ALBUM: 1})
    async with refused(error="blank", pointers=["/data/attributes/price_amount_cents"]):
        await office.create("bundles", {"code": "A", "name": "A"}, market=market(store), sku_list=contents)
    verbs = {"_compute_price_amount": True, "_compute_compare_at_amount": True}
    box = await office.create("bundles", {"code": "A", "name": "A", **verbs}, market=market(store), sku_list=contents)
    assert of(box, "price_amount_cents", "compare_at_amount_cents") == (7050, 7050)
    box = await office.update("bundles", box.id, {"price_amount_cents": 6000})
    assert of(box, "price_amount_cents", "compare_at_amount_cents") == (6000, 7050)
    await office.create("sku_list_items", {"sku_code": MUG}, sku_list=contents)
    (_, mugs) = await price(store, MUG)
    await office.delete("prices", mugs)
    async with refused(error="no_price", pointers=["/data/attributes/_compute_price_amount"]):
        await office.update("bundles", box.id, {"_compute_price_amount": True})


async def test_a_bundles_code_is_its_own_within_a_market(store: Store) -> None:
    await a_bundle(store, {EBOOK: 1})
    async with refused(error="taken", pointers=["/data/attributes/code"]):
        await a_bundle(store, {EBOOK: 1})
    contents = await a_list(store, {EBOOK: 1})
    everywhere = {"code": "BOX", "name": "B", "price_amount_cents": 1, "currency_code": "EUR"}
    await store.back_office.create("bundles", everywhere, sku_list=contents)
    async with refused(error="taken", pointers=["/data/attributes/code"]):
        await store.back_office.create("bundles", everywhere, sku_list=contents)


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"price_amount_cents": -1}, "price_amount_cents"),
        ({"compare_at_amount_cents": -1}, "compare_at_amount_cents"),
        ({"currency_code": "USD"}, "currency_code"),
    ],
)
async def test_a_bundle_that_makes_no_sense_is_refused(store: Store, attributes: dict[str, Any], pointer: str) -> None:
    async with refused(pointers=[f"/data/attributes/{pointer}"]):
        await a_bundle(store, {EBOOK: 1}, **attributes)


@pytest.mark.parametrize("code", ["eur", "EURO", "€€€", "XXQ", ""])
@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("price_lists", {}),
        ("shipping_methods", {"price_amount_cents": 1}),
        ("payment_methods", {"price_amount_cents": 0, "payment_source_type": "wire_transfers"}),
        ("percentage_discount_promotions", {"percentage": 1, "starts_at": "2020-01-01", "expires_at": "2030-01-01"}),
    ],
)
async def test_what_is_no_currency_is_refused(store: Store, kind: str, more: dict[str, Any], code: str) -> None:
    related: dict[str, Any] = {}
    if kind == "payment_methods":
        related["payment_gateway"] = ("manual_gateways", (await store.back_office.get("manual_gateways")).data[0]["id"])
    async with refused(pointers=["/data/attributes/currency_code"]):
        await store.back_office.create(kind, {"name": "X", "currency_code": code, **more}, **related)


# --- options ----------------------------------------------------------------------------------------------------


async def test_a_sku_option_is_offered_for_the_skus_whose_codes_match(store: Store) -> None:
    (_, all_of_them) = await an_option(store)
    (_, some) = await an_option(store, name="Gift wrap", sku_code_regex="^(MUG|T)")
    guest = await store.guest()
    for code, offered in ((EBOOK, [all_of_them]), (MUG, [all_of_them, some])):
        (_, id) = await sku(store, code)
        assert [o["id"] for o in (await guest.get(f"skus/{id}/sku_options")).data] == offered
    shown = await guest.get(f"sku_options/{some}")
    assert of(shown, "currency_code", "price_amount_cents", "delay_hours", "delay_days") == ("EUR", 500, 48, 2)


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"price_amount_cents": -1}, "price_amount_cents"),
        ({"delay_hours": -1}, "delay_hours"),
        ({"sku_code_regex": "("}, "sku_code_regex"),
        ({"currency_code": "USD"}, "currency_code"),
    ],
)
async def test_an_option_that_makes_no_sense_is_refused(store: Store, attributes: dict[str, Any], pointer: str) -> None:
    async with refused(pointers=[f"/data/attributes/{pointer}"]):
        await an_option(store, **attributes)


# --- tiers ------------------------------------------------------------------------------------------------------


async def test_tiers_are_shown_in_the_currency_of_their_price(store: Store) -> None:
    office, of_price = store.back_office, await price(store)
    six = await office.create(
        "price_volume_tiers", {"name": "six", "up_to": 6, "price_amount_cents": 2500}, price=of_price
    )
    assert of(six, "type", "up_to", "formatted_price_amount") == ("price_volume_tiers", 6, "€25,00")
    monthly = await office.create(
        "price_frequency_tiers", {"name": "monthly", "up_to": 30, "price_amount_cents": 2000}, price=of_price
    )
    shown = await office.get(f"prices/{of_price[1]}", include="price_tiers,price_volume_tiers,price_frequency_tiers")
    assert [t["id"] for t in shown.related("price_tiers")] == [six.id, monthly.id]
    assert [t["id"] for t in shown.related("price_volume_tiers")] == [six.id]
    assert [t["id"] for t in shown.related("price_frequency_tiers")] == [monthly.id]
    assert len((await office.get("price_tiers", **{"filter[q][up_to_gt]": "6"})).data) == 1


async def test_naming_tiers_makes_them_those_of_the_price(store: Store) -> None:
    office, first, second = store.back_office, await price(store), await price(store, MUG)
    made = await office.create("price_volume_tiers", {"name": "six", "up_to": 6, "price_amount_cents": 5}, price=first)
    other = await office.create("price_volume_tiers", {"name": "all", "price_amount_cents": 4}, price=second)
    shown = await office.update(
        "prices", second[1], include="price_tiers", price_tiers=[("price_volume_tiers", made.id)]
    )
    assert {t["id"] for t in shown.related("price_tiers")} == {made.id, other.id}
    assert (await office.get(f"prices/{first[1]}/price_tiers")).data == []


@pytest.mark.parametrize(("up_to", "cents", "pointer"), [(0, 1, "up_to"), (1, -1, "price_amount_cents")])
async def test_a_tier_that_makes_no_sense_is_refused(store: Store, up_to: int, cents: int, pointer: str) -> None:
    of_price = await price(store)
    async with refused(pointers=[f"/data/attributes/{pointer}"]):
        values = {"name": "x", "up_to": up_to, "price_amount_cents": cents}
        await store.back_office.create("price_volume_tiers", values, price=of_price)


# --- links and attachments --------------------------------------------------------------------------------------


LINK = {"name": "Sale", "client_id": "x", "scope": "market:all"}


async def test_a_link_works_for_a_month_unless_told_otherwise(store: Store) -> None:
    office, item = store.back_office, await sku(store, SHIRT)
    link = await office.create("links", LINK, item=item)
    assert of(link, "status", "active", "item_type", "domain", "url") == (
        "active",
        True,
        "skus",
        "commercelayer.link",
        f"https://commercelayer.link/{link.id}",
    )
    assert (await office.get(f"skus/{item[1]}/links")).data[0]["id"] == link.id
    for period, status in (
        ({"starts_at": "2020-01-01T00:00:00Z", "expires_at": "2020-02-01T00:00:00Z"}, "expired"),
        ({"starts_at": "2120-01-01T00:00:00Z", "expires_at": "2120-02-01T00:00:00Z"}, "pending"),
    ):
        assert of(await office.update("links", link.id, period), "status", "active") == (status, False)
    assert of(await office.update("links", link.id, {"_disable": True}), "status", "active") == ("disabled", False)
    async with refused(pointers=["/data/attributes/expires_at"]):
        await office.update("links", link.id, {"expires_at": "2120-01-01T00:00:00Z"})


async def test_an_attachment_belongs_to_one_record_of_many_types(store: Store) -> None:
    office, item = store.back_office, await sku(store, SHIRT)
    note = await office.create(
        "attachments", {"name": "Care", "url": "https://files.example.com/1.pdf"}, attachable=item
    )
    assert [a["id"] for a in (await office.get(f"skus/{item[1]}/attachments")).data] == [note.id]
    await office.update("attachments", note.id, attachable=market(store))
    assert (await office.get(f"skus/{item[1]}/attachments")).data == []
    shown = await office.get(f"attachments/{note.id}", include="attachable")
    assert shown.related("attachable") == {"type": "markets", "id": store.made["market"]["id"]}


async def test_an_attachment_of_one_kind_is_found_by_the_family_and_the_kind(store: Store) -> None:
    office, of_price = store.back_office, await price(store)
    tier = await office.create("price_volume_tiers", {"name": "all", "price_amount_cents": 4}, price=of_price)
    note = await office.create("attachments", {"name": "Why"}, attachable=("price_volume_tiers", tier.id))
    for called in ("price_tiers", "price_volume_tiers"):
        assert [a["id"] for a in (await office.get(f"{called}/{tier.id}/attachments")).data] == [note.id]
    shown = await office.get(f"attachments/{note.id}", include="attachable")
    assert shown.related("attachable") == {"type": "price_volume_tiers", "id": tier.id}


async def test_lists_are_found_by_the_codes_of_their_skus_however_they_were_made(store: Store) -> None:
    office = store.back_office
    _, by_hand = await a_list(store, {EBOOK: 1, TICKET: 2})
    pattern = await office.create("sku_lists", {"name": "All E", "manual": False, "sku_code_regex": "^E"})

    async def found(name: str, value: str) -> set[str]:
        return {x["id"] for x in (await office.get("sku_lists", **{f"filter[q][{name}]": value})).data}

    assert await found("sku_code_eq", EBOOK) == {by_hand, pattern.id}
    assert await found("sku_code_start", "TICKET") == {by_hand}
    assert await found("sku_code_end", EBOOK[-6:]) >= {by_hand, pattern.id}
    assert await found("sku_code_matches", "ebook%") == {by_hand, pattern.id}
    assert await found("sku_code_in", f"{TICKET},{ALBUM}") == {by_hand}
    assert await found("sku_code_eq", ALBUM) == set()


async def test_of_many_bundles_of_no_market_that_want_the_same_code_one_gets_it(store: Store) -> None:
    office = store.back_office
    contents = await a_list(store, {EBOOK: 1})
    wanted = {"code": "EVERYWHERE", "name": "A box", "price_amount_cents": 100, "currency_code": "EUR"}

    async def make() -> str:
        try:
            await office.create("bundles", wanted, sku_list=contents)
        except ApiError as refusal:
            return str(refusal.error)
        return "made"

    assert sorted(await asyncio.gather(*(make() for _ in range(8)))) == ["made"] + ["taken"] * 7
    assert (await a_bundle(store, {EBOOK: 1}, "EVERYWHERE"))["code"] == "EVERYWHERE"  # in a market of its own


async def test_the_organization_says_how_many_skus_a_bundle_may_have(store: Store) -> None:
    await settings(store, bundles_max_items_count=2)
    office = store.back_office
    async with refused(error="too_many", pointers=["/data/relationships/sku_list"]):
        await a_bundle(store, {EBOOK: 1, ALBUM: 1, MUG: 1}, "THREE")
    box = await a_bundle(store, {EBOOK: 5, ALBUM: 5}, "TWO")
    contents = ("sku_lists", (await office.get(f"bundles/{box.id}/sku_list")).id)
    async with refused(error="too_many", pointers=["/data/relationships/sku_list"]):
        await office.create("sku_list_items", {"sku_code": MUG, "quantity": 1}, sku_list=contents)
    await settings(store, bundles_max_items_count=3)
    await office.create("sku_list_items", {"sku_code": MUG, "quantity": 1}, sku_list=contents)


async def test_a_bundle_by_expression_has_no_more_skus_than_the_organization_says(store: Store) -> None:
    await settings(store, bundles_max_items_count=1)
    office = store.back_office
    values = {"name": "Mugs", "manual": False, "sku_code_regex": f"^{MUG}$"}
    mugs = ("sku_lists", (await office.create("sku_lists", values)).id)
    bundle = {"code": "MUGS", "name": "Mugs", "price_amount_cents": 1}
    await office.create("bundles", bundle, market=market(store), sku_list=mugs)
    async with refused(error="too_many", pointers=["/data/attributes/sku_code_regex"]):
        await office.update(*mugs, {"sku_code_regex": "."})
