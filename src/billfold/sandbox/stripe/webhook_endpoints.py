"""Webhook endpoints (https://docs.stripe.com/api/webhook_endpoints): where events are sent, and the secret
they are signed with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

from billfold.sandbox.stripe.account import API_VERSION, page
from billfold.sandbox.stripe.api import Call, Operation
from billfold.sandbox.stripe.errors import invalid
from billfold.sandbox.stripe.params import EXPAND, PAGE, flag, merged_metadata, strings, text, word, words
from billfold.sandbox.world import new_id


@dataclass(slots=True)
class WebhookEndpoint:
    noun: ClassVar[str] = "webhook endpoint"

    created: int
    url: str
    enabled_events: list[str]
    id: str = field(default_factory=lambda: new_id("we_1", 23))
    secret: str = field(default_factory=lambda: new_id("whsec_", 32))
    description: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    disabled: bool = False

    def wants(self, type: str) -> bool:
        return not self.disabled and ("*" in self.enabled_events or type in self.enabled_events)

    def render(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "webhook_endpoint",
            "api_version": API_VERSION,
            "application": None,
            "created": self.created,
            "description": self.description,
            "enabled_events": list(self.enabled_events),
            "livemode": False,
            "metadata": dict(self.metadata),
            "status": "disabled" if self.disabled else "enabled",
            "url": self.url,
        }


def _change(endpoint: WebhookEndpoint, params: dict[str, Any]) -> None:
    if "url" in params:
        endpoint.url = _checked(params["url"])
    endpoint.enabled_events = params.get("enabled_events", endpoint.enabled_events)
    endpoint.disabled = params.get("disabled", endpoint.disabled)
    if "description" in params:
        endpoint.description = params["description"] or None
    endpoint.metadata = merged_metadata(endpoint.metadata, params.get("metadata"))


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.", code="url_invalid", param="url"
        )
    return url


def create(call: Call) -> dict[str, Any]:
    """The only answer that shows the secret."""
    endpoint = WebhookEndpoint(call.now, _checked(call.params["url"]), call.params["enabled_events"])
    _change(endpoint, call.params)
    call.account.add(endpoint)
    return {**endpoint.render(), "secret": endpoint.secret}


def retrieve(call: Call) -> dict[str, Any]:
    return call.account.get(WebhookEndpoint, call.path["id"]).render()


def update(call: Call) -> dict[str, Any]:
    endpoint = call.account.get(WebhookEndpoint, call.path["id"])
    _change(endpoint, call.params)
    return endpoint.render()


def delete(call: Call) -> dict[str, Any]:
    endpoint = call.account.get(WebhookEndpoint, call.path["id"])
    call.account.remove(endpoint)
    return {"id": endpoint.id, "object": "webhook_endpoint", "deleted": True}


def list_all(call: Call) -> dict[str, Any]:
    return page(call.account.newest(WebhookEndpoint), call.params, "/v1/webhook_endpoints")


_TAKES = {**EXPAND, "url": word, "enabled_events": words, "description": text, "metadata": strings}
OPERATIONS = (
    Operation(
        "POST",
        "/v1/webhook_endpoints",
        create,
        {**_TAKES, "api_version": word, "connect": flag},
        ("url", "enabled_events"),
    ),
    Operation("GET", "/v1/webhook_endpoints", list_all, PAGE),
    Operation("GET", "/v1/webhook_endpoints/{id}", retrieve, EXPAND),
    Operation("POST", "/v1/webhook_endpoints/{id}", update, {**_TAKES, "disabled": flag}),
    Operation("DELETE", "/v1/webhook_endpoints/{id}", delete),
)
