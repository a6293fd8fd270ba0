"""The wire protocol, as official clients rely on it. Source: contract, protocol.md §2 and §4 to §7."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.api.world import NOBODY, REGISTRY, World

from billfold.client import MEDIA_TYPE
from billfold.jsonapi.members import Trigger

pytestmark = pytest.mark.asyncio(loop_scope="module")

INVALID_TOKEN = {
    "title": "Invalid token",
    "detail": "The access token you provided is invalid.",
    "code": "INVALID_TOKEN",
    "status": "401",
    "meta": {},
}
DENIED = "You are not authorized to perform this action on the requested resource."
NOT_FOUND = "The requested resource was not found. Please double-check the resource id."


# --- documents ------------------------------------------------------------------------------------------------------


async def test_a_resource_has_the_members_clients_read(world: World) -> None:
    id = world.ids["orders"]
    data = (await world.ada.get(f"orders/{id}")).data
    assert data.keys() == {"id", "type", "links", "attributes", "relationships", "meta"}
    assert (data["id"], data["type"]) == (id, "orders")
    assert re.fullmatch(r"[A-Za-z]{10}", id)
    here = f"{world.store.api}/orders/{id}"
    assert data["links"] == {"self": here}
    assert data["relationships"]["customer"] == {
        "links": {"self": f"{here}/relationships/customer", "related": f"{here}/customer"}
    }


async def test_a_relationship_has_data_only_when_it_is_included(world: World) -> None:
    order = await world.grace.create("orders", {})
    plain = await world.grace.get(f"orders/{order.id}")
    assert "data" not in plain.data["relationships"]["payment_source"]
    assert "included" not in plain.document
    answer = await world.grace.get(
        f"orders/{order.id}", include="payment_source,line_items,customer,shipments,discount_engine_item"
    )
    # null is not the same as absent: there is none, and that is known.
    assert answer.related("payment_source") is None
    assert answer.related("discount_engine_item") is None
    assert answer.related("line_items") == []
    assert answer.related("shipments") == []
    assert answer.related("customer") == {"type": "customers", "id": answer.included("customers")[0]["id"]}
    assert "data" not in answer.data["relationships"]["payment_method"]


async def test_levels_in_between_are_included_and_nothing_comes_twice(world: World) -> None:
    answer = await world.ada.get(
        f"orders/{world.ids['orders']}",
        include="line_items.order,line_items.item,line_items.sku.prices,customer.orders",
    )
    included = [(r["type"], r["id"]) for r in answer.document["included"]]
    assert len(included) == len(set(included))
    assert ("orders", world.ids["orders"]) not in included  # it is the primary data already
    (item,) = answer.included("line_items")
    assert item["relationships"]["item"]["data"] == item["relationships"]["sku"]["data"]
    assert item["relationships"]["order"]["data"] == {"type": "orders", "id": world.ids["orders"]}
    (sku,) = answer.included("skus")
    assert sku["relationships"]["prices"]["data"]
    assert "data" in answer.data["relationships"]["line_items"]
    # What an included record was included with anywhere, it has everywhere.
    assert "orders" in {r["type"] for r in answer.document["included"]}


async def test_what_may_be_of_several_types_comes_as_what_it_is(world: World) -> None:
    for way in ("stripe_payments", "klarna_payments", "wire_transfers"):
        source = await world.ada.get(f"{way}/{world.ids[way]}", include="order.payment_source")
        (order,) = source.included("orders")
        assert order["relationships"]["payment_source"]["data"] == {"type": way, "id": world.ids[way]}
        (followed) = await world.ada.get(f"orders/{order['id']}/payment_source")
        assert (followed.data["type"], followed.id) == (way, world.ids[way])
    kinds = await world.ada.get(f"orders/{world.ids['orders']}/transactions", sort="created_at")
    assert [r["type"] for r in kinds.data] == ["authorizations", "captures", "refunds"]
    assert kinds.data[0]["links"]["self"].endswith(f"/authorizations/{kinds.data[0]['id']}")


async def test_fields_choose_attributes_and_relationships_alike(world: World) -> None:
    answer = await world.ada.get(
        f"orders/{world.ids['orders']}",
        include="customer,line_items",
        **{"fields[orders]": "number,customer", "fields[customers]": "email", "fields[no_such_type]": "x"},
    )
    assert answer.data["attributes"].keys() == {"number"}
    assert answer.data["relationships"].keys() == {"customer"}
    assert answer.included("customers")[0]["attributes"].keys() == {"email"}
    assert answer.included("line_items") == []  # a relationship that is not listed leads nowhere


async def test_a_change_is_answered_with_what_its_query_asks_for(world: World) -> None:
    query = {"include": "market,customer", "fields[orders]": "status,market,customer", "fields[markets]": "name"}
    body: dict[str, Any] = {"data": {"type": "orders", "attributes": {}, "relationships": {}}}
    made = await world.send("POST", "orders", by=world.grace, body=body, query=query)
    id = made.body["data"]["id"]
    body["data"]["id"] = id
    changed = await world.send("PATCH", f"orders/{id}", by=world.grace, body=body, query=query)
    assert (made.status, changed.status) == (201, 200)
    for reply in (made, changed):
        assert reply.body["data"]["attributes"] == {"status": "draft"}
        assert reply.body["data"]["relationships"].keys() == {"market", "customer"}
        assert {r["type"]: r["attributes"].keys() for r in reply.body["included"]}["markets"] == {"name"}


async def test_moments_have_milliseconds_and_amounts_come_in_three_forms(world: World) -> None:
    order = await world.ada.get(f"orders/{world.ids['orders']}")
    for name in ("created_at", "updated_at", "placed_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", order[name])
    assert order["archived_at"] is None
    assert (order["total_amount_cents"], order["total_amount_float"]) == (2900, 29.0)
    assert order["formatted_total_amount"] == "€29,00"
    assert (order["duty_amount_cents"], order["duty_amount_float"], order["formatted_duty_amount"]) == (None,) * 3
    assert order["metadata"] == {}


async def test_a_list_links_to_its_pages_with_the_query_it_was_asked_with(world: World) -> None:
    query = {
        "page[size]": "1",
        "page[number]": "2",
        "sort": "-code",
        "include": "prices",
        "fields[skus]": "code,prices",
    }
    reply = await world.send("GET", "skus", by=world.guest, query=query)
    assert reply.body["meta"] == {"record_count": 5, "page_count": 5}
    links = reply.body["links"]
    assert list(links) == ["first", "prev", "next", "last"]
    for link, number in (("first", 1), ("prev", 1), ("next", 3), ("last", 5)):
        assert links[link].startswith(f"{world.store.api}/skus?")
        assert f"page%5Bnumber%5D={number}&page%5Bsize%5D=1" in links[link]
    follow = await world.send("GET", "skus", by=world.guest, query=links["next"].partition("?")[2])
    assert [r["attributes"]["code"] for r in follow.body["data"]] < [
        r["attributes"]["code"] for r in reply.body["data"]
    ]
    assert follow.body["data"][0]["attributes"].keys() == {"code"}
    assert follow.body["included"][0]["type"] == "prices"


async def test_a_page_beyond_the_last_is_empty(world: World) -> None:
    answer = await world.guest.get("skus", **{"page[number]": "99"})
    assert (answer.data, answer.document["meta"]["record_count"]) == ([], 5)


async def test_what_stands_at_a_relationship_is_filtered_sorted_and_paged_like_any_list(world: World) -> None:
    where = f"customers/{world.ids['customers']}/orders"
    refunded = {"filter[q][status_in]": "placed,approved", "filter[q][payment_status_eq]": "partially_refunded"}
    orders = await world.ada.get(where, sort="-number", **refunded, **{"page[size]": "1"})
    assert [o["id"] for o in orders.data] == [world.ids["orders"]]
    assert orders.document["links"]["first"].startswith(f"{world.store.api}/{where}?sort=-number&filter")
    count = (await world.ada.get(where)).document["meta"]["record_count"]
    assert count > orders.document["meta"]["record_count"] == 1
    customer = await world.ada.get(f"orders/{world.ids['orders']}/customer", include="orders")
    assert len(customer.related("orders")) == count


async def test_a_relationship_to_a_type_that_is_to_come_is_empty_and_takes_any_query(world: World) -> None:
    where = f"orders/{world.ids['orders']}"
    returns = await world.ada.get(f"{where}/returns", include="stock_location", **{"page[number]": "1"})
    assert (returns.data, returns.document["meta"]["record_count"]) == ([], 0)
    assert (await world.ada.get(f"{where}/store")).document == {"data": None}
    assert (await world.ada.get(f"{where}/discount_engine_item")).document == {"data": None}
    assert (await world.send("GET", f"orders/{NOBODY}/returns", by=world.ada)).status == 404


async def test_a_relationship_without_a_record_is_null(world: World) -> None:
    order = await world.grace.create("orders", {})
    assert (await world.grace.get(f"orders/{order.id}/payment_source")).document == {"data": None}


async def test_the_singular_paths_show_whose_token_it_is(world: World) -> None:
    organization = await world.guest.get("organization", **{"fields[organizations]": "slug"})
    assert (organization.data["type"], organization.id) == ("organizations", world.ids["organizations"])
    assert organization.data["attributes"] == {"slug": "acme"}
    application = await world.back_office.get("application")
    assert (application.id, application["kind"]) == (world.ids["applications"], "integration")


# --- requests -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [True, 1, "true"])
async def test_a_trigger_is_pulled_by_whatever_clients_send_for_yes(world: World, value: object) -> None:
    order = await world.grace.create("orders", {})
    archived = await world.grace.update("orders", order.id, {"_archive": value})
    assert archived["archived_at"] is not None
    assert "_archive" not in archived.data["attributes"]


@pytest.mark.parametrize("value", [False, 0, "false", None])
async def test_a_trigger_is_left_alone_by_whatever_clients_send_for_no(world: World, value: object) -> None:
    order = await world.grace.create("orders", {})
    assert (await world.grace.update("orders", order.id, {"_archive": value, "_place": value}))["archived_at"] is None


@pytest.mark.parametrize("value", ["yes", 2, -1, 1.5, [], {}, ""])
async def test_a_trigger_takes_nothing_else(world: World, value: object) -> None:
    body = {"data": {"type": "orders", "attributes": {"_archive": value}}}
    reply = await world.send("PATCH", f"orders/{world.ids['orders']}", by=world.ada, body=body)
    assert (reply.status, reply.sources) == (422, {"/data/attributes/_archive"})


@pytest.mark.parametrize("value", ["100", "0", True, 1.0, "1e2", []], ids=repr)
async def test_how_much_money_a_verb_moves_is_a_number_and_no_text(world: World, value: object) -> None:
    verbs = [(r, t) for r in REGISTRY for t in r.of(Trigger) if t.name.endswith("_cents")]
    assert {t.name for _, t in verbs} == {
        "_authorization_amount_cents", "_capture_amount_cents", "_refund_amount_cents", "_balance_change_cents",
    }  # fmt: skip
    for resource, trigger in verbs:
        path = f"{resource.called}/{world.ids[resource.called]}"
        before = (await world.back_office.get(path)).data["attributes"]
        body = {"data": {"type": resource.called, "attributes": {trigger.name: value}}}
        reply = await world.send("PATCH", path, by=world.back_office, body=body)
        assert (reply.status, reply.sources) == (422, {f"/data/attributes/{trigger.name}"})
        assert "must be a whole number" in reply.errors[0]["detail"]
        assert (await world.back_office.get(path)).data["attributes"] == before


async def test_numbers_and_flags_may_come_in_a_text_as_command_lines_send_everything(world: World) -> None:
    """Commerce Layer's own sends `-a quantity=2` as "2"."""
    order = await world.grace.create("orders", {"autorefresh": "false"})
    assert order["autorefresh"] is False
    bought = {"sku_code": world.store.made["skus"][0], "quantity": "2"}
    assert (await world.grace.create("line_items", bought, order=("orders", order.id)))["quantity"] == 2
    price = await world.back_office.get(f"prices/{world.ids['prices']}")
    same = {"amount_cents": str(price["amount_cents"])}
    assert (await world.back_office.update("prices", price.id, same))["amount_cents"] == price["amount_cents"]


