"""What is written comes back as it was written, for every attribute of every resource; documented examples work."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.goods import an_option
from tests.api.world import REGISTRY, World

from billfold.jsonapi.members import (
    Amount,
    Attribute,
    Choice,
    Flag,
    Float,
    Integer,
    Items,
    Object,
    One,
    Timestamp,
    Trigger,
    Url,
)
from billfold.jsonapi.resource import Resource

pytestmark = pytest.mark.asyncio(loop_scope="module")

WRITABLE = [r for r in REGISTRY if {"create", "update"} & {*r.can}]
every_writable = pytest.mark.parametrize("resource", WRITABLE, ids=lambda r: str(r.called))

# type.attribute → why what is written is not what is read, or is refused.
NOT_KEPT = {
    "orders.customer_email": "it names a customer, and is theirs",
    "orders.coupon_code": "there are no coupons yet",
    "orders.gift_card_code": "there are no gift cards yet",
    "orders.gift_card_or_coupon_code": "there is neither yet",
    "line_items.sku_code": "it must be an article's",
    "line_items.bundle_code": "it must be a bundle's",
    "links.starts_at": "it must be before the end",
    "sku_list_items.sku_code": "it must be an article's",
    "sku_lists.manual": "a list that is not needs an expression",
    "tags.name": "it must be a plain word",
    **{f"{kind}.starts_at": "it must be before the end" for kind in REGISTRY["promotions"].kinds},
    "gift_cards.balance_max": "no balance may exceed it",
    "shipping_methods.min_weight": "it needs a unit",
    "shipping_methods.max_weight": "it needs a unit",
    "stock_line_items.quantity": "it is what the order has",
    "stock_items.sku_code": "it must be an article's",
    "stock_transfers.sku_code": "it must be an article's",
    "stock_line_items.sku_code": "it must be an article's",
    "prices.sku_code": "it must be an article's",
    "payment_methods.payment_source_type": "it must fit the gateway",
    "payment_methods.moto": "it needs a gateway that allows it",
    "authorizations.succeeded": "it follows from what the provider said",
    "captures.succeeded": "it follows from what the provider said",
    "voids.succeeded": "it follows from what the provider said",
    "refunds.succeeded": "it follows from what the provider said",
    "customer_payment_sources.customer_token": "the provider must know it",
    "customer_payment_sources.payment_source_token": "the provider must know it",
    "order_subscription_items.sku_code": "what an item is stays",
    "order_subscription_items.bundle_code": "what an item is stays",
    "line_items._external_price": "a service of the merchant's is asked at once, and there is none",
    "stripe_payments.options": "options are merged, and must be the provider's",
    "subscription_models.strategy": "there are two of them",
}

# Where not any value would do.
FITTING: dict[str, Any] = {
    "recipient_email": "bea@example.com",
    "tax_rate": 0.07,
    "label_format": "ZPL",
    "strategy": "ship_from_primary",
    "unit_of_length": "in",
    "unit_of_weight": "oz",
    "eel_pfc": "PFC",
    "non_delivery_option": "abandon",
    "restriction_type": "other",
    "contents_type": "gift",
    "incoterm": "DDU",
    "delivery_confirmation": "SIGNATURE",
    "country_code": "AT",
    "shipping_country_code_lock": "DE",
    "email": "new@example.com",
    "currency_code": "EUR",
    "frequency": "weekly",
    "frequencies": ["weekly", "monthly"],
}


def another(attribute: Attribute, present: Any) -> Any:
    """A value of the attribute's type that is not the present one."""
    if attribute.name in FITTING:
        return FITTING[attribute.name]
    if isinstance(attribute, Url):
        return "https://services.example.com:8443/another?of=them"
    if isinstance(attribute, Choice):
        return next(c for c in attribute.of if c != present)
    if isinstance(attribute, Flag):
        return not present
    if isinstance(attribute, Integer | Amount):
        return (present or 0) + 7
    if isinstance(attribute, Float):
        return (present or 0) + 1.25
    if isinstance(attribute, Timestamp):
        return "2031-05-06T07:08:09.123Z" if present != "2031-05-06T07:08:09.123Z" else "2032-05-06T07:08:09.000Z"
    if isinstance(attribute, Object):
        return {"a": {"b": [1, None, "ü"]}}
    if isinstance(attribute, Items):
        return ["order.line_items", "order"]
    return f"Another {attribute.name} ½ ü"


