"""Stripe's payments API, as far as a shop with a wallet uses it."""

from __future__ import annotations

from starlette.routing import Route

from billfold.sandbox.world import World


def routes(world: World) -> list[Route]:
    """Below `/stripe`: paths are Stripe's own, `/v1/…`."""
    return []


def steering(world: World) -> list[Route]:
    """Below `/_sandbox`."""
    return []
