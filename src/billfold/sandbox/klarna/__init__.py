"""Klarna's payments, customer token and order management APIs, as far as a shop with a wallet uses them."""

from __future__ import annotations

from starlette.routing import Route

from billfold.sandbox.world import World


def routes(world: World) -> list[Route]:
    """Below `/klarna`: paths are Klarna's own."""
    return []


def steering(world: World) -> list[Route]:
    """Below `/_sandbox`: `/authorize`, `/klarna/…`."""
    return []
