"""How a shop accepts money: a kind of payment source, behind a gateway, in a market."""

from __future__ import annotations

from billfold.jsonapi.members import Amount, Choice, Flag, One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.payments import payment_methods

PAYMENT_SOURCE_TYPES = (
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


class PaymentMethod(
    Resource,
    called="payment_methods",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    create=payment_methods.create,
    update=payment_methods.update,
):
    """A way to pay that customers choose from, as “card” or “wire transfer”."""

    name = Text(
        doc="What the method is called; made from `payment_source_type` when none is sent.",
        write="both",
        filter=True,
        sort=True,
        example="Stripe Payment",
    )
    payment_source_type = Choice(
        doc="The type of the payment sources that orders are paid with by this method.",
        of=PAYMENT_SOURCE_TYPES,
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="stripe_payments",
    )
    currency_code = Text(
        doc="The only currency it takes, as three letters of ISO 4217; the market's when none is sent.",
        write="both",
        filter=True,
        sort=True,
        example="EUR",
    )
    moto = Flag(
        doc="Whether card numbers are taken by mail or telephone; the gateway must allow it.",
        write="both",
        default=False,
        example=False,
    )
    require_capture = Flag(
        doc="Whether the money must be taken before goods are shipped.", write="both", default=True, example=True
    )
    auto_place = Flag(
        doc="Whether an authorization that the gateway reports by itself places the order.",
        write="both",
        default=False,
        example=True,
    )
    auto_capture = Flag(
        doc="Whether the money is taken at once when it is authorized.", write="both", default=False, example=False
    )
    price_amount = Amount(
        doc="The fee for paying this way, in minor units; it becomes a line item.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example=0,
    )
    auto_capture_max_amount = Amount(
        doc="The largest total, in minor units, for which `auto_capture` holds; null for no limit.",
        write="both",
        example=0,
    )
    _disable = shared.disable()
    _enable = shared.enable()
    disabled_at = shared.disabled_at()

    market = One(
        doc="The only market it is offered in; null for all of them.",
        to="markets",
        write="both",
        filter=True,
        sort=True,
    )
    payment_gateway = One(
        doc="The account the money goes through.", to="payment_gateways", write="both", required=True, filter=True
    )
    store = One(doc="The only physical shop it is offered in.", to="stores", write="both", filter=True, sort=True)
    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()
