"""What there is of one SKU, by stock location, for a single answer: nested as `billfold.domain.inventory` reads it."""

from __future__ import annotations

from billfold.db.chosen import only
from billfold.db.visibility import Bind


def levels_of_sku(sku: str, bind: Bind) -> str:
    """The stock items of a SKU with the lead times of their places.

    In the order of the inventory models of the markets in the token's scope, and of their stock locations alone; of all
    there are, the oldest first, where those markets have no inventory model or the token is for every market. A scope
    that names stock locations leaves these alone.
    """
    item, place, reserved = f"{sku}i", f"{sku}p", f"{sku}v"
    return (
        f"(SELECT coalesce(json_agg(json_build_object('quantity', {item}.quantity - coalesce({reserved}.quantity, 0),"
        f" 'lead_times', {_lead_times(sku, item, bind)})"
        f" ORDER BY {place}.place, {item}.created_at, {item}.id), '[]'::json)"
        f" FROM stock_items {item}"
        f" LEFT JOIN ({_places(sku, bind)}) {place} ON {place}.stock_location_id = {item}.stock_location_id"
        f" LEFT JOIN reserved_stocks {reserved} ON {reserved}.organization_id = {item}.organization_id"
        f" AND {reserved}.id = {item}.reserved_stock_id"
        f" WHERE {item}.organization_id = {sku}.organization_id AND {item}.sku_id = {sku}.id"
        f" AND (cardinality({bind('stock_locations')}) = 0"
        f" OR {item}.stock_location_id = ANY ({bind('stock_locations')}))"
        f" AND ({place}.place IS NOT NULL OR NOT EXISTS (SELECT 1 FROM markets {sku}m WHERE {_in_scope(sku, bind)})))"
    )


def _in_scope(sku: str, bind: Bind) -> str:
    """The markets whose inventory model counts."""
    market = f"{sku}m"
    return (
        f"{market}.organization_id = {sku}.organization_id AND {market}.id = ANY ({bind('markets')})"
        f" AND {market}.inventory_model_id IS NOT NULL"
    )


def _places(sku: str, bind: Bind) -> str:
    """Each stock location that is shipped from, with the best place any of the markets' models gives it."""
    market, model, member, ranked = f"{sku}m", f"{sku}o", f"{sku}s", f"{sku}r"
    return (
        f"SELECT {ranked}.stock_location_id, min({ranked}.place) AS place"
        f" FROM (SELECT {member}.stock_location_id, NULLIF({model}.stock_locations_cutoff, 0) AS cutoff, row_number()"
        f" OVER (PARTITION BY {market}.id ORDER BY {member}.priority, {member}.created_at, {member}.id) AS place"
        f" FROM markets {market}"
        f" JOIN inventory_models {model} ON {model}.organization_id = {market}.organization_id"
        f" AND {model}.id = {market}.inventory_model_id"
        f" JOIN inventory_stock_locations {member} ON {member}.organization_id = {model}.organization_id"
        f" AND {member}.inventory_model_id = {model}.id"
        f" WHERE {_in_scope(sku, bind)}) {ranked}"
        f" WHERE {ranked}.place <= coalesce({ranked}.cutoff, {ranked}.place) GROUP BY {ranked}.stock_location_id"
    )


def _lead_times(sku: str, item: str, bind: Bind) -> str:
    """By the enabled methods that can carry the SKU from there, the cheapest first."""
    time, method = f"{sku}t", f"{sku}d"
    return (
        "(SELECT coalesce(json_agg(json_build_object("
        f"'name', {method}.name, 'reference', {method}.reference, 'currency_code', {method}.currency_code,"
        f" 'price_amount_cents', {method}.price_amount_cents,"
        f" 'free_over_amount_cents', {method}.free_over_amount_cents,"
        f" 'min_hours', {time}.min_hours, 'max_hours', {time}.max_hours)"
        f" ORDER BY {method}.price_amount_cents, {time}.max_hours, {time}.id), '[]'::json)"
        f" FROM delivery_lead_times {time} JOIN shipping_methods {method}"
        f" ON {method}.organization_id = {time}.organization_id AND {method}.id = {time}.shipping_method_id"
        f" WHERE {time}.organization_id = {item}.organization_id"
        f" AND {time}.stock_location_id = {item}.stock_location_id AND {method}.disabled_at IS NULL"
        f" AND {only(method, 'shipping_category_id', f'{sku}.shipping_category_id')}"
        f" AND {only(method, 'stock_location_id', f'{item}.stock_location_id')}"
        f" AND ({method}.market_id IS NULL OR cardinality({bind('markets')}) = 0"
        f" OR {method}.market_id = ANY ({bind('markets')})))"
    )
