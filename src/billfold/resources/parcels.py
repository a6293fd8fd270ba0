"""What a shipment leaves in: parcels, and the pieces that are in each."""

from __future__ import annotations

from billfold.jsonapi.members import Flag, Float, Integer, Items, Many, One, Text, Timestamp
from billfold.jsonapi.resource import Resource
from billfold.resources import shared, stock_members
from billfold.usecases.shipping import parcels


class Parcel(
    Resource,
    called="parcels",
    can="list retrieve create update delete",
    guest="retrieve",
    customer="retrieve",
    owner="shipment",
    create=parcels.create,
    update=parcels.update,
    delete=parcels.delete,
):
    """One box of a shipment with its label, its customs papers and its way to the customer."""

    number = Text(doc="The shipment's number and a count within the shipment.", example="#1234/S/001/P/001")
    weight = Float(
        doc="What the parcel weighs, in `unit_of_weight`.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example=1000.0,
    )
    unit_of_weight = stock_members.unit_of_weight(
        "What `weight` is measured in: grams, ounces or pounds.", required=True
    )
    eel_pfc = Text(
        doc="For exports from the United States, “EEL” or “PFC”: why no export declaration is needed, or that one was"
        " filed.",
        write="both",
        example="EEL",
    )
    contents_type = Text(doc="What kind of thing is in the parcel, for customs.", write="both", example="merchandise")
    contents_explanation = Text(
        doc="What is in the parcel, in words, when `contents_type` is “other”.",
        write="both",
        filter=True,
        example="Handmade puppets",
    )
    customs_certify = Flag(
        doc="Whether somebody vouches for what the customs papers say.", write="both", default=False, example=False
    )
    customs_signer = Text(doc="Who vouches for the customs papers.", write="both", example="John Doe")
    non_delivery_option = Text(
        doc="What becomes of the parcel if it cannot be delivered: “return” or “abandon”.",
        write="both",
        default="return",
        example="return",
    )
    restriction_type = Text(
        doc="What stands in the way of an import: none, other, quarantine or sanitary_phytosanitary_inspection.",
        write="both",
        example="none",
    )
    restriction_comments = Text(
        doc="What is asked for, in words, when `restriction_type` is “other”.", write="both", example="Keep upright"
    )
    customs_info_required = Flag(
        doc="Whether carriers quote rates only with customs papers.", write="both", default=False, example=False
    )
    shipping_label_url = Text(
        doc="Where the label is, ready to be printed.",
        write="both",
        filter=True,
        example="https://labels.example.com/20180101/123.pdf",
    )
    shipping_label_file_type = Text(
        doc="The media type of the label.", write="both", filter=True, example="application/pdf"
    )
    shipping_label_size = Text(doc="How large the label is, in inches.", write="both", filter=True, example="4x7")
    shipping_label_resolution = Text(
        doc="How finely the label is printed, in dots per inch.", write="both", filter=True, example="200"
    )
    tracking_number = Text(
        doc="What the carrier knows the parcel by.", write="both", filter=True, example="1Z4V2A000000000000"
    )
    tracking_status = Text(
        doc="Where the parcel is, in the carrier's word.", write="both", filter=True, sort=True, example="delivered"
    )
    tracking_status_detail = Text(
        doc="More on where the parcel is.", write="both", filter=True, example="arrived_at_destination"
    )
    tracking_status_updated_at = Timestamp(
        doc="When the carrier last said where the parcel is.",
        write="both",
        filter=True,
        sort=True,
        example="2018-01-01T12:00:00.000Z",
    )
    tracking_details = Items(
        doc="All that the carrier said of the parcel, in its own form.",
        write="both",
        example=[{"status": "pre_transit", "datetime": "2018-02-27T16:02:17Z"}],
    )
    carrier_weight_oz = Text(
        doc="What the parcel weighed at the carrier's, in ounces.",
        write="both",
        filter=True,
        sort=True,
        example="42.32",
    )
    signed_by = Text(doc="Who signed for the parcel.", write="both", example="John Smith")
    incoterm = Text(doc="Who bears which costs and risks of an export.", write="both", filter=True, example="EXW")
    delivery_confirmation = Text(
        doc="What the carrier asks for at the door.", write="both", filter=True, example="SIGNATURE"
    )

    shipment = One(
        doc="The shipment it is a part of.", to="shipments", write="both", required=True, filter=True, sort=True
    )
    package = One(
        doc="The kind of box it is packed in.", to="packages", write="both", required=True, filter=True, sort=True
    )
    parcel_line_items = Many(doc="The pieces that are in it.", to="parcel_line_items", by="parcel", filter=True)
    attachments = shared.attachments()
    events = shared.events()
    versions = shared.versions()
    event_stores = shared.event_stores()


class ParcelLineItem(
    Resource,
    called="parcel_line_items",
    can="list retrieve create update delete",
    guest="retrieve",
    customer="retrieve",
    owner="parcel",
    create=parcels.create_item,
    delete=parcels.delete_item,
):
    """Some pieces of a stock line item that are in a parcel."""

    sku_code = stock_members.sku_code(write=False)
    bundle_code = stock_members.bundle_code()
    quantity = Integer(doc="How many pieces.", write="create", required=True, filter=True, sort=True, example=4)
    name = stock_members.line_item_name()
    image_url = stock_members.line_item_image_url()

    parcel = One(doc="What the pieces are in.", to="parcels", write="create", required=True, filter=True, sort=True)
    stock_line_item = One(
        doc="Which of the shipment's goods they are.",
        to="stock_line_items",
        write="create",
        required=True,
        filter=True,
    )
    shipment_line_item = One(
        doc="The former name of `stock_line_item`; always empty.", to="shipment_line_items", write="create"
    )
    versions = shared.versions()
    event_stores = shared.event_stores()
