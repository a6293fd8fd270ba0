"""Bundles: what they are called within a market, and what they cost."""

from __future__ import annotations

from billfold.db import assortment
from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.catalogue import currencies
from billfold.usecases.work import Work, reads

MOST = 10  # SKUs in one bundle, unless the organization says otherwise


def check_length(length: int, most: int, *, at: str) -> None:
    """Raise Refused for a list of SKUs that is too long for a bundle."""
    if length > most:
        problem = f"must not be more than {most} SKUs in a bundle"
        raise Refused(problem, at=at, error="too_many", meta={"value": length, "count": most})


@reads("market.price_list")
async def create(work: Work, bundle: Record, value: object = True) -> None:
    bundle.related.setdefault("market", None)
    if bundle["price_amount_cents"] is None and not work.asked("_compute_price_amount"):
        raise Refused("can't be blank", at="price_amount_cents", error="blank")
    length = await assortment.length(work.db, work.organization_id, bundle["sku_list_id"])
    check_length(length, (await work.organization())["bundles_max_items_count"] or MOST, at="relationships/sku_list")
    await _settle(work, bundle)


@reads("market.price_list")
async def update(work: Work, bundle: Record, value: object = True) -> None:
    if bundle["price_amount_cents"] is None and not work.asked("_compute_price_amount"):
        raise Refused("can't be blank", at="price_amount_cents", error="blank")
    await _settle(work, bundle)


@reads("market.price_list")
async def compute_price(work: Work, bundle: Record, value: object = True) -> None:
    work.set(bundle, price_amount_cents=await _worth(work, bundle, at="_compute_price_amount"))


@reads("market.price_list")
async def compute_compare_at(work: Work, bundle: Record, value: object = True) -> None:
    work.set(bundle, compare_at_amount_cents=await _worth(work, bundle, at="_compute_compare_at_amount"))


async def _settle(work: Work, bundle: Record) -> None:
    for name in ("price_amount_cents", "compare_at_amount_cents"):
        if (bundle[name] or 0) < 0:
            raise Refused("must not be negative", at=name, error="out_of_range")
    currencies.inherit(work, bundle)
    if work.sent("code") is not None and await _taken(work, bundle):
        problem = "has already been taken in this market"
        raise Refused(problem, at="code", error="taken", meta={"value": bundle["code"]})


async def _taken(work: Work, bundle: Record) -> bool:
    return bool(
        await work.db.fetchval(
            "SELECT EXISTS (SELECT 1 FROM bundles WHERE organization_id = $1 AND code = $2"
            " AND market_id IS NOT DISTINCT FROM $3 AND id <> $4)",
            work.organization_id,
            bundle["code"],
            bundle["market_id"],
            bundle.id,
        )
    )


async def _worth(work: Work, bundle: Record, *, at: str) -> int:
    """What the bundle's SKUs cost one by one in its market."""
    market = bundle.one("market")
    if market is None or market["price_list_id"] is None:
        raise Refused("needs a market whose prices to go by", at=at, error="no_market")
    found = await assortment.worth(work.db, work.organization_id, bundle["sku_list_id"], market["price_list_id"])
    if found.unpriced:
        raise Refused(f"is not possible: {found.unpriced} of the SKUs have no price", at=at, error="no_price")
    return found.cents
