"""Klarna: payment sessions and customer tokens before the sale, order management after it.

A payment source is one session, or one customer token that is used again. The session is where the customer agrees;
its authorization token is good for an hour and for one order
(https://docs.klarna.com/klarna-payments/integrate-with-klarna-payments/).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec

from billfold.domain.errors import GatewayTrouble, OutcomeUnknown, Refused
from billfold.domain.money import Money
from billfold.domain.payments import Kind, Outcome
from billfold.gateways.doubt import doubting
from billfold.gateways.klarna import mapping
from billfold.gateways.klarna.client import ORDERS, PAYMENTS, TOKENS, Client, RefusedByKlarna
from billfold.gateways.klarna.mapping import Thing
from billfold.gateways.klarna.wallet import KlarnaWallet
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
from billfold.gateways.wire import Patience


@doubting("Klarna")
class KlarnaGateway(KlarnaWallet):
    """details  the gateway record's: country_code, api_key, api_secret, notification_url"""

    def __init__(
        self,
        details: Details,
        session: aiohttp.ClientSession,
        base_url: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(
            Client(
                base_url or mapping.base_url(details),
                details["api_key"],
                details["api_secret"],
                session,
                patience or Patience(),
            )
        )
        self._details = details

    # --- what the browser needs ---------------------------------------------------------------------------------------

    async def prepare(self, purchase: Purchase, source: Details, *, key: Key) -> Details:
        """Open a session; for a registered customer one in which they may also agree to be charged later. A source
        made by `reuse` needs none: nothing is asked of Klarna before the order."""
        if self.is_reused(source):
            return {
                "session_id": None,
                "client_token": None,
                "payment_methods": [],
                "auth_token": source["auth_token"],
                "customer_token_id": source["customer_token_id"],
                "payment_instrument": source.get("payment_instrument"),
            }
        body = mapping.session(purchase)
        body["intent"] = INTENT_TO_KEEP if purchase.shopper else "buy"
        if urls := self._merchant_urls():
            body["merchant_urls"] = urls
        made, _ = await self._client.ask("POST", PAYMENTS, "sessions", body=body, repeatable=True)
        return {
            "session_id": made.text("session_id"),
            "client_token": made.text("client_token"),
            "payment_methods": made.get("payment_method_categories") or [],
            "auth_token": None,
            "customer_token_id": None,
            "intent": body["intent"],
        }

    def _merchant_urls(self) -> dict[str, str]:
        """Klarna calls nothing but https."""
        url = str(self._details.get("notification_url") or "")
        return {"authorization": url, "notification": url} if url.startswith("https://") else {}

    async def update(self, purchase: Purchase, source: Details) -> Details:
        """Tell the session the new amounts. What the customer agreed to before is void with that, and so is the
        `auth_token`. Refused with "expired" when the session is over."""
        if self.is_reused(source):
            return {}
        try:
            path = "sessions", source["session_id"]
            await self._client.ask("POST", PAYMENTS, *path, body=mapping.session(purchase), repeatable=True)
        except RefusedByKlarna as no:
            raise _expired(no) from no
        return {"auth_token": None}

    async def refresh(self, source: Details) -> tuple[Details, Movements]:
        """The order where one was placed, else the authorization token that Klarna may have given the session."""
        if source.get("klarna_order_id"):
            return {}, mapping.movements(await self._order(source["klarna_order_id"]))
        if not source.get("session_id"):
            return {}, ()
        try:
            session = await self._session(source["session_id"])
        except RefusedByKlarna as no:
            raise _expired(no) from no
        token = session.get("authorization_token")
        return ({"auth_token": token} if token and not source.get("auth_token") else {}), ()

    async def discard(self, source: Details) -> None:
        """Release what the customer agreed to. A session cannot be cancelled; it ends by itself after 48 hours."""
        if not source.get("session_id") or not source.get("auth_token"):
            return
        try:
            await self._client.ask("DELETE", PAYMENTS, "authorizations", source["auth_token"], repeatable=True)
        except RefusedByKlarna:
            return  # used or expired: in each case nothing is left to release

    # --- money --------------------------------------------------------------------------------------------------------

    async def authorize(self, purchase: Purchase, source: Details, *, key: Key) -> Verdict:
        """Place the order: with the customer token of a reused source, else with the session's authorization.

        For a registered customer the customer token is made first, because placing the order ends the session and
        no token can be had afterwards. Whatever then happens to the order, the token is in the verdict's details or
        in the trouble's `learned`.

        Refused: "blank" without `auth_token`, "mismatched_amounts", "expired".
        """
        if self.is_reused(source):
            path: tuple[str, ...] = TOKENS, source["customer_token_id"], "order"
            return await self._place(path, mapping.token_order(purchase), purchase, {}, key=key)
        if not source.get("auth_token"):
            raise Refused(
                "can't be blank: the customer has not agreed in Klarna's window yet.", at="auth_token", error="blank"
            )
        try:
            session = await self._session(source["session_id"])
        except RefusedByKlarna as no:
            raise _expired(no) from no
        if (session["order_amount"], session["purchase_currency"].upper()) != (
            purchase.amount.minor,
            purchase.amount.currency,
        ):
            agreed = Money(session["order_amount"], session["purchase_currency"].upper())
            raise Refused(
                f"The customer agreed to {agreed}, but the order costs {purchase.amount}.", error="mismatched_amounts"
            )
        learned: dict[str, Any] = {}
        if purchase.shopper and not source.get("customer_token_id") and session.get("status") != "complete":
            learned = await self._tokenize(session, source)
        path = PAYMENTS, "authorizations", source["auth_token"], "order"
        return await self._place(path, mapping.order_of(session), purchase, learned, key=None)

    async def _tokenize(self, session: Thing, source: Details) -> dict[str, Any]:
        """Make the customer token; nothing where the customer agreed to no more than this one order."""
        if session.get("intent") != INTENT_TO_KEEP:
            return {}
        try:
            return {"customer_token_id": await self.make_token(session, source["auth_token"])}
        except RefusedByKlarna:
            # The payment matters more: the order is placed all the same, and saving it later is refused.
            return {}

    async def _place(
        self,
        path: tuple[str, ...],
        body: Mapping[str, Any],
        purchase: Purchase,
        learned: dict[str, Any],
        *,
        key: Key | None,
    ) -> Verdict:
        order = {**body, "auto_capture": True} if purchase.auto_capture else dict(body)
        try:
            answer, _ = await self._client.ask(
                "POST", *path, body=order, key=key, verb="authorize", repeatable=True, moves_money=True
            )
            verdict = mapping.placed(answer, purchase.amount)
            if purchase.auto_capture and verdict.outcome is Outcome.SUCCEEDED:
                seen = mapping.authorization(await self._order(answer.text("order_id")))
                verdict = seen.knowing(verdict.details)
        except RefusedByKlarna as no:
            return _refusal(no).knowing(learned)
        except GatewayTrouble as trouble:
            trouble.learned = learned
            raise
        return verdict.knowing(learned)

    async def capture(self, attempt: Attempt) -> Verdict:
        """Take a part or all; the rest stays held, and may be captured or voided later."""
        order = self._order_of(attempt)
        try:
            _, headers = await self._client.ask(
                "POST",
                ORDERS,
                order,
                "captures",
                body={"captured_amount": attempt.amount.minor, "reference": attempt.key},
                key=attempt.key,
                verb="capture",
                repeatable=True,
                moves_money=True,
            )
        except RefusedByKlarna as no:
            return _refusal(no)
        return Verdict(Outcome.SUCCEEDED, _created(headers, "Capture-Id"), amount=attempt.amount)

    async def void(self, attempt: Attempt) -> Verdict:
        """Cancel the order; after a capture, let go of what remains. That is all there is, also of what a capture at
        the same moment was to take."""
        order = self._order_of(attempt)
        try:
            await self._client.ask(
                "POST", ORDERS, order, "cancel", key=attempt.key, verb="void", repeatable=True, moves_money=True
            )
        except RefusedByKlarna as no:
            seen = await self._order(order)
            if (done := mapping.void(seen)).outcome is Outcome.SUCCEEDED:
                return done
            if not seen.get("captures"):
                return _refusal(no)
            try:
                await self._client.ask(
                    "POST",
                    ORDERS,
                    order,
                    "release-remaining-authorization",
                    key=attempt.key,
                    verb="release",
                    repeatable=True,
                    moves_money=True,
                )
            except RefusedByKlarna as no_more:
                return _refusal(no_more)
        try:
            verdict = mapping.void(await self._order(order))
        except (GatewayTrouble, RefusedByKlarna) as unread:
            raise OutcomeUnknown("Klarna agreed to let the money go, and does not say whether it did.") from unread
        if verdict.outcome is not Outcome.SUCCEEDED:
            raise OutcomeUnknown("Klarna agreed to let the money go, and holds it all the same.")
        return verdict

    async def refund(self, attempt: Attempt, *, captured: Money, authorization: Reference) -> Verdict:
        try:
            _, headers = await self._client.ask(
                "POST",
                ORDERS,
                authorization,
                "refunds",
                body={"refunded_amount": attempt.amount.minor, "reference": attempt.key},
                key=attempt.key,
                verb="refund",
                repeatable=True,
                moves_money=True,
            )
        except RefusedByKlarna as no:
            return _refusal(no)
        return Verdict(Outcome.SUCCEEDED, _created(headers, "Refund-Id"), amount=attempt.amount)

    async def look_up(self, attempt: Attempt) -> Verdict:
        """Captures and refunds carry our key as `reference`.

        An order whose placing was not answered: while its session is open nothing was placed; once the session is
        closed the same request is sent again, to which Klarna can only repeat its answer. Orders placed with a
        customer token cannot be found by anything but their id: PENDING, until `authorize` is called again with the
        same key, which Klarna answers without charging twice (for 24 hours).
        """
        if attempt.kind is Kind.AUTHORIZATION:
            return await self._look_up_order(attempt)
        order = await self._order(self._order_of(attempt))
        if attempt.kind is Kind.VOID:
            return mapping.void(order)
        items, amount, name = (
            ("captures", "captured_amount", "capture_id")
            if attempt.kind is Kind.CAPTURE
            else ("refunds", "refunded_amount", "refund_id")
        )
        for item in order.get(items) or []:
            if item.get("reference") == attempt.key:
                done = Money(item[amount], order["purchase_currency"])
                found = item.get(name)
                return Verdict(Outcome.SUCCEEDED, Reference(found) if found else None, amount=done)
        return Verdict(Outcome.FAILED, decline="never_made", message=f"Klarna knows of no such {items[:-1]}.")

    async def _look_up_order(self, attempt: Attempt) -> Verdict:
        source = attempt.source
        if source.get("klarna_order_id"):
            return mapping.authorization(await self._order(source["klarna_order_id"]))
        if not source.get("session_id"):
            return Verdict(Outcome.PENDING, message="Klarna cannot say; authorize again with the same key.")
        try:
            session = await self._session(source["session_id"])
        except RefusedByKlarna:
            # Sessions are forgotten after 48 hours, placed or not.
            return Verdict(Outcome.PENDING, message="Klarna has forgotten the session.")
        if session.get("status") != "complete":
            return Verdict(Outcome.FAILED, decline="never_made", message="No order was placed in this session.")
        path = PAYMENTS, "authorizations", source["auth_token"], "order"
        for more in ({}, {"auto_capture": True}):
            try:
                body = {**mapping.order_of(session), **more}
                answer, _ = await self._client.ask("POST", *path, body=body, repeatable=True)
            except RefusedByKlarna:
                continue
            seen = mapping.authorization(await self._order(answer.text("order_id")))
            return seen.knowing(mapping.placed(answer, attempt.amount).details)
        return Verdict(Outcome.PENDING, message="An order was placed in this session, but Klarna does not say which.")

    # --- notifications ------------------------------------------------------------------------------------------------

    async def connect(self, notify_url: str, *, key: Key) -> Details:
        """Klarna has no register of listeners: the URL goes along with every session."""
        return {"notification_url": notify_url}

    async def disconnect(self) -> None:
        """There is nothing to undo."""

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Klarna signs nothing (https://docs.klarna.com/klarna-payments/in-depth-knowledge/authorization-callback/),
        so a report is a hint to look for ourselves: it names the source and says nothing about money."""
        try:
            said = msgspec.json.decode(body, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
            raise Refused("The report is not JSON.", error="unreadable") from wrong
        report = "klarna-" + hashlib.sha256(body).hexdigest()[:32]
        session, order = said.get("session_id"), said.get("order_id")
        if isinstance(session, str) and isinstance(said.get("authorization_token"), str):
            return Notification(report, "authorization", source=("session_id", session))
        if isinstance(order, str):
            return Notification(report, str(said.get("event_type") or "order"), source=("klarna_order_id", order))
        raise Refused("The report is none of Klarna's.", error="unreadable")

    async def close(self) -> None:
        """The HTTP session belongs to whoever opened it."""

    # --- reading ------------------------------------------------------------------------------------------------------

    async def _order(self, order_id: str) -> Thing:
        order, _ = await self._client.ask("GET", ORDERS, order_id, repeatable=True)
        return order

    def _order_of(self, attempt: Attempt) -> str:
        """The order a capture, a void or a refund belongs to; a refund acts on a capture, whose id is no order's."""
        known = attempt.source.get("klarna_order_id")
        if attempt.kind is Kind.REFUND or attempt.reference is None:
            if known is None:
                raise OutcomeUnknown("The payment source does not say which of Klarna's orders it is.")
            return str(known)
        return attempt.reference


INTENT_TO_KEEP = "buy_and_tokenize"


def open_klarna(details: Details, session: aiohttp.ClientSession, base_url: str | None) -> KlarnaGateway:
    return KlarnaGateway(details, session, base_url)


def digest(source: Details) -> Mapping[str, Any]:
    """The order's `payment_source_details`. `payment_method_id` is what a wallet entry of it is found by."""
    known: dict[str, Any] = {"type": "klarna_payment"}
    if found := source.get("klarna_order_id") or source.get("session_id"):
        known["klarna_id"] = found
    if token := source.get("customer_token_id"):
        known["payment_method_id"] = token
    return known


def _refusal(no: RefusedByKlarna) -> Verdict:
    if no.code in mapping.DECLINES:
        return Verdict(Outcome.DECLINED, decline=no.error, message=no.message)
    reason = "expired" if no.status == 404 and no.code == "NOT_FOUND" else no.error
    return Verdict(Outcome.FAILED, decline=reason, message=no.message)


def _expired(no: RefusedByKlarna) -> Refused:
    if no.status == 404:
        return Refused("Klarna's session is over; a new payment source is needed.", error="expired", meta=no.meta)
    return no


def _created(headers: Mapping[str, str], name: str) -> Reference | None:
    """The id of what was created, from its own header or the end of Location."""
    found = headers.get(name) or headers.get("Location", "").rstrip("/").rpartition("/")[2]
    return Reference(found) if found else None
