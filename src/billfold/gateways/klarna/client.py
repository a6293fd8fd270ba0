"""Calls to Klarna's APIs, and Klarna's errors in our words.

https://docs.klarna.com/api/escalation-and-retry-policy/
"""

from __future__ import annotations

import asyncio
import base64
import uuid
from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec

from billfold.domain.errors import (
    GatewayMisconfigured,
    GatewayUnreachable,
    OutcomeUnknown,
    Refused,
)
from billfold.gateways.protocol import Key
from billfold.gateways.scrub import scrub_text
from billfold.gateways.wire import Answer, Patience, Said, call, path_of, unanswered

# Klarna's APIs, as their paths begin.
PAYMENTS, ORDERS, TOKENS = "payments/v1", "ordermanagement/v1/orders", "customer-token/v1/tokens"

# How often, and after how many seconds, a request is sent again that Klarna lets us repeat.
REPEATS = 2
PAUSE = 0.4

# Our keys in the form Klarna wants, a UUID.
_NAMESPACE = uuid.UUID("6f1e0c1e-5c0b-5b0e-9f0f-3c1f2a7d4b11")


class RefusedByKlarna(Refused):
    """status  Klarna's HTTP status. code  its `error_code`, e.g. "NOT_FOUND"; `error` is the same in lower case."""

    def __init__(self, status: int, code: str, message: str, meta: Mapping[str, object]) -> None:
        super().__init__(message, error=code.lower(), meta=meta)
        self.status = status
        self.code = code


class Client:
    """One merchant's credentials at one of Klarna's hosts."""

    def __init__(self, base: str, user: str, password: str, session: aiohttp.ClientSession, patience: Patience) -> None:
        self._base = base.rstrip("/")
        self._headers = {
            "Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode(),
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        self._http = session
        self._patience = patience

    async def ask(
        self,
        method: str,
        api: str,
        *path: str,
        body: Mapping[str, Any] | None = None,
        key: Key | None = None,
        verb: str = "",
        repeatable: bool = False,
        moves_money: bool = False,
    ) -> tuple[Said, Mapping[str, str]]:
        """(the answer's body, its headers). Raises RefusedByKlarna for a 4xx, and trouble as `wire` sorts it.

        api, path   one of Klarna's APIs, and what is below it, piece by piece
        key, verb   together make the Klarna-Idempotency-Key
        repeatable  Klarna gives the same answer to the same request, so a broken one is sent again, a few times
        """
        headers = dict(self._headers)
        if key is not None:
            headers["Klarna-Idempotency-Key"] = str(uuid.uuid5(_NAMESPACE, f"{key}-{verb}"))
        data = msgspec.json.encode(body) if body is not None else None
        url = f"{self._base}/{api}/{path_of(*path)}"
        repeats = REPEATS if repeatable else 0
        while True:
            try:
                answer = await call(
                    self._http,
                    method,
                    url,
                    psp="Klarna",
                    headers=headers,
                    body=data,
                    moves_money=moves_money,
                    patience=self._patience,
                )
                return _read(answer, moves_money)
            except (OutcomeUnknown, GatewayUnreachable) as trouble:
                if not repeats or isinstance(trouble.__cause__, TimeoutError):
                    raise
            repeats -= 1
            await asyncio.sleep(PAUSE)


def _read(answer: Answer, moves_money: bool) -> tuple[Said, Mapping[str, str]]:
    if 200 <= answer.status < 300:
        return answer.json("Klarna", moves_money=moves_money), answer.headers
    if answer.status == 401:
        raise GatewayMisconfigured("Klarna does not accept the gateway's api_key and api_secret.")
    if answer.status == 429:
        raise GatewayUnreachable("Klarna is asked too much at once and did not carry out the request.")
    if answer.status >= 500 or answer.status < 400:
        raise unanswered(moves_money, f"Klarna answered {answer.status}.")
    said = answer.json("Klarna", moves_money=moves_money)
    code = str(said.get("error_code") or f"HTTP_{answer.status}")
    messages = said.get("error_messages")
    if not isinstance(messages, list) or not messages:
        messages = [f"Klarna answered {answer.status}."]
    sentence = scrub_text("; ".join(str(message) for message in messages))
    if code == "MERCHANT_INACTIVE":
        raise GatewayMisconfigured(f"Klarna does not serve this merchant: {sentence}")
    if answer.status == 409 and code == "CONFLICT":
        raise unanswered(moves_money, "Klarna is still busy with the same request.")
    meta: dict[str, object] = {"psp": "klarna", "code": code}
    if said.get("correlation_id"):
        meta["correlation_id"] = scrub_text(str(said["correlation_id"]))
    raise RefusedByKlarna(answer.status, code, sentence, meta)
