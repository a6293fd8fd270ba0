"""Members that the types of stock and shipping have in common, each of them said once."""

from __future__ import annotations

from billfold.jsonapi.members import Choice, One, Text, Timestamp

WEIGHT_UNITS = ("gr", "oz", "lb")


def sku_code(*, write: bool = True, filter: bool = False) -> Text:
    """`write` False: it is only shown."""
    return Text(
        doc="The code of the SKU; it may be sent instead of `sku`." if write else "The code of the SKU.",
        write="both" if write else "never",
        filter=filter,
        example="TSHIRTMM000000FFFFFFXLXX",
    )


def bundle_code() -> Text:
    return Text(
        doc="The code of the bundle that the pieces were bought in, if any.", example="BUNDLEMM000000FFFFFFXLXX"
    )


def line_item_name() -> Text:
    return Text(doc="What the line item is called.", example="Black T-shirt (XL)")


def line_item_image_url() -> Text:
    return Text(doc="The picture of the line item.", example="https://img.example.com/skus/xYZkjABcde.png")


def reached_at(doc: str) -> Timestamp:
    """When a step of a life was taken."""
    return Timestamp(doc=doc, filter=True, sort=True, example="2018-01-01T12:00:00.000Z")


def unit_of_weight(doc: str, *, required: bool = False) -> Choice:
    return Choice(doc=doc, of=WEIGHT_UNITS, write="both", required=required, example="gr")


def stock_location(doc: str) -> One:
    """For what cannot be without one."""
    return One(doc=doc, to="stock_locations", write="both", required=True, filter=True, sort=True)


def the_order() -> One:
    """Kept beside what the contract shows, to find a record by its order and to know whose it is."""
    return One(doc="The order it belongs to, if any.", to="orders", shown=False)


def decremented_at() -> Timestamp:
    return Timestamp(doc="When the pieces were taken off the stock item.", shown=False)
