"""What must add up: the lines of an order, their taxes, and an order against what the customer authorized."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from billfold.sandbox.klarna.errors import bad_value, not_matching

Json = dict[str, Any]

# What the shop may leave out of a line, and what that means.
_DEFAULTS = {"type": "physical", "total_discount_amount": 0, "total_tax_amount": 0, "tax_rate": 0}
_LINE_FIELDS = (
    "type",
    "reference",
    "name",
    "quantity",
    "unit_price",
    "total_amount",
    "total_discount_amount",
    "tax_rate",
    "total_tax_amount",
)


def check_sums(purchase: Json) -> None:
    """Refuse with BAD_VALUE what does not add up.

    https://docs.klarna.com/klarna-payments/in-depth-knowledge/tax-handling/ gives the tolerances for taxes: one
    unit on a line, as many as there are items on the order.
    """
    if wrong := list(_wrong(purchase)):
        raise bad_value(*wrong)


def _wrong(purchase: Json) -> Iterator[str]:
    lines = purchase["order_lines"]
    for index, line in enumerate(lines):
        total = line["quantity"] * line["unit_price"] - line.get("total_discount_amount", 0)
        if line["total_amount"] != total:
            yield f"order_lines[{index}].total_amount"
        if "tax_rate" in line and "total_tax_amount" in line:
            # |total - total * 10000 / (10000 + rate) - tax| <= 1, without leaving the integers.
            gross = 10_000 + line["tax_rate"]
            if abs((line["total_amount"] - line["total_tax_amount"]) * gross - line["total_amount"] * 10_000) > gross:
                yield f"order_lines[{index}].total_tax_amount"
    if sum(line["total_amount"] for line in lines) != purchase["order_amount"]:
        yield "order_amount"
    if (tax := purchase.get("order_tax_amount")) is not None:
        of_lines = sum(
            line["total_amount"] if line.get("type") == "sales_tax" else line.get("total_tax_amount", 0)
            for line in lines
        )
        if abs(of_lines - tax) > sum(line["quantity"] for line in lines):
            yield "order_tax_amount"


def check_matches(order: Json, terms: Json) -> None:
    """Refuse with 409 an order that is not what was authorized; see "Not matching fields" on
    https://docs.klarna.com/resources/developer-tools/error-handling/error-codes-and-messages-for-klarna-payments/
    """
    if wrong := list(_different(order, terms)):
        raise not_matching(*wrong)


def _different(order: Json, terms: Json) -> Iterator[str]:
    if order["order_amount"] != terms.get("order_amount"):
        yield "order_amount"
    if {"order_tax_amount"} <= order.keys() & terms.keys() and order["order_tax_amount"] != terms["order_tax_amount"]:
        yield "order_tax_amount"
    for name in ("purchase_country", "purchase_currency"):
        if order[name].upper() != terms.get(name, "").upper():
            yield name
    if [_essence(line) for line in order["order_lines"]] != [_essence(line) for line in terms["order_lines"]]:
        yield "order_lines"
    for name in ("billing_address", "shipping_address"):
        there = terms.get(name, {})
        yield from (
            f"{name}.{part}" for part, value in order.get(name, {}).items() if part in there and there[part] != value
        )


def _essence(line: Json) -> Json:
    return {name: line.get(name, _DEFAULTS.get(name)) for name in _LINE_FIELDS}
