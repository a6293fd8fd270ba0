"""Stripe.js of the sandbox, and the frame in which a customer types a card."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from billfold.sandbox.pages import home, page, script
from billfold.sandbox.world import World

FILES = Path(__file__).parent / "browser"


def routes(world: World) -> list[Route]:
    """Below `/stripe`. The addresses are those of https://docs.stripe.com/sdks/stripejs-versioning: `v3`, and one for
    each release train."""

    async def stripe_js(request: Request) -> Response:
        version = request.path_params.get("train", "v3")
        return script(FILES / "stripe.js", home=home(world, request), version=version)

    async def payment_element(_: Request) -> Response:
        return page(FILES / "payment_element.html")

    async def payment_element_js(request: Request) -> Response:
        return script(FILES / "payment_element.js", home=home(world, request))

    return [
        Route("/v3", stripe_js),
        Route("/v3/", stripe_js),
        Route("/{train:str}/stripe.js", stripe_js),
        Route("/payment_element", payment_element),
        Route("/payment_element.js", payment_element_js),
    ]
