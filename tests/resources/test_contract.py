"""The declarations say what the machine-readable contract says, save for the differences listed here with reasons."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from billfold.jsonapi.filter_names import FilterNames, shorthands
from billfold.jsonapi.members import (
    Amount,
    Attribute,
    Choice,
    Flag,
    Float,
    Integer,
    Items,
    Many,
    Member,
    Object,
    One,
    Relationship,
    Text,
    Timestamp,
    Trigger,
)
from billfold.jsonapi.resource import Resource
from billfold.resources import registry

REGISTRY = registry()
ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("BILLFOLD_CONTRACT") or ROOT.parent / "shared" / "contract")
CONTRACT = FOLDER / "resources.json"

# What orders are paid with is a family with a name but no paths; who used which coupon is never shown at all.
UNLISTED = {"payment_sources", "coupon_uses"}

# What the contract calls a relationship's type where it may be one of several, which it lists.
ANYTHING = {"Item", "Attachable", "Resource"}

Said = dict[str, Any]  # aspect of a member → what is said of it

# type.member, aspect → why ours is another.
PROMOTIONS = ("promotions", *REGISTRY["promotions"].kinds)
RULES = (
    "order_amount_promotion_rule",
    "sku_list_promotion_rule",
    "coupon_codes_promotion_rule",
    "custom_promotion_rule",
)
MONEY_VERBS = ("_activate", "_deactivate", "_balance_change_cents")
STEPS = ("_on_hold", "_picking", "_packing", "_ready_to_ship", "_ship", "_deliver")
DIFFERENCES = {
    ("applications.uid", "missing"): "it is the client id, which is hidden and kept under its own name",
    ("applications.secret", "missing"): "the secret is kept nowhere: its digest is",
    ("prices.original_amount_float", "extra"): "an amount is always a family of three",
    ("addresses.phone", "required"): "an organization may do without, which the use-case knows",
    ("markets.shared_secret", "missing"): "credentials never come back: it is kept encrypted and not shown",
    ("stripe_gateways.webhook_endpoint_secret", "missing"): "credentials never come back: kept encrypted, not shown",
    ("stripe_payments.order", "filter"): "one table keeps all payment sources, and Klarna's are found by their order",
    ("wire_transfers.order", "filter"): "one table keeps all payment sources, and Klarna's are found by their order",
    ("wire_transfers.payment_gateway", "extra"): "every payment source goes through a gateway, a manual one too",
    ("customers.customer_group", "restricted"): "or anybody could let themselves into a private market",
    ("klarna_gateways.country_code", "enum"): "the contract names the three regions in prose only",
    ("klarna_gateways.klarna_payments", "write"): "a payment names its gateway, and not the gateway its payments",
    ("organizations.orders_autorefresh_cutoff_test", "default"): "no number of line items ends it: decision 15",
    ("organizations.orders_autorefresh_cutoff_live", "default"): "no number of line items ends it: decision 15",
    ("organizations.orders_min_rebuild_shipments_lapse", "default"): "it is what holds, not what to begin with",
    ("organizations.orders_validate_shipping_stock", "default"): "stock is always checked: decision 15",
    ("customer_password_resets.reset_password_token", "confidential"): "whoever reads it could take the account",
    ("gift_cards.usage_log", "confidential"): "it names other people's orders",
    ("price_tiers.up_to", "type"): "pieces and days are whole numbers, and one column keeps the limits of both kinds",
    ("shipping_methods.shared_secret", "missing"): "credentials never come back: it is kept encrypted and not shown",
    **{(f"gift_cards.{verb}", "restricted"): "storefronts make no money" for verb in MONEY_VERBS},
    **{(f"shipments.{verb}", "restricted"): "who buys does not send it" for verb in STEPS},
    **{(f"{p}.{r}", "write"): "a rule names its promotion" for p in PROMOTIONS for r in RULES},
}

# What the contract requires under a condition; the use-cases know it, so that the declaration does not.
CONDITIONAL = {
    "addresses.first_name",
    "addresses.last_name",
    "addresses.company",
    "addresses.zip_code",
    "customers.shopper_reference",
    "customers.profile_id",
    "line_items.unit_amount_cents",
    "orders.market",
    "payment_methods.currency_code",
    "bundles.currency_code",
    "bundles.price_amount_cents",
    "gift_cards.currency_code",
    "order_subscriptions.starts_at",
    "shipping_methods.currency_code",
    "shipping_methods.external_prices_url",
    "sku_lists.sku_code_regex",
    "sku_options.currency_code",
    "stripe_payments.client_secret",
    "stripe_payments.stripe_id",
}
# What may come as a code or as a relationship; the use-case insists on one of them.
EITHER = {
    "customer_addresses.customer",
    "customer_addresses.customer_email",
    "order_subscription_items.item",
    "prices.sku",
    "sku_list_items.sku",
    "stock_items.sku",
    "stock_transfers.sku",
}

TYPES: Mapping[str, type[Attribute]] = {
    "string": Text,
    "integer": Integer,
    "float": Float,
    "boolean": Flag,
    "datetime": Timestamp,
    "object": Object,
    "array": Items,
}


def plural(singular: str) -> str:
    """The type name of a class: "ShippingCategory" → "shipping_categories"."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", singular).lower()
    if re.search(r"[^aeiou]y$", name):
        return name[:-1] + "ies"
    return name + ("es" if name.endswith("s") else "s")


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    if not CONTRACT.exists():
        pytest.skip("The contract is not here; set BILLFOLD_CONTRACT to the folder of its resources.json.")
    return {plural(r["id"]): r["attributes"] for r in json.loads(CONTRACT.read_text(encoding="utf-8"))}


