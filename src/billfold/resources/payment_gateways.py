"""The merchant's accounts at payment providers: what they have in common, and a kind for each provider."""

from __future__ import annotations

from types import new_class

from billfold.gateways import GATEWAYS
from billfold.gateways.protocol import Kindred
from billfold.jsonapi.members import Flag, Many, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.payments import payment_gateways


class PaymentGateway(Resource, called="payment_gateways", can="list retrieve"):
    """An account at any payment provider; each provider's own type says how to set one up."""

    name = Text(
        doc="What the account is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="US payment gateway",
    )
    force_payments = Flag(
        doc="Whether a payment that the provider reports becomes the payment source of an order that is still open.",
        write="both",
        default=False,
        example=True,
    )
    _disable = shared.disable()
    _enable = shared.enable()
    disabled_at = shared.disabled_at()
    notification_key = Text(doc="The part of the notification address that nobody can guess.", shown=False, unique=True)

    payment_methods = Many(
        doc="The ways to pay that go through the account.", to="payment_methods", by="payment_gateway", filter=True
    )
    versions = shared.versions()
    event_stores = shared.event_stores()


def _declare(kind: Kindred) -> type[Resource]:
    """The resource type of one provider's accounts. No storefront ever sees one."""
    return new_class(
        kind.called.title().replace("_", "").removesuffix("s"),
        (PaymentGateway,),
        {
            "called": kind.called,
            "can": "list retrieve create update delete",
            "create": payment_gateways.create,
            "update": payment_gateways.update,
            "delete": payment_gateways.delete,
        },
        lambda body: body.update(kind.members, __doc__=kind.doc, __module__=__name__),
    )


KINDS = tuple(_declare(psp.gateway) for psp in GATEWAYS)
