"""Coupons: codes that customers enter for a promotion to apply, and whom they were given to."""

from __future__ import annotations

from billfold.domain import derived
from billfold.jsonapi.members import Flag, Integer, One, Text, Timestamp
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.promotions import coupons, recipients


class Coupon(
    Resource,
    called="coupons",
    can="list retrieve create update delete",
    unique=("code promotion_rule",),  # in this order they are found by their code
    create=coupons.create,
    update=coupons.update,
    delete=coupons.delete,
):
    """A code that makes its promotion apply to the order it is entered on."""

    code = Text(
        doc="What the customer enters; no two coupons of one promotion rule share it.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="04371af2-70b3-48d7-8f4e-316b374224c3",
    )
    customer_single_use = Flag(
        doc="Whether each customer can place only one order with it.",
        write="both",
        filter=True,
        sort=True,
        default=False,
        example=False,
    )
    usage_limit = Integer(
        doc="How many orders may be placed with it; any number when null.",
        write="both",
        filter=True,
        sort=True,
        example=50,
    )
    usage_count = Integer(
        doc="How many orders were placed with it, without those cancelled since.",
        filter=True,
        sort=True,
        default=0,
        at_least=0,
        at_most="usage_limit",
        example=20,
    )
    recipient_email = Text(
        doc="Whose coupon it is: sending an address finds their record, or makes one.",
        write="both",
        transient=True,
        derived=derived.email_of("coupon_recipient"),
        needs="coupon_recipient",
        example="john@example.com",
    )
    expires_at = Timestamp(
        doc="The moment from which the code no longer works; null when it always does.",
        write="both",
        filter=True,
        sort=True,
        example="2018-01-01T12:00:00.000Z",
    )
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()

    promotion_rule = One(
        doc="The condition that the code meets, and with it the promotion.",
        to="coupon_codes_promotion_rules",
        write="both",
        required=True,
        filter=True,
    )
    coupon_recipient = One(
        doc="The only one who can use it; everybody when null.",
        to="coupon_recipients",
        write="both",
        filter=True,
        sort=True,
    )
    events = shared.events()
    tags = shared.tags()
    versions = shared.versions()
    event_stores = shared.event_stores()


class CouponRecipient(
    Resource,
    called="coupon_recipients",
    can="list retrieve create update delete",
    create=recipients.check_address,
    update=recipients.check_address,
):
    """Somebody whom coupons were given to, known by their e-mail address."""

    email = Text(
        doc="The address that the coupons were sent to.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="john@example.com",
    )
    first_name = Text(doc="What friends call the recipient.", write="both", filter=True, example="John")
    last_name = Text(doc="The name of the recipient's family.", write="both", filter=True, example="Smith")

    customer = One(
        doc="The customer that the recipient is, if known.", to="customers", write="both", filter=True, sort=True
    )
    event_stores = shared.event_stores()
    attachments = shared.attachments()
    versions = shared.versions()


class CouponUse(Resource, called="coupon_uses", can="", unique=("coupon customer",)):
    """That a customer has used up a coupon which each customer can use once; the server's own, without paths."""

    coupon = One(doc="The coupon that was used.", to="coupons", loose=True)
    customer = One(doc="Who used it: nobody uses one twice.", to="customers")
    order = One(doc="The order it was used on.", to="orders")
