"""What customers want to hear of: whose the wish is."""

from __future__ import annotations

from billfold.jsonapi.record import Record
from billfold.usecases.customers.customers import find_or_create, signed_in
from billfold.usecases.work import Work


async def create(work: Work, subscription: Record, value: object = True) -> None:
    """The wish of the customer who signed in; else of whoever the e-mail address belongs to, a new customer perhaps."""
    if work.caller.customer_id:
        customer = await signed_in(work)
    else:
        customer = await find_or_create(work, subscription["customer_email"], None, at="customer_email")
    work.relate(subscription, "customer", customer)
    work.set(subscription, customer_email=customer["email"])
    work.event("customer_subscriptions.create", subscription)


async def delete(work: Work, subscription: Record, value: object = True) -> None:
    work.delete(subscription)
    work.event("customer_subscriptions.destroy", subscription)
