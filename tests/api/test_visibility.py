"""No way round who may do what: nothing a caller may not see is shown, told or pointed at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.api.world import REGISTRY, World

from billfold.client import Client
from billfold.jsonapi.members import Relationship, Secret
from billfold.jsonapi.resource import Resource

pytestmark = pytest.mark.asyncio(loop_scope="module")


def paths(resource: type[Resource], depth: int) -> Iterator[str]:
    """Every include path to types that have records."""
    for m in resource.of(Relationship):
        if not m.shown or not m.includable:
            continue
        targets = [REGISTRY[t] for t in m.targets if t in REGISTRY]
        if targets:
            yield m.name
        if depth > 1:
            for target in targets:
                yield from (f"{m.name}.{below}" for below in paths(target, depth - 1))


async def everything_beside(world: World, client: Client, resource: type[Resource], id: str) -> set[tuple[str, str]]:
    """(type, id) of all that can be included with a record, three relationships deep."""
    wanted, found = sorted(set(paths(resource, 3))), set()
    for start in range(0, len(wanted), 30):
        include = ",".join(wanted[start : start + 30])
        reply = await world.send("GET", f"{resource.called}/{id}", by=client, query={"include": include})
        assert reply.status == 200, reply.body
        found |= {(r["type"], r["id"]) for r in reply.body["included"]}
    return found


def of_ada(world: World) -> set[tuple[str, str]]:
    owned = {r.called for r in REGISTRY if r.owner and r.owner != "self" and r.called in world.ids}
    return {(called, world.ids[called]) for called in owned | {"addresses"}}


# Types that no storefront reads, whoever has signed in.
NEVER_FOR_STOREFRONTS = {
    r.called
    for r in REGISTRY
    if r.owner != "self" and not {"list", "retrieve"} & {*r.guest_may, *r.customer_may} and not r.singleton
}


async def test_naming_a_customer_by_e_mail_opens_nothing_that_is_theirs(world: World) -> None:
    ada = world.store.made["customer"]
    await world.guest.create("orders", {"customer_email": ada["email"]})  # somebody's who knows her as well
    order = await world.guest.create("orders", {"customer_email": ada["email"]})
    seen = await everything_beside(world, world.guest, REGISTRY["orders"], order.id)
    assert ("customers", ada["id"]) in seen
    assert not seen & of_ada(world)
    assert {type_name for type_name, _ in seen} <= {
        "customers", "markets", "payment_methods", "orders", "subscription_models"
    }  # fmt: skip
    assert {id for type_name, id in seen if type_name == "orders"} <= {order.id}
    beside = (await world.guest.get(f"orders/{order.id}", include="customer")).included("customers")
    alone = (await world.guest.get(f"orders/{order.id}/customer")).data
    assert [r["attributes"].keys() for r in (*beside, alone)] == [{"email"}] * 2
    # The answer to a change is made from what the server read to decide by.
    reply = await world.send(
        "PATCH",
        f"orders/{order.id}",
        by=world.guest,
        body={"data": {"type": "orders", "attributes": {"customer_email": ada["email"]}}},
        query={"include": "customer.customer_payment_sources,customer.orders,available_customer_payment_sources"},
    )
    assert {(r["type"], r["id"]) for r in reply.body["included"]} == {("customers", ada["id"])}
    assert reply.body["data"]["relationships"]["available_customer_payment_sources"]["data"] == []


async def test_no_include_shows_a_storefront_what_it_may_not_see(world: World) -> None:
    for client in (world.guest, world.grace):
        for resource in REGISTRY:
            id = world.guest_ids.get(resource.called) or world.ids.get(resource.called)
            allowed = resource.guest_may if client is world.guest else resource.customer_may
            if not resource.can or resource.singleton or "retrieve" not in allowed or not id:
                continue
            if (await world.send("GET", f"{resource.called}/{id}", by=client)).status != 200:
                continue
            seen = await everything_beside(world, client, resource, id)
            assert not seen & (of_ada(world) - {(resource.called, id)}), resource.called
            assert not {type_name for type_name, _ in seen} & NEVER_FOR_STOREFRONTS, resource.called


async def test_no_related_path_shows_a_storefront_what_it_may_not_see(world: World) -> None:
    for client in (world.guest, world.grace):
        for resource in REGISTRY:
            if resource.can and not resource.singleton:
                for id in {world.ids[resource.called], world.guest_ids.get(resource.called, "")} - {""}:
                    await related_paths_show_nothing(world, client, resource, id)


async def related_paths_show_nothing(world: World, client: Client, resource: type[Resource], id: str) -> None:
    itself = await world.send("GET", f"{resource.called}/{id}", by=client)
    for m in resource.of(Relationship):
        if not m.shown:
            continue
        reply = await world.send("GET", f"{resource.called}/{id}/{m.name}", by=client)
        where = f"{resource.called}.{m.name}"
        assert reply.status == itself.status, where
        if reply.status == 200:
            data = reply.body["data"]
            found = {(r["type"], r["id"]) for r in (data if isinstance(data, list) else [data] if data else [])}
            assert not found & of_ada(world), where
            assert not {type_name for type_name, _ in found} & NEVER_FOR_STOREFRONTS, where


async def test_a_guest_sees_their_payment_but_not_the_transactions_behind_it(world: World) -> None:
    order = await world.store.order(world.guest, "wire_transfers")
    await world.guest.create("wire_transfers", {}, order=("orders", order.id))
    done = await world.guest.update("orders", order.id, {"customer_email": "paying@example.com", "_place": True})
    assert (done["status"], done["payment_status"]) == ("placed", "authorized")
    for relationship in ("transactions", "authorizations"):
        assert (await world.back_office.get(f"orders/{order.id}/{relationship}")).data
        assert (await world.guest.get(f"orders/{order.id}/{relationship}")).data == []
        assert (await world.guest.get(f"orders/{order.id}", include=relationship)).related(relationship) == []
    assert (await world.guest.get(f"orders/{order.id}/payment_source")).data["type"] == "wire_transfers"


async def test_no_filter_or_order_tells_what_may_not_be_seen(world: World) -> None:
    """Answers that depend on hidden values would give them away letter by letter."""
    name = (await world.back_office.get("price_lists")).data[0]["attributes"]["name"]
    filters = {"filter[q][prices_price_list_name_start]": name[:2]}
    assert (await world.back_office.get("skus", **filters)).data
    assert (await world.guest.get("skus", **filters)).data == []
    assert (await world.guest.get("skus", **{"filter[q][prices_price_list_name_null]": "true"})).data


@pytest.mark.parametrize(
    ("called", "relationship", "stranger"),
    [
        ("orders", "customer", "customers"),
        ("orders", "payment_source", "stripe_payments"),
        ("customer_payment_sources", "customer", "customers"),
    ],
)
async def test_nothing_can_be_pointed_at_what_is_somebody_else_s(
    world: World, called: str, relationship: str, stranger: str
) -> None:
    order = await world.grace.create("orders", {})
    ids = {"orders": order.id, "customer_payment_sources": world.ids["customer_payment_sources"]}
    linkage = {"data": {"type": stranger, "id": world.ids[stranger]}}
    body = {"data": {"type": called, "relationships": {relationship: linkage}}}
    reply = await world.send("PATCH", f"{called}/{ids[called]}", by=world.grace, body=body)
    assert reply.status in (401, 422)
    if called == "orders":
        assert reply.sources == {f"/data/relationships/{relationship}"}


async def test_a_line_or_a_payment_cannot_be_put_into_somebody_else_s_order(world: World) -> None:
    for client in (world.guest, world.grace):
        for called, attributes in (
            ("line_items", {"sku_code": world.store.made["skus"][0], "quantity": 1}),
            ("stripe_payments", {}),
        ):
            order = {"data": {"type": "orders", "id": world.ids["orders"]}}
            data = {"type": called, "attributes": attributes, "relationships": {"order": order}}
            reply = await world.send("POST", called, by=client, body={"data": data})
            assert (reply.status, reply.sources) == (422, {"/data/relationships/order"})


# --- credentials ----------------------------------------------------------------------------------------------------


async def test_no_credential_is_ever_shown_and_none_stands_open_in_the_database(world: World) -> None:
    for called in ("markets", "stripe_gateways", "klarna_gateways"):
        resource, id = REGISTRY[called], world.ids[called]
        credentials = {a.name for a in resource.attributes() if isinstance(a, Secret)}
        assert credentials
        reply = await world.send("GET", f"{called}/{id}", by=world.back_office)
        assert not credentials & reply.body["data"]["attributes"].keys()
        assert "sealed:" not in str(reply.body)
        row = await world.store.tools.db.fetchval(f"SELECT to_jsonb(t) #>> '{{}}' FROM {resource.table} t LIMIT 1")
        assert "sk_test_sandbox" not in row
        assert "K_sandbox" not in row
        if called == "markets":
            (secret,) = await world.store.tools.db.fetchrow("SELECT shared_secret FROM markets") or ("",)
            assert secret.startswith("sealed:")
        for other in (world.guest, world.ada):
            included = await world.send("GET", f"{called}/{id}", by=other)
            assert "secret" not in str(included.body.get("data", {}).get("attributes", {}))


# --- payment methods ------------------------------------------------------------------------------------------------


async def test_storefronts_are_offered_the_enabled_methods_of_their_market(world: World) -> None:
    office, made = world.back_office, world.store.made
    market = await office.create(
        "markets",
        {"name": "Elsewhere"},
        merchant=("merchants", world.ids["merchants"]),
        price_list=("price_lists", world.ids["price_lists"]),
        inventory_model=("inventory_models", world.ids["inventory_models"]),
    )
    closed = await office.create("manual_gateways", {"name": "Closed", "_disable": True})

    async def method(market_id: str | None, gateway: str, **attributes: Any) -> str:
        related: dict[str, Any] = {"payment_gateway": ("manual_gateways", gateway)}
        if market_id:
            related["market"] = ("markets", market_id)
        values = {"payment_source_type": "wire_transfers", "price_amount_cents": 0, **attributes}
        return (await office.create("payment_methods", values, **related)).id

    here, manual = made["market"]["id"], made["gateways"]["manual"]
    everywhere = await method(None, manual)
    hidden = [
        await method(market.id, manual),
        await method(here, manual, _disable=True),
        await method(here, closed.id),
    ]
    order = await world.grace.create("orders", {})
    for client in (world.guest, world.grace):
        offered = [m["id"] for m in (await client.get("payment_methods", **{"page[size]": "25"})).data]
        assert set(offered) == {*made["payment_methods"].values(), everywhere}
        for id in hidden:
            reply = await world.send("GET", f"payment_methods/{id}", by=client)
            assert (reply.status, reply.codes) == (401, {"UNAUTHORIZED"})
            wanted = {"payment_method": {"data": {"type": "payment_methods", "id": id}}}
            body = {"data": {"type": "orders", "relationships": wanted}}
            reply = await world.send("PATCH", f"orders/{order.id}", by=world.grace, body=body)
            assert (reply.status, reply.sources) == (422, {"/data/relationships/payment_method"})
    assert {*hidden, everywhere} < {m["id"] for m in (await office.get("payment_methods", **{"page[size]": "25"})).data}


async def test_a_method_that_an_order_was_paid_by_stays_beside_it_when_it_is_disabled(world: World) -> None:
    card = world.store.method("stripe_payments")
    order = await world.grace.create("orders", {}, payment_method=card)
    await world.back_office.update("payment_methods", card[1], {"_disable": True})
    try:
        answer = await world.grace.get(f"orders/{order.id}", include="payment_method")
        assert [m["id"] for m in answer.included("payment_methods")] == [card[1]]
        assert (await world.grace.get(f"orders/{order.id}/payment_method")).id == card[1]
        assert (await world.send("GET", f"payment_methods/{card[1]}", by=world.grace)).status == 401
    finally:
        await world.back_office.update("payment_methods", card[1], {"_enable": True})
