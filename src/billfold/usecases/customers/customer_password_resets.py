"""A new password for a customer who forgot theirs, against a token that only their mailbox knows.

Nobody but a back office learns whether an e-mail address is a customer's: a request that leads nowhere is kept and
answered like any other.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from billfold.db import identity
from billfold.domain.errors import Refused
from billfold.domain.moments import moment
from billfold.jsonapi.record import Record
from billfold.usecases.customers.customers import checked, set_password
from billfold.usecases.work import Work, reads

GOOD_FOR = timedelta(hours=24)  # after that a mail that lies about opens nothing


async def create(work: Work, reset: Record, value: object = True) -> None:
    """Make the token. Sending it to the customer is the business of whoever listens to the event."""
    email = checked(reset["customer_email"], at="customer_email")
    customer = await work.read("customers", email, by="email")
    if customer is None and not work.caller.is_sales_channel:
        raise Refused("is no customer's", at="customer_email", error="not_found", meta={"value": email})
    token = secrets.token_urlsafe(15)
    known = {"customer_id": customer.id, "reset_password_token": token} if customer is not None else {}
    work.set(reset, customer_email=email, **known)
    work.event("customer_password_resets.create", reset)


@reads("customer")
async def update(work: Work, reset: Record, value: object = True) -> None:
    """Set the password, once and in time, if the token is right."""
    password, token = work.sent("customer_password"), work.sent("_reset_password_token")
    if password is None and token is None:
        return
    missing = [n for n, v in (("customer_password", password), ("_reset_password_token", token)) if not v]
    if missing:
        raise Refused.all([Refused("can't be blank", at=name, error="blank") for name in missing])
    customer = reset.one("customer")
    if customer is None or not _is_good(work, reset, token):
        raise Refused("is wrong, was used before or is too old", at="_reset_password_token", error="invalid")
    work.guard(reset)
    await set_password(work, customer, password, at="customer_password")
    work.set(reset, reset_password_at=work.now)
    # Whoever knew the old password is signed out with it.
    await identity.revoke_customer(work.db, work.organization_id, customer.id)


def _is_good(work: Work, reset: Record, token: str) -> bool:
    in_time = work.now - moment(reset["created_at"]) <= GOOD_FOR
    right = hmac.compare_digest(token.encode(), (reset["reset_password_token"] or "").encode())
    return right and in_time and reset["reset_password_at"] is None
