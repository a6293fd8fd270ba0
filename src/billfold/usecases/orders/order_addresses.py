"""An order's two addresses: copied, and kept in the customer's address book."""

from __future__ import annotations

from collections.abc import Mapping

from billfold.db.select import Wanted
from billfold.domain import addresses
from billfold.domain.errors import Refused
from billfold.jsonapi.members import Attribute
from billfold.jsonapi.record import Record
from billfold.usecases.orders.orders import check_editable
from billfold.usecases.orders.totals import FOR_TOTALS, settle_totals
from billfold.usecases.orders.whereabouts import BILLING, SHIPPING, check_country, take_over
from billfold.usecases.payments.positions import check_amounts_may_change
from billfold.usecases.work import Work, reads

FOR_ADDRESSES = f"{FOR_TOTALS} shipping_address billing_address"
FOR_THE_BOOK = "shipping_address billing_address customer.customer_addresses.address"


@reads(FOR_ADDRESSES)
async def clone_billing(work: Work, order: Record, value: str) -> None:
    """Have the order billed to a copy of that address."""
    await _place_copy(work, order, BILLING, await _named(work, value))


@reads(FOR_ADDRESSES)
async def clone_shipping(work: Work, order: Record, value: str) -> None:
    """Have the order shipped to a copy of that address."""
    await _place_copy(work, order, SHIPPING, await _named(work, value))


@reads(FOR_ADDRESSES)
async def ship_where_billed(work: Work, order: Record, value: object = True) -> None:
    await _same(work, order, SHIPPING, as_=BILLING)


@reads(FOR_ADDRESSES)
async def bill_where_shipped(work: Work, order: Record, value: object = True) -> None:
    await _same(work, order, BILLING, as_=SHIPPING)


async def _named(work: Work, id: str) -> Record:
    (address,) = await work.tools.reader.read(work.caller, Wanted(work.registry["addresses"], id), for_server=True)
    if address is None or not address.allowed:
        raise Refused("is no address of this shop", error="not_found", meta={"value": id})
    return address


async def _same(work: Work, order: Record, name: str, *, as_: str) -> None:
    """Nothing happens to an address that says the same already: checkouts ask for it with every step."""
    other, present = order.one(as_), order.one(name)
    if other is None:
        raise Refused(f"there is no {as_} to copy", error="blank")
    alike = present is not None and addresses.same(present, other) and present["reference"] == other["reference"]
    if present is None or present.id == other.id or not alike:
        await _place_copy(work, order, name, other)


async def _place_copy(work: Work, order: Record, name: str, address: Record) -> None:
    check_editable(work, order)
    check_amounts_may_change(order)
    work.relate(order, name, copy(work, address))
    check_country(order)
    take_over(work, order)
    settle_totals(work, order)


def copy(work: Work, address: Record, **other: object) -> Record:
    """A new address that says the same, `reference` and `metadata` too: clients recognise it by those."""
    return work.insert("addresses", {**_content(address), "made_by_id": work.caller.customer_id, **other})


def _content(address: Record) -> Mapping[str, object]:
    kept = [c for a in address.resource.of(Attribute) if a.write == "both" for c in a.columns]
    return {c: address[c] for c in (*kept, "provider_name", "geocoder_id")}


@reads(FOR_THE_BOOK)
async def save_shipping(work: Work, order: Record, value: object = True) -> None:
    """Keep the shipping address in the customer's address book."""
    await _save(work, order, SHIPPING)


@reads(FOR_THE_BOOK)
async def save_billing(work: Work, order: Record, value: object = True) -> None:
    """Keep the billing address in the customer's address book."""
    await _save(work, order, BILLING)


async def _save(work: Work, order: Record, name: str) -> None:
    """Keep a copy, so that the order stays as it is when the entry is edited; once, however often it is asked for."""
    address = order.one(name)
    if address is None:
        raise Refused(f"there is no {name} to save", error="blank")
    if order["guest"] or order["customer_id"] is None or work.caller.role == "guest":
        raise Refused("is for registered customers: a guest has no address book", error="guest")
    customer = order.one("customer")
    assert customer is not None
    await work.read_beside(customer, "customer_addresses.address")
    book = customer.many("customer_addresses")
    if any(_holds(entry, address) for entry in book):
        return
    work.guard(order)
    values = {"customer_email": customer["email"]}
    entry = work.insert("customer_addresses", values, {"customer": customer})
    # Checkouts tell by the reference which entry an order's address was copied from.
    kept = copy(work, address, reference=address["reference"] or entry.id, made_by_id=customer.id)
    work.relate(entry, "address", kept)
    book.append(entry)
    work.event("customer_addresses.create", entry)


def _holds(entry: Record, address: Record) -> bool:
    kept = entry.one("address")
    return entry.id == address["reference"] or (kept is not None and addresses.stands_for(kept, address))
