"""Schemathesis asks for every operation of the OpenAPI document what the document allows, as every kind of caller.

https://schemathesis.readthedocs.io: no answer may be a failure of the server's, of a status the document does not list
for the operation, or of another shape than it says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok
from tests.api.world import NOBODY, REGISTRY, World

from billfold.jsonapi.openapi import openapi
from billfold.jsonapi.resource import Resource

pytestmark = pytest.mark.asyncio(loop_scope="module")

DESCRIBED = openapi(REGISTRY, version="0")

# So many for each operation that changes something.
EXAMPLES = 2

RELATED = 4  # slashes in /api/{type}/{id}/{relationship}

load_all_checks()
HELD = CHECKS.get_by_names(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
)

Operations = dict[str, list[Any]]


@pytest.fixture(scope="module")
def operations() -> Operations:
    """Those of every type, by its name."""
    found: Operations = {}
    for result in schemathesis.openapi.from_dict(DESCRIBED).get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        found.setdefault(operation.definition.raw["tags"][0], []).append(operation)
    return found


@pytest.fixture(scope="module")
def callers(world: World) -> Iterator[list[requests.Session]]:
    made = []
    for client in (world.guest, world.ada, world.back_office):
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {client.token}"
        made.append(session)
    yield made
    for session in made:
        session.close()


async def test_the_document_is_valid() -> None:
    validate(DESCRIBED)


@pytest.mark.parametrize("resource", [r for r in REGISTRY if r.can], ids=lambda r: str(r.called))
async def test_every_operation_answers_as_the_document_says(
    world: World, operations: Operations, callers: list[requests.Session], resource: type[Resource]
) -> None:
    def ask() -> None:
        for operation in operations[resource.called]:
            _exercise(operation, world, callers)

    # The server runs in this thread's event loop.
    await asyncio.to_thread(ask)


def _exercise(operation: Any, world: World, callers: list[requests.Session]) -> None:
    def send(case: Any) -> None:
        _lead_to_what_is_there(case, operation, world.ids)
        for session in callers:
            answer = case.call(base_url=world.store.url, session=session)
            case.validate_response(answer, checks=HELD)

    if operation.path.count("/") == RELATED:
        # Most operations are of this kind, and all read their parameters as lists of the same type do.
        send(operation.Case(path_parameters={"id": ""}))
        return
    decide = settings(
        max_examples=1 if operation.method == "get" else EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    decide(given(case=operation.as_strategy())(send))()


def _lead_to_what_is_there(case: Any, operation: Any, ids: dict[str, str]) -> None:
    """Ids are random, and would lead nowhere; paths of includes are, and would be refused before anything else."""
    called = operation.definition.raw["tags"][0]
    if "id" in case.path_parameters:
        case.path_parameters["id"] = ids.get(called, NOBODY)
    for name in {"include", "sort"} & {*case.query}:
        case.query[name] = [path for path in case.query[name] if "." not in path]
    case.query.pop("fields", None)
    if isinstance(case.body, dict):
        _point_at(case.body, ids)
        if isinstance(case.body.get("data"), dict) and "id" in case.path_parameters:
            case.body["data"]["id"] = case.path_parameters["id"]


def _point_at(value: Any, ids: dict[str, str]) -> None:
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(inner, dict) and isinstance(inner.get("type"), str) and "id" in inner:
            inner["id"] = ids.get(inner["type"], inner["id"])
        _point_at(inner, ids)
