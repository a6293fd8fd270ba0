"""What an order takes over from its two addresses: the country it goes to, which it may be locked to."""

from __future__ import annotations

from billfold.domain import addresses
from billfold.domain.countries import COUNTRIES, NO_COUNTRY
from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work

SHIPPING, BILLING = "shipping_address", "billing_address"
# The members of an order that `take_over` follows.
FOLLOWED = frozenset({SHIPPING, BILLING, "shipping_country_code_lock"})


def take_over(work: Work, order: Record) -> None:
    """Bring into line with the addresses what the order says of them. Needs both addresses read."""
    work.set(order, country_code=addresses.country(order.one(SHIPPING), order.one(BILLING)))


def check_country(order: Record) -> None:
    """Raise Refused when the order would be shipped to another country than the one it is locked to, or to none."""
    lock = order["shipping_country_code_lock"]
    if lock and lock.strip().upper() not in COUNTRIES:
        raise Refused(NO_COUNTRY, at="shipping_country_code_lock", error="invalid")
    if locked_out(order):
        raise wrong_country(order)


def locked_out(order: Record) -> bool:
    return addresses.is_locked_out(order.one(SHIPPING), order["shipping_country_code_lock"])


def wrong_country(order: Record) -> Refused:
    problem = f"must be in {order['shipping_country_code_lock']}, which the order is locked to"
    return Refused(problem, at=f"relationships/{SHIPPING}", error="country_locked")
