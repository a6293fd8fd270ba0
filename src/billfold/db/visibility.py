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

# How a caller comes by a row: in a list, by its id, or beside a row they see.
Way = Literal["listed", "named", "included"]

EVERYTHING = "true"
NOTHING = "false"
OPEN_TO_GUESTS = "('draft', 'pending', 'placing', 'placed')"
OPEN_TO_CLAIM = "('draft', 'pending')"
NOT_YET_MONEY = "('draft', 'inactive')"


def visible(registry: Registry, resource: type[Resource], alias: str, role: str, bind: Bind, *, way: Way) -> str:
    """The condition under which a row called `alias` is shown to a caller of this role.

    A customer finds only their own orders in lists; by its id they may also open a guest's, to make it theirs.
    """
    if role == "integration":
        return EVERYTHING
    if resource.called == "payment_methods" and way != "included":
        return f"({_on_offer(alias, bind)} AND {_behind_an_open_gateway(alias)})"
    if resource.called == "shipping_methods" and way != "included":
        return f"({_on_offer(alias, bind)})"
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
        return EVERYTHING if role == "guest" else f"{alias}.id = {bind('customer')}"
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
    own = f"{alias}.customer_id = {bind('customer')}"
    return own if way == "listed" else f"({own} OR ({alias}.guest AND {alias}.status IN {OPEN_TO_CLAIM}))"


def _open_to_anybody(order: str) -> str:
    """Whether the organization lets storefronts go on with registered customers' orders without their customers."""
    return (
        f"EXISTS (SELECT 1 FROM organizations {order}g WHERE {order}g.organization_id = {order}.organization_id"
        f" AND NOT {order}g.orders_sales_channel_guest_only)"
    )


def _on_offer(method: str, bind: Bind) -> str:
    """Enabled, and of a market in the token's scope. A method that an order has stays visible beside the order."""
    return (
        f"{method}.disabled_at IS NULL AND ({method}.market_id IS NULL OR {method}.market_id = ANY ({bind('markets')}))"
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
    if parent.called == "subscription_models":
        return False  # they read the frequencies; which markets share them, private ones too, is not theirs to know
    if role == "guest" and (parent.owner == "self" or "retrieve" not in parent.guest_may):
        return False
    allowed = resource.guest_may if role == "guest" else resource.customer_may
    return resource.owner == "self" or "retrieve" in allowed or "list" in allowed