def ours(resource: type[Resource]) -> dict[str, Said]:
    """What clients can see or send, by the name they do it under."""
    said: dict[str, Said] = {}
    for member in resource.members.values():
        if not member.shown and member.write == "never":
            continue
        if isinstance(member, Amount):
            cents, decimal, formatted = f"{member.name}_cents", f"{member.name}_float", f"formatted_{member.name}"
            said[cents] = {**_flags(member), "type": Integer, "default": member.default}
            said |= {decimal: {**_NOTHING, "type": Float}, formatted: {**_NOTHING, "type": Text}}
        else:
            said[member.name] = _flags(member) | _nature(member)
    return said


def _flags(member: Member) -> Said:
    return {
        "write": member.write,
        "shown": member.shown and not isinstance(member, Trigger),
        "filter": member.filter,
        "sort": member.sort,
        "restricted": member.restricted,
        "confidential": isinstance(member, Attribute) and member.confidential,
        "required": member.required,
    }


_NOTHING: Said = {
    "write": "never",
    "shown": True,
    "filter": False,
    "sort": False,
    "restricted": False,
    "confidential": False,
    "required": False,
}


def _nature(member: Member) -> Said:
    if isinstance(member, Relationship):
        return {
            "type": "has_many" if isinstance(member, Many) else "has_one",
            "to": set(member.targets),
            "includable": member.includable,
        }
    taken = member.takes if isinstance(member, Trigger) else member
    assert isinstance(taken, Attribute)
    kind = next(t for t in TYPES.values() if isinstance(taken, t))
    return {"type": kind, "default": taken.default, "enum": set(taken.of) if isinstance(taken, Choice) else set()}


def theirs(called: str, told: Mapping[str, Any]) -> dict[str, Said]:
    said: dict[str, Said] = {}
    for name, field in told["fields"].items():
        said[name] = {
            **_their_flags(called, name, field),
            "shown": bool(field.get("fetchable")),
            "confidential": bool(field.get("confidential")),
            "type": TYPES[field["type"]],
            "enum": set(field.get("enum") or ()),
        }
        if field.get("default") is not None:
            said[name]["default"] = field["default"]
    for name, field in told["relationships"].items():
        said[name] = {
            **_their_flags(called, name, field),
            "shown": True,
            "type": field["type"],
            "to": set(field["enum"]) if field["class_name"] in ANYTHING else {plural(field["class_name"])},
            "includable": field.get("includable", True),
        }
    return said


def _their_flags(called: str, name: str, field: Mapping[str, Any]) -> Said:
    create, update = field.get("creatable"), field.get("updatable")
    where = f"{called}.{name}"
    required = str(field.get("required") or "").startswith("required") and bool(create)
    return {
        "write": "both" if create and update else "create" if create else "update" if update else "never",
        "filter": bool(field.get("filterable")),
        "sort": bool(field.get("sortable")),
        "restricted": bool(field.get("prohibited")),
        "required": required and where not in CONDITIONAL | EITHER,
    }


