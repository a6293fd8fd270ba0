"""Gift cards: money that was paid before, kept under a code, and whom it was given to."""

from __future__ import annotations

from billfold.domain import derived
from billfold.jsonapi.members import Amount, Choice, Flag, Integer, Items, Object, One, Text, Timestamp, Trigger
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.promotions import gift_card_life, recipients


class GiftCard(
    Resource,
    called="gift_cards",
    can="list retrieve create update delete",
    guest="retrieve create update",
    customer="retrieve create update",
    named_filters={"with_status": "status_eq"},
    create=gift_card_life.create,
    update=gift_card_life.update,
    delete=gift_card_life.delete,
):
    """A balance in one currency that whoever knows the code can pay orders with.

    Storefronts make drafts and sell them; only the order that was placed, or a back office, makes one good for money.
    """

    status = Choice(
        doc="“draft” until it is sold, “inactive” until it can be used, “active”, and “redeemed” once used up.",
        of=("draft", "inactive", "active", "redeemed"),
        filter=True,
        sort=True,
        default="draft",
        example="draft",
    )
    code = Text(
        doc="What is entered to pay with the card; made by the server when none is sent, and no two cards share one.",
        write="create",
        filter=True,
        unique=True,
        example="32db311a-75d9-4c17-9e34-2be220137ad6",
    )
    currency_code = Text(
        doc="The currency of the balance, as three letters of ISO 4217; that of the market when none is sent.",
        write="both",
        filter=True,
        sort=True,
        example="EUR",
    )
    initial_balance = Amount(doc="What was on the card when it was made, in minor units.", example=15000)
    balance = Amount(
        doc="What is on the card now, in minor units.",
        at_least=0,
        write="both",
        required=True,
        filter=True,
        sort=True,
        example=15000,
    )
    balance_max = Amount(
        doc="What the card may hold at most, in minor units; null for no limit.",
        write="both",
        filter=True,
        sort=True,
        example=100000,
    )
    balance_log = Items(
        doc="Every change of the balance, the oldest first.",
        default=[],
        example=[
            {"datetime": "2019-12-23T12:00:00.000Z", "balance_change_cents": -10000},
            {"datetime": "2020-02-01T12:00:00.000Z", "balance_change_cents": 5000},
        ],
    )
    usage_log = Object(
        doc="What each order did with the card, under the order's id; integrations see it, for the ids open orders.",
        default={},
        confidential=True,
        example={
            "eNoKkhmbNp": [
                {
                    "action": "use",
                    "amount_cents": -1000,
                    "balance_cents": 4000,
                    "order_number": "11111",
                    "datetime": "2020-02-01T12:00:00.000Z",
                }
            ]
        },
    )
    single_use = Flag(
        doc="Whether the card is used up by its first order, whatever is left on it.",
        write="both",
        filter=True,
        default=False,
        example=False,
    )
    rechargeable = Flag(
        doc="Whether more can be put on the card.", write="both", filter=True, default=True, example=True
    )
    distribute_discount = Flag(
        doc="Whether what the card pays lowers what taxes are worked out from, each line item's by its share.",
        write="both",
        default=True,
        example=True,
    )
    image_url = Text(
        doc="A picture of the card.", write="both", example="https://img.example.com/gift_cards/32db311a.png"
    )
    expires_at = Timestamp(
        doc="When the card stops being good for orders; null for never.",
        write="both",
        filter=True,
        sort=True,
        example="2018-01-01T12:00:00.000Z",
    )
    recipient_email = Text(
        doc="Whom the card is for; the recipient with that address is found, or made when there is none.",
        write="both",
        transient=True,
        derived=derived.email_of("gift_card_recipient"),
        needs="gift_card_recipient",
        example="john@example.com",
    )
    _purchase = Trigger(
        doc="Confirms a draft, which becomes inactive and waits to be activated.", run=gift_card_life.purchase
    )
    _activate = Trigger(
        doc="Makes the card good to pay with; storefronts may not.", restricted=True, run=gift_card_life.activate
    )
    _deactivate = Trigger(
        doc="Takes the card out of use until it is activated again; storefronts may not.",
        restricted=True,
        run=gift_card_life.deactivate,
    )
    _balance_change_cents = Trigger(
        doc="Puts more on the card, if it is rechargeable, or takes something off it; storefronts may not.",
        restricted=True,
        run=gift_card_life.change_balance,
        takes=Integer(doc="Minor units of the card's currency; negative to take off.", example=-5000),
    )
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()
    uses_count = Integer(
        doc="How many orders use the card at present.", shown=False, default=0, at_least=0, at_most="uses_limit"
    )
    uses_limit = Integer(doc="How many orders may use the card; null for any number.", shown=False)
    sales_count = Integer(
        doc="How many orders sold the card.", shown=False, default=0, at_least=0, at_most="sales_limit"
    )
    sales_limit = Integer(doc="How many orders may sell the card, which is one.", shown=False, default=1)

    market = One(
        doc="The only market where the card can be used; null for all of them.",
        to="markets",
        write="both",
        filter=True,
        sort=True,
    )
    gift_card_recipient = One(
        doc="Whom the card was given to.", to="gift_card_recipients", write="both", filter=True, sort=True
    )
    attachments = shared.attachments()
    events = shared.events()
    tags = shared.tags()
    versions = shared.versions()
    event_stores = shared.event_stores()


class GiftCardRecipient(
    Resource,
    called="gift_card_recipients",
    can="list retrieve create update delete",
    create=recipients.check_address,
    update=recipients.check_address,
):
    """Somebody who is given gift cards, and need not be a customer."""

    email = Text(
        doc="The address gift cards are sent to.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="john@example.com",
    )
    first_name = Text(doc="The recipient's given name.", write="both", filter=True, example="John")
    last_name = Text(doc="The recipient's family name.", write="both", filter=True, example="Smith")

    customer = One(doc="The customer the recipient is, if any.", to="customers", write="both", filter=True, sort=True)
    event_stores = shared.event_stores()
    attachments = shared.attachments()
    versions = shared.versions()
