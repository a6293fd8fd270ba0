"""What lies between the official SDK and the network: our HTTP client below it, our errors above it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import stripe

from billfold.domain.errors import (
    Declined,
    GatewayMisconfigured,
    GatewayTrouble,
    GatewayUnreachable,
    OutcomeUnknown,
    Refused,
)
from billfold.gateways.protocol import Key
from billfold.gateways.scrub import scrub_text
from billfold.gateways.wire import Patience, Said, call, path_of, unanswered

# Off, because it reports this machine to Stripe under an id that it writes into the home directory.
stripe.enable_telemetry = False

LIVE = "https://api.stripe.com"

# How often the SDK repeats a request by itself (https://docs.stripe.com/error-low-level): after a broken connection,
# a 409 and a 5xx, each time under the idempotency key of the first try, so that it acts once.
REPEATS = 2


class Transport(stripe.HTTPClient):
    """The SDK's HTTP client on an aiohttp session of ours, which it never closes.

    The SDK's own aiohttp client lets failures while reading the body through unsorted, and does not tell a request
    that was never sent from one that was never answered.
    """

    name = "aiohttp"

    def __init__(self, session: aiohttp.ClientSession, patience: Patience) -> None:
        super().__init__()
        self._http = session
        self._patience = patience

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        try:
            answer = await call(
                self._http,
                method.upper(),
                url,
                psp="Stripe",
                headers=headers,
                body=post_data,
                moves_money=True,  # only the caller of the SDK knows better; see `in_our_words`
                patience=self._patience,
            )
        except GatewayTrouble as trouble:
            hopeless = isinstance(trouble, GatewayMisconfigured) or isinstance(trouble.__cause__, TimeoutError)
            broken = stripe.APIConnectionError(trouble.message, should_retry=not hopeless)  # type: ignore[no-untyped-call]  # the SDK's own signature has no types
            raise broken from trouble
        return answer.body, answer.status, answer.headers

    async def sleep_async(self, secs: float) -> None:
        """The pause between two tries of the SDK."""
        await asyncio.sleep(secs)

    def close(self) -> None:
        """The session belongs to whoever opened it."""

    async def close_async(self) -> None:
        """The session belongs to whoever opened it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Stripe says: an object of its API, as plain values.

    replayed  whether it repeats what it had answered to the same key before, however things stand by now
    """

    thing: Said
    replayed: bool


class Asking:
    """Requests made by the SDK, answers taken as they come.

    The SDK's own objects, one for everything that is nested in an answer, took half of all the processor time of saving
    a card, only to be made plain values again.

    account  the connected account requests are made for, if any
    """

    def __init__(self, client: stripe.StripeClient, account: str | None) -> None:
        self._client = client
        self._account = account or None

    async def ask(
        self,
        method: str,
        *path: str,
        params: Mapping[str, Any] | None = None,
        key: Key | None = None,
        verb: str = "",
        moves_money: bool = False,
        platform: bool = False,
    ) -> Answer:
        """Raises what `in_our_words` does.

        path         below the version, piece by piece, as in "payment_intents", id, "capture"
        key, verb    make the idempotency key
        moves_money  whether money may have moved when nobody knows what became of the request
        platform     ask for the platform itself, not for the connected account
        """
        given = dict(params or {})
        if key is not None:
            given["idempotency_key"] = f"billfold-{key}-{verb}"
        if self._account and not platform:
            given["stripe_account"] = self._account
        with in_our_words(moves_money=moves_money):
            response = await self._client.raw_request_async(method, f"/v1/{path_of(*path)}", **given)
        if not isinstance(response.data, Mapping):
            raise unanswered(moves_money, "Stripe answered with something that is no object.")
        said = Said(response.data, "Stripe", moves_money=moves_money)
        if len(path) > 1 and said.text("id") != path[1]:
            raise unanswered(moves_money, f"Stripe was asked about {path[1]} and answered about {said['id']}.")
        return Answer(said, response.headers.get("idempotent-replayed") == "true")


@contextmanager
def in_our_words(*, moves_money: bool) -> Iterator[None]:
    """Turn the SDK's errors into ours, of a request that may have moved money or that surely did not.

    Declined: the issuer said no. Refused: Stripe found the request wrong, with its code as `error`.
    Source: https://docs.stripe.com/api/errors
    """
    try:
        yield
    except stripe.APIConnectionError as unsent:
        trouble = unsent.__cause__
        if not isinstance(trouble, GatewayTrouble):
            raise unanswered(moves_money, "Stripe did not answer.") from unsent
        if isinstance(trouble, OutcomeUnknown):
            raise unanswered(moves_money, trouble.message) from trouble.__cause__
        raise trouble from trouble.__cause__
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise GatewayMisconfigured(f"Stripe does not accept the gateway's credentials: {_sentence(error)}") from error
    except stripe.RateLimitError as error:
        raise GatewayUnreachable("Stripe is asked too much at once and did not carry out the request.") from error
    except stripe.CardError as error:
        raise Declined(_sentence(error), error=_decline_code(error), meta=_meta(error)) from error
    except stripe.IdempotencyError as error:
        # Something was done under this key, but for another request: only looking can tell what.
        sentence = f"Stripe knows the idempotency key from another request: {_sentence(error)}"
        raise unanswered(moves_money, sentence) from error
    except stripe.InvalidRequestError as error:
        raise Refused(_sentence(error), error=error.code or "refused", meta=_meta(error)) from error
    except stripe.StripeError as error:
        raise unanswered(moves_money, f"Stripe answered {error.http_status or 'nothing readable'}.") from error


def _sentence(error: stripe.StripeError) -> str:
    return scrub_text(error.user_message or "no reason was given.")


def _decline_code(error: stripe.CardError) -> str:
    given = getattr(error.error, "decline_code", None) if error.error is not None else None
    return str(given or error.code or "card_declined")


def _meta(error: stripe.StripeError) -> dict[str, object]:
    facts: dict[str, object] = {"psp": "stripe", "code": error.code or "invalid_request_error"}
    if isinstance(error, stripe.CardError):
        facts["decline_code"] = _decline_code(error)
    if error.request_id:
        facts["request_id"] = error.request_id
    return facts
