"""Stripe's payments API, as far as a shop with a wallet uses it."""

from __future__ import annotations

from starlette.routing import Route

from billfold.sandbox.stripe import (
    challenge,
    charges,
    confirmation,
    creation,
    customers,
    events,
    intents,
    payment_methods,
    refunds,
    scripts,
    settlement,
    setup_intents,
    webhook_endpoints,
)
from billfold.sandbox.stripe.api import route, unknown_route
from billfold.sandbox.world import World

OPERATIONS = (
    *customers.OPERATIONS,
    *payment_methods.OPERATIONS,
    *intents.OPERATIONS,
    *creation.OPERATIONS,
    *confirmation.OPERATIONS,
    *settlement.OPERATIONS,
    *charges.OPERATIONS,
    *refunds.OPERATIONS,
    *setup_intents.OPERATIONS,
    *webhook_endpoints.OPERATIONS,
    *events.OPERATIONS,
)


def routes(world: World) -> list[Route]:
    """Below `/stripe`: paths are Stripe's own, `/v1/…` of its API and `/v3/` of Stripe.js."""
    world.when_advanced(lambda: settlement.expire(world))
    anything_else = Route("/{path:path}", unknown_route(world), methods=["GET", "POST", "DELETE", "PUT", "PATCH"])
    operations = [route(world, operation) for operation in OPERATIONS]
    return [*operations, *scripts.routes(world), anything_else]


def steering(world: World) -> list[Route]:
    """Below `/_sandbox`."""
    return [*challenge.routes(world), *refunds.steering(world)]
