"""When promotions apply: conditions an order must meet, and a kind for each sort of condition."""

from __future__ import annotations

from billfold.db import offers
from billfold.jsonapi.members import Amount, Choice, Flag, Integer, Many, One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.promotions import campaigns


class PromotionRule(Resource, called="promotion_rules", can="list retrieve", unique=("promotion type",)):
    """A condition for a promotion to apply; a promotion has at most one of each `type`, and all must be met."""

    type = Choice(
        doc="What the condition is about: the order's amount, its SKUs, its coupon, or something of your own.",
        of=(
            "order_amount_promotion_rules",
            "sku_list_promotion_rules",
            "coupon_codes_promotion_rules",
            "custom_promotion_rules",
        ),
        filter=True,
        sort=True,
        example="coupon_codes_promotion_rules",
    )

    promotion = One(
        doc="The promotion it is a condition for.", to="promotions", write="both", required=True, filter=True
    )
    sku_list = One(doc="The SKUs that must be bought, of a condition about SKUs.", to="sku_lists", shown=False)
    versions = shared.versions()
    event_stores = shared.event_stores()


class OrderAmountPromotionRule(
    PromotionRule,
    called="order_amount_promotion_rules",
    can="list retrieve create update delete",
    create=campaigns.create_rule,
    update=campaigns.update_rule,
):
    """The condition that an order costs at least so much."""

    order_amount = Amount(
        doc="What the order must cost at least, in minor units of the promotion's currency.",
        write="both",
        example=1000,
    )
    use_subtotal = Flag(
        doc="Whether only what is bought counts, without fees and without what other promotions take off; freight never"
        " counts.",
        write="both",
        default=False,
        example=True,
    )
    currency_code = Text(doc="The currency of the promotion, which is the amount's.", shown=False)


class SkuListPromotionRule(
    PromotionRule,
    called="sku_list_promotion_rules",
    can="list retrieve create update delete",
    create=campaigns.create_rule,
    update=campaigns.update_rule,
):
    """The condition that SKUs of a list are bought: one of them, all of them, or so many pieces."""

    all_skus = Flag(
        doc="Whether every SKU of the list must be in the order; else one of them is enough.",
        write="both",
        default=False,
        example=True,
    )
    min_quantity = Integer(
        doc="How many pieces of the list's SKUs the order must have; above zero it counts instead of `all_skus`.",
        write="both",
        example=3,
    )

    sku_list = One(
        doc="The SKUs that must be bought; any when null.", to="sku_lists", write="both", filter=True, sort=True
    )
    skus = Many(doc="The SKUs that stand on the list.", to="skus", chosen=offers.skus_on_list)
    skus_wanted = Many(
        doc="The same, where all of them must be bought.", to="skus", chosen=offers.skus_wanted, shown=False
    )


class CouponCodesPromotionRule(
    PromotionRule,
    called="coupon_codes_promotion_rules",
    can="list retrieve create update delete",
    create=campaigns.create_rule,
    update=campaigns.update_rule,
):
    """The condition that the customer has entered the code of one of its coupons."""

    coupons = Many(
        doc="The coupons whose codes it accepts.", to="coupons", by="promotion_rule", write="both", filter=True
    )
