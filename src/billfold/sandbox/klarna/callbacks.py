"""What Klarna sends to the shop by itself.

https://docs.klarna.com/klarna-payments/in-depth-knowledge/authorization-callback/: two seconds to connect and two
to answer, up to three attempts, the pause between them doubling from one second. Nothing is signed; a shop puts
a secret into the URL.
"""

from __future__ import annotations

from typing import Any

import aiohttp

from billfold.sandbox.klarna.book import Order, instant
from billfold.sandbox.world import World

PAUSES = (0.0, 1.0, 2.0)
PATIENCE = aiohttp.ClientTimeout(total=None, sock_connect=2, sock_read=2)


def authorized(world: World, url: str, authorization_token: str, session_id: str) -> None:
    """Call `merchant_urls.authorization` in the background."""
    body = {"authorization_token": authorization_token, "session_id": session_id}
    world.spawn(_send(world, "authorization", url, body))


def assessed(world: World, order: Order) -> None:
    """Call `merchant_urls.notification` in the background, if there is one:
    https://docs.klarna.com/order-management/in-depth-knowledge/pending-orders/
    """
    if order.notification_url is None:
        return
    body = {
        "order_id": order.id,
        "event_type": f"FRAUD_RISK_{order.fraud_status}",
        "timestamp": instant(world.now()),
    }
    world.spawn(_send(world, "notification", order.notification_url, body))


async def _send(world: World, event: str, url: str, body: dict[str, Any]) -> None:
    fault = world.faults.for_event("klarna", event)
    if fault is not None and fault.do == "deliver_never":
        return
    if fault is not None and fault.seconds:
        await world.sleep(fault.seconds)
    for _ in range(2 if fault is not None and fault.do == "deliver_twice" else 1):
        await _deliver(world, url, body)


async def _deliver(world: World, url: str, body: dict[str, Any]) -> None:
    for pause in PAUSES:
        if pause:
            await world.sleep(pause)
        if await _taken(world.http(), url, body):
            return


async def _taken(http: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> bool:
    # A shop under development has a certificate of its own making.
    try:
        async with http.post(url, json=body, timeout=PATIENCE, allow_redirects=False, ssl=False) as answer:
            return 200 <= answer.status < 300
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False
