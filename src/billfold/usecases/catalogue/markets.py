"""Markets: numbered, and given the secret that calls to their external services will be signed with."""

from __future__ import annotations

import secrets

from billfold.jsonapi.record import Record
from billfold.usecases.work import Work


async def create(work: Work, market: Record, value: object = True) -> None:
    number = await work.db.fetchval("SELECT nextval('market_numbers')")
    work.set(market, number=number)
    await regenerate_shared_secret(work, market)


async def regenerate_shared_secret(work: Work, market: Record, value: object = True) -> None:
    work.set(market, shared_secret=secrets.token_hex(16))
    work.set(market, **work.accounts.seal(market))
