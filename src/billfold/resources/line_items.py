"""What an order consists of: goods, and whatever else makes up its amounts."""

from __future__ import annotations

from billfold.jsonapi.members import Amount, Choice, Flag, Float, Integer, Many, Object, One, Text, Trigger
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.orders import line_items
from billfold.usecases.shipping import reservations

ITEM_TYPES = (
    "skus",
    "bundles",
    "gift_cards",
    "shipments",
    "payment_methods",
    "adjustments",
    "discount_engine_items",
    "percentage_discount_promotions",
    "free_shipping_promotions",
    "buy_x_pay_y_promotions",
    "free_gift_promotions",
    "fixed_price_promotions",
    "external_promotions",
    "fixed_amount_promotions",
    "flex_promotions",
)


class LineItem(
    Resource,
    called="line_items",
    can="list retrieve create update delete",
    guest="retrieve create update delete",
    customer="list retrieve create update delete",
    owner="order",
    create=line_items.create,
    update=line_items.update,
    delete=line_items.delete,
):
    """A position of an order: some pieces of a SKU, or a fee, each with its price in the order's currency."""

    sku_code = Text(
        doc="The code of the SKU; it may be sent instead of `item`.",
        write="both",
        filter=True,
        example="TSHIRTMM000000FFFFFFXLXX",
    )
    bundle_code = Text(
        doc="The code of the bundle; it may be sent instead of `item`.",
        write="both",
        example="BUNDLEMM000000FFFFFFXLXX",
    )
    quantity = Integer(doc="How many pieces.", write="both", required=True, filter=True, example=4)
    _external_price = Flag(
        doc="Whether the market's external service names what one piece costs, each time that is worked out.",
        write="both",
        default=False,
        example=True,
    )
    _update_quantity = Flag(
        doc="Adds the quantity to the order's line item of the same SKU, if there is one, instead of making another.",
        write="create",
        shown=False,
        transient=True,
        example=True,
    )
    _reserve_stock = Trigger(
        doc="Sets the pieces aside for a while.",
        write="both",
        restricted=True,
        run=reservations.reserve_line_item,
    )
    _reset_restocked_quantity = Trigger(
        doc="Forgets how many pieces came back, so that they can come back again; refused, for none are counted.",
        write="both",
        restricted=True,
        run=line_items.reset_restocked_quantity,
    )
    currency_code = Text(
        doc="The order's currency, as three letters of ISO 4217.", filter=True, sort=True, example="EUR"
    )
    unit_amount = Amount(
        doc="What one piece costs, in minor units; from the market's price list unless a back office sends it.",
        write="both",
        restricted=True,
        filter=True,
        sort=True,
        example=10000,
    )
    compare_at_amount = Amount(
        doc="What storefronts show struck through beside the unit's amount, in minor units.",
        write="both",
        filter=True,
        sort=True,
        example=13000,
    )
    options_amount = Amount(
        doc="What the chosen options cost, in minor units.",
        write="update",
        restricted=True,
        filter=True,
        sort=True,
        default=0,
        example=1000,
    )
    discount = Amount(
        doc="This position's part of the order's discounts, in minor units; zero or negative.",
        filter=True,
        sort=True,
        default=0,
        example=-1000,
    )
    total_amount = Amount(
        doc="Unit amount times quantity plus the options, in minor units.",
        filter=True,
        sort=True,
        default=0,
        example=18800,
    )
    tax_amount = Amount(
        doc="The taxes on the position, in minor units.", filter=True, sort=True, default=0, example=1880
    )
    name = Text(
        doc="What the customer reads; the item's name unless another is sent.",
        write="both",
        filter=True,
        sort=True,
        example="Black T-shirt (XL)",
    )
    image_url = Text(
        doc="The picture the customer sees; the SKU's unless another is sent.",
        write="both",
        filter=True,
        example="https://img.example.com/skus/xYZkjABcde.png",
    )
    discount_breakdown = Object(doc="Which promotion took how much off this position.", default={}, example={})
    tax_rate = Float(
        doc="The tax rate of the position as a fraction; 0 while no taxes are worked out.", default=0.0, example=0.22
    )
    tax_breakdown = Object(doc="Which authority levies how much on this position.", default={}, example={})
    # The column that keeps of which type `item` is.
    item_type = Choice(
        doc="What `item` is; sent along with a code, it says what the code is of.",
        of=ITEM_TYPES,
        write="create",
        filter=True,
        sort=True,
        example="skus",
    )
    frequency = Text(doc="How often the position recurs, if it is subscribed to.", write="both", example="monthly")
    coupon_code = Text(
        doc="The coupon that brought about this position, if it is a discount.", example="SUMMERDISCOUNT"
    )
    priced_by_hand = Flag(
        doc="Whether a back office named the unit amount, which then stays when prices are taken again.",
        shown=False,
        default=False,
    )
    pieces = Integer(doc="How many pieces of SKUs one of the bundle has.", shown=False, default=1)
    rule_outcomes = shared.rule_outcomes()
    circuit_state = shared.circuit_state()
    circuit_failure_count = shared.circuit_failure_count()
    _reset_circuit = shared.reset_circuit()
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()

    order = One(
        doc="The order it is a position of.", to="orders", write="create", required=True, filter=True, sort=True
    )
    item = One(doc="What is bought, or what the fee or discount comes from.", to=ITEM_TYPES, write="create")
    sku = One(doc="The item, when it is a SKU.", to="skus", of="item", filter=True)
    bundle = One(doc="The item, when it is a bundle.", to="bundles", of="item", filter=True)
    adjustment = One(doc="The item, when it is an adjustment.", to="adjustments", of="item", filter=True)
    gift_card = One(doc="The item, when it is a gift card.", to="gift_cards", of="item", filter=True)
    shipment = One(doc="The item, when it is a shipment.", to="shipments", of="item", filter=True)
    payment_method = One(doc="The item, when it is a payment method.", to="payment_methods", of="item", filter=True)
    line_item_options = Many(
        doc="What the customer has added to the pieces.", to="line_item_options", by="line_item", filter=True
    )
    return_line_items = Many(doc="Which of the pieces come back.", to="return_line_items", by="line_item", filter=True)
    shipment_line_items = Many(
        doc="The former name of `stock_line_items`; always empty.", to="shipment_line_items", by="line_item"
    )
    stock_reservations = Many(
        doc="Pieces that are set aside for the position.", to="stock_reservations", by="line_item", filter=True
    )
    stock_line_items = Many(
        doc="Which of the pieces are shipped from where.", to="stock_line_items", by="line_item", filter=True
    )
    stock_transfers = Many(
        doc="Pieces that go from one stock location to another first.",
        to="stock_transfers",
        by="line_item",
        filter=True,
    )
    notifications = shared.notifications()
    events = shared.events()
    tags = shared.tags()
    event_stores = shared.event_stores()