async def a_record_to_write_to(world: World, resource: type[Resource]) -> tuple[str, dict[str, Any]]:
    """(id, attributes): an order that can be edited and what belongs to it, else the one the world has."""
    office = world.back_office
    open_to_change = ("orders", "line_items", "stripe_payments")
    id = (world.guest_ids if resource.called in open_to_change else world.ids)[resource.called]
    if resource.called == "addresses":  # of a person or of a company, it has what both need
        await office.update("addresses", id, {"company": "Acme"})
    return id, (await office.get(f"{resource.called}/{id}")).data["attributes"]


@every_writable
async def test_what_is_written_to_an_attribute_is_what_is_read_from_it(world: World, resource: type[Resource]) -> None:
    if "update" not in resource.can:
        return
    id, present = await a_record_to_write_to(world, resource)
    walked = 0
    for a in resource.attributes():
        if not a.writable_on("update") or not a.shown or f"{resource.called}.{a.name}" in NOT_KEPT:
            continue
        value = another(a, present[a.sent_as])
        answer = await world.back_office.update(resource.called, id, {a.sent_as: value})
        assert answer[a.sent_as] == value, a.name
        again = await world.back_office.get(f"{resource.called}/{id}")
        assert again[a.sent_as] == value, a.name
        walked += 1
    assert walked >= 3  # reference, reference_origin and metadata at least


@every_writable
async def test_an_attribute_that_may_be_left_out_may_be_taken_back(world: World, resource: type[Resource]) -> None:
    """null takes back what was set: the default returns."""
    if "update" not in resource.can:
        return
    id, _ = await a_record_to_write_to(world, resource)
    for name in ("reference", "reference_origin"):
        if resource.members[name].required:
            continue
        assert (await world.back_office.update(resource.called, id, {name: None}))[name] is None
    assert (await world.back_office.update(resource.called, id, {"metadata": None}))["metadata"] == {}


# Everything a new record needs, where the examples alone would not do.
NEEDED: dict[str, dict[str, Any]] = {
    "payment_methods": {"payment_source_type": "wire_transfers", "moto": False},
    "orders": {"coupon_code": "", "gift_card_code": "", "gift_card_or_coupon_code": "", "number": "example-1"},
    "line_items": {"sku_code": None, "bundle_code": None, "_update_quantity": False, "_external_price": False},
    "prices": {"sku_code": None},
    "sku_list_items": {"sku_code": None},
    "stripe_gateways": {"login": "sk_test_sandbox", "publishable_key": "pk_test_sandbox", "connected_account": None},
    "klarna_gateways": {"api_key": "K_sandbox", "api_secret": "sandbox"},
    "customers": {"email": "example@example.com"},
    "customer_password_resets": {"customer_email": "guest@example.com"},
    "order_subscription_items": {"sku_code": None, "bundle_code": None},
    "stock_items": {"sku_code": None},
}
# What may be named by a code is named by this relationship to an article.
BY_CODE = {
    "line_items": "item",
    "order_subscription_items": "item",
    **dict.fromkeys(("prices", "sku_list_items", "stock_items"), "sku"),
}
# These are prepared at a provider, made from what it gave, or part of an order's way out: stories tell of them.
ELSEWHERE = {
    *("stripe_payments", "klarna_payments", "wire_transfers", "customer_payment_sources"),
    *("shipments", "stock_line_items", "stock_transfers", "parcels", "parcel_line_items"),
}


