"""Which query strings are understood, and what they come to."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.jsonapi.toys import Book, DeskLoan, Loan, PostLoan, Shelf, library

from billfold.jsonapi.errors import DocumentError, render
from billfold.jsonapi.matchers import MATCHERS
from billfold.jsonapi.query import (
    DEEPEST_INCLUDE,
    MOST_FILTERS,
    MOST_INCLUDES,
    MOST_PAGES,
    MOST_PROBLEMS,
    NOTHING_ASKED,
    Condition,
    Query,
    Tree,
    parse,
    parse_string,
)
from billfold.jsonapi.resource import Resource

LIBRARY = library()


def ask(resource: type[Resource], *params: tuple[str, str], listing: bool = True) -> Query:
    return parse(LIBRARY, resource, params, listing=listing)


def refusal(resource: type[Resource], *params: tuple[str, str], listing: bool = True) -> tuple[str, str]:
    """Code and detail of the one error that such a request gets."""
    with pytest.raises(DocumentError) as refused:
        ask(resource, *params, listing=listing)
    (error,) = refused.value.errors
    assert error.status == 400
    assert error.parameter
    assert error.detail.endswith(".")
    return error.code, error.detail


def filters(name: str, value: str, resource: type[Resource] = Book) -> Condition:
    (condition,) = ask(resource, (f"filter[q][{name}]", value)).filters
    return condition


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


@pytest.mark.parametrize("parameter", ["fields", "fields[]", "fields[books", "fieldsbooks]"])
def test_fields_must_say_of_which_type(parameter: str) -> None:
    assert refusal(Book, (parameter, "title"))[0] in ("INVALID_FIELD_FORMAT", "PARAM_NOT_ALLOWED")


# --- filters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "condition"),
    [
        ("title_eq", "Dune", Condition((("title",),), "or", "eq", "Dune")),
        ("title_not_eq", "Dune", Condition((("title",),), "or", "not_eq", "Dune")),
        ("title_eq_or_null", "Dune", Condition((("title",),), "or", "eq_or_null", "Dune")),
        ("title_in", "a,b c,", Condition((("title",),), "or", "in", ("a", "b c", ""))),
        ("title_eq", "a,b", Condition((("title",),), "or", "eq", "a,b")),
        ("status_not_in", "draft,lost", Condition((("status",),), "or", "not_in", ("draft", "lost"))),
        ("pages_gteq", "300", Condition((("pages",),), "or", "gteq", 300)),
        ("pages_lt_any", "1,-2", Condition((("pages",),), "or", "lt_any", (1, -2))),
        ("weight_lt", "0.5", Condition((("weight",),), "or", "lt", 0.5)),
        ("price_cents_gt", "1050", Condition((("price",),), "or", "gt", 1050)),
        ("lendable_true", "true", Condition((("lendable",),), "or", "true", True)),
        ("lendable_eq", "false", Condition((("lendable",),), "or", "eq", False)),
        ("printed_at_null", "false", Condition((("printed_at",),), "or", "null", False)),
        (
            "printed_at_gt",
            "2020-02-03T04:05:06.789Z",
            Condition((("printed_at",),), "or", "gt", datetime(2020, 2, 3, 4, 5, 6, 789000, UTC)),
        ),
        ("facts_jcont", '{ "a": [1] }', Condition((("facts",),), "or", "jcont", '{"a":[1]}')),
        ("tags_jcont", '["x"]', Condition((("tags",),), "or", "jcont", '["x"]')),
        ("metadata_present", "1", Condition((("metadata",),), "or", "present", True)),
        ("id_in", "a,b", Condition((("id",),), "or", "in", ("a", "b"))),
    ],
)
def test_a_filter_has_a_value_of_its_attributes_type(name: str, value: str, condition: Condition) -> None:
    assert filters(name, value) == condition


@pytest.mark.parametrize(
    ("name", "paths", "combine", "matcher"),
    [
        ("author_name_eq", [("author_name",)], "or", "eq"),  # an attribute of the book itself, not its author's name
        ("author_id_eq", [("author", "id")], "or", "eq"),
        ("author_born_at_null", [("author", "born_at")], "or", "null"),
        ("shelf_code_in", [("shelf", "code")], "or", "in"),
        ("shelf_warden_name_start", [("shelf", "warden", "name")], "or", "start"),
        ("author_books_shelf_code_eq", [("author", "books", "shelf", "code")], "or", "eq"),
        ("title_or_author_name_cont", [("title",), ("author_name",)], "or", "cont"),
        ("title_or_shelf_code_or_id_eq", [("title",), ("shelf", "code"), ("id",)], "or", "eq"),
        ("title_and_shelf_code_not_eq", [("title",), ("shelf", "code")], "and", "not_eq"),
        ("black_or_white_eq", [("black_or_white",)], "or", "eq"),
        ("title_or_black_or_white_eq", [("title",), ("black_or_white",)], "or", "eq"),
        ("title_not_in_or_null", [("title",)], "or", "not_in_or_null"),
        ("title_does_not_match_all", [("title",)], "or", "does_not_match_all"),
        ("loan_due_at_lt", [("loan", "due_at")], "or", "lt"),
        ("loan_id_in", [("loan", "id")], "or", "in"),
        ("loans_type_eq", [("loans", "type")], "or", "eq"),
        ("cover_code_eq", [("cover", "code")], "or", "eq"),
        ("cover_name_eq", [("cover", "name")], "or", "eq"),
        ("pages_or_price_cents_or_shelf_floor_eq", [("pages",), ("price",), ("shelf", "floor")], "or", "eq"),
        ("title_or_pages_null", [("title",), ("pages",)], "or", "null"),
    ],
)
def test_a_filters_name_is_read_as_declared_members(
    name: str, paths: list[tuple[str, ...]], combine: str, matcher: str
) -> None:
    value = {"null": "true", "lt": "2020-01-01", "eq": "1"}.get(matcher, "x")
    found = filters(name, value)
    assert (list(found.members), found.combine, found.matcher) == (paths, combine, matcher)


def test_the_kinds_of_a_family_are_filtered_by_their_own_attributes_and_by_those_they_share() -> None:
    assert filters("stamp_cents_gt", "5", PostLoan).members == (("stamp",),)
    assert filters("desk_eq", "5", DeskLoan).members == (("desk",),)
    assert filters("book_title_eq", "x", DeskLoan).members == (("book", "title"),)


def test_several_filters_are_kept_in_the_order_they_were_sent() -> None:
    asked = ask(Book, ("filter[q][title_eq]", "a"), ("filter[q][title_eq]", "b"), ("filter[q][pages_gt]", "1"))
    assert [(c.matcher, c.value) for c in asked.filters] == [("eq", "a"), ("eq", "b"), ("gt", 1)]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("titel_eq", "titel"),
        ("title", "matcher"),
        ("title_like", "matcher"),
        ("_eq", "no attribute"),
        ("eq", "matcher"),
        ("notes_eq", "notes"),
        ("price_eq", "price"),
        ("price_float_eq", "price_float"),
        ("author_full_name_eq", "no attribute"),
        ("author_pen_key_eq", "no attribute"),
        ("author_royalty_rate_gt", "no attribute"),
        ("isbn_once_eq", "no attribute"),
        ("watcher_name_eq", "no attribute"),
        ("publisher_name_eq", "no attribute"),
        ("publisher_id_eq", "no attribute"),
        ("similar_title_eq", "no attribute"),
        ("loan_address_eq", "no attribute"),
        ("_lend_eq", "no attribute"),
        ("author_eq", "author"),
        ("title_or_eq", "title_or"),
        ("title_or_pages_and_id_eq", "no attribute"),
        ("title_or_pages_eq", "different types"),
        ("pages_cont", "whole number"),
        ("printed_at_start", "a moment"),
        ("lendable_gt", "true or false"),
        ("title_true", "text"),
        ("facts_eq", "JSON"),
        ("title_jcont", "text"),
        ("author_books_author_books_author_born_at_eq", "no attribute"),
        ("_or_".join(["title"] * 11) + "_eq", "more than 10"),
        ("title_" * 100 + "eq", "too long"),
    ],
)
def test_a_filter_that_nobody_declared_is_refused_with_the_reason(name: str, reason: str) -> None:
    code, detail = refusal(Book, (f"filter[q][{name}]", "1"))
    assert code == "FILTER_NOT_ALLOWED"
    assert reason in detail.replace(name, "", 1)


@pytest.mark.parametrize(
    "parameter",
    [
        "filter",
        "filter[]",
        "filter[q]",
        "filter[q][]",
        "filter[q][title_eq",
        "filter[q]title_eq]",
        "filter[q][title_eq][]",
        "filter[q][title_eq]x",
        "filters",
    ],
)
def test_a_filter_must_be_written_as_one(parameter: str) -> None:
    assert refusal(Book, (parameter, "x"))[0] in ("INVALID_FILTERS_SYNTAX", "FILTER_NOT_ALLOWED", "PARAM_NOT_ALLOWED")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pages_eq", "ten"),
        ("pages_eq", "1.5"),
        ("pages_eq", ""),
        ("pages_eq", "9007199254740994"),
        ("pages_in", "1,,2"),
        ("pages_eq", "--1"),
        ("pages_eq", "²"),
        ("weight_eq", "nan"),
        ("weight_eq", "inf"),
        ("weight_eq", "1e999"),
        ("weight_eq", "heavy"),
        ("lendable_eq", "yes"),
        ("title_null", "maybe"),
        ("title_null", ""),
        ("printed_at_gt", "yesterday"),
        ("printed_at_gt", "0001-01-01T00:00:00+23:59"),
        ("title_eq", "a\x00b"),
        ("title_eq", "\ud800"),
        ("title_in", "a,b\x00"),
        ("title_matches", "ends in \\"),
        ("title_matches_any", "fine%,ends in \\\\\\"),
        ("facts_jcont", "{"),
        ("facts_jcont", "1"),
        ("facts_jcont", "null"),
        ("facts_jcont", '{"a":"\\u0000"}'),
        ("facts_jcont", '{"\\u0000":1}'),
        ("facts_jcont", "[" * 5000 + "]" * 5000),
        ("facts_jcont", '{"a":1e400}'),
    ],
)
def test_a_value_that_does_not_fit_its_attribute_is_refused(name: str, value: str) -> None:
    code, detail = refusal(Book, (f"filter[q][{name}]", value))
    assert code == "INVALID_FILTER_VALUE"
    assert name in detail


def test_a_pattern_may_end_in_an_escaped_backslash_and_json_may_contain_one() -> None:
    assert filters("title_matches", "a\\\\").value == "a\\\\"
    assert filters("facts_jcont", '{"a":"\\\\u0000"}').value == '{"a":"\\\\u0000"}'


def test_the_number_of_filters_is_bounded() -> None:
    code, detail = refusal(Book, *[("filter[q][title_eq]", "x")] * (MOST_FILTERS + 1))
    assert code == "FILTER_NOT_ALLOWED"
    assert str(MOST_FILTERS) in detail


@pytest.mark.parametrize("matcher", sorted(MATCHERS))
def test_every_matcher_is_understood_on_the_attributes_it_fits_and_refused_on_all_others(matcher: str) -> None:
    for name, column in {
        "title": "text",
        "pages": "bigint",
        "weight": "double precision",
        "lendable": "boolean",
        "printed_at": "timestamptz",
        "facts": "jsonb",
    }.items():
        values = {"flag": "true", "json": "{}"}
        fitting = {"bigint": "1", "double precision": "1", "boolean": "true", "timestamptz": "2020-01-01"}
        value = values.get(MATCHERS[matcher].takes, fitting.get(column, "x"))
        if column in MATCHERS[matcher].fits:
            assert filters(f"{name}_{matcher}", value).matcher == matcher
        else:
            assert refusal(Book, (f"filter[q][{name}_{matcher}]", value))[0] == "FILTER_NOT_ALLOWED"


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
