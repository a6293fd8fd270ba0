"""/api: one ASGI application for every declared resource. Path → declaration → use-case → document."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlencode

from starlette.types import Receive, Scope, Send

from billfold.db.select import Wanted
from billfold.domain.caller import Caller
from billfold.domain.cards import where_a_card_number_is
from billfold.domain.errors import BillfoldError
from billfold.jsonapi import document, errors
from billfold.jsonapi.errors import MEDIA_TYPE, DocumentError
from billfold.jsonapi.members import Many, One
from billfold.jsonapi.query import Query, parse, parse_string
from billfold.jsonapi.render import Renderer, Site
from billfold.jsonapi.resource import Registry, Resource
from billfold.usecases import requests
from billfold.usecases.requests import may_see
from billfold.usecases.work import Tools
from billfold.web.problems import error_objects

SUCCESS = {"GET": 200, "POST": 201, "PATCH": 200, "DELETE": 204}
PAGE = ("page[number]", "page[size]")
CONTENT_TYPE = (b"content-type", MEDIA_TYPE.encode())
ON_MANY = {"GET": "list", "POST": "create"}
ON_ONE = {"GET": "retrieve", "PATCH": "update", "DELETE": "delete"}


class Guard(Protocol):
    """Who may come in: token and host → Caller, or an exception that `problem` of the application knows."""

    async def caller(self, authorization: str | None, host: str) -> Caller: ...


class InvalidToken(Exception):
    """The access token is missing, malformed, expired, revoked, or another organization's."""


class MethodNotAllowed(DocumentError):
    """allowed  the methods that the path has"""

    def __init__(self, method: str, allowed: str) -> None:
        super().__init__(errors.method_not_allowed(method, allowed.split(", ")))
        self.allowed = allowed


@dataclass(slots=True)
class Route:
    """What a path means: `actions` are those of the resource by their HTTP methods; id and relationship may be ""."""

    resource: type[Resource]
    actions: dict[str, str]
    id: str = ""
    relationship: str = ""

    @property
    def allowed(self) -> str:
        """The value of an Allow header."""
        return ", ".join([*self.actions, *(["HEAD"] if "GET" in self.actions else []), "OPTIONS"])


@dataclass(slots=True)
class Request:
    method: str
    path: str
    query: str
    headers: dict[bytes, bytes]
    receive: Receive
    base: str
    caller: Caller

    @property
    def params(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query, keep_blank_values=True)

    async def body(self) -> bytes:
        chunks = []
        while True:
            message = await self.receive()
            chunks.append(message.get("body", b""))
            if not message.get("more_body"):
                return b"".join(chunks)


