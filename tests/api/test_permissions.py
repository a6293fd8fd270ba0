"""Who may do what: one table of operations and callers, walked, and then every way round it that we could think of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.api.world import REGISTRY, Reply, World

from billfold.client import Client
from billfold.jsonapi.members import Attribute, Flag, Relationship, Secret, Trigger
from billfold.jsonapi.resource import Resource

pytestmark = pytest.mark.asyncio(loop_scope="module")

# For each operation, who gets it done on a record that is Ada's or the shop's: g a guest, a Ada, o another customer,
# i a back office of the same organization. Everybody else is told 401. Source: contract, protocol.md §3.6.
TABLE = """
                                          list      retrieve  create    update    delete
markets                                   i         gaoi      i         i         i
merchants                                 i         i         i         i         i
tags                                      i         i         i         i         i
attachments                               i         i         i         i         i
links                                     i         i         i         i         i
price_lists                               i         i         i         i         i
prices                                    gaoi      gaoi      i         i         i
price_tiers                               i         i         -         -         -
price_volume_tiers                        i         i         i         i         i
price_frequency_tiers                     i         i         i         i         i
skus                                      gaoi      gaoi      i         i         i
sku_options                               gaoi      gaoi      i         i         i
sku_lists                                 i         i         i         i         i
sku_list_items                            i         i         i         i         i
bundles                                   gaoi      gaoi      i         i         i
gift_cards                                i         gaoi      gaoi      gaoi      i
gift_card_recipients                      i         i         i         i         i
promotions                                gaoi      gaoi      -         -         -
percentage_discount_promotions            gaoi      gaoi      i         i         i
fixed_amount_promotions                   gaoi      gaoi      i         i         i
fixed_price_promotions                    gaoi      gaoi      i         i         i
free_shipping_promotions                  gaoi      gaoi      i         i         i
buy_x_pay_y_promotions                    gaoi      gaoi      i         i         i
free_gift_promotions                      gaoi      gaoi      i         i         i
promotion_rules                           i         i         -         -         -
order_amount_promotion_rules              i         i         i         i         i
sku_list_promotion_rules                  i         i         i         i         i
coupon_codes_promotion_rules              i         i         i         i         i
coupons                                   i         i         i         i         i
coupon_recipients                         i         i         i         i         i
adjustments                               i         i         i         i         i
tax_calculators                           i         i         -         -         -
manual_tax_calculators                    i         i         i         i         i
tax_rules                                 i         i         i         i         i
stock_locations                           gaoi      gaoi      i         i         i
inventory_models                          i         i         i         i         i
inventory_stock_locations                 i         i         i         i         i
inventory_return_locations                i         i         i         i         i
stock_items                               gaoi      gaoi      i         i         i
reserved_stocks                           i         i         -         -         -
stock_reservations                        i         i         i         i         i
stock_transfers                           i         ai        i         i         i
shipping_categories                       i         i         i         i         i
shipping_zones                            i         i         i         i         i
shipping_methods                          gaoi      gaoi      i         i         i
shipping_method_tiers                     i         gaoi      -         -         -
shipping_weight_tiers                     i         gaoi      i         i         i
delivery_lead_times                       gaoi      gaoi      i         i         i
shipments                                 aoi       ai        i         ai        i
stock_line_items                          i         ai        i         i         i
packages                                  i         i         i         i         i
parcels                                   i         ai        i         i         i
parcel_line_items                         i         ai        i         i         i
customers                                 i         ai        gi        ai        ai
customer_groups                           i         i         i         i         i
customer_addresses                        aoi       ai        aoi       ai        ai
customer_subscriptions                    aoi       gai       gaoi      gai       gai
customer_password_resets                  i         i         gaoi      gaoi      i
addresses                                 i         gaoi      gaoi      gaoi      gaoi
orders                                    aoi       ai        gaoi      ai        i
line_items                                aoi       ai        gaoi      ai        ai
line_item_options                         aoi       ai        gaoi      ai        ai
subscription_models                       i         gaoi      i         i         i
order_subscriptions                       i         ai        i         ai        i
order_subscription_items                  i         ai        i         i         i
resource_errors                           i         i         -         -         -
payment_methods                           gaoi      gaoi      i         i         i
payment_options                           i         i         i         i         i
payment_gateways                          i         i         -         -         -
stripe_gateways                           i         i         i         i         i
klarna_gateways                           i         i         i         i         i
manual_gateways                           i         i         i         i         i
stripe_payments                           i         ai        gaoi      ai        ai
klarna_payments                           i         ai        gaoi      ai        ai
wire_transfers                            i         ai        gaoi      ai        ai
customer_payment_sources                  aoi       ai        i         ai        ai
transactions                              aoi       ai        -         -         -
authorizations                            aoi       ai        -         i         -
captures                                  aoi       ai        -         i         -
voids                                     aoi       ai        -         i         -
refunds                                   aoi       ai        -         i         -
"""

METHODS = {"list": "GET", "retrieve": "GET", "create": "POST", "update": "PATCH", "delete": "DELETE"}
ACTIONS, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
CASES = [(name, action, who) for name, *cells in ROWS for action, who in zip(ACTIONS, cells, strict=True)]
MAY_UPDATE = {name: who for name, action, who in CASES if action == "update"}


def callers(world: World) -> dict[str, Client]:
    return {"g": world.guest, "a": world.ada, "o": world.grace, "i": world.back_office}


async def attempt(world: World, by: Client | None, called: str, action: str) -> Reply:
    where = called if action in ("list", "create") else f"{called}/{world.ids[called]}"
    data: dict[str, Any] = {"type": called, "attributes": {}}
    body = {"data": data} if action in ("create", "update") else None
    return await world.send(METHODS[action], where, by=by, body=body)


async def test_the_table_has_a_row_for_every_resource() -> None:
    assert {name for name, *_ in ROWS} == {r.called for r in REGISTRY if r.can and not r.singleton}


@pytest.mark.parametrize(("called", "action", "who"), CASES, ids=lambda x: str(x))
async def test_an_operation_is_for_those_the_table_names(world: World, called: str, action: str, who: str) -> None:
    nobody = await attempt(world, None, called, action)
    assert (nobody.status, nobody.codes) == (401, {"INVALID_TOKEN"})
    for letter, client in callers(world).items():
        if action == "delete" and letter in who:
            continue  # done by the stories of those records; here it would take the world apart
        reply = await attempt(world, client, called, action)
        if who == "-":
            assert reply.status == 405, letter
        elif letter in who:
            # What is created of nothing may be refused for what it lacks.
            assert reply.status in {"create": (201, 400, 422)}.get(action, (200,)), (letter, reply.body)
        else:
            assert (reply.status, reply.codes) == (401, {"UNAUTHORIZED"}), (letter, reply.body)
    if action not in ("list", "create"):
        stranger = await attempt(world, world.stranger, called, action)
        assert stranger.status == (405 if who == "-" else 404), stranger.body


async def test_nothing_of_ours_is_in_another_organization_s_lists(world: World) -> None:
    for resource in REGISTRY:
        if "list" in resource.can and not resource.singleton:
            listed = await world.stranger.get(resource.called, **{"filter[q][id_eq]": world.ids[resource.called]})
            assert listed.data == [], resource.called


@pytest.mark.parametrize("resource", [r for r in REGISTRY if r.can and r.of(Trigger)], ids=lambda r: str(r.called))
async def test_no_verb_acts_for_whom_it_is_not_meant(world: World, resource: type[Resource]) -> None:
    """A verb is for who may update the record and, if it is restricted, for back offices alone."""
    who, id = MAY_UPDATE.get(resource.called, "-"), world.ids[resource.called]
    for trigger in resource.of(Trigger):
        if not trigger.writable_on("update"):
            continue
        data = {"type": resource.called, "attributes": {trigger.name: _some(trigger)}}
        expected: list[tuple[Client | None, tuple[int, str]]] = [(None, (401, "INVALID_TOKEN"))]
        if who != "-":
            expected.append((world.stranger, (404, "RECORD_NOT_FOUND")))
        for letter, client in callers(world).items():
            if who != "-" and letter != "i" and (trigger.restricted or letter not in who):
                expected.append((client, (401, "UNAUTHORIZED")))
        for somebody, refusal in expected:
            reply = await world.send("PATCH", f"{resource.called}/{id}", by=somebody, body={"data": data})
            assert [(reply.status, code) for code in reply.codes] == [refusal], (trigger.name, reply.body)


def _some(trigger: Trigger) -> Any:
    """A value the verb takes."""
    return True if isinstance(trigger.takes, Flag) else trigger.takes.example


@pytest.mark.parametrize("name", ["organization", "application"])
async def test_everybody_may_see_whom_they_call_and_with_what(world: World, name: str) -> None:
    for client in callers(world).values():
        own = await client.get(name)
        assert (await client.get(f"{own.data['type']}/{own.id}")).id == own.id
    channel = (await world.ada.get("application")).id
    for client in (world.back_office, world.stranger):
        assert (await world.send("GET", f"applications/{channel}", by=client)).status == 404
    assert (await world.send("GET", "organizations", by=world.back_office)).status == 404


# --- lists --------------------------------------------------------------------------------------------------------


async def test_a_customer_finds_only_what_is_theirs_in_lists(world: World) -> None:
    for called in ("orders", "line_items", "customer_payment_sources", "transactions", "captures"):
        everything = (await world.back_office.get(called)).document["meta"]["record_count"]
        ada = await world.ada.get(called)
        assert world.ids[called] in [r["id"] for r in (await world.ada.get(called, sort="created_at")).data]
        assert 0 < ada.document["meta"]["record_count"] <= everything
        assert (await world.grace.get(called, **{"filter[q][id_eq]": world.ids[called]})).data == []
        assert (await world.ada.get(called, **{"filter[q][id_eq]": world.guest_ids.get(called, "x")})).data == []


# --- guests' orders -------------------------------------------------------------------------------------------------


async def test_whoever_knows_the_id_of_a_guest_s_open_order_may_go_on_with_it(world: World) -> None:
    for client in (world.guest, world.ada, world.grace):
        for called, id in world.guest_ids.items():
            assert (await client.get(f"{called}/{id}")).id == id
        for relationship in ("line_items", "payment_source", "billing_address"):
            assert (await client.get(f"orders/{world.guest_ids['orders']}/{relationship}")).data


async def test_a_guest_s_order_is_closed_to_storefronts_once_it_is_approved(world: World) -> None:
    order = await world.guest.create("orders", {})
    for status, seen in (("placed", True), ("approved", False), ("cancelled", False), ("editing", False)):
        await world.store.tools.db.execute("UPDATE orders SET status = $1 WHERE id = $2", status, order.id)
        assert (await world.send("GET", f"orders/{order.id}", by=world.guest)).status == (200 if seen else 401)
        assert (await world.send("GET", f"orders/{order.id}", by=world.grace)).status == 401
        assert (await world.send("GET", f"orders/{order.id}/line_items", by=world.guest)).status == (
            200 if seen else 401
        )
        assert (await world.send("GET", f"orders/{order.id}", by=world.back_office)).status == 200


async def test_a_guest_loses_an_order_once_a_customer_claims_it(world: World) -> None:
    order = await world.guest.create("orders", {})
    await world.grace.update("orders", order.id)
    assert (await world.grace.get(f"orders/{order.id}"))["guest"] is False
    for method, body in (("GET", None), ("PATCH", {"data": {"type": "orders"}})):
        reply = await world.send(method, f"orders/{order.id}", by=world.guest, body=body)
        assert (reply.status, reply.codes) == (401, {"UNAUTHORIZED"})


async def test_an_organization_may_open_registered_customers_orders_to_guests_until_they_are_placed(
    world: World,
) -> None:
    db = world.store.tools.db
    order = await world.grace.create("orders", {})
    path, body = f"orders/{order.id}", {"data": {"type": "orders", "id": order.id, "attributes": {"reference": "x"}}}
    await db.execute("UPDATE organizations SET orders_sales_channel_guest_only = false WHERE slug = 'acme'")
    try:
        for status, seen in (("draft", True), ("pending", True), ("placing", False), ("placed", False)):
            await db.execute("UPDATE orders SET status = $1 WHERE id = $2", status, order.id)
            for method, at, sent in (("GET", path, None), ("GET", f"{path}/line_items", None), ("PATCH", path, body)):
                assert (await world.send(method, at, by=world.guest, body=sent)).status == (200 if seen else 401)
            assert (await world.send("GET", path, by=world.ada)).status == 401
        assert (await world.send("GET", "orders", by=world.guest)).status == 401
    finally:
        await db.execute("UPDATE organizations SET orders_sales_channel_guest_only = true WHERE slug = 'acme'")
    assert (await world.send("GET", path, by=world.guest)).status == 401


async def test_a_guest_cannot_make_an_order_a_registered_one(world: World) -> None:
    body = {"data": {"type": "orders", "attributes": {"guest": False}}}
    reply = await world.send("POST", "orders", by=world.guest, body=body)
    assert (reply.status, reply.sources) == (422, {"/data/attributes/guest"})


# --- attacks --------------------------------------------------------------------------------------------------------


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
    assert [r["attributes"].keys() for r in (*beside, alone)] == [{"email", "created_at", "updated_at"}] * 2
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
        if not m.shown or not m.includable:
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


# --- members --------------------------------------------------------------------------------------------------------


async def test_what_is_restricted_cannot_be_sent_by_storefronts(world: World) -> None:
    walked = 0
    for client, role in ((world.guest, "guest_may"), (world.ada, "customer_may")):
        for resource in REGISTRY:
            for action in {"create", "update"} & {*getattr(resource, role)}:
                id = (world.guest_ids if client is world.guest else world.ids).get(resource.called)
                if not resource.can or (action == "update" and id is None):
                    continue
                where = resource.called if action == "create" else f"{resource.called}/{id}"
                for m in resource.members.values():
                    if m.restricted and m.writable_on(action):
                        walked += 1
                        await is_restricted(world, client, METHODS[action], where, resource, m)
    assert walked > 40


async def is_restricted(
    world: World, client: Client, method: str, where: str, resource: type[Resource], member: Any
) -> None:
    name = member.sent_as if isinstance(member, Attribute) else member.name
    group = "relationships" if isinstance(member, Relationship) else "attributes"
    value: Any = {"data": []} if group == "relationships" else "1"
    body = {"data": {"type": resource.called, group: {name: value}}}
    reply = await world.send(method, where, by=client, body=body)
    refused = [e for e in reply.errors if e.get("source") == {"pointer": f"/data/{group}/{name}"}]
    assert [e["code"] for e in refused] == ["UNAUTHORIZED"], (where, name, reply.body)


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
