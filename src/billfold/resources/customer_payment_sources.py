"""The wallet: what customers keep to pay with again."""

from __future__ import annotations

from billfold.jsonapi.members import Object, One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.payments import wallet


class CustomerPaymentSource(
    Resource,
    called="customer_payment_sources",
    can="list retrieve create update delete",
    customer="list retrieve update delete",
    owner="customer",
    unique=("customer payment_gateway payment_source_token", "customer payment_gateway fingerprint"),
    create=wallet.create_entry,
    update=wallet.update_entry,
    delete=wallet.delete_entry,
):
    """A payment source that a customer keeps in their wallet: tokens at a payment provider, never a card number."""

    name = Text(
        doc="What the customer recognises it by, as a masked card number.", filter=True, example="XXXX-XXXX-XXXX-1111"
    )
    customer_token = Text(
        doc="The customer's id at the payment provider; null where the provider has none.",
        write="both",
        example="cus_xxxyyyzzz",
    )
    payment_source_token = Text(
        doc="The instrument's id at the payment provider.", write="both", filter=True, example="pm_xxxyyyzzz"
    )
    fingerprint = Text(
        doc="Equal for the same card at the same gateway, however often it was entered; null where there is none.",
        shown=False,
    )
    payment_instrument = Object(doc="What may be shown of the card or account, all strings.", shown=False)

    customer = One(doc="Who keeps it.", to="customers", write="both", required=True, filter=True, sort=True)
    payment_method = One(doc="The way to pay it was saved under.", to="payment_methods", write="both", filter=True)
    payment_source = One(doc="The payment source it was saved from.", to="payment_sources", write="both")
    payment_gateway = One(
        doc="The account whose provider knows the tokens; no other can use them.", to="payment_gateways", shown=False
    )
    versions = shared.versions()
    event_stores = shared.event_stores()
