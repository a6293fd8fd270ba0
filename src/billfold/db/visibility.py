"""Which rows a caller may see: ownership as SQL conditions, the same for single records, lists and includes.

A guest knows an order only by its id and only while it is a guest's; a customer sees what is theirs; what belongs to
the whole shop is open to whoever may read the type at all. Source: contract, protocol.md §3.6.
"""

from __future__ import annotations

from collections.abc import Callable

from billfold.jsonapi.members import One
from billfold.jsonapi.resource import Registry, Resource

Bind = Callable[[str], str]  # name of a value of the request → its placeholder, with its type

EVERYTHING = "true"
NOTHING = "false"
OPEN_TO_GUESTS = "('draft', 'pending', 'placing', 'placed')"
OPEN_TO_CLAIM = "('draft', 'pending')"


def visible(registry: Registry, resource: type[Resource], alias: str, role: str, bind: Bind, *, listing: bool) -> str:
    """The condition under which a row called `alias` is shown to a caller of this role.

    listing  in a list a customer sees only their own orders; by its id they may also open a guest's, to make it theirs
    """
    if role == "integration" or not resource.owner:
        return EVERYTHING
    if resource.called == "orders":
        return _order(alias, role, bind, listing)
    if resource.owner == "self":
        return EVERYTHING if role == "guest" else f"{alias}.id = {bind('customer')}"
    if resource.owner == "customer":
        return NOTHING if role == "guest" else f"{alias}.customer_id = {bind('customer')}"
    relationship = resource.members[resource.owner]
    assert isinstance(relationship, One)
    assert isinstance(relationship.to, str)
    owner, inner = registry[relationship.to], f"{alias}o"
    return (
        f"EXISTS (SELECT 1 FROM {owner.table} {inner} WHERE {inner}.organization_id = {alias}.organization_id"
        f" AND {inner}.id = {alias}.{relationship.columns[0]}"
        f" AND {visible(registry, owner, inner, role, bind, listing=listing)})"
    )


def _order(alias: str, role: str, bind: Bind, listing: bool) -> str:
    if role == "guest":
        return f"({alias}.guest AND {alias}.status IN {OPEN_TO_GUESTS})"
    own = f"{alias}.customer_id = {bind('customer')}"
    return own if listing else f"({own} OR ({alias}.guest AND {alias}.status IN {OPEN_TO_CLAIM}))"


def may_include(resource: type[Resource], role: str) -> bool:
    """Whether records of this type are shown along with others. A customer stands beside what is theirs."""
    if role == "integration" or resource.owner == "self":
        return True
    allowed = resource.guest_may if role == "guest" else resource.customer_may
    return "retrieve" in allowed or "list" in allowed
