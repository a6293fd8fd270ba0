"""Which query strings are understood, and what they come to."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.jsonapi.asking import LIBRARY, ask, refusal
from tests.jsonapi.toys import Book, Loan, Shelf

from billfold.jsonapi.errors import DocumentError, render
from billfold.jsonapi.query import (
    DEEPEST_INCLUDE,
    MOST_INCLUDES,
    MOST_PAGES,
    MOST_PROBLEMS,
    NOTHING_ASKED,
    Tree,
    parse,
    parse_string,
)

# --- include ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("include", "tree"),
    [
        ("", ()),
        ("author", (("author", ()),)),
        ("shelf,author", (("author", ()), ("shelf", ()))),
        ("author.books.shelf", (("author", (("books", (("shelf", ()),)),)),)),
        ("author.books,author,author.books.shelf", (("author", (("books", (("shelf", ()),)),)),)),
        ("loan.book", (("loan", (("book", ()),)),)),
        ("similar.author", (("similar", (("author", ()),)),)),
    ],
)
def test_include_paths_become_a_tree_with_every_level_between(include: str, tree: Tree) -> None:
    assert ask(Book, ("include", include)).include == tree


def test_what_only_some_kinds_of_a_family_have_can_be_included_through_the_family() -> None:
    assert ask(Loan, ("include", "parcels")).include == (("parcels", ()),)
    assert ask(Book, ("include", "loan.parcels")).include == (("loan", (("parcels", ()),)),)
    assert ask(Book, ("include", "cover.warden")).include == (("cover", (("warden", ()),)),)


def test_a_type_that_is_not_declared_yet_can_be_included_and_nothing_beneath_it_is_looked_at() -> None:
    assert ask(Book, ("include", "publisher.printers.machines")).include == (("publisher", ()),)
    assert ask(Book, ("include", "cover.painter")).include == (("cover", ()),)


@pytest.mark.parametrize(
    ("include", "culprit"),
    [
        ("autor", "autor"),
        ("title", "title"),
        ("author.", "“”"),
        ("author,", "“”"),
        ("author.shelf", "authors"),
        ("loan.title", "desk_loans, post_loans"),
        ("events", "never included"),
        ("watcher", "watcher"),
        ("_lend", "_lend"),
        ("Author", "Author"),
        ("author books", "author books"),
    ],
)
def test_an_unknown_hidden_or_forbidden_include_is_refused_by_name(include: str, culprit: str) -> None:
    code, detail = refusal(Book, ("include", include))
    assert code == "INVALID_INCLUDE"
    assert culprit in detail


def test_includes_are_bounded_in_depth_and_number() -> None:
    deep = ".".join(["author", "books"] * DEEPEST_INCLUDE)
    assert "deeper" in refusal(Book, ("include", deep))[1]
    assert "100" in refusal(Book, ("include", ",".join(["author"] * (MOST_INCLUDES + 1))))[1]


# --- fields -----------------------------------------------------------------------------------------------------


def test_fields_name_attributes_and_relationships_of_any_type_in_the_document() -> None:
    asked = ask(Book, ("fields[books]", "title,author,price_cents,formatted_price,id"), ("fields[authors]", "name"))
    assert dict(asked.fields) == {
        "authors": {"name"},
        "books": {"title", "author", "price_cents", "formatted_price", "id"},
    }


def test_no_fields_of_a_type_is_not_the_same_as_all_of_them() -> None:
    assert ask(Book, ("fields[books]", "")).fields == (("books", frozenset()),)


def test_fields_of_types_this_server_does_not_know_are_fine() -> None:
    assert dict(ask(Book, ("fields[publishers]", "whatever")).fields) == {"publishers": {"whatever"}}


def test_fields_of_a_family_may_be_those_of_any_of_its_kinds() -> None:
    assert dict(ask(Book, ("fields[loans]", "desk,address,due_at")).fields)["loans"] == {"desk", "address", "due_at"}


@pytest.mark.parametrize("name", ["titel", "price", "shelf_mark", "isbn_once", "watcher", "_lend"])
def test_a_field_that_documents_of_its_type_never_show_is_refused(name: str) -> None:
    code, detail = refusal(Book, ("fields[books]", f"title,{name}"))
    assert code == "INVALID_FIELD"
    assert name in detail


@pytest.mark.parametrize(
    "parameter", ["fields", "fields[]", "fields[books", "fieldsbooks]", "fields[books][x]", "fields[[books]]"]
)
def test_fields_must_say_of_which_type(parameter: str) -> None:
    assert refusal(Book, (parameter, "title"))[0] in ("INVALID_FIELD_FORMAT", "PARAM_NOT_ALLOWED")


# --- sort, page, and all the rest -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sort", "keys"),
    [
        ("", ()),
        ("title", ((("title",), False),)),
        ("-created_at,id", ((("created_at",), True), (("id",), False))),
        ("-price_cents", ((("price",), True),)),
        ("author", ((("author",), False),)),
        ("-author.name", ((("author", "name"), True),)),
        ("shelf.warden.born_at", ((("shelf", "warden", "born_at"), False),)),
        ("publisher,title", ((("title",), False),)),  # nothing has a publisher until publishers are declared
        ("-publisher.name", ()),
    ],
)
def test_sorting_is_by_declared_members_and_paths_of_them(sort: str, keys: object) -> None:
    assert ask(Book, ("sort", sort)).sort == keys


@pytest.mark.parametrize(
    "sort",
    [
        "titel",
        "notes",
        "--title",
        "-",
        "price",
        "price_float",
        "metadata",
        "loan",
        "loan.id",
        "loans",
        "author.",
        ".title",
        "author.full_name",
        "author.pen_key",
        "author.royalty_rate",
        "cover.code",
        "title.id",
        "Title",
        ",".join(["title"] * 6),
        "title desc",
        "title;drop table books",
    ],
)
def test_sorting_by_anything_else_is_refused(sort: str) -> None:
    assert refusal(Book, ("sort", sort))[0] == "INVALID_SORT_CRITERIA"


def test_a_page_has_ten_records_unless_another_number_up_to_25_is_asked_for() -> None:
    assert (NOTHING_ASKED.number, NOTHING_ASKED.size) == (1, 10)
    asked = ask(Book, ("page[number]", "3"), ("page[size]", "25"))
    assert (asked.number, asked.size) == (3, 25)


@pytest.mark.parametrize("size", ["0", "26", "-1", "1.0", "", "ten", "\uff11", "9" * 5000])
def test_a_page_of_any_other_size_is_refused(size: str) -> None:
    assert refusal(Book, ("page[size]", size))[0] == "INVALID_PAGE_VALUE"


@pytest.mark.parametrize("number", ["0", "-1", "x", str(MOST_PAGES + 1)])
def test_a_page_that_cannot_be_is_refused(number: str) -> None:
    assert refusal(Book, ("page[number]", number))[0] == "INVALID_PAGE_VALUE"


def test_the_last_page_there_can_be_starts_within_what_postgresql_counts() -> None:
    asked = ask(Book, ("page[number]", str(MOST_PAGES)), ("page[size]", "25"))
    assert (asked.number - 1) * asked.size < 2**63


@pytest.mark.parametrize("parameter", ["page", "page[]", "page[offset]", "page[number", "page[number][]"])
def test_a_page_is_a_number_and_a_size_only(parameter: str) -> None:
    assert refusal(Book, (parameter, "1"))[0] == "INVALID_PAGE_OBJECT"


def test_the_page_of_a_single_record_is_ignored_because_official_clients_ask_for_it() -> None:
    assert ask(Book, ("page[number]", "1"), ("page[size]", "99"), listing=False) == NOTHING_ASKED


@pytest.mark.parametrize("parameter", ["sort", "filter[q][title_eq]", "includes", "q", "Include", "limit"])
def test_a_parameter_that_means_nothing_here_is_refused(parameter: str) -> None:
    assert refusal(Book, (parameter, "title"), listing=False)[0] == "PARAM_NOT_ALLOWED"


def test_all_problems_are_reported_at_once_up_to_a_bound() -> None:
    with pytest.raises(DocumentError) as refused:
        ask(Book, ("include", "x"), ("sort", "y"), ("page[size]", "z"), ("filter[q][a_eq]", "b"))
    assert [e.code for e in refused.value.errors] == [
        "INVALID_INCLUDE",
        "INVALID_SORT_CRITERIA",
        "INVALID_PAGE_VALUE",
        "FILTER_NOT_ALLOWED",
    ]
    with pytest.raises(DocumentError) as refused:
        ask(Book, ("fields[books]", ",".join(f"f{i}" for i in range(1000))))
    assert len(refused.value.errors) == MOST_PROBLEMS


def test_a_raw_query_string_is_read_like_its_parameters_encoded_brackets_included() -> None:
    params = [("include", "author"), ("filter[q][title_cont]", "a b&c"), ("page[number]", "2")]
    for raw in (urlencode(params), "&".join(f"{k}={quote(v)}" for k, v in params)):
        assert parse_string(LIBRARY, Book, raw, listing=True) == ask(Book, *params)


def test_a_query_that_was_asked_before_is_not_read_again() -> None:
    raw = "include=author.books&filter[q][title_eq]=x"
    assert parse_string(LIBRARY, Book, raw, listing=True) is parse_string(LIBRARY, Book, raw, listing=True)
    assert ask(Book, ("include", "shelf")) is ask(Book, ("include", "shelf"))
    assert ask(Book, ("page[number]", "2"), listing=False) != ask(Book, ("page[number]", "2"), listing=True)
    assert ask(Shelf, ("include", "books")) is not ask(Book, ("include", "author"))


def test_a_query_string_with_too_many_parameters_is_refused() -> None:
    with pytest.raises(DocumentError, match="200 parameters"):
        parse_string(LIBRARY, Book, "&".join(["include=author"] * 201), listing=True)
    with pytest.raises(DocumentError, match="200 parameters"):
        ask(Book, *[("include", "author")] * 201)


NAMES = st.sampled_from(
    [
        "include",
        "sort",
        "page[size]",
        "page[number]",
        "fields[books]",
        "fields",
        "filter[q]",
        "filter[q][title_eq]",
        "filter[q][author_or_title_eq]",
        "filter[q][pages_in]",
        "filter[q][facts_jcont]",
        "filter[q][printed_at_lt]",
    ]
) | st.text(max_size=20)
WORDS = st.sampled_from(
    ["author", "books", "shelf", "loan", "title", "pages", "_", "or", "eq", "null", "[", "]", ".", ","]
)
FILTERS = st.lists(WORDS, max_size=12).map(lambda words: f"filter[q][{'_'.join(words)}]")


@given(st.lists(st.tuples(NAMES | FILTERS, st.text(max_size=20) | st.lists(WORDS).map("".join)), max_size=6))
def test_whatever_is_asked_there_is_an_answer_or_an_error_that_can_be_sent(params: list[tuple[str, str]]) -> None:
    try:
        asked = parse(LIBRARY, Book, params, listing=True)
    except DocumentError as refused:
        assert refused.status == 400
        assert json.loads(render(refused.errors))["errors"]
    else:
        hash(asked)
        assert 1 <= asked.size <= 25
