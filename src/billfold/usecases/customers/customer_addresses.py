"""The address book: whose an entry is."""

from __future__ import annotations

from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.usecases.customers.customers import find_or_create, signed_in
from billfold.usecases.work import Work, reads


async def create(work: Work, entry: Record, value: object = True) -> None:
    """Into the book of the customer who signed in; else of whom the relationship or the e-mail address names."""
    work.relate(entry, "customer", await _owner(work, entry))
    _note_owner(work, entry)
    work.event("customer_addresses.create", entry)


@reads("customer address")
async def update(work: Work, entry: Record, value: object = True) -> None:
    if work.caller.customer_id and entry["customer_id"] != work.caller.customer_id:
        work.relate(entry, "customer", await signed_in(work))
    if entry.one("customer") is None:
        raise Refused("can't be blank", at="relationships/customer", error="blank")
    if entry.one("address") is None:
        raise Refused("can't be blank", at="relationships/address", error="blank")
    _note_owner(work, entry)


async def delete(work: Work, entry: Record, value: object = True) -> None:
    """The address stays: an order may go there."""
    work.delete(entry)
    work.event("customer_addresses.destroy", entry)


async def _owner(work: Work, entry: Record) -> Record:
    if work.caller.customer_id:
        return await signed_in(work)
    named = entry.related.get("customer")
    if isinstance(named, Record):
        return named
    if entry["customer_email"]:
        return await find_or_create(work, entry["customer_email"], None, at="customer_email")
    raise Refused("can't be blank", at="relationships/customer", error="blank")


def _note_owner(work: Work, entry: Record) -> None:
    customer = entry.one("customer")
    assert customer is not None
    work.set(entry, customer_email=customer["email"])
