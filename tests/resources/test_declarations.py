"""What the declarations promise beyond the contract: who may do what, what stays secret, and which verbs act."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

from billfold.db.schema import build
from billfold.gateways import GATEWAYS
from billfold.jsonapi.members import Attribute, Relationship, Secret, Trigger
from billfold.jsonapi.resource import Resource
from billfold.resources import COMING, registry

REGISTRY = registry()

SINGLE = "create retrieve update delete"

# type → (what a guest may do, what a customer may do, whose it is). Everything else is for back offices alone.
# Source: contract, protocol.md §3.6.
ACCESS = {
    "organizations": ("retrieve", "retrieve", ""),
    "applications": ("retrieve", "retrieve", ""),
    "markets": ("retrieve", "retrieve", ""),
    "prices": ("list retrieve", "list retrieve", ""),
    "skus": ("list retrieve", "list retrieve", ""),
    "sku_options": ("list retrieve", "list retrieve", ""),
    "bundles": ("list retrieve", "list retrieve", ""),
    "gift_cards": ("retrieve create update", "retrieve create update", ""),
    "promotions": ("list retrieve", "list retrieve", ""),
    **{kind: ("list retrieve", "list retrieve", "") for kind in REGISTRY["promotions"].kinds},
    "stock_locations": ("list retrieve", "list retrieve", ""),
    "stock_items": ("list retrieve", "list retrieve", ""),
    "stock_transfers": ("retrieve", "retrieve", "order"),
    "shipping_methods": ("list retrieve", "list retrieve", ""),
    "shipping_method_tiers": ("retrieve", "retrieve", ""),
    "shipping_weight_tiers": ("retrieve", "retrieve", ""),
    "delivery_lead_times": ("list retrieve", "list retrieve", ""),
    "shipments": ("retrieve update", "list retrieve update", "order"),
    "stock_line_items": ("retrieve", "retrieve", "order"),
    "parcels": ("retrieve", "retrieve", "shipment"),
    "parcel_line_items": ("retrieve", "retrieve", "parcel"),
    "customers": ("create", "retrieve update delete", "self"),
    "customer_addresses": ("", f"list {SINGLE}", "customer"),
    "customer_subscriptions": (SINGLE, f"list {SINGLE}", "customer"),
    "customer_password_resets": ("create update", "create update", ""),
    "addresses": (SINGLE, SINGLE, ""),
    "orders": ("retrieve create update", "list retrieve create update", "customer"),
    "line_items": (SINGLE, f"list {SINGLE}", "order"),
    "line_item_options": (SINGLE, f"list {SINGLE}", "line_item"),
    "subscription_models": ("retrieve", "retrieve", ""),
    "order_subscriptions": ("", "retrieve update", "customer"),
    "order_subscription_items": ("", "retrieve", "order_subscription"),
    "payment_methods": ("list retrieve", "list retrieve", ""),
    "payment_sources": ("retrieve", "retrieve", "order"),
    "stripe_payments": (SINGLE, SINGLE, "order"),
    "klarna_payments": (SINGLE, SINGLE, "order"),
    "wire_transfers": (SINGLE, SINGLE, "order"),
    "customer_payment_sources": ("", "list retrieve update delete", "customer"),
    "transactions": ("", "list retrieve", "order"),
    "authorizations": ("", "list retrieve", "order"),
    "captures": ("", "list retrieve", "order"),
    "voids": ("", "list retrieve", "order"),
    "refunds": ("", "list retrieve", "order"),
}

# The verbs that move money or fill the wallet, and must not be silent.
ACTING = {
    "orders": "_place _cancel _approve _approve_and_capture _authorize _capture _refund _refresh"
    " _nullify_payment_source _fix_payment_source _customer_payment_source_id"
    " _save_payment_source_to_customer_wallet _archive _unarchive _update_taxes _create_subscriptions"
    " _billing_address_clone_id _shipping_address_clone_id"
    " _shipping_address_same_as_billing _billing_address_same_as_shipping"
    " _save_shipping_address_to_customer_address_book _save_billing_address_to_customer_address_book",
    "order_subscriptions": "_activate _deactivate _cancel _convert",
    "stripe_payments": "_update _refresh",
    "klarna_payments": "_update",
    "gift_cards": "_purchase _activate _deactivate _balance_change_cents",
    "authorizations": "_capture _capture_amount_cents _void",
    "captures": "_refund _refund_amount_cents",
    "shipments": "_upcoming _cancel _on_hold _picking _packing _ready_to_ship _ship _deliver _reserve_stock"
    " _release_stock _decrement_stock",
    "payment_methods": "_disable _enable",
    "stripe_gateways": "_disable _enable",
}


@pytest.mark.parametrize("resource", list(REGISTRY), ids=lambda r: str(r.called))
def test_a_storefront_may_do_what_the_table_says_and_no_more(resource: type[Resource]) -> None:
    guest, customer, owner = ACCESS.get(resource.called, ("", "", ""))
    assert set(resource.guest_may) == set(guest.split())
    assert set(resource.customer_may) == set(customer.split())
    assert resource.owner == owner


@pytest.mark.parametrize(("called", "verbs"), list(ACTING.items()))
def test_the_verbs_of_money_and_wallet_act(called: str, verbs: str) -> None:
    for verb in verbs.split():
        trigger = REGISTRY[called].members[verb]
        assert isinstance(trigger, Trigger)
        assert trigger.run is not None, verb


def use_cases() -> Iterator[tuple[str, object]]:
    for resource in REGISTRY:
        for action in ("create", "update", "delete"):
            yield f"{resource.called}: {action}", getattr(resource, action)
        yield from ((f"{resource.called}: {t.name}", t.run) for t in resource.of(Trigger))


@pytest.mark.parametrize(("where", "run"), [(w, r) for w, r in use_cases() if r is not None])
def test_every_use_case_takes_the_work_the_record_and_a_value(where: str, run: object) -> None:
    assert inspect.iscoroutinefunction(run), where
    assert len(inspect.signature(run).parameters) == 3, where


def test_no_storefront_sees_a_secret_and_nobody_one_that_was_sent() -> None:
    for resource in REGISTRY:
        for secret in resource.of(Secret):
            assert not secret.shown or (secret.confidential and secret.write == "never"), secret.name


@pytest.mark.parametrize("word", ["password", "secret", "digest", "notification_key", "fingerprint"])
def test_what_is_named_like_a_secret_is_hidden_or_confidential(word: str) -> None:
    public = {
        "client_secret",
        "has_password",
        "reset_password_at",
    }  # meant for the customer's browser, and for the account page
    for resource in REGISTRY:
        for attribute in resource.attributes():
            if word in attribute.name and attribute.name not in public:
                assert not attribute.shown or attribute.confidential, f"{resource.called}.{attribute.name}"


def test_every_provider_brings_a_kind_of_gateway_and_a_kind_of_source() -> None:
    assert set(REGISTRY["payment_gateways"].kinds) == {psp.gateway.called for psp in GATEWAYS}
    assert set(REGISTRY["payment_sources"].kinds) == {psp.source.called for psp in GATEWAYS}


def test_a_way_to_pay_may_name_every_source_a_provider_brings() -> None:
    named = REGISTRY["payment_methods"].members["payment_source_type"]
    assert isinstance(named, Attribute)
    for psp in GATEWAYS:
        assert named.read(psp.source.called) == psp.source.called


def test_a_kind_s_default_wins_over_its_family_s() -> None:
    def forced(called: str) -> object:
        attribute = REGISTRY[called].members["force_payments"]
        assert isinstance(attribute, Attribute)
        return attribute.default

    assert (forced("stripe_gateways"), forced("klarna_gateways"), forced("manual_gateways")) == (True, False, False)


def test_only_types_that_something_points_to_are_said_to_come() -> None:
    assert {t for r in REGISTRY for m in r.of(Relationship) for t in m.targets} >= COMING


def test_goods_that_came_back_are_a_relationship_called_return() -> None:
    assert "return" in REGISTRY["captures"].members
    assert "return" in REGISTRY["refunds"].members


def test_every_type_that_is_no_kind_has_a_table_of_its_own() -> None:
    tables = build(REGISTRY).tables
    for resource in REGISTRY:
        assert resource.table in tables
        assert (resource.table == resource.called) is (resource.base is None)


def test_the_item_s_type_is_kept_once() -> None:
    columns = build(REGISTRY).tables["line_items"].columns
    assert {"item_id", "item_type"} <= set(columns.keys())
