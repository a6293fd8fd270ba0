"""Stripe: payment intents through the official SDK.

A payment source is one payment intent. Every request that moves money carries an idempotency key made of our row's id
and the verb (https://docs.stripe.com/api/idempotent_requests), so that repeating it changes nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import stripe

from billfold.domain.errors import Declined, Refused
from billfold.domain.money import Money
from billfold.domain.payments import Kind, Outcome
from billfold.gateways.doubt import doubting
from billfold.gateways.protocol import (
    Attempt,
    Details,
    Key,
    Movements,
    Notification,
    Purchase,
    Reference,
    Verdict,
)
from billfold.gateways.stripe import mapping
from billfold.gateways.stripe.intents import EXPAND, KEPT, creation, return_url, stored_instrument
from billfold.gateways.stripe.mapping import Thing
from billfold.gateways.stripe.notifications import read_notification
from billfold.gateways.stripe.transport import LIVE, REPEATS, Transport
from billfold.gateways.stripe.wallet import INTENTS, StripeWallet
from billfold.gateways.wire import Patience, Said

# What is asked of Stripe, as its paths begin.
REFUNDS, ENDPOINTS = "refunds", "webhook_endpoints"

# In the metadata, by which a capture or refund is told to be ours.
CAPTURED_FOR, REFUNDED_FOR = "billfold_capture", "billfold_refund"


@doubting("Stripe")
class StripeGateway(StripeWallet):
    """details  the gateway record's: login, publishable_key, connected_account, auto_payments, webhook_endpoint_…"""

    def __init__(
        self,
        details: Details,
        session: aiohttp.ClientSession,
        base_url: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        client = stripe.StripeClient(
            details["login"],
            base_addresses={"api": (base_url or LIVE).rstrip("/")},
            http_client=Transport(session, patience or Patience()),
            max_network_retries=REPEATS,
        )
        super().__init__(client, details.get("connected_account"))
        self._details = details

    # --- what the browser needs ---------------------------------------------------------------------------------------

    async def prepare(self, purchase: Purchase, source: Details, *, key: Key) -> Details:
        """Create a payment intent, or take over the one whose secret the client knows.

        Refused when the client's own intent is for another amount, order or customer.
        """
        if source.get("stripe_id") or source.get("client_secret"):
            return await self._adopt(purchase, source)
        params, options = creation(purchase, source, auto_payments=bool(self._details.get("auto_payments")))
        made = await self.ask("post", INTENTS, params=params, key=key, verb="prepare")
        return self._opened(made.thing, options)

    async def _adopt(self, purchase: Purchase, source: Details) -> Details:
        secret = str(source.get("client_secret") or "")
        intent_id = str(source.get("stripe_id") or secret.partition("_secret_")[0])
        intent = await self._intent(intent_id)
        # Without the secret anybody who has seen an id could pay with somebody else's money.
        if not secret or intent.get("client_secret") != secret:
            raise Refused("does not belong to this payment intent.", at="client_secret", error="mismatched_secret")
        metadata = intent.get("metadata") or {}
        if metadata.get("order_id", purchase.order_id) != purchase.order_id:
            raise Refused("is a payment intent of another order.", at="stripe_id", error="mismatched_order")
        own = purchase.shopper.customer_token if purchase.shopper else None
        if _id(intent.get("customer")) not in (None, own):
            raise Refused("is a payment intent of another customer.", at="stripe_id", error="mismatched_customer")
        if (intent["amount"], intent["currency"]) != mapping.to_stripe(purchase.amount):
            held = mapping.from_stripe(intent["amount"], intent["currency"])
            raise Refused(
                f"is a payment intent of {held}, but the order costs {purchase.amount}.",
                at="stripe_id",
                error="mismatched_amounts",
            )
        return {**self._opened(intent, dict(source.get("options") or {})), **mapping.facts(intent)}

    def _opened(self, intent: Said, options: dict[str, Any]) -> dict[str, Any]:
        return {
            "stripe_id": intent.text("id"),
            "client_secret": intent.text("client_secret"),
            "publishable_key": self._details.get("publishable_key"),
            "connected_account": self._account,
            "options": options,
        }

    async def update(self, purchase: Purchase, source: Details) -> Details:
        """Change the intent's amount. There is no key of ours: the same amount twice is harmless, and a key would
        make an amount that comes back after another one be ignored.

        Refused once the money is held or taken.
        """
        amount, currency = mapping.to_stripe(purchase.amount)
        params = {"amount": amount, "currency": currency, "expand": EXPAND}
        changed = await self.ask("post", INTENTS, source["stripe_id"], params=params)
        return mapping.facts(changed.thing)

    async def refresh(self, source: Details) -> tuple[Details, Movements]:
        """Read the intent, and its refunds where there are any."""
        intent = await self._intent(source["stripe_id"])
        details = mapping.facts(intent)
        refunds = [r async for r in self._refunds(intent["id"])] if mapping.was_refunded(intent) else []
        declined = mapping.authorization(intent).outcome is Outcome.DECLINED
        if declined and not stored_instrument(source.get("options") or {}):
            # Checkouts take a source with an instrument for one that is ready to be placed with.
            details |= {"payment_method": None, "payment_instrument": None}
        return details, mapping.movements(intent, refunds)

    async def discard(self, source: Details) -> None:
        """Cancel the intent, which also lets go of money that is held under it."""
        id = source.get("stripe_id")
        if not id:
            return
        params = {"cancellation_reason": "abandoned"}
        try:
            await self.ask("post", INTENTS, id, "cancel", params=params, key=Key(id), verb="discard", moves_money=True)
        except Refused:
            return  # paid, canceled already, or not there: in each case nothing is left to cancel

    # --- money --------------------------------------------------------------------------------------------------------

    async def authorize(self, purchase: Purchase, source: Details, *, key: Key) -> Verdict:
        """Say what the intent holds, or confirm it with the stored instrument that its options name.

        A customer is there, so the bank may ask them: then the verdict is PENDING with a next action, and another
        call after the challenge tells how it went. Refused: "not_confirmed" when the browser has not done its part,
        "mismatched_amounts" when the intent is for another amount, "expired" when it was canceled.
        """
        intent = await self._intent(source["stripe_id"])
        if intent["status"] == "canceled":
            raise Refused("The payment intent was canceled; a new payment source is needed.", error="expired")
        if (intent["amount"], intent["currency"]) != mapping.to_stripe(purchase.amount):
            held = mapping.from_stripe(intent["amount"], intent["currency"])
            raise Refused(
                f"The payment intent is for {held}, but the order costs {purchase.amount}.", error="mismatched_amounts"
            )
        if intent["status"] not in ("requires_payment_method", "requires_confirmation"):
            return mapping.authorization(intent)
        stored = stored_instrument(source.get("options") or {})
        if stored:
            return await self._confirm(intent, stored, source, key)
        verdict = mapping.authorization(intent)
        if verdict.outcome is Outcome.FAILED:
            raise Refused("The payment has not been confirmed in the browser.", error="not_confirmed")
        return verdict

    async def _confirm(self, intent: Thing, instrument: str, source: Details, key: Key) -> Verdict:
        """Pay with an instrument that the server was named. One that is a customer's already was kept before, here or
        elsewhere, and is not ours to let go."""
        named = intent.get("payment_method")
        known = named if isinstance(named, Mapping) and named["id"] == instrument else await self._method(instrument)
        noted = {KEPT: instrument} if known.get("customer") else {}
        params: dict[str, Any] = {"payment_method": instrument, "expand": EXPAND}
        kinds = frozenset(intent.get("payment_method_types") or ())
        if kinds and kinds <= mapping.BY_MANDATE:
            params["off_session"] = True
        elif url := return_url(source):
            params["return_url"] = url
        path = INTENTS, intent["id"], "confirm"
        try:
            confirmed = await self.ask("post", *path, params=params, key=key, verb="confirm", moves_money=True)
        except Declined as no:
            return _declined(no, Reference(intent["id"]))
        except Refused as no:
            return _failed(no)
        # Called again after a challenge: the answer of then says nothing of how the challenge went.
        now = await self._intent(intent["id"]) if confirmed.replayed else confirmed.thing
        return mapping.authorization(now).knowing(noted)

    async def capture(self, attempt: Attempt) -> Verdict:
        """Take what is held, or a part of it; Stripe lets the rest go at once, so that there is no second capture
        (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method)."""
        units, _ = mapping.to_stripe(attempt.amount)
        params = {"amount_to_capture": units, "metadata": {CAPTURED_FOR: attempt.key}, "expand": ["latest_charge"]}
        path = INTENTS, _intent_of(attempt), "capture"
        try:
            taken = await self.ask("post", *path, params=params, key=attempt.key, verb="capture", moves_money=True)
        except Declined as no:
            return _declined(no, None)
        except Refused as no:
            return _failed(no)
        return mapping.capture(taken.thing)

    async def void(self, attempt: Attempt) -> Verdict:
        """Cancel the intent. What a partial capture left over is let go already, and that succeeds too."""
        path, params = (INTENTS, _intent_of(attempt), "cancel"), {"cancellation_reason": "requested_by_customer"}
        try:
            canceled = await self.ask("post", *path, params=params, key=attempt.key, verb="void", moves_money=True)
        except Refused as no:
            verdict = mapping.void(await self._intent(_intent_of(attempt)))
            return verdict if verdict.outcome is Outcome.SUCCEEDED else _failed(no)
        return mapping.void(canceled.thing)

    async def refund(self, attempt: Attempt, *, captured: Money, authorization: Reference) -> Verdict:
        units, _ = mapping.to_stripe(attempt.amount)
        params = {"payment_intent": authorization, "amount": units, "metadata": {REFUNDED_FOR: attempt.key}}
        try:
            given = await self.ask("post", REFUNDS, params=params, key=attempt.key, verb="refund", moves_money=True)
        except Declined as no:
            return _declined(no, None)
        except Refused as no:
            return _failed(no)
        return mapping.refund(given.thing)

    async def look_up(self, attempt: Attempt) -> Verdict:
        """Captures and refunds carry our key in their metadata, so that ours are told from a colleague's."""
        if attempt.kind is Kind.REFUND:
            return await self._look_up_refund(attempt)
        intent = await self._intent(_intent_of(attempt))
        if attempt.kind is Kind.AUTHORIZATION:
            return mapping.authorization(intent)
        if attempt.kind is Kind.VOID:
            return mapping.void(intent)
        if intent["status"] == "succeeded" and (intent.get("metadata") or {}).get(CAPTURED_FOR) != attempt.key:
            return Verdict(Outcome.FAILED, decline="captured_elsewhere", message="Another request captured it.")
        return mapping.capture(intent)

    async def _look_up_refund(self, attempt: Attempt) -> Verdict:
        async for given in self._refunds(attempt.source["stripe_id"]):
            if (given.get("metadata") or {}).get(REFUNDED_FOR) == attempt.key:
                return mapping.refund(given)
        return Verdict(Outcome.FAILED, decline="never_made", message="Stripe knows of no such refund.")

    async def _refunds(self, intent_id: str) -> AsyncIterator[Thing]:
        """An intent's refunds, newest first."""
        params: dict[str, Any] = {"payment_intent": intent_id, "limit": 100}
        while True:
            page = (await self.ask("get", REFUNDS, params=params)).thing
            for given in page["data"]:
                yield given
            if not page.get("has_more") or not page["data"]:
                return
            params["starting_after"] = page["data"][-1]["id"]

    # --- notifications ------------------------------------------------------------------------------------------------

    async def connect(self, notify_url: str, *, key: Key) -> Details:
        """Have Stripe report to this URL. For a connected account it is the platform that listens
        (https://docs.stripe.com/connect/webhooks)."""
        params: dict[str, Any] = {
            "url": notify_url,
            "enabled_events": list(mapping.TOPICS),
            "description": "Billfold",
        }
        if self._account:
            params["connect"] = True
        made = await self.ask("post", ENDPOINTS, params=params, key=key, verb="connect", platform=True)
        return {f"webhook_endpoint_{name}": made.thing[name] for name in ("id", "secret", "url")}

    async def disconnect(self) -> None:
        endpoint = self._details.get("webhook_endpoint_id")
        if not endpoint:
            return
        try:
            await self.ask("delete", ENDPOINTS, endpoint, platform=True)
        except Refused:
            return  # gone already

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        return read_notification(self._details, headers, body)

    async def close(self) -> None:
        """The HTTP session belongs to whoever opened it."""


def open_stripe(details: Details, session: aiohttp.ClientSession, base_url: str | None) -> StripeGateway:
    return StripeGateway(details, session, base_url)


def digest(source: Details) -> Mapping[str, Any]:
    """The order's `payment_source_details`. `payment_method_id` is what a wallet entry of it is found by."""
    method: Mapping[str, Any] = source.get("payment_method") or {}
    token = method.get("id") or stored_instrument(source.get("options") or {})
    known: dict[str, Any] = {"type": "stripe_payment"}
    if token:
        known["payment_method_id"] = token
    if kind := method.get("type"):
        known["payment_method_type"] = kind
        known["payment_method_details"] = method.get(kind) or {}
    return known


def _intent_of(attempt: Attempt) -> str:
    if attempt.reference is not None and attempt.reference.startswith("pi_"):
        return attempt.reference
    return str(attempt.source["stripe_id"])


def _declined(no: Declined, reference: Reference | None) -> Verdict:
    return Verdict(Outcome.DECLINED, reference, decline=no.error, message=no.message)


def _failed(no: Refused) -> Verdict:
    return Verdict(Outcome.FAILED, decline=no.error, message=no.message)


def _id(thing: Any) -> Any:
    return thing["id"] if isinstance(thing, Mapping) else thing
