"""Payments that the merchant moves by hand, such as bank transfers: every verb succeeds at once and is only noted."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp

from billfold.domain.errors import Refused
from billfold.domain.money import Money
from billfold.domain.payments import Kind, Outcome
from billfold.gateways.protocol import (
    Attempt,
    Details,
    Key,
    Movements,
    Notification,
    Purchase,
    Reference,
    Verdict,
)


class ManualGateway:
    """No PSP, no network. References are made from our own keys, so that repeating a verb gives the same one."""

    async def prepare(self, purchase: Purchase, source: Details, *, key: Key) -> Details:
        return {}

    async def update(self, purchase: Purchase, source: Details) -> Details:
        return {}

    async def refresh(self, source: Details) -> tuple[Details, Movements]:
        return {}, ()

    async def discard(self, source: Details) -> None:
        """There is nothing to cancel."""

    async def authorize(self, purchase: Purchase, source: Details, *, key: Key) -> Verdict:
        """The money is on its way as far as anybody can say: the merchant captures once it has arrived."""
        return Verdict(
            Outcome.SUCCEEDED,
            reference=_reference(Kind.AUTHORIZATION, key),
            amount=purchase.amount,
            captured=purchase.auto_capture,
            capture_reference=_reference(Kind.CAPTURE, key) if purchase.auto_capture else None,
        )

    async def capture(self, attempt: Attempt) -> Verdict:
        return _noted(attempt)

    async def void(self, attempt: Attempt) -> Verdict:
        return _noted(attempt)

    async def refund(self, attempt: Attempt, *, captured: Money, authorization: Reference) -> Verdict:
        return _noted(attempt)

    async def look_up(self, attempt: Attempt) -> Verdict:
        """What was written down is what happened: there is nobody else to ask."""
        return _noted(attempt)

    async def connect(self, notify_url: str, *, key: Key) -> Details:
        return {}

    async def disconnect(self) -> None:
        """There is nothing to undo."""

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        raise Refused("A manual gateway is notified by nobody.", error="not_notified")

    async def close(self) -> None:
        """There is nothing to close."""


def _noted(attempt: Attempt) -> Verdict:
    return Verdict(Outcome.SUCCEEDED, reference=_reference(attempt.kind, attempt.key), amount=attempt.amount)


_PREFIX = {
    Kind.AUTHORIZATION: "wire-",
    Kind.CAPTURE: "wire-capture-",
    Kind.VOID: "wire-void-",
    Kind.REFUND: "wire-refund-",
}


def _reference(kind: Kind, key: Key) -> Reference:
    return Reference(_PREFIX[kind] + key)


def open_manual(details: Details, session: aiohttp.ClientSession, base_url: str | None) -> ManualGateway:
    return ManualGateway()