async def test_a_trigger_that_does_not_act_says_so(world: World) -> None:
    body = {"data": {"type": "orders", "attributes": {"_commit_invoice": True}}}
    reply = await world.send("PATCH", f"orders/{world.ids['orders']}", by=world.back_office, body=body)
    assert (reply.status, reply.errors[0]["meta"]["error"]) == (422, "unsupported")
    assert reply.sources == {"/data/attributes/_commit_invoice"}


async def test_a_relationship_is_let_go_with_null_also_when_it_is_sent_as_an_attribute(world: World) -> None:
    order = await world.store.order(world.grace)
    assert (await world.grace.get(f"orders/{order.id}/payment_method")).data
    cleared = await world.grace.update("orders", order.id, include="payment_method", payment_method=None)
    assert cleared.related("payment_method") is None
    order = await world.store.order(world.grace)
    await world.grace.create("stripe_payments", {}, order=("orders", order.id))
    cleared = await world.grace.update("orders", order.id, {"payment_source": None}, include="payment_source")
    assert cleared.related("payment_source") is None
    body = {"data": {"type": "orders", "attributes": {"payment_source": "x"}}}
    reply = await world.send("PATCH", f"orders/{order.id}", by=world.grace, body=body)
    assert (reply.status, reply.sources) == (400, {"/data/attributes/payment_source"})


