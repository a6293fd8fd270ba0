"""Calls to the services of the merchant's own: a signed document goes out, and data, a refusal or trouble comes back.

The body is the record's document as a back office would read it, with the relationships that the service must know. Its
signature is made with the secret of the market or shipping method that names the URL, so that the service can tell who
asks. No database connection is held meanwhile. Source of the shapes:
https://docs.commercelayer.io/core/external-resources, https://docs.commercelayer.io/core/callbacks-security.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import aiohttp
import msgspec

from billfold.db.select import Wanted, merge, tree_of
from billfold.domain.circuits import OPEN
from billfold.domain.errors import GatewayMisconfigured, GatewayTrouble, ServiceFailed
from billfold.gateways.wire import Patience, call
from billfold.jsonapi.errors import MEDIA_TYPE
from billfold.jsonapi.members import One, Relationship
from billfold.jsonapi.query import DEEPEST_INCLUDE, MOST_INCLUDES, Query, Tree
from billfold.jsonapi.record import Key, Record
from billfold.jsonapi.render import Renderer, Site
from billfold.usecases.work import Work

SIGNATURE = "X-CommerceLayer-Signature"
LARGEST = 2**20  # bytes of an answer
LONGEST = 500  # characters of what a service says that are passed on


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the merchant's.

    called    what errors call it, as the beginning of a sentence
    owner     the record that names its URL and has the secret it shares with us
    url       the attribute of `owner` that holds the URL
    includes  what goes along with the record, as include paths; what `external_includes` of `owner` names is added
    circuit   the record in whose circuit is noted how calls went
    """

    called: str
    owner: Record
    url: str
    includes: str
    circuit: Record


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service said.

    data     what it found out; of a refusal, sentences by the name of the member that each is about
    code     its own word for why it refuses, if any
    message  the sentence with it, if any
    """

    success: bool
    data: Mapping[str, Any] = field(default_factory=dict)
    code: str | None = None
    message: str | None = None


class Callouts:
    """base      an organization's slug → the absolute URL of its API, for the links in documents
    patience  seconds that a service may take
    """

    def __init__(
        self, http: aiohttp.ClientSession, renderer: Renderer, base: Callable[[str], str], patience: float
    ) -> None:
        self._http, self._renderer, self._base = http, renderer, base
        self._patience = Patience(connect=patience, total=patience)

    async def ask(self, work: Work, record: Record, service: Service) -> Reply:
        """Have the service judge the record as it stands in memory.

        Raises ServiceFailed, also when the circuit is open; who asks must note in the circuit how it went.
        """
        if service.circuit["circuit_state"] == OPEN:
            problem = (
                f"{service.called} failed too often and is not asked any more until somebody sends _reset_circuit."
            )
            raise ServiceFailed(problem, error="circuit_open")
        body = await self._document(work, record, service)
        secret = work.accounts.secret(service.owner, "shared_secret")
        headers = {
            "Content-Type": MEDIA_TYPE,
            "Accept": "application/json",
            SIGNATURE: b64encode(hmac.digest(secret.encode(), body, sha256)).decode(),
        }
        try:
            answer = await call(
                self._http,
                "POST",
                service.owner[service.url],
                psp=service.called,
                headers=headers,
                body=body,
                moves_money=False,
                patience=self._patience,
            )
        except GatewayMisconfigured as wrong:  # whose sentence has the URL, which is none of a storefront's business
            raise ServiceFailed(f"{service.called} cannot be called: what is set for it is no URL.") from wrong
        except GatewayTrouble as trouble:
            raise ServiceFailed(trouble.message) from trouble
        return read(answer.status, answer.body, service.called)

    async def _document(self, work: Work, record: Record, service: Service) -> bytes:
        tree = merge(tree_of(service.includes), tree_of(_paths(record, service.owner["external_includes"])))
        caller = work.caller
        site = Site(
            self._base(caller.organization_slug),
            caller.organization_id,
            "test" if caller.test else "live",
            confidential=False,
        )
        known = await _read_along(work, record, tree)
        return self._renderer.one(_composed(record, tree, known), Query(include=tree), site)


def read(status: int, body: bytes, called: str) -> Reply:
    """What an answer means. Raises ServiceFailed for everything that is neither a clear yes nor a clear no."""
    if status >= 500:
        raise ServiceFailed(f"{called} answered with status {status}.")
    if len(body) > LARGEST:
        raise ServiceFailed(f"{called} answered with more than {LARGEST} bytes.")
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ServiceFailed(f"{called} answered {status} with something that is not a JSON object.") from None
    success, data, error = told.get("success"), told.get("data"), told.get("error")
    data = data if isinstance(data, dict) else {}
    if success in (True, "true") and 200 <= status < 300:
        return Reply(True, data)
    if success in (False, "false"):
        error = error if isinstance(error, dict) else {}
        return Reply(False, data, _text(error.get("code")), _text(error.get("message")))
    raise ServiceFailed(f"{called} answered {status} without saying whether it succeeds.")


def _text(given: Any) -> str | None:
    return str(given)[:LONGEST].replace("\x00", "") if isinstance(given, str | int) and str(given).strip() else None


def _paths(record: Record, given: Any) -> list[str]:
    """`external_includes` as include paths from the record; they may start with the order where that is the record."""
    paths = [path for path in given if isinstance(path, str) and path] if isinstance(given, list) else []
    if record.type == "orders":
        paths = [path.removeprefix("order.") for path in paths]
    return [path for path in paths if path.count(".") < DEEPEST_INCLUDE][:MOST_INCLUDES]


Known = dict[Key, dict[str, Any]]  # record → relationship → what stands there


async def _read_along(work: Work, record: Record, tree: Tree) -> Known:
    """What the document needs and is not in memory: one round trip, or none when everything is."""
    wanted = []
    for anchor, below in [(record, tree)] if not work.inserts(record) else _beside(record, tree):
        unread = _unread(anchor, below)
        if unread:
            wanted.append(Wanted(anchor.resource, anchor.id, unread))
    known: Known = {}
    for found in await work.tools.reader.read(work.trusted, *wanted) if wanted else ():
        if found is not None:
            _list(found, known)
    return known


def _beside(record: Record, tree: Tree) -> Iterable[tuple[Record, Tree]]:
    """The neighbours of a record that is not written yet, from which its document can be read."""
    for name, below in tree:
        other = record.related.get(name)
        if isinstance(other, Record):
            yield other, below


def _unread(record: Record, tree: Tree) -> Tree:
    """The part of the tree that is not in memory."""
    unread: Tree = ()
    for name, below in tree:
        member = record.resource.members.get(name)
        if not isinstance(member, Relationship):
            continue
        if name not in record.related:
            empty = isinstance(member, One) and bool(member.columns) and record[member.columns[0]] is None
            unread = unread if empty else merge(unread, ((name, below),))
            continue
        further: Tree = ()
        for other in _each(record.related[name]):
            further = merge(further, _unread(other, below))
        if further:
            unread = merge(unread, ((name, further),))
    return unread


def _list(record: Record, known: Known) -> None:
    known.setdefault(record.key, {}).update(record.related)
    for related in record.related.values():
        for other in _each(related):
            _list(other, known)


def _composed(record: Record, tree: Tree, known: Known) -> Record:
    """The record for its document: as it stands in memory, with what was read along. The service is the merchant's, so
    that nothing is kept from it that the request's caller may not see."""
    related = {**known.get(record.key, {}), **record.related}
    for name, below in tree:
        found = related.get(name)
        if isinstance(found, list):
            related[name] = [_composed(other, below, known) for other in found]
        elif isinstance(found, Record):
            related[name] = _composed(found, below, known)
    composed = Record(record.resource, record.values, related)
    composed.beside = record.beside
    return composed


def _each(related: Any) -> Iterable[Record]:
    if isinstance(related, list):
        return related
    return (related,) if isinstance(related, Record) else ()
