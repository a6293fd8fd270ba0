"""What is taken off orders without anybody's doing: promotions, and a kind for each way of taking something off."""

from __future__ import annotations

from billfold.db import chosen, offers
from billfold.domain.promotions import weight
from billfold.jsonapi.members import Amount, Choice, Flag, Integer, Many, One, Text, Timestamp
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.promotions import campaigns

PROMOTION_TYPES = (
    "percentage_discount_promotions",
    "free_shipping_promotions",
    "buy_x_pay_y_promotions",
    "free_gift_promotions",
    "fixed_price_promotions",
    "external_promotions",
    "fixed_amount_promotions",
    "flex_promotions",
)


def _sku_list() -> One:
    return One(
        doc="The only SKUs that something is taken off.",
        to="sku_lists",
        write="both",
        required=True,
        filter=True,
        sort=True,
    )


def _skus() -> Many:
    return Many(doc="The SKUs on the list, which the promotion is about.", to="skus", chosen=offers.skus_on_list)


class Promotion(
    Resource,
    called="promotions",
    can="list retrieve",
    guest="list retrieve",
    customer="list retrieve",
    named_filters={"active": "active_true", "expired": "expired_true", "with_status": "status_eq"},
):
    """A reason for which orders cost less while it lasts; `type` says what it takes off."""

    name = Text(
        doc="What the promotion is called in the back office, and its line items on orders.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Personal promotion",
    )
    type = Choice(
        doc="What the promotion takes off: a share, an amount, the freight, some of the pieces.",
        of=PROMOTION_TYPES,
        filter=True,
        sort=True,
        example="percentage_discount_promotions",
    )
    currency_code = Text(
        doc="The only currency of orders it is for, as three letters of ISO 4217; any when null.",
        write="both",
        filter=True,
        sort=True,
        example="EUR",
    )
    exclusive = Flag(
        doc="Whether an order that it applies to has no other promotion.",
        write="both",
        filter=True,
        sort=True,
        default=False,
        example=True,
    )
    priority = Integer(
        doc="Its place among promotions: a lower number is applied earlier, null last.",
        write="both",
        filter=True,
        sort=True,
        example=2,
    )
    starts_at = Timestamp(
        doc="The moment from which it applies.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="2018-01-01T12:00:00.000Z",
    )
    expires_at = Timestamp(
        doc="The moment from which it no longer applies; later than `starts_at`.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="2018-01-02T12:00:00.000Z",
    )
    total_usage_limit = Integer(
        doc="How many orders may be placed with it; any number when null.",
        write="both",
        filter=True,
        sort=True,
        example=5,
    )
    total_usage_count = Integer(
        doc="How many orders were placed with it, without those cancelled since.",
        filter=True,
        sort=True,
        default=0,
        at_least=0,
        at_most="total_usage_limit",
        example=2,
    )
    total_usage_reached = Flag(
        doc="Whether as many orders were placed with it as may be.",
        chosen=offers.usage_reached,
        filter=True,
        sort=True,
        example=False,
    )
    active = Flag(
        doc="Whether it applies at this moment: enabled, begun, neither over nor used up.",
        chosen=offers.is_active,
        example=True,
    )
    status = Choice(
        doc="How the promotion stands at this moment; “pending” is one that has not begun.",
        of=("disabled", "expired", "pending", "active", "inactive"),
        chosen=offers.status,
        example="pending",
    )
    expired = Flag(doc="Whether it is over at this moment.", chosen=offers.is_expired, shown=False)
    weight = Integer(
        doc="A number that sums up exclusivity, priority, type and beginning: the greater one is applied earlier.",
        derived=weight,
        example=112,
    )
    coupons_count = Integer(doc="How many coupons there are for it.", default=0, at_least=0, example=2)
    _disable = shared.disable()
    _enable = shared.enable()
    disabled_at = shared.disabled_at()
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()

    market = One(
        doc="The only market whose orders it is for; all markets when null.",
        to="markets",
        write="both",
        filter=True,
        sort=True,
    )
    promotion_rules = Many(
        doc="Conditions an order must meet, all of them, for the promotion to apply.",
        to="promotion_rules",
        by="promotion",
        filter=True,
    )
    order_amount_promotion_rule = One(
        doc="The condition on what the order costs, if there is one.",
        to="order_amount_promotion_rules",
        filter=True,
        by="promotion",
    )
    sku_list_promotion_rule = One(
        doc="The condition on what is bought, if there is one.",
        to="sku_list_promotion_rules",
        filter=True,
        by="promotion",
    )
    coupon_codes_promotion_rule = One(
        doc="The condition that the order names a coupon, if there is one.",
        to="coupon_codes_promotion_rules",
        filter=True,
        by="promotion",
    )
    custom_promotion_rule = One(
        doc="The condition of your own, if there is one.",
        to="custom_promotion_rules",
        filter=True,
        chosen=chosen.nothing,
    )
    sku_list = One(
        doc="The only SKUs that something is taken off.", to="sku_lists", write="both", filter=True, sort=True
    )
    coupons = Many(
        doc="The coupons that its condition on coupons accepts.",
        to="coupons",
        filter=True,
        chosen=chosen.through("promotion_rules", "promotion_rule_id", "promotion_id"),
    )
    # For filters such as `sku_code_eq` alone.
    sku = Many(
        doc="The SKUs on the list, by whose codes promotions are found.",
        to="skus",
        filter=True,
        chosen=offers.skus_on_list,
        shown=False,
    )
    attachments = shared.attachments()
    events = shared.events()
    tags = shared.tags()
    versions = shared.versions()
    event_stores = shared.event_stores()