@pytest.mark.parametrize("nothing", [[], {}, "", 0, False], ids=repr)
async def test_a_relationship_is_let_go_with_null_and_nothing_like_it(world: World, nothing: object) -> None:
    order = await world.store.order(world.grace)
    body = {"data": {"type": "orders", "relationships": {"payment_method": {"data": nothing}}}}
    reply = await world.send("PATCH", f"orders/{order.id}", by=world.grace, body=body)
    assert (reply.status, reply.codes) == (400, {"INVALID_LINKS_OBJECT"})
    assert reply.sources == {"/data/relationships/payment_method"}
    assert (await world.grace.get(f"orders/{order.id}/payment_method")).data


async def test_a_list_is_emptied_with_an_empty_list_or_null(world: World) -> None:
    order, tag = await world.grace.create("orders", {}), ("tags", world.ids["tags"])
    for nothing, status in (([], 200), (None, 200), ({}, 400), ("", 400), (0, 400), (False, 400)):
        await world.back_office.update("orders", order.id, tags=[tag])
        body = {"data": {"type": "orders", "relationships": {"tags": {"data": nothing}}}}
        assert (await world.send("PATCH", f"orders/{order.id}", by=world.back_office, body=body)).status == status
        left = (await world.back_office.get(f"orders/{order.id}/tags")).data
        assert len(left) == (0 if status == 200 else 1)


