"""Whose an order is: of the customer who signed in, or of whom an e-mail address or a relationship names."""

from __future__ import annotations

from billfold.domain.errors import NOT_ALLOWED, NotAllowed, Refused
from billfold.jsonapi.record import Record
from billfold.usecases.customers.customers import find_or_create, type_of
from billfold.usecases.work import Work


async def attach(work: Work, order: Record) -> None:
    """Who buys: always the customer who signed in; else whom the e-mail address or the relationship names."""
    caller = work.caller
    if caller.customer_id:
        known = order["customer_id"] == caller.customer_id and order["customer_type"]
        work.set(order, guest=False)
        if not known or "customer_email" in work.incoming.values:
            customer = await work.read("customers", caller.customer_id)
            if customer is None:
                raise NotAllowed(NOT_ALLOWED)
            _make_theirs(work, order, customer)
    else:
        if caller.is_sales_channel and work.sent("guest") is False:
            raise Refused("can only be false for a customer who has signed in", at="guest", error="not_signed_in")
        if order["guest"] is None:
            work.set(order, guest=caller.is_sales_channel)
        if caller.is_sales_channel and work.former(order, "guest") is False:
            _check_still_theirs(work)
        await _name_customer(work, order)


def _check_still_theirs(work: Work) -> None:
    """A guest may go on with a registered customer's order where the organization says so, but not give it away."""
    sent: list[str] = [
        name for name in ("customer_email", "customer_password", "guest") if name in work.incoming.values
    ]
    if "customer" in work.incoming.relationships:
        sent.append("relationships/customer")
    if sent:
        raise Refused("is for the order's registered customer to change", at=sent[0], error="not_changeable")


async def _name_customer(work: Work, order: Record) -> None:
    email, password = work.sent("customer_email"), work.sent("customer_password")
    if "customer_email" in work.incoming.values and email is None:
        _make_theirs(work, order, None)
    elif email is not None or password is not None:
        if not (email or order["customer_email"]):
            raise Refused("can't be blank", at="customer_email", error="blank")
        customer = await find_or_create(work, email or order["customer_email"], password, at="customer_email")
        _make_theirs(work, order, customer)
        if password is not None and work.former(customer, "password_digest") is None:
            work.set(order, signed_up=True)
    elif "customer" in work.incoming.relationships:
        _make_theirs(work, order, order.one("customer"))


def _make_theirs(work: Work, order: Record, customer: Record | None) -> None:
    """Whether a customer has bought before, a guest who only names an e-mail address learns by placing the order."""
    if customer is None or order["customer_id"] != customer.id:
        work.set(order, signed_up=None)
    work.relate(order, "customer", customer)
    work.set(
        order,
        customer_email=customer["email"] if customer else None,
        customer_type=type_of(customer) if customer and not order["guest"] else None,
    )
