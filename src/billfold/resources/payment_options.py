"""What payment providers are told about an order beside the usual."""

from __future__ import annotations

from billfold.jsonapi.members import Choice, Object, One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.payments import payment_options

SOURCE_TYPES = (
    "adyen_payments",
    "axerve_payments",
    "braintree_payments",
    "checkout_com_payments",
    "external_payments",
    "klarna_payments",
    "paypal_payments",
    "satispay_payments",
    "stripe_payments",
    "wire_transfers",
)


class PaymentOption(
    Resource,
    called="payment_options",
    can="list retrieve create update delete",
    create=payment_options.create,
    update=payment_options.update,
):
    """Parameters that go along whenever payment sources of one type are prepared for one order."""

    name = Text(
        doc="What the option is called in the back office; made from the payment source type when none is sent.",
        write="both",
        filter=True,
        sort=True,
        example="Stripe Payment Option",
    )
    payment_source_type = Choice(
        doc="The type of payment source that the parameters are for.",
        of=SOURCE_TYPES,
        write="create",
        required=True,
        filter=True,
        sort=True,
        example="stripe_payments",
    )
    data = Object(
        doc="The parameters, in the payment provider's own words.",
        write="both",
        required=True,
        filter=True,
        example={"application_fee_amount": 1000, "on_behalf_of": "acct_xxx"},
    )

    order = One(
        doc="The order whose payment they are for.", to="orders", write="both", required=True, filter=True, sort=True
    )
    attachments = shared.attachments()
    event_stores = shared.event_stores()
