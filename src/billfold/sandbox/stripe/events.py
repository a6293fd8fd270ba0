"""Events (https://docs.stripe.com/api/events) and their signed delivery to the registered endpoints."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any, ClassVar

import aiohttp
import msgspec

from billfold.sandbox.stripe.account import API_VERSION, Account, Thing, page
from billfold.sandbox.stripe.api import Call, Operation
from billfold.sandbox.stripe.params import EXPAND, PAGE, word, words
from billfold.sandbox.stripe.webhook_endpoints import WebhookEndpoint
from billfold.sandbox.world import World, new_id

# Seconds before each further attempt. Stripe tries for days (https://docs.stripe.com/webhooks#retries); here
# one waits.
RETRY_AFTER = (1.0, 5.0, 30.0, 300.0)
ANSWER_WITHIN = aiohttp.ClientTimeout(total=10)


@dataclass(slots=True)
class Event:
    """Something that happened, with the object as it was then."""

    noun: ClassVar[str] = "event"

    created: int
    type: str
    data: dict[str, Any]
    request_id: str | None
    idempotency_key: str | None
    id: str = field(default_factory=lambda: new_id("evt_1", 23))
    pending: int = 0

    def render(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "event",
            "api_version": API_VERSION,
            "created": self.created,
            "data": self.data,
            "livemode": False,
            "pending_webhooks": self.pending,
            "request": {"id": self.request_id, "idempotency_key": self.idempotency_key},
            "type": self.type,
        }


def emit(call: Call, type: str, thing: Thing, before: dict[str, Any] | None = None) -> None:
    """Record an event about `thing` as it is now, and send it on its way. `before` is how it looked
    previously, for the event's `previous_attributes`.
    """
    now = thing.render()
    data: dict[str, Any] = {"object": now}
    if before is not None:
        data["previous_attributes"] = {name: value for name, value in before.items() if now.get(name) != value}
    event = Event(call.now, type, data, call.request_id, call.idempotency_key)
    call.account.add(event)
    for endpoint in call.account.newest(WebhookEndpoint):
        if endpoint.wants(type):
            event.pending += 1
            call.world.spawn(_send(call.world, call.account, endpoint, event))


async def _send(world: World, account: Account, endpoint: WebhookEndpoint, event: Event) -> None:
    fault = world.faults.for_event("stripe", event.type)
    if fault is not None and fault.do == "deliver_never":
        return
    if fault is not None and fault.seconds:
        await world.sleep(fault.seconds)
    times = 2 if fault is not None and fault.do == "deliver_twice" else 1
    for _ in range(times):
        await _deliver(world, account, endpoint, event)
    event.pending -= 1


async def _deliver(world: World, account: Account, endpoint: WebhookEndpoint, event: Event) -> None:
    """Post the event until it is answered 2xx, the endpoint is gone or disabled, or the attempts are used up."""
    for wait in (0.0, *RETRY_AFTER):
        if wait:
            await world.sleep(wait)
        if account.find(WebhookEndpoint, endpoint.id) is None or endpoint.disabled:
            return
        body = msgspec.json.encode(event.render())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(body, endpoint.secret, int(world.now())),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        if await _answered(world.http(), endpoint.url, body, headers):
            return


async def _answered(http: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str]) -> bool:
    try:
        async with http.post(url, data=body, headers=headers, timeout=ANSWER_WITHIN, allow_redirects=False) as answer:
            return 200 <= answer.status < 300
    except (aiohttp.ClientError, TimeoutError):
        return False


def sign(body: bytes, secret: str, at: int) -> str:
    """The `Stripe-Signature` header; https://docs.stripe.com/webhooks#verify-manually."""
    digest = hmac.new(secret.encode(), b"%d.%s" % (at, body), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def retrieve(call: Call) -> dict[str, Any]:
    return call.account.get(Event, call.path["id"]).render()


def list_all(call: Call) -> dict[str, Any]:
    wanted = set(call.params.get("types", ()))
    if "type" in call.params:
        wanted.add(call.params["type"])
    found = [one for one in call.account.newest(Event) if not wanted or _named(one.type, wanted)]
    return page(found, call.params, "/v1/events")


def _named(type: str, wanted: set[str]) -> bool:
    return any(type == name or (name.endswith("*") and type.startswith(name[:-1])) for name in wanted)


OPERATIONS = (
    Operation("GET", "/v1/events", list_all, {**PAGE, "type": word, "types": words}),
    Operation("GET", "/v1/events/{id}", retrieve, EXPAND),
)
