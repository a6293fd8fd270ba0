"""Who buys: customers, whom storefronts sign in by e-mail address and password."""

from __future__ import annotations

from billfold.domain import derived
from billfold.jsonapi.members import Choice, Flag, Integer, Many, Object, One, Text, Trigger
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.customers import anonymizations, customers


class Customer(
    Resource,
    called="customers",
    can="list retrieve create update delete",
    guest="create",
    customer="retrieve update delete",
    guest_sees="email",  # an e-mail address is all it takes to name somebody on an order
    owner="self",
    create=customers.create,
    update=customers.update,
    delete=customers.delete,
):
    """Somebody who buys, known by their e-mail address; with a password they are registered and have a wallet."""

    email = Text(
        doc="The address the customer is known and signs in by; no two customers share one.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        unique=True,
        example="john@example.com",
    )
    password = Text(
        doc="The password to sign in with from now on; it is kept as a digest and never shown.",
        write="both",
        shown=False,
        transient=True,
        example="correct horse battery staple",
    )
    password_digest = Text(doc="The argon2 digest of the password; null for who never set one.", shown=False)
    status = Choice(
        doc="How often they bought: “prospect” never, “acquired” once, “repeat” more often.",
        of=("prospect", "acquired", "repeat"),
        filter=True,
        sort=True,
        default="prospect",
        example="prospect",
    )
    has_password = Flag(doc="Whether the customer can sign in with a password.", derived=derived.has_password)
    total_orders_count = Integer(
        doc="How many orders the customer placed.", filter=True, sort=True, default=0, example=6
    )
    shopper_reference = Text(
        doc="What payment providers call the customer by; made up by the server when none is sent.",
        write="both",
        example="xxx-yyy-zzz",
    )
    profile_id = Text(
        doc="What other services call the customer by; made up by the server when none is sent.",
        write="both",
        example="xxx-yyy-zzz",
    )
    tax_exemption_code = Text(
        doc="The tax service's code for why the customer pays no taxes.", write="both", example="xxx-yyy-zzz"
    )
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()
    jwt_custom_claim = shared.jwt_custom_claim()
    _request_anonymization = Trigger(
        doc="Has everything personal erased once the time to withdraw is over (`BILLFOLD_ANONYMIZATION_HOURS`).",
        restricted=True,
        run=anonymizations.request,
    )
    _cancel_anonymization = Trigger(
        doc="Withdraws the request to erase everything personal, as long as nothing is erased.",
        restricted=True,
        run=anonymizations.cancel,
    )
    anonymization_info = Object(
        doc="Which application asked for the erasure or withdrew it, and the moment of each step; null when none did.",
        example={"status": "requested", "requested_at": "2018-01-01T12:00:00.000Z", "requester": {"id": "XAyRWNUzyN"}},
    )
    anonymization_status = Text(
        doc="How far the erasure has come: requested, started, completed or cancelled; null when nobody asked for it.",
        filter=True,
        sort=True,
        example="requested",
    )

    customer_group = One(
        doc="The group whose private markets the customer may buy in; storefronts may not name one.",
        to="customer_groups",
        write="both",
        restricted=True,
        filter=True,
        sort=True,
    )
    customer_addresses = Many(doc="The customer's address book.", to="customer_addresses", by="customer", filter=True)
    customer_payment_sources = Many(
        doc="The customer's wallet: what they may pay with again.",
        to="customer_payment_sources",
        by="customer",
        filter=True,
    )
    customer_subscriptions = Many(
        doc="What the customer wants to hear of, as newsletters.",
        to="customer_subscriptions",
        by="customer",
        filter=True,
    )
    orders = Many(doc="The customer's orders, open ones among them.", to="orders", by="customer")
    order_subscriptions = Many(
        doc="Orders that the customer has repeated at intervals.", to="order_subscriptions", by="customer", filter=True
    )
    returns = Many(doc="What the customer sends back.", to="returns", by="customer", filter=True)
    sku_lists = Many(doc="Lists that the customer keeps, as of wishes.", to="sku_lists", by="customer", filter=True)
    attachments = shared.attachments()
    events = shared.events()
    tags = shared.tags()
    jwt_customer = shared.jwt_customer()
    jwt_markets = shared.jwt_markets()
    jwt_stock_locations = shared.jwt_stock_locations()
    event_stores = shared.event_stores()