async def test_what_is_null_or_an_empty_list_for_a_type_to_come_is_accepted(world: World) -> None:
    order = await world.grace.create("orders", {})
    data = {"type": "orders", "id": order.id, "relationships": {"store": {"data": None}}}
    assert (await world.send("PATCH", f"orders/{order.id}", by=world.grace, body={"data": data})).status == 200
    data["relationships"] = {"store": {"data": {"type": "stores", "id": NOBODY}}}
    reply = await world.send("PATCH", f"orders/{order.id}", by=world.grace, body={"data": data})
    assert (reply.status, reply.sources) == (422, {"/data/relationships/store"})


@pytest.mark.parametrize(
    ("relationship", "linkage", "status", "code", "pointer"),
    [
        ("market", {"type": "orders", "id": NOBODY}, 400, "TYPE_MISMATCH", "/data/relationships/market/data/type"),
        ("payment_source", {"type": "adyen_payments", "id": NOBODY}, 400, "TYPE_MISMATCH", None),
        ("payment_source", {"type": "payment_sources", "id": NOBODY}, 400, "TYPE_MISMATCH", None),
        ("market", {"type": "markets", "id": NOBODY}, 422, "VALIDATION_ERROR", "/data/relationships/market"),
        ("market", {"type": "markets"}, 400, "INVALID_LINKS_OBJECT", "/data/relationships/market"),
        ("market", {"type": "markets", "id": 7}, 400, "INVALID_LINKS_OBJECT", "/data/relationships/market"),
        ("market", [{"type": "markets", "id": NOBODY}], 400, "INVALID_LINKS_OBJECT", "/data/relationships/market"),
        ("market", "markets", 400, "INVALID_LINKS_OBJECT", "/data/relationships/market"),
    ],
)
async def test_a_relationship_names_a_record_of_its_type(
    world: World, relationship: str, linkage: object, status: int, code: str, pointer: str | None
) -> None:
    body = {"data": {"type": "orders", "relationships": {relationship: {"data": linkage}}}}
    reply = await world.send("POST", "orders", by=world.back_office, body=body)
    assert (reply.status, reply.codes) == (status, {code})
    assert pointer is None or reply.sources == {pointer}


