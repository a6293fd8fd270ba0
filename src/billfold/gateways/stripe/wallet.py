"""Keeping cards and other instruments at Stripe: customers, and the payment methods attached to them.

https://docs.stripe.com/payments/save-during-payment
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from billfold.domain.errors import Refused
from billfold.gateways.protocol import Details, Kept, Key, Purchase, Shopper
from billfold.gateways.stripe import mapping
from billfold.gateways.stripe.intents import EXPAND, KEPT, REUSED, stored_instrument
from billfold.gateways.stripe.mapping import Thing
from billfold.gateways.stripe.transport import Asking
from billfold.gateways.wire import Said

# What is asked of Stripe, as its paths begin.
INTENTS, METHODS = "payment_intents", "payment_methods"


class StripeWallet(Asking):
    """The half of the gateway that few PSPs have."""

    async def enroll(self, shopper: Shopper, *, key: Key) -> str | None:
        """A changed e-mail address makes another key, for Stripe refuses a key that comes with other values."""
        if shopper.customer_token:
            return shopper.customer_token
        version = hashlib.sha256(shopper.email.encode()).hexdigest()[:8]
        params = {"email": shopper.email, "metadata": {"customer_id": shopper.id}}
        made = await self.ask("post", "customers", params=params, key=key, verb=f"enroll-{version}")
        return made.thing.text("id")

    async def keep(self, purchase: Purchase, source: Details, *, key: Key) -> Kept:
        """Attach the intent's payment method to the shopper's customer, where it is not attached already.

        A method that cannot be charged again is replaced by the mandate it left behind, if it left one.
        Refused: "not_authorized", "authentication_failed", "not_reusable", "owned_by_another", or Stripe's own code.
        """
        customer = purchase.shopper.customer_token if purchase.shopper else None
        if customer is None:
            raise Refused("Only a registered customer can keep a payment source.", error="no_customer")
        if not source.get("stripe_id"):
            raise Refused("There is no payment intent to take the payment source from.", error="not_authorized")
        intent = await self._intent(source["stripe_id"])
        method = await self._instrument_of(intent, source)
        owner = _id(method.get("customer"))
        if owner is None:
            method = await self._attach(method, customer, key)
            owner = customer
        elif owner != customer:
            raise Refused("This payment source is kept by another customer.", error="owned_by_another")
        return mapping.kept(method, owner)

    async def _instrument_of(self, intent: Thing, source: Details) -> Thing:
        """The payment method to keep; Refused unless the customer's bank agreed to the payment, or it is kept
        already and only waits to be charged."""
        method = intent.get("payment_method")
        waiting = isinstance(method, Mapping) and method["id"] == stored_instrument(source.get("options") or {})
        owned = isinstance(method, Mapping) and _id(method.get("customer")) is not None
        error = intent.get("last_payment_error") or {}
        if error.get("code") == mapping.AUTHENTICATION_FAILED:
            raise Refused("The customer's bank could not authenticate the payment.", error="authentication_failed")
        if intent["status"] not in mapping.AUTHORIZED and not (waiting and owned and not error):
            raise Refused("The payment has not been authorized yet.", error="not_authorized")
        if not isinstance(method, Mapping):
            raise Refused("The payment was not made with anything that can be kept.", error="not_reusable")
        if method["type"] in mapping.REUSABLE:
            return method
        left_behind = mapping.generated(method, intent.get("latest_charge"))
        if left_behind is None:
            raise Refused(f"A payment with {mapping.masked_name(method)} cannot be reused.", error="not_reusable")
        return await self._method(left_behind)

    async def recognise(self, customer_token: str | None, payment_source_token: str) -> Kept:
        """Attaches it to the customer where it belongs to nobody. Refused when it belongs to another."""
        method = await self._method(payment_source_token)
        owner = _id(method.get("customer"))
        if owner is None and customer_token is None:
            raise Refused(
                "belongs to no customer at Stripe; say which one with `customer_token`.",
                at="customer_token",
                error="blank",
            )
        if owner is None and customer_token is not None:
            method, owner = await self._attach(method, customer_token, None), customer_token
        if customer_token is not None and owner != customer_token:
            raise Refused("belongs to another customer at Stripe.", at="payment_source_token", error="owned_by_another")
        if method["type"] not in mapping.REUSABLE:
            raise Refused("cannot be used again.", at="payment_source_token", error="not_reusable")
        return mapping.kept(method, owner)

    def unsaved(self, source: Details) -> tuple[str | None, str] | None:
        """An instrument that Stripe attached because later use was announced, and not one that was kept before."""
        method: Mapping[str, Any] = source.get("payment_method") or {}
        method = method.get(mapping.LEFT_BEHIND) or method
        owner = _id(method.get("customer"))
        if not owner or method["id"] == source.get(KEPT):
            return None
        return owner, str(method["id"])

    def reuse(self, kept: Kept) -> Details:
        return {
            "options": {"customer": kept.customer_token, "payment_method": kept.payment_source_token},
            "payment_instrument": dict(kept.instrument),
            KEPT: kept.payment_source_token,
            REUSED: {
                "customer": kept.customer_token,
                "payment_method": kept.payment_source_token,
                "payment_method_types": [mapping.type_of(kept.instrument)],
            },
        }

    async def forget(self, customer_token: str | None, payment_source_token: str, *, key: Key) -> None:
        try:
            await self.ask("post", METHODS, payment_source_token, "detach", key=key, verb="forget")
        except Refused as no:
            if no.error == "resource_missing" or (await self._method(payment_source_token)).get("customer") is None:
                return
            raise

    # --- reading ------------------------------------------------------------------------------------------------------

    async def _intent(self, intent_id: str) -> Said:
        return (await self.ask("get", INTENTS, intent_id, params={"expand": EXPAND})).thing

    async def _method(self, method_id: str) -> Thing:
        return (await self.ask("get", METHODS, method_id)).thing

    async def _attach(self, method: Thing, customer: str, key: Key | None) -> Thing:
        """Raises Declined when the issuer will not have it kept, Refused when it can never be used again."""
        id, params = method["id"], {"customer": customer}
        made = await self.ask("post", METHODS, id, "attach", params=params, key=key, verb=f"attach-{id}")
        return made.thing


def _id(thing: Any) -> str | None:
    """The id of what Stripe gives as an id, or whole."""
    found = thing["id"] if isinstance(thing, Mapping) else thing
    return None if found is None else str(found)
