"""What the server notes of an order and looks up for it, which nobody is shown."""

from __future__ import annotations

from billfold.db import chosen, offers
from billfold.jsonapi.members import Flag, Items, Many, One, Text, Timestamp


class OrderBookkeeping:
    """The order's members that are only the server's own."""

    free_gift_list_ids = Items(
        doc="The SKU lists of which pieces can be had as gifts at present.", shown=False, default=[]
    )
    taxable_by_rule = Items(
        doc="Which of the taxable flags follow the tax rule; the others were sent for the order.",
        shown=False,
        default=[],
    )
    checkout_pattern = Text(
        doc="The `checkout_url` of the order's market.", chosen=chosen.checkout_pattern, shown=False
    )
    taken_at = Timestamp(
        doc="Since when stock, gift card and promotions are charged with the order; null while they are not.",
        shown=False,
    )

    signed_up = Flag(
        doc="Whether its customer signed up with it: then it is theirs to see, although a guest ordered.", shown=False
    )
    expires_by_hand = Flag(
        doc="Whether a back office said when the order expires; else that is set and cleared by the server.",
        shown=False,
    )

    promotions_in_question = Many(
        doc="The promotions that might take something off the order.",
        to="promotions",
        chosen=offers.promotions_in_question,
        shown=False,
    )
    gift_card = One(doc="The gift card that `gift_card_code` names.", to="gift_cards", shown=False, loose=True)
    coupon = One(doc="The coupon that `coupon_code` names.", to="coupons", shown=False, loose=True)
    coupon_uses = Many(
        doc="The order's own use of a coupon, and its customer's other ones of the same coupon.",
        to="coupon_uses",
        chosen=offers.coupon_uses,
        shown=False,
    )
    organization = One(
        doc="Whose settings hold for the order.", to="organizations", chosen=offers.organization, shown=False
    )
