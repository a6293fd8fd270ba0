"""Lists of SKUs, made by hand or by a regular expression, and the places on those made by hand."""

from __future__ import annotations

import re
import unicodedata

from billfold.db import assortment
from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.catalogue import bundles, patterns, skus
from billfold.usecases.work import Work, reads

MOST = 1_000_000  # pieces of one SKU


async def create(work: Work, sku_list: Record, value: object = True) -> None:
    await _check(work, sku_list)
    work.set(sku_list, slug=await _slug(work, sku_list["name"]))


async def update(work: Work, sku_list: Record, value: object = True) -> None:
    """The slug stays: addresses may be made of it."""
    await _check(work, sku_list)
    pattern = sku_list["sku_code_regex"]
    if not sku_list["manual"] and pattern != work.former(sku_list, "sku_code_regex"):
        most = await assortment.most_on_list(work.db, work.organization_id, sku_list.id)
        if most is not None:
            length = await assortment.length_by_pattern(work.db, work.organization_id, pattern)
            bundles.check_length(length, most, at="sku_code_regex")


@reads("sku_list_items")
async def delete(work: Work, sku_list: Record, value: object = True) -> None:
    """With its places; a list that something consists of stays."""
    for item in sku_list.many("sku_list_items"):
        work.delete(item)
    work.delete(sku_list)
    work.guard(sku_list)


@reads("sku sku_list.sku_list_items")
async def put(work: Work, item: Record, value: object = True) -> None:
    """Put a SKU on a list, behind the others unless a position is sent."""
    sku_list = item.one("sku_list")
    assert sku_list is not None
    if not sku_list["manual"]:
        raise Refused("is made by a regular expression", at="relationships/sku_list", error="not_manual")
    if item["position"] is None:
        taken = [i["position"] or 0 for i in sku_list.many("sku_list_items")]
        work.set(item, position=max(taken, default=0) + 1)
    await _settle(work, item)
    most = await assortment.most_on_list(work.db, work.organization_id, sku_list.id)
    if most is not None:
        skus_on_it = {item["sku_id"], *(i["sku_id"] for i in sku_list.many("sku_list_items"))}
        bundles.check_length(len(skus_on_it), most, at="relationships/sku_list")


@reads("sku")
async def move(work: Work, item: Record, value: object = True) -> None:
    await _settle(work, item)


async def _settle(work: Work, item: Record) -> None:
    if not 1 <= item["quantity"] <= MOST:
        raise Refused(f"must be between 1 and {MOST}", at="quantity", error="out_of_range")
    await skus.name(work, item)


async def _check(work: Work, sku_list: Record) -> None:
    if not sku_list["manual"] and not sku_list["sku_code_regex"]:
        raise Refused("can't be blank when the list is not manual", at="sku_code_regex", error="blank")
    await patterns.check(work, work.sent("sku_code_regex"), at="sku_code_regex")


async def _slug(work: Work, name: str) -> str:
    """The name in small letters and hyphens, with a number where another list has it already."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "list"
    taken = {
        row["slug"]
        for row in await work.db.fetch(
            "SELECT slug FROM sku_lists WHERE organization_id = $1 AND (slug = $2 OR slug LIKE $2 || '-%')",
            work.organization_id,
            slug,
        )
    }
    return next(s for s in (slug, *(f"{slug}-{n}" for n in range(1, len(taken) + 2))) if s not in taken)