class Api:
    """The resources of `registry` over HTTP.

    base_url  (scheme of the request, its Host header, the caller) → absolute URL of this API, without a final slash
    """

    def __init__(
        self,
        registry: Registry,
        tools: Tools,
        guard: Guard,
        renderer: Renderer,
        base_url: Callable[[str, str, Caller], str],
    ) -> None:
        self.registry, self.tools, self.guard, self.renderer = registry, tools, guard, renderer
        self.base_url = base_url
        self.singletons = {r.singleton: r for r in registry if r.singleton}
        self.on_many = {r.called: _actions(r, ON_MANY) for r in registry}
        self.on_one = {r.called: _actions(r, ON_ONE) for r in registry}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        more: list[tuple[bytes, bytes]] = []
        try:
            if scope["method"] == "OPTIONS":
                status, body, more = 204, b"", [(b"allow", self._route(_path(scope)).allowed.encode())]
            else:
                status, body = await self._answer(scope, receive)
        except MethodNotAllowed as trouble:
            status, body, more = 405, errors.render(trouble.errors), [(b"allow", trouble.allowed.encode())]
        except DocumentError as trouble:
            status, body = trouble.status, errors.render(trouble.errors)
        except InvalidToken:
            status, body, more = 401, errors.render([errors.invalid_token()]), [(b"www-authenticate", b"Bearer")]
        except BillfoldError as trouble:
            found = error_objects(trouble)
            status, body = found[0].status, errors.render(found)
        if status != 204:
            more += [CONTENT_TYPE, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": more})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        caller = await self.guard.caller(headers.get(b"authorization", b"").decode("latin-1") or None, host)
        _negotiate(scope["method"], headers)
        path = _path(scope)
        request = Request(
            method="GET" if scope["method"] == "HEAD" else scope["method"],
            path=path,
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            receive=receive,
            base=self.base_url(scope["scheme"], host, caller),
            caller=caller,
        )
        body = await self._dispatch(request, self._route(path))
        return SUCCESS[request.method], body

    def _route(self, path: str) -> Route:
        """What a path below "/api" means. Raises DocumentError when it means nothing."""
        name, *rest = path.split("/")
        if name in self.singletons and not rest:
            return Route(self.singletons[name], {"GET": "retrieve"})
        if name not in self.registry or not self.registry[name].can:
            raise DocumentError(errors.invalid_resource(unquote(name)))
        resource = self.registry[name]
        actions = (self.on_one if rest else self.on_many)[name]
        match rest:
            case [id, relationship]:
                return Route(resource, {"GET": "related"}, id, relationship)
            case [id] if actions:
                return Route(resource, actions, id)
            case [] if actions:
                return Route(resource, actions)
        raise DocumentError(errors.record_not_found())

    def _dispatch(self, request: Request, route: Route) -> Awaitable[bytes]:
        action = route.actions.get(request.method)
        if action is None:
            raise MethodNotAllowed(request.method, route.allowed)
        resource, id = route.resource, route.id
        _permit(request.caller, resource, "retrieve" if action == "related" else action)
        if resource.singleton:
            own = {"organizations": request.caller.organization_id, "applications": request.caller.application_id}
            if id not in ("", own[resource.called]):
                raise DocumentError(errors.record_not_found())
            id = own[resource.called]
        match action:
            case "list":
                return self._list(request, resource)
            case "create":
                return self._create(request, resource)
            case "retrieve":
                return self._retrieve(request, resource, id)
            case "update":
                return self._update(request, resource, id)
            case "delete":
                return self._delete(request, resource, id)
        return self._related(request, resource, id, route.relationship)

    async def _list(self, request: Request, resource: type[Resource]) -> bytes:
        query = parse_string(self.registry, resource, request.query, listing=True)
        page = await self.tools.reader.page(request.caller, resource, query)
        return self._page(request, query, *page)

    async def _create(self, request: Request, resource: type[Resource]) -> bytes:
        query = parse_string(self.registry, resource, request.query, listing=False)
        incoming = await self._read(request, resource, "create")
        record = await requests.create(self.tools, request.caller, resource, incoming, query.include)
        return self.renderer.one(record, query, self._site(request))

    async def _retrieve(self, request: Request, resource: type[Resource], id: str) -> bytes:
        query = parse_string(self.registry, resource, request.query, listing=False)
        (record,) = await self.tools.reader.read(request.caller, Wanted(resource, id, query.include), alone=True)
        return self.renderer.one(may_see(record), query, self._site(request))

    async def _update(self, request: Request, resource: type[Resource], id: str) -> bytes:
        query = parse_string(self.registry, resource, request.query, listing=False)
        incoming = await self._read(request, resource, "update", id)
        record = await requests.update(self.tools, request.caller, resource, id, incoming, query.include)
        return self.renderer.one(record, query, self._site(request))

    async def _delete(self, request: Request, resource: type[Resource], id: str) -> bytes:
        await requests.delete(self.tools, request.caller, resource, id)
        return b""

    async def _related(self, request: Request, resource: type[Resource], id: str, name: str) -> bytes:
        member = resource.members.get(name)
        if not isinstance(member, One | Many) or not member.shown:
            raise DocumentError(errors.record_not_found())
        target = next((self.registry[t] for t in member.targets if t in self.registry), None)
        if target is None:
            return await self._related_to_come(request, resource, id, member)
        if isinstance(member, Many):
            query = parse_string(self.registry, target, request.query, listing=True)
            page = await self.tools.reader.page(request.caller, target, query, within=(resource, id, name))
            return self._page(request, query, *page)
        query = parse_string(self.registry, target, request.query, listing=False)
        (record,) = await self.tools.reader.read(request.caller, Wanted(resource, id, ((name, query.include),)))
        return self.renderer.one(may_see(record).related.get(name), query, self._site(request))

    async def _related_to_come(self, request: Request, resource: type[Resource], id: str, member: One | Many) -> bytes:
        """There are no records of a type that is not declared yet, so nothing but pages can be asked of it."""
        query = parse(self.registry, resource, [p for p in request.params if p[0] in PAGE], listing=True)
        (record,) = await self.tools.reader.read(request.caller, Wanted(resource, id))
        may_see(record)
        if isinstance(member, Many):
            return self._page(request, query, [], 0)
        return self.renderer.one(None, query, self._site(request))

    async def _read(
        self, request: Request, resource: type[Resource], action: str, id: str | None = None
    ) -> document.Incoming:
        return document.read(
            self.registry,
            resource,
            await request.body(),
            action=action,
            id=id,
            restricted=request.caller.is_sales_channel,
            objection=_objection,
        )

    def _page(self, request: Request, query: Query, records: list[Any], total: int) -> bytes:
        others = urlencode([(n, v) for n, v in request.params if n not in PAGE])
        path = f"{request.base}/{request.path}"
        return self.renderer.page(records, total, query, self._site(request), path, others)

    def _site(self, request: Request) -> Site:
        caller = request.caller
        mode = "test" if caller.test else "live"
        confidential, guest = not caller.is_sales_channel, caller.role == "guest"
        told = {"custom_claim": caller.custom_claim}
        return Site(request.base, caller.organization_id, mode, confidential, guest, told)


def _actions(resource: type[Resource], methods: dict[str, str]) -> dict[str, str]:
    """Those of the methods that the resource has, with what they do."""
    return {method: action for method, action in methods.items() if action in resource.can}


def _path(scope: Scope) -> str:
    """The path below "/api"."""
    path: str = scope["path"]
    return path.removeprefix("/api").strip("/")


def _permit(caller: Caller, resource: type[Resource], action: str) -> None:
    allowed = {"integration": resource.can, "customer": resource.customer_may, "guest": resource.guest_may}[caller.role]
    if action not in allowed:
        raise DocumentError(errors.unauthorized())


def _negotiate(method: str, headers: dict[bytes, bytes]) -> None:
    accept = headers.get(b"accept", b"*/*").decode("latin-1")
    if not _accepts_ours(accept):
        raise DocumentError(errors.not_acceptable(accept))
    if method in ("POST", "PATCH"):
        sent = headers.get(b"content-type", b"").decode("latin-1")
        if sent != MEDIA_TYPE and sent.split(";")[0].strip().lower() != MEDIA_TYPE:
            raise DocumentError(errors.unsupported_media_type(sent))


NOT_AT_ALL = re.compile(r"q=0(\.0*)?")


@lru_cache(maxsize=256)
def _accepts_ours(accept: str) -> bool:
    """The range that says most precisely what we speak decides, and q=0 is its no (RFC 9110, 12.5.1)."""
    ranges = [[part.strip().lower() for part in given.split(";")] for given in accept.split(",")]
    for kind in (MEDIA_TYPE, "application/*", "*/*"):
        answers = [not any(NOT_AT_ALL.fullmatch(p) for p in parameters) for sent, *parameters in ranges if sent == kind]
        if answers:
            return any(answers)
    return False


def _objection(given: Any) -> str | None:
    if where_a_card_number_is(given) is None:
        return None
    return "looks like a card number, which this server must never see"
