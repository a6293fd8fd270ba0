"""Which rows a caller may see: ownership as SQL conditions, the same for single records, lists and includes.

A guest knows an order only by its id and only while it is a guest's, unless the organization says otherwise; a customer
sees what is theirs; what belongs to the whole shop is open to whoever may read the type at all. Source: contract,
protocol.md §3.6.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from billfold.jsonapi.members import One
from billfold.jsonapi.resource import Registry, Resource

Bind = Callable[[str], str]  # name of a value of the request → its placeholder, with its type

# How a caller comes by a row: in a list, by its id, or beside a row of their own.
Way = Literal["listed", "named", "included"]

EVERYTHING = "true"
NOTHING = "false"
OPEN_TO_GUESTS = "('draft', 'pending', 'placing', 'placed')"
OPEN_TO_CLAIM = "('draft', 'pending')"
NOT_YET_MONEY = "('draft', 'inactive')"
# What a market may have for itself, by the family's name. Beside an order that has it everybody sees it who sees that.
OF_A_MARKET = frozenset({"payment_methods", "shipping_methods", "bundles", "promotions", "sku_options"})


def visible(registry: Registry, resource: type[Resource], alias: str, role: str, bind: Bind, *, way: Way) -> str:
    """The condition under which a row called `alias` is shown to a caller of this role.

    A customer finds only their own orders in lists, those of a guest with their e-mail address if the organization says
    so; by its id they may also open a guest's, to make it theirs.
    """
    if role == "integration":
        return EVERYTHING
    family = resource.base.called if resource.base else resource.called
    if family in OF_A_MARKET and way != "included":
        offered = [_in_scope(f"{alias}.market_id", alias, role, bind)]
        if family in ("payment_methods", "shipping_methods"):
            offered.append(f"{alias}.disabled_at IS NULL")
        if family == "payment_methods":
            offered.append(_behind_an_open_gateway(alias))
        return f"({' AND '.join(offered)})"
    if resource.called == "prices":
        return _price_here(alias, role, bind)
    if resource.called == "addresses" and way != "included":
        return _nobody_else_s_address(alias, role, bind, way)
    if resource.called == "stock_items":
        return _in_stock_here(alias, bind)
    if resource.called == "markets" and way != "included":
        return _open_market(alias, role, bind)
    if resource.called == "gift_cards" and way == "named":
        return f"{alias}.status IN {NOT_YET_MONEY}"  # later its code is money, which is shown beside its order alone
    if not resource.owner:
        return EVERYTHING
    if resource.called == "orders":
        return _order(alias, role, bind, way)
    if resource.owner == "self":
        if role == "guest":
            return EVERYTHING if way == "included" else NOTHING  # an id is no reason to show somebody; an order is
        return f"{alias}.id = {bind('customer')}"
    if resource.owner == "customer":
        return _by_id_alone(resource, way) if role == "guest" else f"{alias}.customer_id = {bind('customer')}"
    relationship = resource.members[resource.owner]
    assert isinstance(relationship, One)
    assert isinstance(relationship.to, str)
    owner, inner = registry[relationship.to], f"{alias}o"
    return (
        f"EXISTS (SELECT 1 FROM {owner.table} {inner} WHERE {inner}.organization_id = {alias}.organization_id"
        f" AND {inner}.id = {alias}.{relationship.columns[0]}"
        f" AND {visible(registry, owner, inner, role, bind, way=way)})"
    )


def _by_id_alone(resource: type[Resource], way: Way) -> str:
    """What guests may read of what belongs to customers they find by its id, and in no other way."""
    return EVERYTHING if way == "named" and "retrieve" in resource.guest_may else NOTHING


def _open_market(alias: str, role: str, bind: Bind) -> str:
    """A private market is there for the customers of its group; beside an order it is seen by whoever sees that."""
    everybody_s = f"{alias}.customer_group_id IS NULL"
    if role == "guest":
        return everybody_s
    return (
        f"({everybody_s} OR {alias}.customer_group_id = (SELECT {alias}c.customer_group_id FROM customers {alias}c"
        f" WHERE {alias}c.organization_id = {alias}.organization_id AND {alias}c.id = {bind('customer')}))"
    )


def _order(alias: str, role: str, bind: Bind, way: Way) -> str:
    if role == "guest" and way == "listed":
        return NOTHING
    if role == "guest":
        guest_s = f"({alias}.guest AND {alias}.status IN {OPEN_TO_GUESTS})"
        return f"({guest_s} OR ({alias}.status IN {OPEN_TO_CLAIM} AND {_open_to_anybody(alias)}))"
    ordered_by_them = f"{alias}.guest IS NOT TRUE OR {alias}.signed_up IS TRUE OR {_shows_guest_orders(alias)}"
    own = f"({alias}.customer_id = {bind('customer')} AND ({ordered_by_them}))"
    return own if way == "listed" else f"({own} OR ({alias}.guest AND {alias}.status IN {OPEN_TO_CLAIM}))"


def _shows_guest_orders(order: str) -> str:
    """Whether the organization lets customers see what was ordered by guests who gave their e-mail address."""
    return _organization_says(order, "config #> '{api,auth,guest_orders}' = 'true'")


def _open_to_anybody(order: str) -> str:
    """Whether the organization lets storefronts go on with registered customers' orders without their customers."""
    return _organization_says(order, "NOT orders_sales_channel_guest_only")


