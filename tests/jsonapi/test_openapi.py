"""The OpenAPI document and the reference pages say of a library what is declared, and what the engine then does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate
from tests.jsonapi.toys import Author, Book, House, PostLoan, library

from billfold.jsonapi import document
from billfold.jsonapi.errors import DocumentError, render, validation
from billfold.jsonapi.members import Attribute, Many, Member
from billfold.jsonapi.openapi import ERRORS, openapi
from billfold.jsonapi.query import parse, parse_string
from billfold.jsonapi.record import Record
from billfold.jsonapi.reference import reference
from billfold.jsonapi.render import MoneyFormat, Renderer, Site
from billfold.jsonapi.resource import Resource

LIBRARY = library()
SPEC = openapi(LIBRARY, version="1.2.3")
PAGES = reference(LIBRARY)
METHODS = ("get", "post", "patch", "delete")


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in SPEC["paths"].items():
        yield from ((path, method, item[method]) for method in METHODS if method in item)


def public(resource: type[Resource]) -> list[Member]:
    """What a client can see or send."""
    return [m for m in resource.members.values() if m.shown or m.write != "never"]


def fits(schema: dict[str, Any], value: object) -> None:
    """Fail unless the value is what the schema, as it stands in the document, says."""
    bundle = {**schema, "components": SPEC["components"]}
    jsonschema.Draft202012Validator(bundle).validate(value)


def answer(path: str, method: str, status: str) -> dict[str, Any]:
    response = SPEC["paths"][path][method]["responses"][status]
    schema: dict[str, Any] = response["content"]["application/vnd.api+json"]["schema"]
    return schema


def test_the_document_is_valid_openapi() -> None:
    validate(SPEC)


def test_the_same_declarations_always_give_the_same_document_and_pages() -> None:
    assert json.dumps(openapi(library(), version="1.2.3")) == json.dumps(SPEC)
    assert reference(library()) == PAGES


def test_there_is_an_operation_for_all_that_resources_can_do_and_for_nothing_else() -> None:
    expected = set()
    for r in LIBRARY:
        one, many = f"/api/{r.called}/{{id}}", f"/api/{r.called}"
        expected |= {
            (path, method)
            for action, path, method in (
                ("list", many, "get"),
                ("create", many, "post"),
                ("retrieve", one, "get"),
                ("update", one, "patch"),
                ("delete", one, "delete"),
            )
            if action in r.can
        }
    expected.add(("/api/house", "get"))
    assert {(p, m) for p, m, _ in operations() if p.count("/") < 4} == expected


def test_every_relationship_that_can_be_included_can_be_followed() -> None:
    followed = {path.rpartition("/")[2] for path in SPEC["paths"] if path.startswith("/api/books/{id}/")}
    assert followed == {"author", "shelf", "publisher", "loan", "cover", "loans", "similar"}


def test_every_operation_has_a_name_of_its_own_and_all_the_errors_it_can_end_in() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))
    for path, method, operation in operations():
        possible = {400, 401, 404, 405, 406, 429} if method == "get" else set(ERRORS)
        possible -= {400, 413, 415} if method == "delete" else set()
        assert {str(s) for s in possible} < set(operation["responses"]), (path, method)


@pytest.mark.parametrize("resource", list(LIBRARY), ids=lambda r: r.called)
def test_the_sentence_of_every_member_appears_in_both(resource: type[Resource]) -> None:
    text = json.dumps(SPEC)
    for m in public(resource):
        if resource.can:
            assert m.doc in text or m.name == "id", m.name
        assert m.doc in PAGES[f"{resource.called}.md"], m.name


def test_what_is_the_servers_own_appears_nowhere() -> None:
    for m in (m for r in LIBRARY for m in r.members.values() if not m.shown and m.write == "never"):
        assert m.doc not in json.dumps(SPEC)
        assert m.doc not in "".join(PAGES.values())


def test_what_is_sent_and_never_shown_is_in_requests_only() -> None:
    schemas = SPEC["components"]["schemas"]
    assert schemas["authors.create"]["properties"]["data"]["properties"]["attributes"]["properties"]["pen_key"][
        "writeOnly"
    ]
    assert "pen_key" not in schemas["authors"]["properties"]["attributes"]["properties"]


def test_choices_examples_and_defaults_are_carried_over() -> None:
    schemas = SPEC["components"]["schemas"]
    status = schemas["books"]["properties"]["attributes"]["properties"]["status"]
    assert status["enum"] == ["draft", "printed", "lost", None]
    assert status["readOnly"] is True
    sent = schemas["books.create"]["properties"]["data"]["properties"]["attributes"]["properties"]
    assert sent["pages"]["default"] == 0
    assert schemas["authors.create"]["properties"]["data"]["properties"]["attributes"]["properties"]["name"] == {
        "type": "string",
        "description": "The name on the cover.",
        "examples": ["Ada"],
    }


# --- what the document says and what the engine does ------------------------------------------------------------

RENDERER = Renderer(
    MoneyFormat(
        lambda cents, currency: None if cents is None else f"€{cents / 100:.2f}",
        lambda cents, currency: None if cents is None else cents / 100,
    )
)
SITE = Site("https://acme.example.com/api", "enWoxFMOnp", "test", confidential=True)
STAMPS = {"created_at": "2020-01-01T12:00:00Z", "updated_at": "2020-01-01T12:00:00Z", "metadata": {}}
ADA = Record(Author, {"id": "AdaAdaAdaA", "name": "Ada", "first_name": "Ada", "last_name": "L", **STAMPS})
LOAN = Record(PostLoan, {"id": "LoanLoanLo", "type": "post_loans", "stamp_cents": 90, **STAMPS})
DUNE = Record(
    Book,
    {"id": "DuneDuneDu", "title": "Dune", "status": "printed", "price_cents": 1050, "weight": 0.5, **STAMPS},
    {"author": ADA, "loan": LOAN, "loans": [LOAN], "shelf": None},
)


def test_what_the_renderer_writes_is_what_the_document_says() -> None:
    asked = parse_string(LIBRARY, Book, "include=author,loan,loans,shelf", listing=True)
    single = json.loads(RENDERER.one(DUNE, asked, SITE))
    assert single["data"]["relationships"]["loan"]["data"] == {"type": "post_loans", "id": "LoanLoanLo"}
    fits(answer("/api/books/{id}", "get", "200"), single)
    fits(answer("/api/books", "get", "200"), json.loads(RENDERER.page([DUNE], 1, asked, SITE, "/api/books", "")))
    fits(answer("/api/books/{id}/shelf", "get", "200"), {"data": None})
    loans = json.loads(RENDERER.page([LOAN], 1, parse(LIBRARY, PostLoan, [], listing=True), SITE, "/", ""))
    fits(answer("/api/books/{id}/loans", "get", "200"), loans)
    fits({"$ref": "#/components/schemas/errors"}, json.loads(render([validation("title", "is odd", error="odd")])))


def test_the_document_tells_a_wrong_answer_from_a_right_one() -> None:
    right = json.loads(RENDERER.one(DUNE, parse(LIBRARY, Book, [], listing=False), SITE))
    wrong = [
        {**right, "data": {**right["data"], "type": "shelves"}},
        {**right, "data": {**right["data"], "attributes": {"pages": "many"}}},
        {**right, "data": {**right["data"], "attributes": {"price_cents": 10.5}}},
        {"data": None},
    ]
    for document_ in wrong:
        with pytest.raises(jsonschema.ValidationError):
            fits(answer("/api/books/{id}", "get", "200"), document_)


AUTHOR = {"author": {"data": {"type": "authors", "id": "AdaAdaAdaA"}}}


@pytest.mark.parametrize(
    ("attributes", "relationships"),
    [
        ({"title": "Dune"}, AUTHOR),
        ({"title": "Dune", "price_cents": 1050, "lendable": True, "facts": {"a": 1}, "tags": ["x"]}, AUTHOR),
        ({"title": "Dune", "isbn_once": "978", "weight": None, "printed_at": "2020-01-01T12:00:00Z"}, AUTHOR),
        ({"title": "Dune"}, {**AUTHOR, "shelf": {"data": None}}),
        ({}, AUTHOR),
        ({"title": None}, AUTHOR),
        ({"title": 1}, AUTHOR),
        ({"title": "Dune"}, {}),
        ({"title": "Dune"}, {"author": {"data": None}}),
        ({"title": "Dune"}, {"author": {"data": {"type": "books", "id": "AdaAdaAdaA"}}}),
        ({"title": "Dune"}, {"author": {"id": "AdaAdaAdaA"}}),
        ({"title": "Dune", "status": "printed"}, AUTHOR),
        ({"title": "Dune", "price_float": 10.5}, AUTHOR),
        ({"title": "Dune", "shelf_mark": "x"}, AUTHOR),
        ({"title": "Dune", "price_cents": 10.5}, AUTHOR),
        ({"title": "Dune", "facts": []}, AUTHOR),
        ({"title": "Dune", "_lend": True}, AUTHOR),
        ({"title": "Dune"}, {**AUTHOR, "loans": {"data": []}}),
    ],
)
def test_the_document_and_the_reader_of_documents_agree_about_requests(
    attributes: dict[str, Any], relationships: dict[str, Any]
) -> None:
    body = {"data": {"type": "books", "attributes": attributes, "relationships": relationships}}
    try:
        document.read(LIBRARY, Book, json.dumps(body).encode(), action="create", restricted=False)
        accepted = True
    except DocumentError:
        accepted = False
    try:
        fits({"$ref": "#/components/schemas/books.create"}, body)
        described = True
    except jsonschema.ValidationError:
        described = False
    assert described == accepted


@pytest.mark.parametrize("resource", list(LIBRARY), ids=lambda r: r.called)
def test_every_include_sort_and_filter_that_is_named_is_understood(resource: type[Resource]) -> None:
    parameters = SPEC["components"]["parameters"]
    for name in ("include", "sort"):
        schema = parameters[f"{resource.called}.{name}"]["schema"]["items"]
        for word in schema.get("anyOf", [{}])[0].get("enum", []):
            parse(LIBRARY, resource, [(name, word)], listing=True)
    filters = parameters[f"{resource.called}.filter"]["description"]
    for a in resource.attributes():
        understood = True
        try:
            parse(LIBRARY, resource, [(f"filter[q][{a.sent_as}_null]", "true")], listing=True)
        except DocumentError:
            understood = False
        assert understood == (f"`{a.sent_as}`" in filters.partition("Attributes: ")[2].partition("Relationships")[0])


# --- reference pages --------------------------------------------------------------------------------------------


def test_there_is_a_page_for_every_type_and_an_index_that_leads_to_it() -> None:
    assert set(PAGES) == {"index.md", *(f"{r.called}.md" for r in LIBRARY)}
    for r in LIBRARY:
        assert f"[{r.called}]({r.called}.md)" in PAGES["index.md"]


def test_links_between_pages_lead_somewhere() -> None:
    for text in PAGES.values():
        for part in text.split("](")[1:]:
            assert part.partition(")")[0].partition("#")[0] in PAGES


def test_the_rows_of_every_table_have_as_many_cells_as_its_head() -> None:
    for name, text in PAGES.items():
        for block in text.split("\n\n"):
            cells = {line.replace("\\|", "").count("|") for line in block.splitlines() if line.startswith("|")}
            assert len(cells) <= 1, name


def test_a_page_names_operations_attributes_triggers_and_relationships() -> None:
    page = PAGES["books.md"]
    assert "| `PATCH /api/books/{id}` | integrations |" in page
    assert "| `GET /api/books/{id}` | integrations, guests |" in page
    assert (
        "| `price_cents`, `price_float`, `formatted_price` | amount | What it costs. | set, filtered by, sorted by |"
        in page
    )
    assert "| `_lend` | boolean | Lends the book to whoever asks. | set on update |" in page
    weigh = "Sets the weight in grams. Not for sales channels. This server refuses it with 422."
    assert f"| `_weigh` | integer | {weigh} | set on update |" in page
    assert "`GET /api/house`" in PAGES[f"{House.called}.md"]
    for m in public(Book):
        for name in m.wire_names if isinstance(m, Attribute) and m.shown else (m.name,):
            assert f"`{name}`" in page
    assert any(isinstance(m, Many) for m in public(Book))
