"""Stripe gateways and Stripe payments."""

from __future__ import annotations

from billfold.gateways.protocol import Psp
from billfold.gateways.stripe.gateway import digest, open_stripe
from billfold.gateways.stripe.resources import GATEWAY, SOURCE

STRIPE = Psp(
    name="stripe",
    gateway=GATEWAY,
    source=SOURCE,
    instrument_name="Stripe Payment",
    open=open_stripe,
    digest=digest,
    identity="stripe_id",
)
