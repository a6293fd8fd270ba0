"""One HTTP call to a PSP, and its failures sorted by the one question that matters: was the request sent?

never sent                       GatewayUnreachable: no address, no connection, no free connection, TLS refused
sent, nothing readable came back OutcomeUnknown: the connection broke, time ran out, 5xx, not JSON
sent, but it only read           GatewayUnreachable: reading moves no money, so it is safe to repeat
credentials refused              GatewayMisconfigured: 401, or what the PSP means by its 403
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec

from billfold.domain.errors import GatewayMisconfigured, GatewayTrouble, GatewayUnreachable, OutcomeUnknown, Refused


@dataclass(frozen=True, slots=True)
class Patience:
    """connect  seconds to get a connection, waiting for a free one included
    total    seconds for the whole call
    """

    connect: float = 5.0
    total: float = 20.0

    def timeout(self) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=self.total, connect=self.connect, sock_connect=self.connect)


_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # what no header may have


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status. Header names may be asked for in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self, psp: str, *, moves_money: bool) -> Said:
        """The body as an object; an empty body is an empty object. Raises trouble when it is neither."""
        try:
            said = msgspec.json.decode(self.body, type=dict[str, Any]) if self.body.strip() else {}
            return Said(said, psp, moves_money=moves_money)
        except (msgspec.MsgspecError, UnicodeDecodeError) as unreadable:
            sentence = f"{psp} answered {self.status} with something that is not JSON."
            raise unanswered(moves_money, sentence) from unreadable


def path_of(*pieces: str) -> str:
    """A path made of pieces, some of which clients have sent: none of them leads anywhere but one step further down.
    Refused where one would, since no PSP has such an id."""
    if not all(piece.strip(".") for piece in pieces):
        raise Refused("The PSP has nothing under an id that is empty or made of dots.", error="resource_missing")
    return "/".join(quote(piece, safe="") for piece in pieces)


async def call(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    psp: str,
    headers: Mapping[str, str],
    body: bytes | str | None = None,
    moves_money: bool,
    patience: Patience,
) -> Answer:
    """Send one request, once; redirects are not followed. Raises GatewayMisconfigured when it cannot be sent at all,
    GatewayUnreachable or OutcomeUnknown."""
    if any(_CONTROL.search(value) for value in headers.values()):
        raise GatewayMisconfigured(f"{psp} cannot be called: a credential has characters that cannot be sent.")
    try:
        async with session.request(
            method,
            url,
            headers=dict(headers),
            data=body,
            timeout=patience.timeout(),
            allow_redirects=False,
        ) as response:
            return Answer(response.status, response.headers, await response.read())
    except aiohttp.InvalidURL as wrong:
        raise GatewayMisconfigured(f"{psp} cannot be called at {url}: that is no URL.") from wrong
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as never_sent:
        raise GatewayUnreachable(f"{psp} could not be reached ({type(never_sent).__name__}).") from never_sent
    except TimeoutError as slow:
        raise unanswered(moves_money, f"{psp} did not answer within {patience.total:g} seconds.") from slow
    except aiohttp.ClientError as broken:
        raise unanswered(moves_money, f"{psp} did not answer ({type(broken).__name__}).") from broken


class Said(dict[str, Any]):
    """What a PSP says. Who looks for something that it must say and does not gets trouble instead of a KeyError."""

    def __init__(self, said: Mapping[str, Any], psp: str, *, moves_money: bool) -> None:
        super().__init__(said)
        self._psp, self._moves_money = psp, moves_money

    def __missing__(self, name: str) -> Any:
        raise self._silent(name)

    def text(self, name: str) -> str:
        """An id or a secret, of which there is no payment without one."""
        found = self[name]
        if not isinstance(found, str) or not found:
            raise self._silent(name)
        return found

    def _silent(self, name: str) -> GatewayTrouble:
        return unanswered(self._moves_money, f"{self._psp} answered without saying its “{name}”.")


def unanswered(moves_money: bool, sentence: str) -> GatewayTrouble:
    """The trouble that a sent request without a verdict is: worse where it may have moved money."""
    return OutcomeUnknown(sentence) if moves_money else GatewayUnreachable(sentence)
