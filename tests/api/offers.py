"""What stories about promotions have in common: lists, promotions with their rules, and coupons."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.store import Store

from billfold.client import Answer, Client

CODE = "SUMMER-2026"
# What each kind of promotion cannot be without.
KINDS: dict[str, dict[str, int]] = {
    "percentage_discount": {"percentage": 10},
    "fixed_amount": {"fixed_amount_cents": 1000},
    "fixed_price": {"fixed_amount_cents": 1000},
    "free_shipping": {},
    "buy_x_pay_y": {"x": 3, "y": 2},
    "free_gift": {},
}


def moment(store: Store, **later: float) -> str:
    when: datetime = store.clock() + timedelta(**later)
    return when.isoformat()


async def sku_list(store: Store, *places: tuple[int, int], regex: str = "") -> tuple[str, str]:
    """A list of the sample store's articles, (index, quantity) each, or of those whose codes match."""
    office = store.back_office
    wanted = {"name": "Chosen", "manual": not regex} | ({"sku_code_regex": regex} if regex else {})
    made = await office.create("sku_lists", wanted)
    for position, (index, quantity) in enumerate(places):
        sku = await article(store, index)
        await office.create(
            "sku_list_items",
            {"quantity": quantity, "position": position + 1},
            sku_list=("sku_lists", made.id),
            sku=("skus", sku),
        )
    return ("sku_lists", made.id)


async def article(store: Store, index: int) -> str:
    found = await store.back_office.get("skus", **{"filter[q][code_eq]": store.made["skus"][index]})
    return str(found.data[0]["id"])


async def promote(
    store: Store, kind: str, *, sku_list: tuple[str, str] | None = None, lasts_hours: float = 2, **values: Any
) -> Answer:
    """A promotion that has begun: kind="percentage_discount"."""
    window = {"starts_at": moment(store, hours=-1), "expires_at": moment(store, hours=lasts_hours)}
    listed: dict[str, Any] = {"sku_list": sku_list} if sku_list else {}
    return await store.back_office.create(
        f"{kind}_promotions", {"name": "Promotion", "currency_code": "EUR", **window, **values}, **listed
    )


async def rule(store: Store, promotion: Answer, kind: str, *, sku_list: Any = None, **values: Any) -> Answer:
    """One of its rules: kind="order_amount"."""
    listed: dict[str, Any] = {"sku_list": sku_list} if sku_list else {}
    named = (promotion.data["type"], promotion.id)
    return await store.back_office.create(f"{kind}_promotion_rules", values, promotion=named, **listed)


async def coupon(store: Store, promotion: Answer, code: str = CODE, **values: Any) -> Answer:
    """A coupon of the promotion, whose rule it makes when there is none."""
    office = store.back_office
    known = await office.get(f"{promotion.data['type']}/{promotion.id}", include="coupon_codes_promotion_rule")
    made = known.related("coupon_codes_promotion_rule")
    id = made["id"] if made else (await rule(store, promotion, "coupon_codes")).id
    return await office.create("coupons", {"code": code, **values}, promotion_rule=("coupon_codes_promotion_rules", id))


async def basket(store: Store, client: Client, *pieces: tuple[int, int], **attributes: Any) -> str:
    """An order with (index, quantity) of the sample store's articles each; returns its id."""
    order = await client.create("orders", attributes)
    for index, quantity in pieces:
        item = {"sku_code": store.made["skus"][index], "quantity": quantity}
        await client.create("line_items", item, order=("orders", order.id))
    return order.id


async def discounts(client: Client, order_id: str) -> tuple[int, dict[str, int], dict[str, int]]:
    """(the order's discount, article → its part of it, promotion's type → its line item), after checking that they
    add up."""
    order = await client.get(f"orders/{order_id}", include="line_items")
    lines = [x["attributes"] for x in order.included("line_items")]
    made: dict[str, int] = {}
    for line in lines:
        if line["item_type"].endswith("_promotions"):
            made[line["item_type"]] = made.get(line["item_type"], 0) + line["total_amount_cents"]
    parts = {x["sku_code"] or x["item_type"]: x["discount_cents"] for x in lines if x["discount_cents"]}
    total = order["discount_amount_cents"]
    assert sum(made.values()) == total == sum(x["discount_cents"] for x in lines)
    assert order["total_amount_cents"] == sum(x["total_amount_cents"] for x in lines)
    for line in lines:
        assert sum(p["cents"] for p in line["discount_breakdown"].values()) == line["discount_cents"]
    return total, parts, made


async def one_of_each(store: Store) -> dict[str, str]:
    """A record of every type around promotions, by type; all of it is over, so that it changes no order."""
    office = store.back_office
    over = {
        "name": "Long ago",
        "currency_code": "EUR",
        "starts_at": "2018-01-01T12:00:00.000Z",
        "expires_at": "2018-01-02T12:00:00.000Z",
    }
    listed = await sku_list(store, (0, 1))
    ids = {}
    for kind, own in KINDS.items():
        related: dict[str, Any] = {} if kind == "free_shipping" else {"sku_list": listed}
        made = await office.create(f"{kind}_promotions", over | own, **related)
        ids[f"{kind}_promotions"] = ids["promotions"] = made.id
    promotion = ("free_shipping_promotions", ids["free_shipping_promotions"])
    for kind in ("order_amount", "sku_list", "coupon_codes"):
        rules: dict[str, Any] = {"sku_list": listed} if kind == "sku_list" else {}
        made = await office.create(f"{kind}_promotion_rules", {}, promotion=promotion, **rules)
        ids[f"{kind}_promotion_rules"] = ids["promotion_rules"] = made.id
    rule = ("coupon_codes_promotion_rules", ids["coupon_codes_promotion_rules"])
    given = await office.create("coupons", {"code": CODE, "recipient_email": "r@example.com"}, promotion_rule=rule)
    recipient = await office.get(f"coupons/{given.id}/coupon_recipient")
    return ids | {"coupons": given.id, "coupon_recipients": recipient.id}
