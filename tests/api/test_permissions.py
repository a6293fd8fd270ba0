"""Who may do what: one table of operations and callers, walked."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.world import REGISTRY, Reply, World

from billfold.client import Client
from billfold.jsonapi.members import Attribute, Flag, Relationship, Trigger
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
addresses                                 i         ai        gaoi      ai        ai
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
            # Deleting what there is would take the world apart, and is done by the stories of those records.
            reply = await world.send("DELETE", f"{called}/nothinghere", by=client)
            assert (reply.status, reply.codes) == (404, {"RECORD_NOT_FOUND"}), (letter, reply.body)
            continue
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
    who = MAY_UPDATE.get(resource.called, "-")
    for trigger in verbs(resource):
        expected: list[tuple[Client | None, tuple[int, str]]] = [(None, (401, "INVALID_TOKEN"))]
        if who != "-":
            expected.append((world.stranger, (404, "RECORD_NOT_FOUND")))
        for letter, client in callers(world).items():
            if who != "-" and letter not in may_send(resource, trigger):
                expected.append((client, (401, "UNAUTHORIZED")))
        for somebody, refusal in expected:
            reply = await send(world, somebody, resource, trigger)
            assert [(reply.status, code) for code in reply.codes] == [refusal], (trigger.name, reply.body)


def verbs(resource: type[Resource]) -> list[Trigger]:
    return [t for t in resource.of(Trigger) if t.writable_on("update")]


def may_send(resource: type[Resource], trigger: Trigger) -> str:
    who = MAY_UPDATE.get(resource.called, "-")
    return "".join(letter for letter in who if letter == "i" or not trigger.restricted)


async def send(world: World, by: Client | None, resource: type[Resource], trigger: Trigger) -> Reply:
    data = {"type": resource.called, "attributes": {trigger.name: _some(trigger)}}
    return await world.send("PATCH", f"{resource.called}/{world.ids[resource.called]}", by=by, body={"data": data})


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


@pytest.mark.parametrize("called", ["orders", "line_items", "stripe_payments"])
async def test_only_back_offices_write_notes_to_what_was_placed(world: World, called: str) -> None:
    notes = {"data": {"type": called, "attributes": {"metadata": {"gift": True}}}}
    where = f"{called}/{world.ids[called]}"
    assert (await world.send("PATCH", where, by=world.ada, body=notes)).status == 401
    assert (await world.send("PATCH", where, by=world.back_office, body=notes)).status == 200


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