@every_writable
async def test_the_documented_examples_make_a_record(world: World, resource: type[Resource]) -> None:
    if "create" not in resource.can or resource.called in ELSEWHERE:
        return
    attributes = {
        a.sent_as: a.example
        for a in resource.attributes()
        if a.writable_on("create") and a.example is not None and not (a.restricted and resource.called == "line_items")
    }
    attributes |= NEEDED.get(resource.called, {})
    related: dict[str, Any] = {}
    for m in resource.of(One):
        if m.required and m.writable_on("create"):
            target = next((t for t in m.targets if t in REGISTRY), None)
            if target is not None:
                related[m.name] = (target, world.ids[target])
    if resource.called in ("payment_methods",):
        related["payment_gateway"] = ("manual_gateways", world.ids["manual_gateways"])
    if resource.called in BY_CODE:
        related[BY_CODE[resource.called]] = ("skus", world.ids["skus"])
    if resource.called == "orders":
        related["market"] = ("markets", world.ids["markets"])
    if resource.called in ("line_items", "payment_options"):
        related["order"] = ("orders", world.guest_ids["orders"])
    if resource.called == "line_item_options":
        related["line_item"] = ("line_items", world.guest_ids["line_items"])
        related["sku_option"] = await an_option(world.store)  # the world's is written to by others
    made = await world.back_office.create(resource.called, attributes, **related)
    assert made.status == 201
    read = (await world.back_office.get(f"{resource.called}/{made.id}")).data["attributes"]
    for a in resource.attributes():
        name = a.sent_as
        if a.shown and name in attributes and attributes[name] and f"{resource.called}.{a.name}" not in NOT_KEPT:
            assert read[name] == attributes[name], name
    if "delete" in resource.can:
        assert (await world.back_office.delete(resource.called, made.id)).status == 204


@every_writable
async def test_a_verb_that_does_not_act_yet_says_so(world: World, resource: type[Resource]) -> None:
    if "update" not in resource.can:
        return
    id, _ = await a_record_to_write_to(world, resource)
    for trigger in resource.of(Trigger):
        if trigger.run is None and trigger.writable_on("update"):
            value = True if trigger.takes.column == "boolean" else (trigger.takes.example or "x")
            body = {"data": {"type": resource.called, "attributes": {trigger.name: value}}}
            reply = await world.send("PATCH", f"{resource.called}/{id}", by=world.back_office, body=body)
            assert (reply.status, reply.sources) == (422, {f"/data/attributes/{trigger.name}"}), trigger.name
            assert reply.errors[0]["meta"]["error"] == "unsupported"


# --- rules of single resources --------------------------------------------------------------------------------------

PERSON = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "line_1": "St James's Square 12",
    "city": "London",
    "zip_code": "SW1Y 4JH",
    "country_code": "GB",
    "phone": "+44 20 7946 0000",
}
COMPANY = {k: v for k, v in PERSON.items() if not k.endswith("_name")} | {"business": True, "company": "Acme"}


@pytest.mark.parametrize(
    ("attributes", "missing"),
    [
        (PERSON, set()),
        (COMPANY, set()),
        ({**PERSON, "first_name": " "}, {"first_name"}),
        ({**COMPANY, "business": False}, {"first_name", "last_name"}),
        ({**PERSON, "business": True}, {"company"}),
        ({**PERSON, "zip_code": None}, {"zip_code"}),
        ({**PERSON, "zip_code": None, "country_code": "AE"}, set()),
        ({**PERSON, "phone": ""}, {"phone"}),
        ({**PERSON, "country_code": "Britain"}, {"country_code"}),
        ({}, {"line_1", "city", "country_code"}),
    ],
)
async def test_an_address_must_have_what_bills_and_parcels_need(
    world: World, attributes: dict[str, Any], missing: set[str]
) -> None:
    body = {"data": {"type": "addresses", "attributes": attributes}}
    reply = await world.send("POST", "addresses", by=world.guest, body=body)
    if not missing:
        assert reply.status == 201
    else:
        assert (reply.status, reply.sources) == (422, {f"/data/attributes/{n}" for n in missing})


