"""Reading what Stripe reports: the signature first, then the event.

https://docs.stripe.com/webhooks#verify-webhook-signatures-with-official-libraries
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import stripe

from billfold.domain.errors import Refused
from billfold.gateways.protocol import Details, Notification
from billfold.gateways.stripe import mapping

# Seconds between the signing of a report and its arrival, beyond which it may be a replay.
TOLERANCE = 300


def read_notification(gateway: Details, headers: Mapping[str, str], body: bytes) -> Notification:
    """Refused when it was not signed with the endpoint's secret, or too long ago. A report of another connected
    account, or about nothing we know, comes back without any content."""
    signature = next((value for name, value in headers.items() if name.lower() == "stripe-signature"), None)
    try:
        stripe.WebhookSignature.verify_header(body, signature, gateway.get("webhook_endpoint_secret"), TOLERANCE)
        event = msgspec.json.decode(body, type=dict[str, Any])
        event_id, topic = str(event["id"]), str(event["type"])
        thing: dict[str, Any] = event["data"]["object"]
    except stripe.SignatureVerificationError as wrong:
        raise Refused("The report is not signed by Stripe, or too old.", error="bad_signature") from wrong
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, TypeError) as wrong:
        raise Refused("The report is no event of Stripe's.", error="unreadable") from wrong
    account = gateway.get("connected_account")
    if account and event.get("account") != account:
        return Notification(event_id, topic)
    if topic.startswith("payment_method."):
        return _about_instrument(event_id, topic, thing)
    return Notification(
        event_id,
        topic,
        source=_source(thing),
        transactions=mapping.reported(topic, thing),
        details=mapping.facts(thing) if thing.get("object") == "payment_intent" else {},
    )


def _about_instrument(event_id: str, topic: str, method: Mapping[str, Any]) -> Notification:
    if topic == "payment_method.detached":
        return Notification(event_id, topic, detached=str(method["id"]))
    if topic in mapping.TOPICS and method.get("customer"):
        return Notification(event_id, topic, renewed=mapping.kept(method, str(method["customer"])))
    return Notification(event_id, topic)


def _source(thing: Mapping[str, Any]) -> tuple[str, str] | None:
    if thing.get("object") == "payment_intent":
        return ("stripe_id", str(thing["id"]))
    if thing.get("payment_intent"):
        return ("stripe_id", str(thing["payment_intent"]))
    return None
