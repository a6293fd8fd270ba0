"""The ways to get an access token: one function per grant type, and what a token says.

https://datatracker.ietf.org/doc/html/rfc6749, https://datatracker.ietf.org/doc/html/rfc7523
"""

from __future__ import annotations

import hmac
import random
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

import msgspec

from billfold.db import identity
from billfold.db.database import Database
from billfold.db.identity import Application, RefreshToken
from billfold.settings import Settings
from billfold.usecases.customers import passwords
from billfold.web.assertions import Assertion, BadAssertion, read_assertion
from billfold.web.auth import Authenticator
from billfold.web.keys import SigningKeys
from billfold.web.scopes import BadScope, Scope, resolve

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

# A token that was given out already is given out again until it has no more than this left.
RENEWAL_SECONDS = 900
REMEMBERED = 1024

Params = Mapping[str, Any]


class OAuthError(Exception):
    """A token request is refused.

    title   the error word of RFC 6749 §5.2
    reason  what exactly was wrong, sent as `meta.reason`, where clients know the detail by heart
    """

    def __init__(self, title: str, detail: str, *, status: int = 400, reason: str | None = None) -> None:
        super().__init__(reason or detail)
        self.title, self.detail, self.status = title, detail, status
        self.meta = {"reason": reason} if reason else {}


def invalid_client() -> OAuthError:
    """Says nothing about which of id and secret was wrong; the wording is the one that clients know."""
    return OAuthError(
        "invalid_client",
        "Client authentication failed due to unknown client, no client authentication included, or unsupported "
        "authentication method.",
        status=401,
    )


def invalid_grant(detail: str) -> OAuthError:
    return OAuthError("invalid_grant", detail)


def invalid_assertion(reason: str) -> OAuthError:
    return OAuthError("invalid_assertion", "The provided assertion is invalid.", reason=reason)


@dataclass(frozen=True, slots=True)
class Client:
    """An application that asks. `confidential`: it proved itself with its secret."""

    application: Application
    confidential: bool


@dataclass(frozen=True, slots=True)
class Minted:
    token: str
    digest: str
    issued_at: int
    expires_at: int


