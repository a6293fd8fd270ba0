"""Anonymizations: who a customer was is forgotten, some time after a back office asked for it and unless it withdraws.

    (never asked) → requested → started → completed
                    requested → cancelled → requested …

What is erased and what is kept stands in docs/running.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from billfold.db import identity
from billfold.domain.errors import Refused
from billfold.jsonapi.record import Record
from billfold.jsonapi.render import timestamp
from billfold.usecases.payments.wallet import drop_entry
from billfold.usecases.work import Work

ANONYMIZE = "anonymize"  # the worker's job
REQUESTED, STARTED, COMPLETED, CANCELLED = "requested", "started", "completed", "cancelled"

READS = "customer_addresses.address customer_subscriptions customer_payment_sources.payment_gateway"


async def request(work: Work, customer: Record, value: object = True) -> None:
    """Have everything personal erased after the configured time. Asking again changes nothing."""
    if customer["anonymization_status"] not in (None, CANCELLED):
        return
    asked = {"requested_at": timestamp(work.now), "requester": _requester(work)}
    _note(work, customer, REQUESTED, asked)
    due = work.now + timedelta(hours=work.tools.anonymization_hours)
    work.job(ANONYMIZE, due, {"customer_id": customer.id, "requested_at": asked["requested_at"]})


async def cancel(work: Work, customer: Record, value: object = True) -> None:
    """Withdraw the request while nothing is erased yet. Withdrawing again changes nothing."""
    status = customer["anonymization_status"]
    if status == CANCELLED:
        return
    if status != REQUESTED:
        problem = f"is {status}: what was erased cannot be brought back" if status else "nobody asked for it"
        raise Refused(problem, at="_cancel_anonymization", error="invalid_transition", meta={"value": status})
    withdrawn = {"cancelled_at": timestamp(work.now), "cancellation_requester": _requester(work)}
    _note(work, customer, CANCELLED, {**customer["anonymization_info"], **withdrawn})


async def anonymize(work: Work, payload: Mapping[str, Any]) -> None:
    """The worker's part. It may end at any point and is begun again."""
    customer = await work.read("customers", payload["customer_id"], READS)
    if customer is None:
        return
    if customer["anonymization_status"] == REQUESTED:
        if customer["anonymization_info"]["requested_at"] != payload["requested_at"]:
            return  # it was withdrawn, and asked for again later
        await _erase(work, customer)
    if customer["anonymization_status"] == STARTED:
        await identity.revoke_customer(work.db, work.organization_id, customer.id)
        await work.db.execute(ELSEWHERE, work.organization_id, customer.id, customer["email"])
        done = {"completed_at": timestamp(work.tools.clock())}
        _note(work, customer, COMPLETED, {**customer["anonymization_info"], **done})
        await work.commit()


async def _erase(work: Work, customer: Record) -> None:
    """The customer, their address book, what they wanted to hear of and their wallet; what the payment providers keep
    for the wallet is let go by the path of every entry that goes."""
    in_use = await _addresses_in_use(work, customer)
    work.guard(customer)
    for entry in customer.many("customer_payment_sources"):
        drop_entry(work, entry)
    for subscription in customer.many("customer_subscriptions"):
        work.delete(subscription)
    for address in {a.id: a for e in customer.many("customer_addresses") if (a := e.one("address"))}.values():
        if address.id not in in_use:
            work.delete(address)
    for entry in customer.many("customer_addresses"):
        work.delete(entry)
    work.set(
        customer,
        email=f"{secrets.token_hex(12)}@anonymized.invalid",
        password_digest=None,
        shopper_reference=secrets.token_urlsafe(12),
        profile_id=secrets.token_urlsafe(12),
        tax_exemption_code=None,
        reference=None,
        reference_origin=None,
        metadata={},
    )
    _note(work, customer, STARTED, {**customer["anonymization_info"], "started_at": timestamp(work.now)})
    await work.commit()


async def _addresses_in_use(work: Work, customer: Record) -> set[str]:
    """Those of the address book that something else goes to or comes from: an order keeps the address it has."""
    book = [a.id for e in customer.many("customer_addresses") if (a := e.one("address"))]
    return {row["id"] for row in await work.db.fetch(IN_USE, work.organization_id, customer.id, book)}


def _note(work: Work, customer: Record, status: str, info: Mapping[str, Any]) -> None:
    work.guard(customer)
    work.set(customer, anonymization_status=status, anonymization_info={**info, "status": status})


def _requester(work: Work) -> dict[str, str]:
    """Tokens of integrations name no person, so it is the application that asked."""
    return {"id": work.caller.application_id}


# Whether something else goes to or comes from the address `a` than the address book of the customer $2.
USED = """(
    EXISTS (SELECT FROM orders o WHERE o.organization_id = $1 AND a.id IN (o.shipping_address_id, o.billing_address_id))
    OR EXISTS (SELECT FROM shipments s WHERE s.organization_id = $1
        AND a.id IN (s.shipping_address_id, s.origin_address_id))
    OR EXISTS (SELECT FROM stock_locations l WHERE l.organization_id = $1 AND l.address_id = a.id)
    OR EXISTS (SELECT FROM merchants m WHERE m.organization_id = $1 AND m.address_id = a.id)
    OR EXISTS (SELECT FROM customer_addresses e WHERE e.organization_id = $1 AND e.address_id = a.id
        AND e.customer_id <> $2)
)"""

IN_USE = f"SELECT a.id FROM addresses a WHERE a.organization_id = $1 AND a.id = ANY ($3) AND {USED}"

# Where else the customer's e-mail address and name stand, and what they typed in and never used. Nothing here says what
# anybody pays, so it is no concern of the guards of these records; their versions rise, so that nobody writes back what
# they have read before.
ELSEWHERE = f"""
WITH on_orders AS (
    UPDATE orders SET customer_email = $3, lock_version = lock_version + 1
    WHERE organization_id = $1 AND customer_id = $2 AND customer_email IS DISTINCT FROM $3
), subscriptions AS (
    UPDATE order_subscriptions SET customer_email = $3, lock_version = lock_version + 1
    WHERE organization_id = $1 AND customer_id = $2
), coupons AS (
    UPDATE coupon_recipients SET email = $3, first_name = NULL, last_name = NULL, lock_version = lock_version + 1
    WHERE organization_id = $1 AND customer_id = $2
), cards AS (
    UPDATE gift_card_recipients SET email = $3, first_name = NULL, last_name = NULL, lock_version = lock_version + 1
    WHERE organization_id = $1 AND customer_id = $2
), typed_in AS (
    DELETE FROM addresses a WHERE a.organization_id = $1 AND a.made_by_id = $2 AND NOT {USED}
)
DELETE FROM customer_password_resets WHERE organization_id = $1 AND customer_id = $2
"""
