"""What a payment intent is made of: which of the client's wishes are heard, and how later use is announced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billfold.domain.errors import Refused
from billfold.gateways.protocol import Details, Purchase
from billfold.gateways.stripe.mapping import ANNOUNCED, to_stripe

# What a browser may decide about its payment. Everything else in `options` is kept and not sent: amounts, capture,
# fees and transfers are the merchant's, and `moto` or `off_session` would talk the bank out of asking the customer.
HEARD = frozenset({
    "description", "metadata", "receipt_email", "setup_future_usage", "shipping", "statement_descriptor",
    "statement_descriptor_suffix",
})  # fmt: skip

# What a merchant may add by payment options: how the money is split and what stands on statements, never how much it is
# or when it moves. https://docs.stripe.com/api/payment_intents/create
ADDED = HEARD - {"setup_future_usage"} | {
    "application_fee_amount", "on_behalf_of", "radar_options", "transfer_data", "transfer_group",
}  # fmt: skip

# Put on a source by `reuse` alone. No client can send it, so its customer is believed without asking.
REUSED = "reused_instrument"
# The source's detail that names a payment method which was a customer's before it was paid with.
KEPT = "kept_instrument"

EXPAND = ["payment_method", "latest_charge"]


def creation(purchase: Purchase, source: Details, *, auto_payments: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """(parameters of https://docs.stripe.com/api/payment_intents/create, what the source keeps as `options`).

    Later use is announced per payment method type, unless the client said otherwise: announced for the whole intent
    it would hide the methods that cannot be used again. Guests and stored instruments announce nothing.
    """
    amount, currency = to_stripe(purchase.amount)
    if not amount:
        raise Refused("The order costs nothing: it is placed without a payment source.", error="nothing_to_pay")
    wishes: dict[str, Any] = dict(source.get("options") or {})
    reused: Mapping[str, Any] | None = source.get(REUSED)
    shopper = purchase.shopper
    customer = shopper.customer_token if shopper else None
    if reused:
        customer = reused["customer"]
        wishes["payment_method"] = reused["payment_method"]
    heard = {name: wishes[name] for name in HEARD & wishes.keys() if wishes[name] is not None}
    added = {name: purchase.parameters[name] for name in ADDED & purchase.parameters.keys()}
    params: dict[str, Any] = dict(sorted({**heard, **added}.items()))  # the merchant knows better than the browser
    params.setdefault("description", f"Order {purchase.number}")
    if source.get("receipt_email"):
        params["receipt_email"] = source["receipt_email"]
    params["amount"], params["currency"] = amount, currency
    params["capture_method"] = "automatic" if purchase.auto_capture else "manual"
    noted = params.get("metadata") or {}
    if not isinstance(noted, Mapping):
        raise Refused("has “metadata” that is no object", at="options", error="invalid")
    params["metadata"] = {
        **noted,
        "order_id": purchase.order_id,
        "number": purchase.number,
    }
    wishes.pop("customer", None)
    if customer:
        params["customer"] = wishes["customer"] = customer
    if stored := stored_instrument(wishes):
        params["payment_method"] = stored
    types = _types(wishes, reused, auto_payments=auto_payments, stored=bool(stored))
    params.update(types)
    if shopper and not reused and "setup_future_usage" not in wishes:
        listed = types.get("allowed_payment_method_types")
        params["payment_method_options"] = {
            kind: {"setup_future_usage": "off_session"} for kind in ANNOUNCED if listed is None or kind in listed
        }
    return params, wishes


def _types(
    wishes: Mapping[str, Any], reused: Mapping[str, Any] | None, *, auto_payments: bool, stored: bool
) -> dict[str, Any]:
    """What the intent may be paid with. A stored instrument is confirmed by the server, so its type is the only one;
    and it needs no return URL, which Stripe wants from every intent that might redirect.

    Since 2026-09-30 types cannot be set any more, only narrowed down; clients still send them under the old name:
    https://docs.stripe.com/changelog/endive/2026-09-30/removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents
    """
    if reused:
        return {"allowed_payment_method_types": list(reused["payment_method_types"])}
    if listed := wishes.get("allowed_payment_method_types") or wishes.get("payment_method_types"):
        return {"allowed_payment_method_types": listed}
    if not auto_payments:
        return {"allowed_payment_method_types": ["card"]}
    automatic: dict[str, Any] = {"enabled": True}
    if stored:
        automatic["allow_redirects"] = "never"
    return {"automatic_payment_methods": automatic}


def stored_instrument(options: Mapping[str, Any]) -> str | None:
    """The payment method that the options name: as `payment_method`, or as a whole payment method object, which old
    clients send with its `id`."""
    for name in ("payment_method", "id"):
        found = options.get(name)
        if isinstance(found, str) and found.startswith("pm_"):
            return found
    return None


def return_url(source: Details) -> str | None:
    """Where the customer comes back to; clients write it on the source or into its options."""
    found = (source.get("options") or {}).get("return_url") or source.get("return_url")
    return found if isinstance(found, str) else None
