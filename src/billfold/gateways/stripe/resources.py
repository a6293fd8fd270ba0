"""What Stripe gateways and Stripe payments have beyond others of their families."""

from __future__ import annotations

from billfold.gateways.protocol import Kindred
from billfold.jsonapi.members import Flag, Many, Object, Secret, Text

GATEWAY = Kindred(
    called="stripe_gateways",
    doc="An account at Stripe; creating one registers for its notifications.",
    members={
        "force_payments": Flag(
            doc="Whether a payment that Stripe reports becomes the payment source of an order that is still open.",
            write="both",
            default=True,
            example=True,
        ),
        "login": Secret(
            doc="The account's secret key; kept encrypted and never shown.",
            write="create",
            required=True,
            example="sk_live_xxxx",
        ),
        "publishable_key": Text(
            doc="The account's public key, which its payments pass on to browsers.",
            write="create",
            shown=False,
            example="pk_live_xxxx",
        ),
        "connected_account": Text(
            doc="The connected account that payments are made for, if the key is a platform's.",
            write="both",
            example="acct_xxxx",
        ),
        "auto_payments": Flag(
            doc="Whether customers may choose among all methods enabled at Stripe, instead of cards alone.",
            write="both",
            default=False,
            example=True,
        ),
        "webhook_endpoint_id": Text(doc="Stripe's id of the address it reports to.", example="we_xxxx"),
        "webhook_endpoint_secret": Secret(doc="What Stripe signs its reports with; kept encrypted and never shown."),
        "webhook_endpoint_url": Text(
            doc="The address Stripe reports to.", example="https://example.com/webhook_callbacks/stripe_gateways/xxxx"
        ),
        "stripe_payments": Many(
            doc="The payments made through the account.", to="stripe_payments", by="payment_gateway"
        ),
    },
)

SOURCE = Kindred(
    called="stripe_payments",
    doc="A Stripe payment intent for one order; browsers confirm it with Stripe.js and the client secret.",
    members={
        "stripe_id": Text(
            doc="The payment intent's id; made at Stripe when none is sent.", write="create", example="pi_1234XXX"
        ),
        "client_secret": Text(
            doc="What a browser confirms the payment intent with; made at Stripe when none is sent.",
            write="create",
            example="pi_1234XXX_secret_5678YYY",
        ),
        "connected_account": Text(doc="The gateway's connected account, for Stripe.js.", example="acct_xxxx"),
        "charge_id": Text(doc="Stripe's id of the charge, once the payment was confirmed.", example="ch_1234XXX"),
        "publishable_key": Text(doc="The gateway's public key, for Stripe.js.", example="pk_live_xxxx"),
        "on_behalf_of": Text(doc="The account whose business the payment is, in a marketplace.", example="acct_xxxx"),
        "transfer_group": Text(doc="What ties the payment to its transfers, in a marketplace.", example="ORDER_42"),
        "options": Object(
            doc="Parameters of the payment intent, as `setup_future_usage` or `return_url`; later ones are merged in.",
            write="both",
            default={},
            example={"return_url": "https://example.com/thankyou"},
        ),
        "payment_method": Object(
            doc="What Stripe says of the instrument; null until the customer has entered one.",
            example={"id": "pm_xxxx", "type": "card"},
        ),
        "mismatched_amounts": Flag(
            doc="Whether the order costs something else by now than the intent is for; `_update` sets it right.",
            default=False,
        ),
        "return_url": Text(
            doc="Where the customer comes back to from their bank.",
            write="both",
            example="https://example.com/thankyou",
        ),
        "kept_instrument": Text(
            doc="The payment method it was paid with, if that was a customer's before.", shown=False
        ),
        "receipt_email": Text(doc="Where Stripe sends a receipt.", write="create", example="john@example.com"),
    },
    verbs=("_update", "_refresh"),
)