def _organization_says(order: str, condition: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM organizations {order}g"
        f" WHERE {order}g.organization_id = {order}.organization_id AND {condition})"
    )


def _in_scope(market_id: str, alias: str, role: str, bind: Bind) -> str:
    """Of no market, or of one in the token's scope; a scope that names none is for all that are open to the caller."""
    market = f"{alias}m"
    return (
        f"({market_id} IS NULL OR {market_id} IN (SELECT {market}.id FROM markets {market}"
        f" WHERE {market}.organization_id = {alias}.organization_id AND {_scope_has(market, role, bind)}))"
    )


def _price_here(price: str, role: str, bind: Bind) -> str:
    """In the price list of a market in the token's scope: what others pay is nobody's business."""
    market = f"{price}m"
    return (
        f"{price}.price_list_id IN (SELECT {market}.price_list_id FROM markets {market}"
        f" WHERE {market}.organization_id = {price}.organization_id AND {_scope_has(market, role, bind)})"
    )


def _scope_has(market: str, role: str, bind: Bind) -> str:
    named = bind("markets")
    return f"({market}.id = ANY ({named}) OR (cardinality({named}) = 0 AND {_open_market(market, role, bind)}))"


def _nobody_else_s_address(address: str, role: str, bind: Bind, way: Way) -> str:
    """An address is anybody's who knows its id, unless it is a customer's: in their address book, on an order of theirs
    or, as long as it is on none, typed in by them. Where the shop itself is, is nobody's to change."""
    other_s = "" if role == "guest" else f" AND {address}b.customer_id <> {bind('customer')}"
    typed_in = f"{address}.made_by_id IS NULL" + (
        "" if role == "guest" else f" OR {address}.made_by_id = {bind('customer')}"
    )
    order = f"{address}p"
    on_it = f"({order}.billing_address_id = {address}.id OR {order}.shipping_address_id = {address}.id)"
    hidden = f"{order}.guest IS NOT TRUE AND {_order(order, role, bind, way)} IS NOT TRUE"
    conditions = [
        f"NOT {_some('customer_addresses', f'{address}b', address, f'{address}b.address_id = {address}.id{other_s}')}",
        f"NOT {_some('orders', order, address, f'{on_it} AND {hidden}')}",
        f"({typed_in} OR {_some('orders', order, address, on_it)})",
    ]
    if way == "named":
        for table in ("merchants", "stock_locations"):
            conditions.append(f"NOT {_some(table, f'{address}l', address, f'{address}l.address_id = {address}.id')}")
    return f"({' AND '.join(conditions)})"


def _some(table: str, alias: str, beside: str, condition: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM {table} {alias}"
        f" WHERE {alias}.organization_id = {beside}.organization_id AND {condition})"
    )


def _in_stock_here(item: str, bind: Bind) -> str:
    """At a stock location in the token's scope, where that names any."""
    here = bind("stock_locations")
    return f"(cardinality({here}) = 0 OR {item}.stock_location_id = ANY ({here}))"


def _behind_an_open_gateway(method: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM payment_gateways {method}g"
        f" WHERE {method}g.organization_id = {method}.organization_id"
        f" AND {method}g.id = {method}.payment_gateway_id AND {method}g.disabled_at IS NULL)"
    )


def may_include(parent: type[Resource], resource: type[Resource], role: str) -> bool:
    """Whether records of `resource` are shown beside one of `parent`.

    A customer stands beside what is theirs, but a guest sees nothing that lies behind a customer: an e-mail address is
    all it takes to name one. Nor does a guest see anything beside what they may send but not read back.
    """
    if role == "integration":
        return True
    if resource.called == "resource_errors":
        return True  # what went wrong with a record is for everybody who sees the record
    if parent.called == "subscription_models":
        return False  # they read the frequencies; which markets share them, private ones too, is not theirs to know
    if role == "guest" and (parent.owner == "self" or "retrieve" not in parent.guest_may):
        return False
    allowed = resource.guest_may if role == "guest" else resource.customer_may
    return resource.owner == "self" or "retrieve" in allowed or "list" in allowed