async def test_a_phone_number_is_asked_for_only_where_the_organization_wants_one(world: World) -> None:
    db = world.store.tools.db
    await db.execute("UPDATE organizations SET addresses_phone_required = false WHERE slug = 'acme'")
    made = await world.guest.create("addresses", {**PERSON, "phone": None})
    await db.execute("UPDATE organizations SET addresses_phone_required = true WHERE slug = 'acme'")
    assert (await world.guest.update("addresses", made.id, {"notes": "Ring twice."}))["notes"] == "Ring twice."
    body = {"data": {"type": "addresses", "attributes": {"city": "Oxford"}}}
    reply = await world.send("PATCH", f"addresses/{made.id}", by=world.guest, body=body)
    assert (reply.status, reply.sources) == (422, {"/data/attributes/phone"})


async def test_markets_are_numbered_by_the_server(world: World) -> None:
    related: dict[str, Any] = {
        "merchant": ("merchants", world.ids["merchants"]),
        "price_list": ("price_lists", world.ids["price_lists"]),
        "inventory_model": ("inventory_models", world.ids["inventory_models"]),
    }
    first = await world.back_office.create("markets", {"name": "One"}, **related)
    second = await world.back_office.create("markets", {"name": "Two"}, **related)
    assert (
        (await world.back_office.get(f"markets/{world.ids['markets']}"))["number"] < first["number"] < second["number"]
    )
    db = world.store.tools.db
    kept = [await db.fetchval("SELECT shared_secret FROM markets WHERE id = $1", m.id) for m in (first, second)]
    assert kept[0] != kept[1]
    await world.back_office.update("markets", first.id, {"_regenerate_shared_secret": True})
    assert await db.fetchval("SELECT shared_secret FROM markets WHERE id = $1", first.id) != kept[0]


@pytest.mark.parametrize("name", ["coupon_code", "gift_card_code", "gift_card_or_coupon_code"])
async def test_a_code_is_refused_as_long_as_nothing_would_come_of_it(world: World, name: str) -> None:
    body = {"data": {"type": "orders", "attributes": {name: "SUMMER"}}}
    order = await world.grace.create("orders", {name: ""})
    for method, path in (("POST", "orders"), ("PATCH", f"orders/{order.id}")):
        reply = await world.send(method, path, by=world.grace, body=body)
        assert (reply.status, reply.codes, reply.sources) == (422, {"VALIDATION_ERROR"}, {f"/data/attributes/{name}"})
    assert (await world.grace.update("orders", order.id, {name: ""}))[name] is None


async def test_a_price_follows_its_article_and_its_list(world: World) -> None:
    skus = ["ARTICLE-ONE", "ARTICLE-TWO"]
    category = ("shipping_categories", (await world.back_office.get("shipping_categories")).data[0]["id"])
    made = [
        await world.back_office.create("skus", {"code": code, "name": code}, shipping_category=category)
        for code in skus
    ]
    first = made[0].id
    dollars = await world.back_office.create("price_lists", {"name": "USD", "currency_code": "USD"})
    price = await world.back_office.create(
        "prices", {"amount_cents": 500, "sku_code": skus[0]}, price_list=("price_lists", dollars.id)
    )
    assert (price["currency_code"], price["formatted_amount"]) == ("USD", "$5.00")
    moved = await world.back_office.update("prices", price.id, {"sku_code": skus[1]}, include="sku")
    assert (moved["sku_code"], moved.included("skus")[0]["attributes"]["code"]) == (skus[1], skus[1])
    back = await world.back_office.update("prices", price.id, sku=("skus", first))
    assert back["sku_code"] == skus[0]
    body = {"data": {"type": "prices", "attributes": {"sku_code": "NONE"}}}
    reply = await world.send("PATCH", f"prices/{price.id}", by=world.back_office, body=body)
    assert (reply.status, reply.sources) == (422, {"/data/attributes/sku_code"})
    await world.back_office.delete("prices", price.id)
