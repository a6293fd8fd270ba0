"""The currency of what is sold in one market or in all: the market's, or else the one that was sent."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.domain.money import is_currency
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work


def check(record: Record) -> None:
    """Raise for what is no currency; whether one may be missing is for the caller to say."""
    if record["currency_code"] is not None and not is_currency(record["currency_code"]):
        raise Refused(
            "must be a currency of ISO 4217 in capital letters, as in EUR", at="currency_code", error="invalid"
        )


async def verify(work: Work, record: Record, value: object = True) -> None:
    """The use-case of records that have nothing else to be checked."""
    check(record)


def inherit(work: Work, record: Record) -> None:
    """Bring a record's `currency_code` into line with its market, whose price list must be read."""
    market = record.one("market")
    prices = market.one("price_list") if market is not None else None
    theirs = prices["currency_code"] if prices is not None else None
    if theirs and work.sent("currency_code") not in (None, theirs):
        raise Refused(f"must be the market's, which is {theirs}", at="currency_code", error="invalid")
    if not (theirs or record["currency_code"]):
        raise Refused("can't be blank", at="currency_code", error="blank")
    work.set(record, currency_code=theirs or record["currency_code"])
    check(record)
