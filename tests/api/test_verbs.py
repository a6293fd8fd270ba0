"""Every verb is heard from everybody it is meant for: it acts, or refuses with a reason that is not who asks."""

from __future__ import annotations

import pytest
from tests.api.test_permissions import callers, may_send, send, verbs
from tests.api.world import REGISTRY, World

from billfold.client import Client
from billfold.jsonapi.resource import Resource

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("resource", [r for r in REGISTRY if verbs(r)], ids=lambda r: str(r.called))
async def test_a_verb_is_heard_from_whom_it_is_meant_for(world: World, resource: type[Resource]) -> None:
    """What one verb has closed to storefronts, such as an order that was placed, they cannot write at all."""
    for trigger in verbs(resource):
        for letter, client in callers(world).items():
            if letter in may_send(resource, trigger):
                reply = await send(world, client, resource, trigger)
                heard = reply.status == 200 or (reply.status, reply.codes) == (422, {"VALIDATION_ERROR"})
                assert heard or (letter != "i" and await closed(world, client, resource)), (
                    letter, trigger.name, reply.body,
                )  # fmt: skip


async def closed(world: World, by: Client, resource: type[Resource]) -> bool:
    data = {"type": resource.called, "attributes": {"metadata": {"looked": "in"}}}
    reply = await world.send("PATCH", f"{resource.called}/{world.ids[resource.called]}", by=by, body={"data": data})
    return (reply.status, reply.codes) == (401, {"UNAUTHORIZED"})