async def test_the_wrong_kind_of_a_family_is_refused(world: World) -> None:
    order = await world.store.order(world.grace)
    source = await world.grace.create("stripe_payments", {}, order=("orders", order.id))
    reply = await world.send("GET", f"klarna_payments/{source.id}", by=world.grace)
    assert reply.status == 404
    linkage = {"data": {"type": "klarna_gateways", "id": world.ids["stripe_gateways"]}}
    body = {"data": {"type": "payment_methods", "relationships": {"payment_gateway": linkage}}}
    method = world.ids["payment_methods"]
    reply = await world.send("PATCH", f"payment_methods/{method}", by=world.back_office, body=body)
    assert (reply.status, reply.sources) == (422, {"/data/relationships/payment_gateway"})


@pytest.mark.parametrize(
    ("data", "code", "pointer"),
    [
        ({"type": "orders", "id": NOBODY}, "KEY_NOT_INCLUDED_IN_URL", "/data/id"),
        ({"type": "orders", "id": 7}, "KEY_NOT_INCLUDED_IN_URL", "/data/id"),
        ({"type": "customers"}, "TYPE_MISMATCH", "/data/type"),
        ({"type": None}, "TYPE_MISMATCH", "/data/type"),
        ({}, "PARAM_MISSING", "/data"),
        ({"type": "orders", "attributes": []}, "INVALID_DATA_FORMAT", "/data/attributes"),
        ({"type": "orders", "relationships": "x"}, "INVALID_DATA_FORMAT", "/data/relationships"),
        ({"type": "orders", "relationships": {"market": {}}}, "INVALID_LINKS_OBJECT", "/data/relationships/market"),
    ],
)
async def test_a_document_that_is_not_about_the_url_is_refused(
    world: World, data: object, code: str, pointer: str
) -> None:
    reply = await world.send("PATCH", f"orders/{world.ids['orders']}", by=world.ada, body={"data": data})
    assert (reply.status, reply.codes, reply.sources) == (400, {code}, {pointer})
    if code == "KEY_NOT_INCLUDED_IN_URL":
        assert reply.errors[0]["title"] == "Key is not included in URL"


async def test_new_records_get_their_ids_from_the_server(world: World) -> None:
    body = {"data": {"type": "orders", "id": NOBODY}}
    reply = await world.send("POST", "orders", by=world.guest, body=body)
    assert (reply.status, reply.sources) == (400, {"/data/id"})


# --- HTTP -----------------------------------------------------------------------------------------------------------


async def test_errors_have_the_shape_and_the_words_of_the_contract(world: World) -> None:
    bad = await world.send("GET", "skus", headers={"Authorization": "Bearer nonsense"})
    assert (bad.status, bad.body) == (401, {"errors": [INVALID_TOKEN]})
    assert bad.headers["Content-Type"] == MEDIA_TYPE
    (denied,) = (await world.send("GET", "orders", by=world.guest)).errors
    assert (denied["title"], denied["detail"], denied["status"]) == ("Access denied", DENIED, "401")
    (hidden,) = (await world.send("GET", f"orders/{world.ids['orders']}", by=world.grace)).errors
    assert (hidden["title"], hidden["detail"], hidden["code"]) == ("Access denied", DENIED, "UNAUTHORIZED")
    (missing,) = (await world.send("GET", f"orders/{NOBODY}", by=world.ada)).errors
    assert (missing["title"], missing["detail"], missing["status"]) == ("Record not found", NOT_FOUND, "404")
    assert "source" not in missing
    category = {"data": {"type": "shipping_categories", "id": world.ids["shipping_categories"]}}
    again = {"code": world.store.made["skus"][0], "name": "Again"}
    body = {"data": {"type": "skus", "attributes": again, "relationships": {"shipping_category": category}}}
    (taken,) = (await world.send("POST", "skus", by=world.back_office, body=body)).errors
    assert taken == {
        "title": "has already been taken",
        "detail": "code - has already been taken",
        "code": "VALIDATION_ERROR",
        "source": {"pointer": "/data/attributes/code"},
        "status": "422",
        "meta": {"error": "taken", "value": world.store.made["skus"][0]},
    }


