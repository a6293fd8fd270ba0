"""Klarna's published OpenAPI descriptions, found on this machine, and the list of what has to be mended in them.

They are Klarna's and carry no open licence, so they are not part of this repository. `BILLFOLD_SPECS` names the
folder that has them below `klarna/openapi/`; without it they are looked for in `../shared/psp/specs`, beside the
checkout.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # PyYAML ships no types of its own

ROOT = Path(__file__).parents[3]
FILES = {
    "payments": "klarna/openapi/klarna-payments-api-openapi.yml",
    "customer-token": "klarna/openapi/klarna-customer-token-api-openapi.yml",
    "ordermanagement": "klarna/openapi/_original/order-management-api-openapi.yml",
}
TITLES = {
    "payments": "Klarna Payments API",
    "customer-token": "Klarna Customer Token API",
    "ordermanagement": "Klarna Order Management API",
}

Document = dict[str, Any]


class NoSpec(Exception):
    """The descriptions are not here; the text says what to do."""


def folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the descriptions of all PSPs are; raises NoSpec."""
    named = environment.get("BILLFOLD_SPECS")
    place = Path(named) if named else ROOT.parent / "shared" / "psp" / "specs"
    if missing := [file for file in FILES.values() if not (place / file).is_file()]:
        raise NoSpec(
            f"Klarna's OpenAPI descriptions are missing: {place} has no {missing[0]}. Set BILLFOLD_SPECS to a folder "
            "that has them."
        )
    return place


def read_raw(api: str) -> Document:
    """One description as published; raises NoSpec."""
    text = (folder() / FILES[api]).read_text(encoding="utf-8")
    document: Document = yaml.safe_load(text)
    return document


def read_mended(api: str) -> Document:
    """One description with all of its defects mended; raises NoSpec."""
    document = read_raw(api)
    for patch in PATCHES:
        if api in patch.apis:
            patch.mend(api, document)
    return document


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """(METHOD, path, operation) of each."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield method.upper(), path, operation


@dataclass(frozen=True, slots=True)
class Patch:
    """A defect: `found` gives the places that have it, `mend` leaves none."""

    defect: str
    apis: tuple[str, ...]
    found: Callable[[str, Document], list[str]]
    mend: Callable[[str, Document], None]


ALL = tuple(FILES)
OM = ("ordermanagement",)


def _undeclared_security(_: str, document: Document) -> list[str]:
    declared = document["components"].get("securitySchemes", {})
    used = {name for _, _, operation in operations(document) for one in operation.get("security", []) for name in one}
    return sorted(used - set(declared))


def _declare_security(_: str, document: Document) -> None:
    document["components"]["securitySchemes"]["basicAuth"] = {"type": "http", "scheme": "basic"}


def _bodies_of_empty_answers(_: str, document: Document) -> list[str]:
    return [
        f"{method} {path} {status}"
        for method, path, operation in operations(document)
        for status, answer in operation["responses"].items()
        if status in ("201", "204") and "content" in answer
    ]


def _empty_the_answers(_: str, document: Document) -> None:
    for _, _, operation in operations(document):
        for status in ("201", "204"):
            operation["responses"].get(status, {}).pop("content", None)


# What the documentation's pages of errors list for every operation:
# https://docs.klarna.com/resources/developer-tools/error-handling/error-codes-and-messages-for-klarna-payments/
# https://docs.klarna.com/klarna-checkout/popular-use-cases/place-order-token/
# https://docs.klarna.com/resources/error-details/errors-in-order-management/
ERRORS = {
    "payments": ("401", "500"),
    "customer-token": ("401", "500", "503"),
    "ordermanagement": ("400", "401", "404", "409", "422", "429", "500", "503"),
}


def _missing_statuses(api: str, document: Document) -> list[str]:
    return [
        f"{method} {path} {status}"
        for method, path, operation in operations(document)
        for status in ERRORS[api]
        if status not in operation["responses"]
    ]


def _add_statuses(api: str, document: Document) -> None:
    for _, _, operation in operations(document):
        for status in ERRORS[api]:
            operation["responses"].setdefault(status, {"description": "See the pages of errors."})


def _headers(document: Document) -> Iterator[tuple[str, Document]]:
    for method, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            for name, header in answer.get("headers", {}).items():
                yield f"{method} {path} {status} {name}", header


def _shapeless_headers(_: str, document: Document) -> list[str]:
    return [place for place, header in _headers(document) if "schema" not in header]


def _shape_headers(_: str, document: Document) -> None:
    for _, header in _headers(document):
        header.update(schema={"type": "string"}, required=True)


def _objects(node: Any) -> Iterator[Document]:
    if isinstance(node, dict):
        if node.get("type") == "object" and isinstance(node.get("properties"), dict):
            yield node
        for inner in node.values():
            yield from _objects(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _objects(inner)


def _open_objects(_: str, document: Document) -> list[str]:
    schemas = document["components"]["schemas"]
    return [
        name for name, schema in schemas.items() if any("additionalProperties" not in one for one in _objects(schema))
    ]


def _close_objects(_: str, document: Document) -> None:
    for one in _objects(document["components"]["schemas"]):
        one.setdefault("additionalProperties", False)


def _enums(node: Any) -> Iterator[Document]:
    if isinstance(node, dict):
        if isinstance(node.get("enum"), list):
            yield node
        for inner in node.values():
            yield from _enums(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _enums(inner)


def _mangled_enums(_: str, document: Document) -> list[str]:
    """Enumerations of one word that is a whole pattern, or of nothing but null."""
    return [
        str(one["enum"])
        for one in _enums(document["components"]["schemas"])
        if one["enum"] == [None] or any("|" in str(word) for word in one["enum"])
    ]


def _unmangle_enums(_: str, document: Document) -> None:
    for one in _enums(document["components"]["schemas"]):
        if one["enum"] == [None]:
            del one["enum"]
        else:
            one["enum"] = [part for word in one["enum"] for part in str(word).split("|")]


def _wrong_title(api: str, document: Document) -> list[str]:
    title = document["info"]["title"]
    return [] if title == TITLES[api] else [title]


def _retitle(api: str, document: Document) -> None:
    document["info"]["title"] = TITLES[api]


PATCHES = (
    Patch("a security scheme is used and not declared", OM, _undeclared_security, _declare_security),
    Patch("a body is described where none is sent", OM, _bodies_of_empty_answers, _empty_the_answers),
    Patch("errors of the documentation's error pages are left out", ALL, _missing_statuses, _add_statuses),
    Patch("objects are open, so that a misspelt member passes", ALL, _open_objects, _close_objects),
    Patch("headers of answers have no schema", OM, _shapeless_headers, _shape_headers),
    Patch("enumerations are mangled", OM, _mangled_enums, _unmangle_enums),
    Patch("the title is another API's", ("payments", "customer-token"), _wrong_title, _retitle),
)