class PercentageDiscountPromotion(
    Promotion,
    called="percentage_discount_promotions",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    create=campaigns.create,
    update=campaigns.update,
    delete=campaigns.delete,
):
    """A promotion that takes a share off what is bought, or off some of it."""

    percentage = Integer(doc="The share that is taken off, of a hundred.", write="both", required=True, example=10)

    skus = _skus()


class FixedAmountPromotion(
    Promotion,
    called="fixed_amount_promotions",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    create=campaigns.create,
    update=campaigns.update,
    delete=campaigns.delete,
):
    """A promotion that takes one amount off the order, never more than what is bought costs."""

    fixed_amount = Amount(
        doc="What is taken off each order, in minor units of the promotion's currency.",
        write="both",
        required=True,
        example=1000,
    )

    skus = _skus()


class FixedPricePromotion(
    Promotion,
    called="fixed_price_promotions",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    create=campaigns.create,
    update=campaigns.update,
    delete=campaigns.delete,
):
    """A promotion that has each piece of certain SKUs cost one price, if they cost more without it."""

    fixed_amount = Amount(
        doc="What one piece costs instead, in minor units of the promotion's currency.",
        write="both",
        required=True,
        example=1000,
    )

    sku_list = _sku_list()
    skus = _skus()


class FreeShippingPromotion(
    Promotion,
    called="free_shipping_promotions",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    create=campaigns.create,
    update=campaigns.update,
    delete=campaigns.delete,
):
    """A promotion that takes off what the shipments cost."""


class BuyXPayYPromotion(
    Promotion,
    called="buy_x_pay_y_promotions",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    create=campaigns.create,
    update=campaigns.update,
    delete=campaigns.delete,
):
    """A promotion that has customers pay for fewer pieces than they buy, as in three for the price of two."""

    x = Integer(
        doc="How many pieces must be bought for some to be free; twice as many make twice as many free.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example=3,
    )
    y = Integer(
        doc="How many of those pieces are paid for.", write="both", required=True, filter=True, sort=True, example=2
    )
    cheapest_free = Flag(
        doc="Whether pieces of different SKUs count together and the cheapest of them are free;"
        " else the pieces of each SKU count by themselves.",
        write="both",
        default=False,
        example=True,
    )

    sku_list = _sku_list()
    skus = _skus()


class FreeGiftPromotion(
    Promotion,
    called="free_gift_promotions",
    can="list retrieve create update delete",
    guest="list retrieve",
    customer="list retrieve",
    create=campaigns.create,
    update=campaigns.update,
    delete=campaigns.delete,
):
    """A promotion that makes pieces of certain SKUs free once the customer has put them into the order."""

    max_quantity = Integer(doc="How many pieces one order has free at most.", write="both", default=1, example=3)

    sku_list = _sku_list()
    skus = _skus()
