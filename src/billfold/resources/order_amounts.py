"""What an order adds up to, all of it in minor units of the order's `currency_code` and worked out by the server."""

from __future__ import annotations

from billfold.jsonapi.members import Amount


class OrderAmounts:
    """The amounts of an order, by what they are for."""

    subtotal_amount = Amount(doc="All goods together.", filter=True, sort=True, default=0, example=5000)
    shipping_amount = Amount(doc="All shipping together.", filter=True, sort=True, default=0, example=1200)
    payment_method_amount = Amount(
        doc="The fee of the chosen payment method.", filter=True, sort=True, default=0, example=0
    )
    discount_amount = Amount(
        doc="All discounts together; zero or negative.", filter=True, sort=True, default=0, example=-500
    )
    adjustment_amount = Amount(
        doc="All manual adjustments together; negative when they lower the total.",
        filter=True,
        sort=True,
        default=0,
        example=1500,
    )
    gift_card_amount = Amount(
        doc="What gift cards pay for; zero or negative.", filter=True, sort=True, default=0, example=-1500
    )
    total_tax_amount = Amount(doc="All taxes together.", filter=True, sort=True, default=0, example=1028)
    subtotal_tax_amount = Amount(doc="The taxes on the goods.", filter=True, sort=True, default=0, example=902)
    shipping_tax_amount = Amount(doc="The taxes on shipping.", default=0, example=216)
    payment_method_tax_amount = Amount(doc="The taxes on the payment method's fee.", default=0, example=0)
    adjustment_tax_amount = Amount(doc="The taxes on adjustments.", default=0, example=0)
    total_amount = Amount(
        doc="Goods, shipping, fees, adjustments and duty, less discounts and gift cards; "
        "taxes only where prices include them.",
        filter=True,
        sort=True,
        default=0,
        example=5700,
    )
    total_taxable_amount = Amount(doc="The sum of the four amounts that are taxable.", default=0, example=4672)
    subtotal_taxable_amount = Amount(
        doc="What the goods' taxes are worked out from, net; all they cost where prices do not include taxes.",
        default=0,
        example=4098,
    )
    shipping_taxable_amount = Amount(
        doc="What the taxes on shipping are worked out from, net; all that it costs where prices do not include taxes.",
        default=0,
        example=984,
    )
    payment_method_taxable_amount = Amount(
        doc="What the taxes on the payment method's fee are worked out from, net; all of the fee where prices do not "
        "include taxes.",
        default=0,
        example=0,
    )
    adjustment_taxable_amount = Amount(
        doc="What the taxes on adjustments are worked out from, net; all that raise the total where prices do not "
        "include taxes.",
        default=0,
        example=0,
    )
    total_amount_with_taxes = Amount(
        doc="What the customer pays in the end: the amount that is authorized when the order is placed.",
        default=0,
        example=5700,
    )
    fees_amount = Amount(
        doc="What the platform charges for the order; none on a server of one's own.",
        filter=True,
        sort=True,
        default=0,
        example=0,
    )
    duty_amount = Amount(
        doc="Customs duty; null as long as no service worked it out.", filter=True, sort=True, example=0
    )
    place_total_amount = Amount(
        doc="What the total was when the order was placed; later edits may not exceed it.", default=0, example=0
    )
