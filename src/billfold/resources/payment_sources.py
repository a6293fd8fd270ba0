"""What one order is paid with: what all kinds have in common, and a kind for each payment provider."""

from __future__ import annotations

from types import new_class

from billfold.gateways import GATEWAYS
from billfold.gateways.protocol import Kindred
from billfold.jsonapi.members import Flag, Integer, Object, One, Text, Timestamp, Trigger
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.payments import payment_sources


class PaymentSource(Resource, called="payment_sources", can="", guest="retrieve", customer="retrieve", owner="order"):
    """A payment source of any kind; it has no address of its own but those of its kinds."""

    payment_instrument = Object(
        doc="What may be shown of the card or account, all strings; null until the customer has entered one.",
        example={"issuer_type": "credit card", "card_type": "visa", "card_last_digits": "4242"},
    )
    fingerprint = Text(doc="Equal for the same card at the same gateway, however often it was entered.", shown=False)
    instrument_token = Text(doc="The provider's id of an instrument that was prepared for keeping.", shown=False)
    instrument_customer_token = Text(
        doc="The provider's id of the customer that instrument was prepared for.", shown=False
    )
    shopper_id = Text(
        doc="The registered customer it was prepared for, who alone may keep it; null for a guest's.", shown=False
    )
    amount_cents = Integer(doc="What the source was prepared to pay, in minor units.", shown=False)
    gateway_reference = Text(
        doc="The provider's id of what was opened for it: no two sources share one.", shown=False, unique=True
    )
    superseded = Flag(doc="Whether the order is paid with another source by now.", shown=False, default=False)
    discarded_at = Timestamp(doc="When what was opened for it at the provider was cancelled.", shown=False)

    # One table keeps all kinds, so they are all found by their order, as the contract asks of Klarna's alone.
    order = One(
        doc="The order that is paid with it, and whose payment source it becomes.",
        to="orders",
        write="both",
        required=True,
        filter=True,
        sort=True,
    )
    payment_gateway = One(doc="The account it goes through: that of the order's payment method.", to="payment_gateways")
    customer_payment_source = One(
        doc="The wallet entry it was made from, as long as the customer keeps that.",
        to="customer_payment_sources",
        shown=False,
        loose=True,
    )
    versions = shared.versions()
    event_stores = shared.event_stores()


def _declare(kind: Kindred) -> type[Resource]:
    """The resource type of one provider's payment sources."""
    verbs = {
        "_update": Trigger(
            doc="Tells the payment provider the order's present amount and line items.",
            run=payment_sources.update_at_gateway,
        ),
        "_refresh": Trigger(
            doc="Reads from the payment provider how the payment stands, as its notifications would have told.",
            run=payment_sources.refresh,
        ),
    }
    offered = {name: verbs[name] for name in kind.verbs}
    return new_class(
        kind.called.title().replace("_", "").removesuffix("s"),
        (PaymentSource,),
        {
            "called": kind.called,
            "can": "list retrieve create update delete",
            "guest": "retrieve create update delete",
            "customer": "retrieve create update delete",
            "owner": "order",
            "create": payment_sources.create,
            "update": payment_sources.update,
            "delete": payment_sources.delete,
        },
        lambda body: body.update(kind.members, **offered, __doc__=kind.doc, __module__=__name__),
    )


KINDS = tuple(_declare(psp.source) for psp in GATEWAYS)
