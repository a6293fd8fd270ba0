"""Customers: found by e-mail, created, signed up."""

from __future__ import annotations

import re
import secrets

from billfold.domain.errors import NOT_ALLOWED, NotAllowed, Refused
from billfold.jsonapi.record import Record
from billfold.usecases.customers.passwords import hashed
from billfold.usecases.work import Work, reads

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
SHORTEST_PASSWORD = 6


async def create(work: Work, customer: Record, value: object = True) -> None:
    """A customer who has not bought yet; with a password they can sign in."""
    email = checked(customer["email"], at="email")
    if await work.read("customers", email, by="email"):
        raise Refused("has already been taken", at="email", error="taken", meta={"value": email})
    _complete(work, customer, email)
    await set_password(work, customer, work.sent("password"), at="password")
    work.event("customers.create", customer)


@reads(email="customer_addresses customer_subscriptions")
async def update(work: Work, customer: Record, value: object = True) -> None:
    if work.sent("email"):
        email = checked(customer["email"], at="email")
        known = await work.read("customers", email, by="email")
        if known is not None and known.id != customer.id:
            raise Refused("has already been taken", at="email", error="taken", meta={"value": email})
        work.set(customer, email=email)
        for record in (*customer.many("customer_addresses"), *customer.many("customer_subscriptions")):
            work.set(record, customer_email=email)
    await set_password(work, customer, work.sent("password"), at="password")


@reads("customer_addresses customer_subscriptions")
async def delete(work: Work, customer: Record, value: object = True) -> None:
    """Somebody who bought, or who keeps a payment source, cannot go; what they noted for themselves goes with them."""
    for record in (*customer.many("customer_addresses"), *customer.many("customer_subscriptions")):
        work.delete(record)
    work.guard(customer)
    work.delete(customer)
    work.event("customers.destroy", customer)


async def signed_in(work: Work) -> Record:
    """The customer whose token it is, who may have been deleted since it was given out."""
    customer = await work.read("customers", work.caller.customer_id or "")
    if customer is None:
        raise NotAllowed(NOT_ALLOWED)
    return customer


async def find_or_create(work: Work, email: str, password: str | None, *, at: str) -> Record:
    """The customer with that e-mail. A password signs up one who has none; it never replaces somebody's."""
    email = checked(email, at=at)
    customer = await work.read("customers", email, by="email")
    if customer is None:
        customer = work.insert("customers", {"email": email})
        _complete(work, customer, email)
        work.event("customers.create", customer)
    if not customer["password_digest"]:
        await set_password(work, customer, password, at="customer_password")
    return customer


def type_of(customer: Record) -> str:
    """What an order that is not placed yet calls its customer: one who has placed others before is “returning”."""
    return "returning" if customer["total_orders_count"] else "new"


def checked(email: str, *, at: str) -> str:
    """The address as it is kept: without blanks around it, in lower case."""
    email = email.strip().lower()
    if not EMAIL.fullmatch(email) or len(email) > 254:
        raise Refused("must be an e-mail address", at=at, error="invalid")
    return email


def _complete(work: Work, customer: Record, email: str) -> None:
    work.set(
        customer,
        email=email,
        status="prospect",
        total_orders_count=0,
        shopper_reference=customer["shopper_reference"] or secrets.token_urlsafe(12),
        profile_id=customer["profile_id"] or secrets.token_urlsafe(12),
    )


async def set_password(work: Work, customer: Record, password: str | None, *, at: str) -> None:
    """Have the customer sign in with that password from now on; None changes nothing."""
    if password is None:
        return
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(f"must have at least {SHORTEST_PASSWORD} characters", at=at, error="too_short")
    work.set(customer, password_digest=await hashed(password))
    work.event("customers.create_password", customer)
