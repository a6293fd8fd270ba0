"""Klarna's own OpenAPI descriptions as a judge of all that is said to the sandbox, and of all it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openapi_core import Config, OpenAPI
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.testing import MockRequest, MockResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.sandbox.judges import Ear
from tests.sandbox.klarna.spec import FILES, read_mended

HOST = "https://api.klarna.com"


class KlarnaJudge:
    """Gives verdicts as lists of sentences; an empty one is an acquittal. Raises NoSpec where there is nothing to
    judge by.
    """

    def __init__(self) -> None:
        # The descriptions are checked by their own tests; checking them here again takes seconds.
        config = Config(spec_validator_cls=None)
        self._apis = {api: OpenAPI.from_dict(read_mended(api), config=config) for api in FILES}

    def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> list[str]:
        """What is wrong with a request; `path` is below the API's base URL."""
        api = self._api(path)
        if api is None:
            return [f"{method} {path}: Klarna has no such operation."]
        wrong = _sentences(lambda: api.iter_request_errors(_asked(method, path, headers, body)))
        return [f"{method} {path}: {sentence}" for sentence in wrong]

    def response(self, method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> list[str]:
        """What is wrong with an answer."""
        api = self._api(path)
        if api is None:
            return (
                _of_errors(status, body)
                if status in (401, 404)
                else [f"{method} {path}: answered {status} to no operation of Klarna's."]
            )
        answer = MockResponse(data=body, status_code=status, headers=dict(headers), content_type="application/json")
        if status in (401, 404) and self._unknown(api, method, path):
            return _of_errors(status, body)
        wrong = _sentences(lambda: api.iter_response_errors(_asked(method, path, {}, b""), answer))
        wrong += _of_errors(status, body)
        return [f"{method} {path} {status}: {sentence}" for sentence in wrong]

    def _unknown(self, api: OpenAPI, method: str, path: str) -> bool:
        found = api.iter_request_errors(_asked(method, path, {}, b""))
        return any(isinstance(error, PathError) for error in found)

    def _api(self, path: str) -> OpenAPI | None:
        return self._apis.get(path.split("/")[1] if path.count("/") else "")


def _asked(method: str, path: str, headers: Mapping[str, str], body: bytes) -> MockRequest:
    return MockRequest(
        HOST, method.lower(), path, headers=dict(headers), data=body or None, content_type="application/json"
    )


def _sentences(judge: Callable[[], Iterator[Exception]]) -> list[str]:
    found: list[str] = []
    for error in judge():
        details = getattr(error.__cause__, "schema_errors", None)
        if details is None:
            found.append(f"{type(error).__name__}: {error.__cause__ or error}")
        else:
            found += [f"{'/'.join(map(str, one.absolute_path)) or 'the whole'}: {one.message[:200]}" for one in details]
    return found


def _of_errors(status: int, body: bytes) -> list[str]:
    """The descriptions say little of errors, the documentation says how all of them look:
    https://docs.klarna.com/order-management/manage-orders-with-the-api/
    """
    if status == 401:
        return ["a 401 has no body"] if body else []
    if status < 400:
        return []
    try:
        error: Any = json.loads(body)
    except ValueError:
        return ["an error that is not JSON"]
    as_documented = (
        isinstance(error, dict)
        and isinstance(error.get("error_code"), str)
        and isinstance(error.get("error_messages"), list)
        and isinstance(error.get("correlation_id"), str)
    )
    return [] if as_documented else ["an error without error_code, error_messages and correlation_id"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; `path` is below the API's base URL."""

    method: str
    path: str
    asked_headers: Mapping[str, str]
    asked: bytes
    status: int
    headers: Mapping[str, str]
    answered: bytes


class KlarnaJudgeLayer:
    """Sits between server and sandbox, and writes down all that Klarna's descriptions forbid.

    A forbidden request is a crime of whoever sent it when `senders` are on trial too (the tests of a gateway), and of
    the sandbox whenever it answered as if all were well.
    """

    def __init__(self, app: ASGIApp, judge: KlarnaJudge, *, senders: bool = False) -> None:
        self.app = app
        self.judge = judge
        self.senders = senders
        self.violations: list[str] = []
        self.heard: list[Exchange] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/klarna/") or scope["method"] == "OPTIONS":
            await self.app(scope, receive, send)
            return
        ear = Ear(receive, send)
        await self.app(scope, ear.receive, ear.send)
        if ear.status is None:
            return
        exchange = Exchange(
            scope["method"],
            scope["path"].removeprefix("/klarna"),
            _headers(scope["headers"]),
            ear.asked,
            ear.status,
            _headers(ear.headers),
            ear.answered,
        )
        self.heard.append(exchange)
        self.violations += self._verdict(exchange)

    def _verdict(self, said: Exchange) -> list[str]:
        wrong = self.judge.request(said.method, said.path, said.asked_headers, said.asked)
        answers = self.judge.response(said.method, said.path, said.status, said.headers, said.answered)
        asked = [f"asked: {sentence}" for sentence in wrong] if self.senders or said.status < 300 else []
        return asked + [f"answered: {sentence}" for sentence in answers]


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode().title(): value.decode() for name, value in raw}
