"""A small client of the API, for the demo, the development store and the benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
import msgspec

MEDIA_TYPE = "application/vnd.api+json"


class ApiError(Exception):
    """The server answered with errors. `errors` are its error objects, `status` is the HTTP status."""

    def __init__(self, status: int, errors: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(str(e.get("detail")) for e in errors) or f"HTTP {status}")
        self.status = status
        self.errors = errors

    @property
    def error(self) -> str | None:
        """The first problem's stable word, `meta.error`."""
        meta = self.errors[0].get("meta") if self.errors else None
        return meta.get("error") if meta else None

    @property
    def pointers(self) -> list[str]:
        return [e["source"]["pointer"] for e in self.errors if "pointer" in e.get("source", {})]


@dataclass(frozen=True)
class Answer:
    """A document that came back: `data`, what was included by (type, id), and `meta` of a list."""

    status: int
    document: dict[str, Any]

    @property
    def data(self) -> Any:
        return self.document["data"]

    @property
    def id(self) -> str:
        return str(self.data["id"])

    def __getitem__(self, attribute: str) -> Any:
        return self.data["attributes"][attribute]

    def included(self, type: str) -> list[dict[str, Any]]:
        return [r for r in self.document.get("included", []) if r["type"] == type]

    def related(self, relationship: str) -> Any:
        """The linkage of a relationship that was included; KeyError when it was not."""
        return self.data["relationships"][relationship]["data"]


@dataclass
class Client:
    """Calls one organization's API as one bearer.

    base     absolute URL up to "/api"
    host     the Host header to send, when `base` leads to the machine itself
    """

    http: aiohttp.ClientSession
    base: str
    token: str
    host: str | None = None

    @classmethod
    async def sign_in(cls, http: aiohttp.ClientSession, base: str, host: str | None = None, **grant: str) -> Self:
        """Get an access token and a client that bears it. `grant` is the body of the token request."""
        headers = {"Host": host} if host else {}
        url = base.removesuffix("/api") + "/oauth/token"
        async with http.post(url, json=grant, headers=headers) as answer:
            body = await answer.json(content_type=None)
            if answer.status != 200:
                raise ApiError(answer.status, body.get("errors", [body]))
        return cls(http, base, body["access_token"], host)

    async def call(
        self, method: str, path: str, document: Mapping[str, Any] | None = None, query: Mapping[str, str] | None = None
    ) -> Answer:
        """One request; ApiError unless it succeeds."""
        headers = {"Accept": MEDIA_TYPE, "Authorization": f"Bearer {self.token}"}
        if self.host:
            headers["Host"] = self.host
        body = None
        if document is not None:
            headers["Content-Type"] = MEDIA_TYPE
            body = msgspec.json.encode(document)
        async with self.http.request(method, f"{self.base}/{path}", data=body, params=query, headers=headers) as answer:
            content = await answer.read()
            decoded = msgspec.json.decode(content) if content else {}
            if answer.status >= 400:
                raise ApiError(answer.status, decoded.get("errors", []))
            return Answer(answer.status, decoded)

    async def get(self, path: str, **query: str) -> Answer:
        return await self.call("GET", path, query=query)

    async def create(
        self, type: str, attributes: Mapping[str, Any] | None = None, include: str = "", **relationships: Any
    ) -> Answer:
        """relationships  name=(type, id), or a list of those"""
        data = {"type": type, "attributes": attributes or {}, "relationships": _linkages(relationships)}
        return await self.call("POST", type, {"data": data}, {"include": include} if include else None)

    async def update(
        self, type: str, id: str, attributes: Mapping[str, Any] | None = None, include: str = "", **relationships: Any
    ) -> Answer:
        """relationships  name=(type, id), a list of those, or None to let go"""
        data = {"type": type, "id": id, "attributes": attributes or {}, "relationships": _linkages(relationships)}
        return await self.call("PATCH", f"{type}/{id}", {"data": data}, {"include": include} if include else None)

    async def delete(self, type: str, id: str) -> Answer:
        return await self.call("DELETE", f"{type}/{id}")


Given = tuple[str, str] | None  # (type, id)


def _linkages(relationships: Mapping[str, Given | list[Given]]) -> dict[str, Any]:
    return {
        name: {"data": [_linkage(g) for g in given] if isinstance(given, list) else _linkage(given)}
        for name, given in relationships.items()
    }


def _linkage(given: Given) -> dict[str, str] | None:
    return {"type": given[0], "id": given[1]} if given else None
