"""What an order is delivered in."""

from __future__ import annotations

from billfold.db import chosen
from billfold.jsonapi.members import Amount, Choice, Float, Integer, Items, Many, One, Text, Trigger
from billfold.jsonapi.resource import Resource
from billfold.resources import shared, stock_members
from billfold.usecases.shipping import fulfillment, reservations, shipment_edits


class Shipment(
    Resource,
    called="shipments",
    can="list retrieve create update delete",
    guest="retrieve update",
    customer="list retrieve update",
    owner="order",
    create=shipment_edits.create,
    update=shipment_edits.update,
    delete=shipment_edits.delete,
):
    """Goods of one shipping category that leave one stock location for the customer together."""

    number = Text(
        doc="The order's number and a count within the order; storefronts may not change it.",
        write="update",
        restricted=True,
        filter=True,
        sort=True,
        example="#1234/S/001",
    )
    status = Choice(
        doc="How far the shipment has come.",
        of=(
            "draft",
            "upcoming",
            "cancelled",
            "on_hold",
            "picking",
            "packing",
            "ready_to_ship",
            "shipped",
            "delivered",
        ),
        filter=True,
        sort=True,
        default="draft",
        example="draft",
    )
    currency_code = Text(doc="The order's currency, as three letters of ISO 4217.", example="EUR")
    cost_amount = Amount(
        doc="What the carrier takes for it, in minor units; null as long as no carrier was asked.",
        filter=True,
        sort=True,
        example=1000,
    )
    skus_count = Integer(doc="How many pieces are in it.", default=0, example=2)
    _upcoming = Trigger(
        doc="Puts the shipment on the list of what is to be done; storefronts may not.",
        restricted=True,
        run=fulfillment.upcoming,
    )
    _cancel = Trigger(
        doc="Gives the shipment up, as long as it has not left; storefronts may not.",
        restricted=True,
        run=fulfillment.cancel,
    )
    _on_hold = Trigger(doc="Lets the shipment wait.", restricted=True, run=fulfillment.on_hold)
    _picking = Trigger(doc="Begins to gather its goods.", restricted=True, run=fulfillment.picking)
    _packing = Trigger(doc="Begins to pack its goods.", restricted=True, run=fulfillment.packing)
    _ready_to_ship = Trigger(
        doc="Says that the carrier can come for it.", restricted=True, run=fulfillment.ready_to_ship
    )
    _ship = Trigger(doc="Says that the carrier has it.", restricted=True, run=fulfillment.ship)
    _deliver = Trigger(doc="Says that the customer has it.", restricted=True, run=fulfillment.deliver)
    _reserve_stock = Trigger(
        doc="Sets all its pieces aside for a while; storefronts may not.",
        restricted=True,
        run=reservations.reserve_shipment,
    )
    _release_stock = Trigger(
        doc="Sets its pieces aside no longer; storefronts may not.", restricted=True, run=reservations.release_shipment
    )
    _decrement_stock = Trigger(
        doc="Takes its pieces off their stock items and sets them aside no longer; storefronts may not.",
        restricted=True,
        run=reservations.decrement_shipment,
    )
    _get_rates = Trigger(doc="Asks carriers what they would take for it; no carrier is connected yet.")
    selected_rate_id = Text(
        doc="Which of the carriers' rates was chosen.", write="update", example="rate_f89e4663c3ed47ee94d37763f6d21d54"
    )
    rates = Items(
        doc="What carriers would take for it.",
        example=[{"id": "rate_f89e4663c3ed47ee94d37763f6d21d54", "rate": "45.59", "carrier": "DHLExpress"}],
    )
    _purchase = Trigger(doc="Buys the chosen rate from its carrier; no carrier is connected yet.")
    purchase_error_code = Text(
        doc="The carrier's code for why it did not sell the rate.", example="SHIPMENT.POSTAGE.FAILURE"
    )
    purchase_error_message = Text(
        doc="Why the carrier did not sell the rate, in its words.", example="The account may not use this service."
    )
    get_rates_errors = Items(
        doc="Why carriers gave no rates.",
        example=[{"carrier": "DHLExpress", "message": "The postal code is too short.", "type": "rate_error"}],
    )
    get_rates_started_at = stock_members.reached_at("When carriers were asked for rates.")
    get_rates_completed_at = stock_members.reached_at("When carriers had answered with rates.")
    purchase_started_at = stock_members.reached_at("When the carrier was asked to sell the rate.")
    purchase_completed_at = stock_members.reached_at("When the carrier had sold the rate.")
    purchase_failed_at = stock_members.reached_at("When the carrier declined to sell the rate.")
    on_hold_at = stock_members.reached_at("When the shipment was put on hold.")
    picking_at = stock_members.reached_at("When picking began.")
    packing_at = stock_members.reached_at("When packing began.")
    ready_to_ship_at = stock_members.reached_at("When the shipment was ready for the carrier.")
    shipped_at = stock_members.reached_at("When the carrier took the shipment.")
    delivered_at = stock_members.reached_at("When the customer received the shipment.")
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()

    weight_grams = Float(doc="What its pieces weigh together, in grams.", shown=False)
    order_subtotal_cents = Integer(doc="What the order's goods cost, in minor units.", shown=False)
    order_discounted_cents = Integer(doc="What the order's goods cost after discounts, in minor units.", shown=False)
    external_cost_cents = Integer(
        doc="What a shipping method's own service has named for the shipment, in minor units.", shown=False
    )
    external_cost_for = Text(
        doc="A digest of the shipment as that service saw it; the price is good for no other.", shown=False
    )

    order = One(doc="The order it is a part of.", to="orders", write="create", required=True, filter=True, sort=True)
    shipping_category = One(
        doc="What all its goods are; to be changed only while the order is being fulfilled.",
        to="shipping_categories",
        write="both",
        filter=True,
        sort=True,
    )
    inventory_stock_location = One(
        doc="The place in the inventory model that it is sent from; to be changed only while the order is being"
        " fulfilled.",
        to="inventory_stock_locations",
        write="both",
        required=True,
        filter=True,
        sort=True,
    )
    stock_location = One(doc="Where it is sent from.", to="stock_locations", filter=True, sort=True)
    origin_address = One(doc="The address of the stock location.", to="addresses", filter=True)
    shipping_address = One(
        doc="Where it is sent to; to be changed only while the order is being fulfilled.",
        to="addresses",
        write="both",
        filter=True,
    )
    shipping_method = One(
        doc="How it is sent, as the customer chose.", to="shipping_methods", write="both", filter=True, sort=True
    )
    delivery_lead_time = One(
        doc="How long it will take with the chosen method.", to="delivery_lead_times", chosen=chosen.delivery_lead_time
    )
    pickup = One(doc="When and where the carrier comes for it.", to="pickups")
    shipment_line_items = Many(
        doc="The former name of `stock_line_items`; always empty.", to="shipment_line_items", by="shipment"
    )
    stock_line_items = Many(doc="The pieces that are in it.", to="stock_line_items", by="shipment", filter=True)
    stock_transfers = Many(
        doc="Pieces that come from another stock location first.", to="stock_transfers", by="shipment", filter=True
    )
    line_items = Many(
        doc="The positions of the order that it has pieces of.", to="line_items", chosen=chosen.shipped_line_items
    )
    available_shipping_methods = Many(
        doc="The methods that a customer can choose from for it.",
        to="shipping_methods",
        chosen=chosen.available_shipping_methods,
    )
    carrier_accounts = Many(
        doc="The carriers that could take it; none is connected yet.", to="carrier_accounts", chosen=chosen.nothing
    )
    parcels = Many(doc="The boxes it leaves in.", to="parcels", by="shipment", filter=True)
    attachments = shared.attachments()
    events = shared.events()
    tags = shared.tags()
    versions = shared.versions()
    event_stores = shared.event_stores()
