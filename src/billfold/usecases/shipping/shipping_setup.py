"""How a shop sets up its shipping: zones, methods with their tiers, lead times, packages, inventories."""

from __future__ import annotations

import secrets

from billfold.db import assortment
from billfold.domain.errors import Refused
from billfold.domain.regions import EXPRESSIONS, LONGEST, check_expressions
from billfold.domain.shipping import STRATEGIES
from billfold.domain.shipping_methods import days
from billfold.jsonapi.record import Record
from billfold.usecases.catalogue import currencies
from billfold.usecases.work import Work, reads

LABELS = ("PDF", "ZPL", "EPL2", "PNG")
MOST_LOCATIONS = 10  # where the organization says nothing else


async def number_location(work: Work, location: Record, value: object = True) -> None:
    work.set(location, number=await work.db.fetchval("SELECT nextval('stock_location_numbers')"))
    await check_location(work, location)


async def check_location(work: Work, location: Record, value: object = True) -> None:
    if location["label_format"] not in (None, *LABELS):
        raise Refused(f"must be one of {', '.join(LABELS)}", at="label_format", error="invalid")


async def check_inventory(work: Work, model: Record, value: object = True) -> None:
    if model["strategy"] not in (None, *STRATEGIES):
        raise Refused(f"must be one of {', '.join(STRATEGIES)}", at="strategy", error="invalid")
    if "stock_locations_cutoff" in work.incoming.values:
        organization = await work.organization()
        most = organization["inventory_models_max_stock_locations_cutoff"] or MOST_LOCATIONS
        if not 1 <= (model["stock_locations_cutoff"] or 0) <= most:
            raise Refused(f"must be between 1 and {most}", at="stock_locations_cutoff", error="out_of_range")
    if (model["stock_reservation_cutoff"] or 0) < 0:
        raise Refused("must not be negative", at="stock_reservation_cutoff", error="out_of_range")


async def check_zone(work: Work, zone: Record, value: object = True) -> None:
    """Its expressions must be such that this server and its database read them alike, and quickly."""
    sent = [name for name in EXPRESSIONS if work.sent(name)]
    if not sent:
        return
    organization = await work.organization()
    check_expressions(zone, organization["api_max_regex_length"] or LONGEST)
    for name in sent:
        if not await assortment.is_pattern(work.db, zone[name]):
            raise Refused("is no regular expression of PostgreSQL's", at=name, error="invalid")


@reads("market.price_list")
async def create_method(work: Work, method: Record, value: object = True) -> None:
    await regenerate_shared_secret(work, method)
    market = method.related.get("market")
    prices = market.one("price_list") if market is not None else None
    if method["currency_code"] is None and prices is not None:
        work.set(method, currency_code=prices["currency_code"])
    _check_method(method)


async def update_method(work: Work, method: Record, value: object = True) -> None:
    _check_method(method)


async def regenerate_shared_secret(work: Work, method: Record, value: object = True) -> None:
    work.set(method, shared_secret=secrets.token_hex(16))
    work.set(method, **work.accounts.seal(method))


def _check_method(method: Record) -> None:
    currencies.check(method)
    problems = []
    if method["currency_code"] is None:
        problems.append(Refused("can't be blank", at="currency_code", error="blank"))
    if method["scheme"] == "external" and not method["external_prices_url"]:
        problems.append(Refused("can't be blank", at="external_prices_url", error="blank"))
    weighs = method["min_weight"] is not None or method["max_weight"] is not None
    if weighs and method["unit_of_weight"] is None:
        problems.append(Refused("can't be blank", at="unit_of_weight", error="blank"))
    for name in ("price_amount_cents", "free_over_amount_cents", "min_weight", "max_weight"):
        if (method[name] or 0) < 0:
            problems.append(Refused("must not be negative", at=name, error="out_of_range"))
    if problems:
        raise Refused.all(problems)


async def check_tier(work: Work, tier: Record, value: object = True) -> None:
    for name in ("price_amount_cents", "up_to"):
        if (tier[name] or 0) < 0:
            raise Refused("must not be negative", at=name, error="out_of_range")


async def count_days(work: Work, lead: Record, value: object = True) -> None:
    """Both ends of a lead time in days, too."""
    if lead["min_hours"] < 0:
        raise Refused("must not be negative", at="min_hours", error="out_of_range")
    if lead["max_hours"] < lead["min_hours"]:
        raise Refused("must not be less than min_hours", at="max_hours", error="out_of_range")
    work.set(lead, min_days=days(lead["min_hours"]), max_days=days(lead["max_hours"]))


async def check_package(work: Work, package: Record, value: object = True) -> None:
    if package["unit_of_length"] not in ("cm", "in"):
        raise Refused("must be one of cm, in", at="unit_of_length", error="invalid")
    for side in ("length", "width", "height"):
        if package[side] <= 0:
            raise Refused("must be more than zero", at=side, error="out_of_range")