@pytest.mark.parametrize(
    "path", ["nothing", "payment_sources", "returns", "orders/AaaaAaaaAa/relationships/customer", "orders/x/y/z", ""]
)
async def test_a_path_that_means_nothing_is_not_found(world: World, path: str) -> None:
    assert (await world.send("GET", path, by=world.back_office)).status == 404


async def test_only_json_api_is_spoken(world: World) -> None:
    order = f"orders/{world.ids['orders']}"
    refused = (f"{MEDIA_TYPE};q=0", f"{MEDIA_TYPE}; q=0.000, */*", "*/*;q=0", "application/*;q=0.0, text/html, */*")
    for accept in ("application/json", "text/html", "application/xml, text/*", *refused):
        reply = await world.send("GET", order, by=world.ada, headers={"Accept": accept})
        assert (reply.status, reply.codes) == (406, {"NOT_ACCEPTABLE"})
    for accept in (
        *(MEDIA_TYPE, "*/*", "application/*", f"text/html, {MEDIA_TYPE};q=0.9"),
        *(f"{MEDIA_TYPE};q=0.001, */*;q=0", f"{MEDIA_TYPE};q=0, {MEDIA_TYPE}", "text/html;q=0, */*;q=0.1"),
    ):
        assert (await world.send("GET", order, by=world.ada, headers={"Accept": accept})).status == 200
    body = {"data": {"type": "orders"}}
    for kind in ("application/json", "text/plain", ""):
        reply = await world.send("PATCH", order, by=world.ada, body=body, headers={"Content-Type": kind})
        assert (reply.status, reply.codes) == (415, {"UNSUPPORTED_MEDIA_TYPE"})
    kind = f"{MEDIA_TYPE}; charset=utf-8"
    reply = await world.send("PATCH", order, by=world.ada, body=body, headers={"Content-Type": kind})
    assert reply.status == 200


async def test_head_is_get_without_the_body(world: World) -> None:
    order = f"orders/{world.ids['orders']}"
    head, got = await world.send("HEAD", order, by=world.ada), await world.send("GET", order, by=world.ada)
    assert (head.status, head.body) == (200, None)
    assert head.headers["Content-Length"] == got.headers["Content-Length"]
    assert (await world.send("HEAD", f"orders/{NOBODY}", by=world.ada)).status == 404


async def test_deleting_answers_with_nothing(world: World) -> None:
    made = await world.grace.create("addresses", {"business": True, "company": "X", "line_1": "1", "city": "Y",
                                                  "zip_code": "1", "country_code": "DE", "phone": "1"})  # fmt: skip
    reply = await world.send("DELETE", f"addresses/{made.id}", by=world.grace)
    assert (reply.status, reply.body) == (204, None)
    assert "Content-Type" not in reply.headers
    assert (await world.send("GET", f"addresses/{made.id}", by=world.grace)).status == 404


async def test_what_others_still_need_cannot_be_deleted(world: World) -> None:
    reply = await world.send("DELETE", f"markets/{world.ids['markets']}", by=world.back_office)
    assert (reply.status, reply.codes) == (423, {"LOCKED"})
    assert (await world.send("GET", f"markets/{world.ids['markets']}", by=world.back_office)).status == 200


async def test_browsers_of_any_origin_may_call_and_read_errors(world: World) -> None:
    origin = {"Origin": "https://shop.example.com"}
    preflight = await world.send(
        "OPTIONS",
        "orders",
        headers={
            **origin,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert preflight.status == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
    for by, status in ((world.guest, 200), (None, 401)):
        reply = await world.send("GET", "skus", by=by, headers=origin)
        assert (reply.status, reply.headers["Access-Control-Allow-Origin"]) == (status, "*")


async def test_official_clients_ask_for_the_first_page_of_anything(world: World) -> None:
    assert (await world.ada.get(f"orders/{world.ids['orders']}", **{"page[number]": "1"})).id == world.ids["orders"]