def differences(contract: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for resource in REGISTRY:
        if resource.called in UNLISTED:
            continue
        here, there = ours(resource), theirs(resource.called, contract[resource.called])
        for name in here.keys() - there.keys():
            yield f"{resource.called}.{name}", "extra"
        for name in there.keys() - here.keys():
            yield f"{resource.called}.{name}", "missing"
        for name in here.keys() & there.keys():
            for aspect, said in there[name].items():
                if here[name].get(aspect, set() if aspect == "enum" else None) != said:
                    yield f"{resource.called}.{name}", aspect


def test_every_member_and_flag_is_the_contract_s_or_differs_for_a_reason(contract: dict[str, Any]) -> None:
    assert set(differences(contract)) == set(DIFFERENCES)


def test_what_a_resource_can_is_what_the_contract_says(contract: dict[str, Any]) -> None:
    for resource in REGISTRY:
        if resource.called not in UNLISTED:
            told = contract[resource.called]
            assert set(resource.can) == set(told["actions"]), resource.called
            assert bool(resource.singleton) == bool(told["singleton"]), resource.called


def test_an_order_has_all_its_154_attributes() -> None:
    relationships = {r.name for r in REGISTRY["orders"].of(Relationship)}
    assert len(ours(REGISTRY["orders"]).keys() - relationships) == 154


def test_what_is_required_under_a_condition_is_still_so_in_the_contract(contract: dict[str, Any]) -> None:
    for where in CONDITIONAL:
        called, _, name = where.partition(".")
        told = contract[called]
        field = told["fields"].get(name) or told["relationships"][name]
        assert re.match(r"required(,| if| unless)", field["required"]), where


def test_no_sentence_is_copied_from_the_contract(contract: dict[str, Any]) -> None:
    for resource in REGISTRY:
        if resource.called in UNLISTED:
            continue
        told = contract[resource.called]
        for name, member in resource.members.items():
            field = told["fields"].get(name) or told["relationships"].get(name) or {}
            assert member.doc != field.get("desc"), f"{resource.called}.{name}"


def docs() -> Iterator[tuple[str, str]]:
    for resource in REGISTRY:
        yield resource.called, resource.__doc__ or ""
        for name, member in resource.members.items():
            yield f"{resource.called}.{name}", member.doc
            if isinstance(member, Trigger):
                yield f"{resource.called}.{name}, its value", member.takes.doc


def test_every_resource_member_and_value_is_explained_by_a_sentence() -> None:
    for where, doc in docs():
        first = doc.strip().splitlines()[0] if doc.strip() else ""
        assert re.match(r"[A-Z0-9`“]", first), f"{where} does not begin like a sentence: {doc!r}"
        assert doc.strip().endswith("."), f"{where} does not end like a sentence: {doc!r}"
        assert len(doc.split()) >= 3, f"{where} says too little: {doc!r}"


def test_a_relationship_to_one_record_is_kept_derived_chosen_or_told() -> None:
    for resource in REGISTRY:
        for one in resource.of(One):
            assert one.columns or one.of or one.by or one.chosen or one.told, f"{resource.called}.{one.name}"
            assert not one.of or isinstance(resource.members[one.of], One), f"{resource.called}.{one.name}"


def test_what_is_filtered_by_without_a_matcher_is_what_the_contract_lists(contract: dict[str, Any]) -> None:
    for resource in REGISTRY:
        if resource.called not in UNLISTED and "list" in resource.can:
            told = set(contract[resource.called]["filters"]) - {"q"}
            more = {w.rpartition(".")[2] + "_id" for w, aspect in DIFFERENCES if aspect == "filter"}
            known = set(shorthands(REGISTRY, resource))
            assert told <= known and known - told <= more | set(contract[resource.called]["filter_scopes"]), resource


def test_every_filter_that_the_contract_gives_a_name_of_its_own_is_known(contract: dict[str, Any]) -> None:
    names = FilterNames(REGISTRY)
    for resource in REGISTRY:
        if resource.called not in UNLISTED:
            for scope in contract[resource.called]["filter_scopes"]:
                assert names.find(resource, scope), f"{resource.called}: {scope}"


def test_every_filter_without_a_matcher_stands_for_one_with() -> None:
    names = FilterNames(REGISTRY)
    for resource in REGISTRY:
        for name, stands_for in shorthands(REGISTRY, resource).items():
            assert names.plain(resource, name) or not stands_for, f"{resource.called}: {name}"
