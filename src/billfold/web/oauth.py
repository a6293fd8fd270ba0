"""/oauth/token, /oauth/revoke and /.well-known/jwks.json, on the authentication host and on every organization's.

https://datatracker.ietf.org/doc/html/rfc6749, https://datatracker.ietf.org/doc/html/rfc7009
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from billfold.db import identity
from billfold.db.database import Database
from billfold.jsonapi.errors import ErrorObject
from billfold.settings import Settings
from billfold.web.auth import Authenticator
from billfold.web.grants import Client, Grants, OAuthError, Params, required
from billfold.web.hosts import Hosts
from billfold.web.keys import SigningKeys
from billfold.web.limits import SlidingWindow
from billfold.web.refusals import token_answer, token_error

CODES = {400: "BAD_REQUEST", 401: "UNAUTHORIZED", 403: "FORBIDDEN", 429: "TOO_MANY_REQUESTS"}


class OAuth:
    """clock  seconds since the epoch"""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        keys: SigningKeys,
        authenticator: Authenticator,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._db = db
        self._authenticator = authenticator
        self._hosts = Hosts(settings.domain)
        self._grants = Grants(db, keys, authenticator, settings, clock)
        self._window = SlidingWindow(settings.token_rate, clock)
        self._jwks = msgspec.json.encode(keys.jwks())

    async def token(self, request: Request) -> Response:
        left = self._window.take(request.client.host if request.client else "")
        headers = self._window.headers(left)
        try:
            if left < 0:
                raise OAuthError("too_many_requests", "Too many requests for tokens; please wait.", status=429)
            answer = await self._grants.answer(await _params(request), self._slug(request))
        except OAuthError as refusal:
            return _refused(refusal, headers)
        return token_answer(200, answer, headers)

    async def revoke(self, request: Request) -> Response:
        try:
            params = await _params(request)
            try:
                client = await self._grants.client(params, self._slug(request))
            except OAuthError as refusal:
                raise _may_not_revoke() from refusal
            await self._revoke(client, required(params, "token"))
        except OAuthError as refusal:
            return _refused(refusal)
        return token_answer(200, {})

    async def _revoke(self, client: Client, token: str) -> None:
        """Whoever holds a customer's token may revoke it; a guest's is shared, so that takes the client secret.

        A token that means nothing here needs no revoking (RFC 7009 §2.2).
        """
        organization_id, digest = client.application.organization_id, identity.digest(token)
        claims = self._authenticator.claims(token)
        if claims is not None:
            if claims["application"]["id"] != client.application.id or not (client.confidential or "owner" in claims):
                raise _may_not_revoke()
            family = await identity.family_of(self._db, organization_id, digest)
            if family is None:
                expires_at = datetime.fromtimestamp(claims["exp"], UTC)
                await identity.revoke_access_token(self._db, organization_id, digest, expires_at)
            self._authenticator.forget([digest])
        else:
            refresh_token = await identity.refresh_token(self._db, organization_id, digest)
            if refresh_token is None:
                return
            if refresh_token.application_id != client.application.id or not (
                client.confidential or refresh_token.customer_id
            ):
                raise _may_not_revoke()
            family = refresh_token.family
        if family is not None:
            self._authenticator.forget(await identity.revoke_family(self._db, organization_id, family))

    async def jwks(self, request: Request) -> Response:
        return Response(self._jwks, media_type="application/json", headers={"Cache-Control": "public, max-age=300"})

    def _slug(self, request: Request) -> str:
        return self._hosts.place(request.headers.get("host", "")).slug


def routes(
    settings: Settings,
    db: Database,
    keys: SigningKeys,
    authenticator: Authenticator,
    clock: Callable[[], datetime],
) -> list[Route]:
    oauth = OAuth(settings, db, keys, authenticator, lambda: clock().timestamp())
    return [
        Route("/oauth/token", oauth.token, methods=["POST"]),
        Route("/oauth/revoke", oauth.revoke, methods=["POST"]),
        Route("/.well-known/jwks.json", oauth.jwks, methods=["GET"]),
    ]


async def _params(request: Request) -> Params:
    """The members of a JSON object, or of a form if the body says that it is one."""
    body = await request.body()
    try:
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise OAuthError("invalid_request", "The body must be a JSON object, or a form declared as one.") from None


def _may_not_revoke() -> OAuthError:
    return OAuthError("unauthorized_client", "You are not authorized to revoke this token", status=403)


def _refused(refusal: OAuthError, headers: Mapping[str, str] | None = None) -> Response:
    status = refusal.status
    return token_error(ErrorObject(status, CODES[status], refusal.title, refusal.detail, meta=refusal.meta), headers)
