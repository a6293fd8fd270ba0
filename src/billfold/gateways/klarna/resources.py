"""What Klarna gateways and Klarna payments have beyond others of their families."""

from __future__ import annotations

from billfold.gateways.protocol import Kindred
from billfold.jsonapi.members import Choice, Flag, Items, Many, Secret, Text

GATEWAY = Kindred(
    called="klarna_gateways",
    doc="An account at Klarna, in one of its three regions.",
    members={
        "country_code": Choice(
            doc="Klarna's region of the account: Europe, the United States or Oceania.",
            of=("EU", "US", "OC"),
            write="both",
            required=True,
            shown=False,
            example="EU",
        ),
        "api_key": Secret(
            doc="The user name of the API credentials; kept encrypted and never shown.",
            write="both",
            required=True,
            example="xxxx-yyyy-zzzz",
        ),
        "api_secret": Secret(
            doc="The password of the API credentials; kept encrypted and never shown.",
            write="both",
            required=True,
            example="xxxx-yyyy-zzzz",
        ),
        "notification_url": Text(
            doc="The address that every session tells Klarna to report to.",
            shown=False,
            example="https://example.com/webhook_callbacks/klarna_gateways/xxxx",
        ),
        "klarna_payments": Many(
            doc="The payments made through the account.", to="klarna_payments", by="payment_gateway", filter=True
        ),
    },
)

SOURCE = Kindred(
    called="klarna_payments",
    doc="A Klarna payments session for one order; browsers authorize it with Klarna's script and the client token.",
    members={
        "session_id": Text(doc="Klarna's id of the session.", example="xxxx-yyyy-zzzz"),
        "client_token": Text(doc="What a browser opens the session with.", example="xxxx-yyyy-zzzz"),
        "payment_methods": Items(
            doc="The ways to pay that Klarna offers for the order, each with its identifier and name.",
            example=[{"identifier": "pay_later", "name": "Pay later"}],
        ),
        "auth_token": Text(
            doc="What Klarna gives browsers once the customer agrees; placing the order needs it within 60 minutes.",
            write="update",
            example="xxxx-yyyy-zzzz",
        ),
        "mismatched_amounts": Flag(
            doc="Whether the order costs something else by now than the session is for; `_update` sets it right.",
            filter=True,
            default=False,
        ),
        "intent": Text(
            doc="What the session was opened for: “buy”, or “buy_and_tokenize” for a registered customer.", shown=False
        ),
        "customer_token_id": Text(
            doc="The customer token made from the authorization, or kept in the wallet entry that is reused.",
            shown=False,
        ),
        "klarna_order_id": Text(doc="Klarna's id of the order it placed.", shown=False),
    },
    verbs=("_update",),
)
