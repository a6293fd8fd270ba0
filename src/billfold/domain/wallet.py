"""Which payment sources a customer keeps, and which an order may use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from billfold.domain.errors import Refused

SAVE = "_save_payment_source_to_customer_wallet"
REUSE = "_customer_payment_source_id"


@dataclass(frozen=True, slots=True)
class Entry:
    """A wallet entry as far as telling two apart goes."""

    id: str
    gateway_id: str | None
    token: str | None
    fingerprint: str | None


def check_may_keep(*, guest: bool, has_customer: bool, has_source: bool, keeps: bool, theirs: bool) -> None:
    """Raise Refused, with the reason, unless the order's payment source may be kept at all.

    keeps   whether the gateway behind the source can keep instruments
    theirs  whether the source was prepared for the customer whom the order is for now
    """
    if not has_customer:
        raise Refused("needs a customer, and this order has none", at=SAVE, error="customer_missing")
    if guest:
        raise Refused("is for registered customers: this is a guest's order", at=SAVE, error="guest_order")
    if not has_source:
        raise Refused("needs a payment source, and this order has none", at=SAVE, error="payment_source_missing")
    if not keeps:
        raise Refused("is not possible: this payment method cannot be reused", at=SAVE, error="not_reusable")
    if not theirs:
        raise Refused("is for whoever entered it: this is somebody else's", at=SAVE, error="owned_by_another")


def same_instrument(entries: Iterable[Entry], *, gateway_id: str, token: str, fingerprint: str | None) -> Entry | None:
    """The entry that keeps this very instrument already: the same token, or the same card typed again."""
    known = [e for e in entries if e.gateway_id == gateway_id]
    by_token = next((e for e in known if e.token == token), None)
    by_card = next((e for e in known if fingerprint and e.fingerprint == fingerprint), None)
    return by_token or by_card