class Grants:
    """Gives out tokens.

    clock  seconds since the epoch
    """

    def __init__(
        self,
        db: Database,
        keys: SigningKeys,
        authenticator: Authenticator,
        settings: Settings,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._db = db
        self._keys = keys
        self._authenticator = authenticator
        self._settings = settings
        self._clock = clock
        # What client_credentials gave out last, by everything the token says but for its times.
        self._current: OrderedDict[bytes, Minted] = OrderedDict()
        self._grants: dict[str, Callable[[Params, str], Awaitable[dict[str, Any]]]] = {
            "client_credentials": self._client_credentials,
            "password": self._password,
            "refresh_token": self._refresh_token,
            JWT_BEARER: self._jwt_bearer,
        }

    async def answer(self, params: Params, slug: str) -> dict[str, Any]:
        """The body of the answer to a token request.

        slug  of the organization whose host was asked; "" on the authentication host, where the client id tells

        Raises OAuthError.
        """
        grant_type = required(params, "grant_type")
        if grant_type not in self._grants:
            known = ", ".join(self._grants)
            raise OAuthError("unsupported_grant_type", f"“{grant_type[:80]}” is none of the grant types here: {known}.")
        return await self._grants[grant_type](params, slug)

    async def client(self, params: Params, slug: str) -> Client:
        """The application that asks, authenticated as far as it cares to. Raises OAuthError."""
        application = await identity.application(self._db, optional(params, "client_id") or "")
        if application is None or (slug and slug != application.slug):
            raise invalid_client()
        secret = optional(params, "client_secret")
        if secret is None:
            if not application.public:
                raise invalid_client()
            return Client(application, confidential=False)
        if not hmac.compare_digest(identity.digest(secret), application.secret_digest or ""):
            raise invalid_client()
        return Client(application, confidential=True)

    async def _client_credentials(self, params: Params, slug: str) -> dict[str, Any]:
        client = await self.client(params, slug)
        scope = await self._scope(client.application, optional(params, "scope"))
        await self._admit(client.application, scope, None)
        lasting = self._claims(client, scope)
        key = msgspec.json.encode(lasting)
        current = self._current.get(key)
        if (
            current is None
            or current.expires_at - self._clock() <= RENEWAL_SECONDS
            or await identity.is_revoked(self._db, client.application.organization_id, current.digest)
        ):
            current = self._mint(lasting)
            self._current[key] = current
            if len(self._current) > REMEMBERED:
                self._current.popitem(last=False)
        return self._given_out(current, scope)

    async def _password(self, params: Params, slug: str) -> dict[str, Any]:
        client = await self.client(params, slug)
        organization_id = _storefront(client)
        email, password = required(params, "username"), required(params, "password")
        scope = await self._scope(client.application, optional(params, "scope"))
        customer_id, digest = await identity.password_digest(self._db, organization_id, email)
        if not await passwords.matches(digest, password) or customer_id is None:
            raise invalid_grant("There is no customer with this e-mail address and password.")
        await self._admit(client.application, scope, customer_id)
        return await self._signed_in(client, scope, customer_id, None)

    async def _jwt_bearer(self, params: Params, slug: str) -> dict[str, Any]:
        client = await self.client(params, slug)
        organization_id = _storefront(client)
        if not client.confidential:
            raise invalid_client()
        try:
            assertion = read_assertion(required(params, "assertion"), now=self._clock())
        except BadAssertion as wrong:
            raise invalid_assertion(str(wrong)) from wrong
        scope = await self._scope(client.application, optional(params, "scope") or "market:all")
        await self._must_exist(organization_id, assertion)
        await self._admit(client.application, scope, assertion.customer_id)
        return await self._signed_in(client, scope, assertion.customer_id, assertion.custom_claim)

    async def _must_exist(self, organization_id: str, assertion: Assertion) -> None:
        customer_id = assertion.customer_id
        if customer_id is not None and not await identity.customer_exists(self._db, organization_id, customer_id):
            raise invalid_assertion("Its owner is no customer of this organization.")

    async def _refresh_token(self, params: Params, slug: str) -> dict[str, Any]:
        client = await self.client(params, slug)
        organization_id = client.application.organization_id
        digest = identity.digest(required(params, "refresh_token"))
        old = await identity.refresh_token(self._db, organization_id, digest)
        if old is None or old.application_id != client.application.id:
            raise invalid_grant("The refresh token is none of this application's.")
        if old.confidential and not client.confidential:
            raise invalid_client()
        if old.used_at is not None:
            await self._stolen(old)
        if old.revoked_at is not None or old.expires_at.timestamp() <= self._clock():
            raise invalid_grant("The refresh token has expired or was revoked.")
        if old.customer_id is not None and not await identity.customer_exists(
            self._db, organization_id, old.customer_id
        ):
            raise invalid_grant("The customer whose refresh token it is exists no more.")
        scope = await self._scope(client.application, old.scope)
        await self._admit(client.application, scope, old.customer_id)
        return await self._signed_in(client, scope, old.customer_id, old.custom_claim, instead_of=old)

    async def _stolen(self, token: RefreshToken) -> NoReturn:
        """Somebody holds a copy of a token that was used already: nobody can tell who, so both sign in again."""
        self._authenticator.forget(await identity.revoke_family(self._db, token.organization_id, token.family))
        raise invalid_grant("The refresh token was used before; everything that came of its sign-in is revoked.")

    async def _signed_in(
        self,
        client: Client,
        scope: Scope,
        customer_id: str | None,
        custom_claim: dict[str, Any] | None,
        *,
        instead_of: RefreshToken | None = None,
    ) -> dict[str, Any]:
        """A new access token along with a refresh token, the next of its family or the first of a new one."""
        minted = self._mint(self._claims(client, scope, customer_id, custom_claim))
        refresh_token = secrets.token_urlsafe(32)
        stored = await identity.keep_refresh_token(
            self._db,
            RefreshToken(
                organization_id=client.application.organization_id,
                digest=identity.digest(refresh_token),
                family=instead_of.family if instead_of else secrets.token_urlsafe(16),
                application_id=client.application.id,
                customer_id=customer_id,
                scope=scope.text,
                custom_claim=custom_claim,
                confidential=instead_of.confidential if instead_of else client.confidential,
                access_digest=minted.digest,
                access_expires_at=_moment(minted.expires_at),
                expires_at=_moment(self._clock() + self._settings.refresh_token_lifetime),
            ),
            instead_of=instead_of.digest if instead_of else None,
        )
        if instead_of is not None and not stored:
            await self._stolen(instead_of)
        answer = self._given_out(minted, scope) | {"refresh_token": refresh_token}
        return answer | ({"owner_id": customer_id, "owner_type": "customer"} if customer_id else {})

    async def _scope(self, application: Application, asked: str | None) -> Scope:
        if asked is None:
            if application.kind == "sales_channel":
                raise OAuthError("invalid_scope", "A sales channel must name its market: scope=market:code:<code>.")
            asked = "market:all"
        try:
            return await resolve(self._db, application.organization_id, asked)
        except BadScope as wrong:
            raise OAuthError("invalid_scope", str(wrong)) from wrong

    async def _admit(self, application: Application, scope: Scope, customer_id: str | None) -> None:
        """Private markets are for the customers of their group; a back office goes everywhere. Raises OAuthError."""
        if application.kind != "sales_channel" or not scope.groups:
            return
        group = customer_id and await identity.customer_group(self._db, application.organization_id, customer_id)
        if scope.groups != {group}:
            raise OAuthError("invalid_scope", "The scope names a private market, which is for its own customers only.")

    def _claims(
        self,
        client: Client,
        scope: Scope,
        customer_id: str | None = None,
        custom_claim: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """What the token says, but for its times."""
        application = client.application
        claims: dict[str, Any] = {
            "organization": {
                "id": application.organization_id,
                "slug": application.slug,
                "enterprise": True,  # clients unlock features by it, and there are no plans here to tell apart
                "region": self._settings.region,
            },
            "application": {
                "id": application.id,
                "kind": application.kind,
                "public": application.public,
                "client_id": application.client_id,
                "confidential": client.confidential,
            },
        }
        if scope.market_ids:
            claims["market"] = {
                "id": list(scope.market_ids),
                "stock_location_ids": list(scope.stock_location_ids),
                "geocoder_id": None,
                "allows_external_prices": scope.external_prices,
            }
        if customer_id is not None:
            claims["owner"] = {"id": customer_id, "type": "Customer"}
        if custom_claim is not None:
            claims["custom_claim"] = custom_claim
        return claims | {"scope": scope.text, "iss": self._settings.issuer, "test": self._settings.mode == "test"}

    def _mint(self, lasting: dict[str, Any]) -> Minted:
        issued_at = int(self._clock())
        expires_at = issued_at + self._settings.access_token_lifetime
        token = self._keys.sign(lasting | {"exp": expires_at, "iat": issued_at, "rand": random.random()})
        return Minted(token, identity.digest(token), issued_at, expires_at)

    def _given_out(self, minted: Minted, scope: Scope) -> dict[str, Any]:
        return {
            "access_token": minted.token,
            "token_type": "bearer",
            "expires_in": minted.expires_at - int(self._clock()),
            "scope": scope.text,
            "created_at": minted.issued_at,
        }


def _storefront(client: Client) -> str:
    """The organization's id. Raises OAuthError for applications that customers do not sign in with."""
    if client.application.kind != "sales_channel":
        raise OAuthError("unauthorized_client", "Customers sign in with sales channels only.", status=401)
    return client.application.organization_id


def optional(params: Params, name: str) -> str | None:
    """A text of the request; None when it is missing, null or empty. Raises OAuthError for anything else."""
    value = params.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or "\x00" in value:
        raise OAuthError("invalid_request", f"The parameter {name} must be a string.")
    return value


def required(params: Params, name: str) -> str:
    value = optional(params, name)
    if value is None:
        raise OAuthError("invalid_request", f"Missing required parameter: {name}.")
    return value


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
