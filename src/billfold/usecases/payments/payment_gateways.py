"""Payment gateways: the merchant's accounts at PSPs, their credentials and where they report to."""

from __future__ import annotations

import secrets

from billfold.gateways.protocol import Key
from billfold.jsonapi.record import Record
from billfold.usecases.work import Work


async def create(work: Work, gateway: Record, value: object = True) -> None:
    """Encrypt the credentials and, where the PSP lets us, register for its reports."""
    # The organization leads, so that a report finds its tenant without a search across tenants.
    key = f"{work.organization_id}{secrets.token_urlsafe(24)}"
    work.set(gateway, notification_key=key)
    adapter = await work.accounts.gateway(gateway)
    details = await adapter.connect(f"{work.tools.notify_url}/{gateway.type}/{key}", key=Key(gateway.id))
    await work.accounts.drop(gateway)  # it was opened before the PSP gave the secret that its reports are signed with
    work.set(gateway, **details)
    work.set(gateway, **work.accounts.seal(gateway))


async def update(work: Work, gateway: Record, value: object = True) -> None:
    work.set(gateway, **work.accounts.seal(gateway))


async def delete(work: Work, gateway: Record, value: object = True) -> None:
    adapter = await work.accounts.gateway(gateway)
    work.delete(gateway)
    await work.commit()
    await adapter.disconnect()
