"""SKUs as other records name them: by relationship or by code."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work


async def with_code(work: Work, code: str, paths: str = "") -> Record:
    """The SKU of that code, with what `paths` leads to. Raises Refused when there is none."""
    sku = await work.read("skus", code, paths, by="code")
    if sku is None:
        raise Refused("is no article of this shop", at="sku_code", error="not_found", meta={"value": code})
    return sku


async def name(work: Work, record: Record) -> None:
    """Bring `sku` and `sku_code` of a record into line; one of them must name an article. Needs `sku` read."""
    sku, code = record.related.get("sku"), work.sent("sku_code")
    if code and (sku is None or "sku" not in work.incoming.relationships):
        sku = await with_code(work, code)
    if sku is None:
        raise Refused("can't be blank", at="relationships/sku", error="blank")
    work.relate(record, "sku", sku)
    work.set(record, sku_code=sku["code"])
