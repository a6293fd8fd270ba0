"""SKUs that belong together: for bundles, for promotions and for links to share."""

from __future__ import annotations

from billfold.db import assortment
from billfold.jsonapi.members import Flag, Integer, Many, One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.catalogue import sku_lists


class SkuList(
    Resource,
    called="sku_lists",
    can="list retrieve create update delete",
    create=sku_lists.create,
    update=sku_lists.update,
    delete=sku_lists.delete,
):
    """A list of SKUs, made by hand with quantities or of all whose codes match an expression."""

    name = Text(
        doc="What the list is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Personal list",
    )
    slug = Text(
        doc="The name in letters that can stand in an address.", filter=True, sort=True, example="personal-list-1"
    )
    description = Text(
        doc="A longer text for the back office.", write="both", filter=True, example="What goes into the summer box."
    )
    image_url = Text(
        doc="A picture of what is on the list.",
        write="both",
        filter=True,
        example="https://img.example.com/skus/xYZkjABcde.png",
    )
    manual = Flag(
        doc="Whether the SKUs are put on the list one by one, and not by matching `sku_code_regex`.",
        write="both",
        filter=True,
        sort=True,
        default=True,
        example=False,
    )
    sku_code_regex = Text(
        doc="A regular expression that the codes of the SKUs match; needed when the list is not manual.",
        write="both",
        example="^(A|B).*$",
    )

    customer = One(doc="Whose list it is, as a wish list.", to="customers", write="both", filter=True, sort=True)
    skus = Many(doc="The SKUs on the list.", to="skus", chosen=assortment.skus_of_list)
    # For filters such as `sku_code_eq` alone.
    sku = Many(
        doc="The SKUs on the list, by whose codes lists are found.",
        to="skus",
        filter=True,
        chosen=assortment.skus_of_list,
        shown=False,
    )
    sku_list_items = Many(
        doc="The SKUs that were put on the list one by one, each with its quantity.",
        to="sku_list_items",
        by="sku_list",
        filter=True,
    )
    bundles = Many(doc="The bundles that consist of the list.", to="bundles", by="sku_list")
    attachments = shared.attachments()
    links = shared.links()
    versions = shared.versions()
    event_stores = shared.event_stores()


class SkuListItem(
    Resource,
    called="sku_list_items",
    can="list retrieve create update delete",
    create=sku_lists.put,
    update=sku_lists.move,
):
    """The place of a SKU on a list that is made by hand."""

    position = Integer(
        doc="Where on the list it stands, counted from one.", write="both", filter=True, sort=True, example=2
    )
    sku_code = Text(
        doc="The code of the SKU; it may be sent instead of the relationship.",
        write="both",
        example="TSHIRTMM000000FFFFFFXLXX",
    )
    quantity = Integer(
        doc="How many pieces of the SKU, as one bundle contains.",
        write="both",
        filter=True,
        sort=True,
        default=1,
        example=1,
    )

    sku_list = One(
        doc="The list that it stands on.", to="sku_lists", write="create", required=True, filter=True, sort=True
    )
    sku = One(
        doc="What stands there; needed unless `sku_code` is sent.", to="skus", write="create", filter=True, sort=True
    )
    versions = shared.versions()
    event_stores = shared.event_stores()
