"""Recipients of gift cards: found by e-mail, or made."""

from __future__ import annotations

from billfold.jsonapi.record import Record
from billfold.usecases.customers import checked
from billfold.usecases.work import Work

FIRST = """
SELECT id FROM gift_card_recipients WHERE organization_id = $1 AND email = $2 ORDER BY created_at, id LIMIT 1
"""


async def create(work: Work, recipient: Record, value: object = True) -> None:
    work.set(recipient, email=checked(recipient["email"], at="email"))


async def find_or_create(work: Work, email: str, *, at: str) -> Record:
    """The recipient with that address; the oldest where back offices have made several."""
    email = checked(email, at=at)
    id = await work.db.fetchval(FIRST, work.organization_id, email)
    found = await work.read("gift_card_recipients", id) if id else None
    return found or work.insert("gift_card_recipients", {"email": email})
