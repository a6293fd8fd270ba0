"""Invoices at a tax service: committed when taxes are due, refunded when they are not. No tax calculator keeps any."""

from __future__ import annotations

from billfold.domain.errors import Unsupported
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work

NONE_KEPT = "needs a tax service that keeps invoices: this server's tax calculators work taxes out and keep none"


async def commit(work: Work, order: Record, value: object = True) -> None:
    raise Unsupported(NONE_KEPT, at="_commit_invoice")


async def refund(work: Work, order: Record, value: object = True) -> None:
    raise Unsupported(NONE_KEPT, at="_refund_invoice")
