"""Klarna's payments, customer token and order management APIs, as far as a shop with a wallet uses them."""

from __future__ import annotations

from starlette.routing import Route

from billfold.sandbox.klarna import (
    authorizations,
    browser,
    captures,
    orders,
    refunds,
    sessions,
    tokens,
    unasked,
)
from billfold.sandbox.klarna.api import route, unknown_route
from billfold.sandbox.world import World

OPERATIONS = (
    *sessions.OPERATIONS,
    *authorizations.OPERATIONS,
    *tokens.OPERATIONS,
    *orders.OPERATIONS,
    *captures.OPERATIONS,
    *refunds.OPERATIONS,
)


def routes(world: World) -> list[Route]:
    """Below `/klarna`: paths are Klarna's own."""
    anything_else = Route("/{path:path}", unknown_route(world), methods=["GET", "POST", "DELETE", "PUT", "PATCH"])
    operations = [route(world, operation) for operation in OPERATIONS]
    return [*operations, browser.script_route(world), anything_else]


def steering(world: World) -> list[Route]:
    """Below `/_sandbox`: `/authorize`, `/klarna/…`."""
    return [*browser.routes(world), *unasked.routes(world)]
