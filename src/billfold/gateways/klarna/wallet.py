"""Keeping an instrument at Klarna: customer tokens.

https://docs.klarna.com/klarna-payments/integrate-with-klarna-payments/step-3-create-an-order/set-up-a-recurring-payment-order/
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from billfold.domain.errors import BillfoldError, Refused
from billfold.gateways.klarna import mapping
from billfold.gateways.klarna.client import PAYMENTS, TOKENS, Client, RefusedByKlarna
from billfold.gateways.klarna.mapping import Thing
from billfold.gateways.protocol import Details, Kept, Key, Purchase, Shopper

# How many authorizations the tokens of which are remembered; they can be used for an hour at most.
REMEMBERED = 1000


class KlarnaWallet:
    """The half of the gateway that few PSPs have. Klarna has no customers, only tokens."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._made: OrderedDict[str, asyncio.Task[str]] = OrderedDict()

    async def enroll(self, shopper: Shopper, *, key: Key) -> str | None:
        return None

    async def keep(self, purchase: Purchase, source: Details, *, key: Key) -> Kept:
        """Read the customer token, which is made here unless the source has one already.

        Refused: "blank" without `auth_token`, "expired", "not_reusable" where the customer did not agree to more than
        one order, or once that order was placed without a token.
        """
        token_id = source.get("customer_token_id")
        if not token_id:
            if not source.get("auth_token"):
                raise Refused(
                    "can't be blank: the customer has not agreed in Klarna's window yet.",
                    at="auth_token",
                    error="blank",
                )
            try:
                session = await self._session(source["session_id"])
                token_id = await self.make_token(session, source["auth_token"])
            except RefusedByKlarna as no:
                raise _not_kept(no) from no
        try:
            token = await self._token(token_id)
        except BillfoldError as trouble:
            trouble.learned = {"customer_token_id": token_id}
            raise
        return mapping.kept(token_id, token, session_id=source.get("session_id"))

    async def make_token(self, session: Thing, auth_token: str) -> str:
        """The customer token of an authorization, made once however many ask for it at the same time.

        Klarna has no idempotency key for this and would make one token for each; so this process remembers the last
        few. Two processes may still get two, of which the caller keeps one: they have the same `fingerprint`.
        """
        if auth_token not in self._made:
            self._made[auth_token] = asyncio.create_task(self._make_token(session, auth_token))
            while len(self._made) > REMEMBERED:
                self._made.popitem(last=False)
        making = self._made[auth_token]
        try:
            # Shielded, so that one caller who gives up does not take the token from the others.
            return await asyncio.shield(making)
        except Exception:
            self._made.pop(auth_token, None)
            raise

    async def _make_token(self, session: Thing, auth_token: str) -> str:
        made, _ = await self._client.ask(
            "POST",
            PAYMENTS,
            "authorizations",
            auth_token,
            "customer-token",
            body={
                "purchase_country": session["purchase_country"],
                "purchase_currency": session["purchase_currency"],
                "locale": session.get("locale") or f"en-{session['purchase_country']}",
                "description": "Pay with one click next time",
                "intended_use": "SUBSCRIPTION",
            },
        )
        return made.text("token_id")

    async def recognise(self, customer_token: str | None, payment_source_token: str) -> Kept:
        token = await self._token(payment_source_token)
        return mapping.kept(payment_source_token, token, session_id=None, customer_token=customer_token)

    def unsaved(self, source: Details) -> tuple[str | None, str] | None:
        if self.is_reused(source) or not source.get("customer_token_id"):
            return None
        return None, str(source["customer_token_id"])

    def reuse(self, kept: Kept) -> Details:
        """`auth_token` is what clients tell a chosen source by, so it must not be null. It is the customer token,
        which the wallet entry shows to the same customer, and which Klarna takes from nobody but this merchant."""
        return {
            "auth_token": kept.payment_source_token,
            "customer_token_id": kept.payment_source_token,
            "payment_instrument": dict(kept.instrument),
        }

    @staticmethod
    def is_reused(source: Details) -> bool:
        """Whether a source stands for a token from the wallet, and has no session of its own."""
        return bool(source.get("customer_token_id")) and not source.get("session_id")

    async def forget(self, customer_token: str | None, payment_source_token: str, *, key: Key) -> None:
        """https://docs.klarna.com/klarna-payments/other-actions/cancel-a-customer-token/"""
        try:
            await self._client.ask(
                "PATCH", TOKENS, payment_source_token, "status", body={"status": "CANCELLED"}, repeatable=True
            )
        except RefusedByKlarna as no:
            if no.status != 404 and no.code != "TOKEN_CANCELLED":
                raise

    async def _session(self, session_id: str) -> Thing:
        session, _ = await self._client.ask("GET", PAYMENTS, "sessions", session_id, repeatable=True)
        return session

    async def _token(self, token_id: str) -> Thing:
        """Refused when Klarna does not know it, or does not let it be used any more."""
        try:
            token, _ = await self._client.ask("GET", TOKENS, token_id, repeatable=True)
        except RefusedByKlarna as no:
            raise Refused(
                "is not known to Klarna.", at="payment_source_token", error="resource_missing", meta=no.meta
            ) from no
        status = str(token.get("status") or "").lower()
        if status != "active":
            raise Refused(f"is {status} at Klarna.", at="payment_source_token", error="not_reusable")
        return token


def _not_kept(no: RefusedByKlarna) -> Refused:
    if no.status == 404:
        return Refused("What the customer agreed to at Klarna has expired.", error="expired", meta=no.meta)
    return Refused(f"Klarna does not keep this payment source: {no.message}", error="not_reusable", meta=no.meta)
