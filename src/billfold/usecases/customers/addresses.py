"""Addresses: complete enough for a bill to be made out and a parcel to arrive."""

from __future__ import annotations

from billfold.domain.countries import COUNTRIES, NO_COUNTRY, WITHOUT_ZIP_CODE
from billfold.domain.errors import Refused
from billfold.domain.ids import new_id
from billfold.jsonapi.record import Record
from billfold.usecases.orders.totals import FOR_TOTALS, settle_totals
from billfold.usecases.orders.whereabouts import BILLING, SHIPPING, take_over
from billfold.usecases.work import Work


async def create(work: Work, address: Record, value: object = True) -> None:
    await _check(work, address)
    work.set(address, made_by_id=work.caller.customer_id)


async def update(work: Work, address: Record, value: object = True) -> None:
    """What an address must have is asked for only when something of the address itself changes. A storefront changes it
    for orders to come: those that are placed keep what they were placed with, in a copy of their own. Orders that are
    not cost from now on what they cost there."""
    if not work.incoming.values.keys() & CONTENT:
        return
    await _check(work, address)
    if work.caller.is_sales_channel:
        await work.db.execute(KEEP_FOR_PLACED, work.organization_id, address.id, new_id())
    if any(address[name] != work.former(address, name) for name in REGION):
        for row in await work.db.fetch(OPEN, work.organization_id, address.id):
            order = await work.read("orders", row["id"], FOR_TOTALS)
            if order is not None:
                _settle(work, order, address)


def _settle(work: Work, order: Record, address: Record) -> None:
    for name in (SHIPPING, BILLING):
        if order[f"{name}_id"] == address.id:
            order.related[name] = address
    take_over(work, order)
    settle_totals(work, order)


# What decides on taxes and on the ways to ship.
REGION = ("country_code", "state_code", "zip_code")

# $1 organization, $2 the address.
OPEN = """
SELECT id FROM orders WHERE organization_id = $1 AND (shipping_address_id = $2 OR billing_address_id = $2)
AND status IN ('draft', 'pending')
"""

# $1 organization, $2 the address, $3 the id of the copy, which is made only when an order needs it.
KEEP_FOR_PLACED = """
WITH placed AS (
    SELECT id FROM orders WHERE organization_id = $1 AND (shipping_address_id = $2 OR billing_address_id = $2)
    AND status NOT IN ('draft', 'pending')
), kept AS (
    INSERT INTO addresses
    SELECT copy.* FROM addresses a, jsonb_populate_record(a, jsonb_build_object('id', $3::text)) copy
    WHERE a.organization_id = $1 AND a.id = $2 AND EXISTS (SELECT 1 FROM placed)
), sent AS (
    UPDATE shipments SET shipping_address_id = $3::text
    WHERE organization_id = $1 AND shipping_address_id = $2 AND order_id IN (SELECT id FROM placed)
)
UPDATE orders SET lock_version = lock_version + 1,
    shipping_address_id = CASE shipping_address_id WHEN $2 THEN $3::text ELSE shipping_address_id END,
    billing_address_id = CASE billing_address_id WHEN $2 THEN $3::text ELSE billing_address_id END
WHERE organization_id = $1 AND id IN (SELECT id FROM placed)
"""

NEEDED = ("first_name", "last_name", "company", "line_1", "city", "zip_code", "phone")


CONTENT = frozenset({"business", "line_2", "state_code", "country_code", "billing_info", *NEEDED})


async def _check(work: Work, address: Record) -> None:
    """Raise Refused with one problem for each missing piece."""
    country = (address["country_code"] or "").strip().upper()
    if country not in COUNTRIES:
        raise Refused(NO_COUNTRY, at="country_code", error="invalid")
    work.set(address, country_code=country)
    needed = {"line_1", "city"} | ({"company"} if address["business"] else {"first_name", "last_name"})
    if country not in WITHOUT_ZIP_CODE:
        needed.add("zip_code")
    if _blank(address["phone"]) and await _phone_is_required(work):
        needed.add("phone")
    missing = [name for name in NEEDED if name in needed and _blank(address[name])]
    if missing:
        raise Refused.all([Refused("can't be blank", at=name, error="blank") for name in missing])


async def _phone_is_required(work: Work) -> bool:
    return bool((await work.organization())["addresses_phone_required"])


def _blank(text: str | None) -> bool:
    return not (text or "").strip()
