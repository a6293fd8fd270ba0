"""Bearer token and host → who is calling.

A token's signature is checked once per process; after that the answer comes from memory, without SQL. A revocation
counts at once in the worker that carried it out and, since all workers look for news every second, within about a
second in the others.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from billfold.db import identity, outages
from billfold.db.database import Database
from billfold.domain.caller import Caller
from billfold.web.api import InvalidToken
from billfold.web.hosts import Hosts
from billfold.web.keys import SigningKeys

log = structlog.get_logger("billfold.auth")

POLL_SECONDS = 1.0
REMEMBERED = 8192


@dataclass(frozen=True, slots=True)
class _Known:
    caller: Caller
    expires_at: float


class _Revoked:
    """Remembered in place of a caller."""


_REVOKED = _Revoked()


class Authenticator:
    """The one judge of access tokens in a process.

    issuer  what a token's `iss` must be
    clock   seconds since the epoch
    """

    def __init__(
        self,
        db: Database,
        keys: SigningKeys,
        hosts: Hosts,
        *,
        issuer: str,
        clock: Callable[[], float] = time.time,
        remembered: int = REMEMBERED,
    ) -> None:
        self._db = db
        self._keys = keys
        self._hosts = hosts
        self._issuer = issuer
        self._clock = clock
        self._remembered = remembered
        # By SHA-256 of the token, the one used least recently first.
        self._tokens: OrderedDict[str, _Known | _Revoked] = OrderedDict()
        self._organizations: set[str] = set()
        self._read_until: datetime | None = None

    async def caller(self, authorization: str | None, host: str) -> Caller:
        """Who sent the request, from its Authorization and Host headers.

        Raises InvalidToken if the token is missing, malformed, expired, revoked, or not of the host's organization.
        """
        place = self._hosts.place(host)
        if authorization is None or authorization[:7].lower() != "bearer " or place.kind not in ("store", "local"):
            raise InvalidToken
        token = authorization[7:].strip()
        digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
        known = self._tokens.get(digest)
        if known is None:
            known = await self._examine(token, digest)
        else:
            self._tokens.move_to_end(digest)
        if isinstance(known, _Revoked) or known.expires_at <= self._clock():
            raise InvalidToken
        if place.kind == "store" and place.slug != known.caller.organization_slug:
            raise InvalidToken
        return known.caller

    async def _examine(self, token: str, digest: str) -> _Known | _Revoked:
        claims = self.claims(token)
        if claims is None or claims["exp"] <= self._clock():
            raise InvalidToken
        known: _Known | _Revoked = _Known(_caller(claims), claims["exp"])
        organization_id = claims["organization"]["id"]
        self._organizations.add(organization_id)
        if await identity.is_revoked(self._db, organization_id, digest):
            known = _REVOKED
        # It may have been revoked while the database was asked; that news stands here already and must not be lost.
        return self._remember(digest, self._tokens.get(digest, known))

    def claims(self, token: str) -> dict[str, Any] | None:
        """The claims of an access token of this server, even of an expired or revoked one; None for any other text."""
        try:
            claims = self._keys.read(token)
        except ValueError:
            return None
        return claims if claims.get("iss") == self._issuer else None

    def forget(self, digests: Iterable[str]) -> None:
        """Refuse these tokens (by SHA-256, hexadecimal) from now on."""
        for digest in digests:
            self._remember(digest, _REVOKED)

    def _remember(self, digest: str, known: _Known | _Revoked) -> _Known | _Revoked:
        self._tokens[digest] = known
        if len(self._tokens) > self._remembered:
            self._tokens.popitem(last=False)
        return known

    async def read_news(self) -> None:
        """Learn what other workers revoked since the last time."""
        if self._organizations:
            at, digests = await identity.news_of_revocations(self._db, self._organizations, self._read_until)
            self._read_until = at
            self.forget(digests)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Read the news every second meanwhile."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        outage = False
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self.read_news()
                outage = False
            except Exception as trouble:
                # Whatever it was, it must not end the watch: the next reading starts where the last good one ended.
                if not outages.is_outage(trouble):
                    log.exception("revocations could not be read")
                elif not outage:
                    log.error("revocations cannot be read: no database", reason=outages.reason(trouble))
                    outage = True


def _caller(claims: dict[str, Any]) -> Caller:
    application, owner = claims["application"], claims.get("owner")
    return Caller(
        organization_id=claims["organization"]["id"],
        organization_slug=claims["organization"]["slug"],
        application_id=application["id"],
        kind=application["kind"],
        customer_id=owner["id"] if owner and owner["type"] == "Customer" else None,
        market_ids=tuple(claims["market"]["id"]) if "market" in claims else (),
        stock_location_ids=tuple(claims["market"]["stock_location_ids"]) if "market" in claims else (),
        test=claims["test"],
        custom_claim=claims.get("custom_claim"),
    )
