"""Recipients of coupons and gift cards: named by e-mail address, found or made."""

from __future__ import annotations

from billfold.jsonapi.record import Record
from billfold.usecases.customers.customers import checked
from billfold.usecases.work import Work


async def check_address(work: Work, recipient: Record, value: object = True) -> None:
    """A recipient is known by an e-mail address as customers are."""
    if "email" in work.incoming.values:
        work.set(recipient, email=checked(recipient["email"], at="email"))


async def name(work: Work, given: Record, relationship: str) -> None:
    """Whom a coupon or a gift card is given to: `recipient_email` names them, or the relationship does."""
    email = work.sent("recipient_email")
    if email:
        recipient = await _find_or_make(work, f"{relationship}s", checked(email, at="recipient_email"))
        work.relate(given, relationship, recipient)
    elif "recipient_email" in work.incoming.values and relationship not in work.incoming.relationships:
        work.relate(given, relationship, None)


async def _find_or_make(work: Work, called: str, email: str) -> Record:
    """The recipient with that address; the oldest where back offices have made several."""
    id = await work.db.fetchval(
        f"SELECT id FROM {called} WHERE organization_id = $1 AND email = $2 ORDER BY created_at, id LIMIT 1",
        work.organization_id,
        email,
    )
    found = await work.read(called, id) if id else None
    return found or work.insert(called, {"email": email})
