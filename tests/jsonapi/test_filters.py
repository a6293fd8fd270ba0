"""Which filters are understood, and what they come to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.jsonapi.asking import LIBRARY, ask, refusal
from tests.jsonapi.toys import Book, DeskLoan, PostLoan, Shelf

from billfold.jsonapi.filter_names import shorthands
from billfold.jsonapi.matchers import MATCHERS
from billfold.jsonapi.query import MOST_FILTERS, NONE_MEETS, Condition
from billfold.jsonapi.resource import Resource


def filters(name: str, value: str, resource: type[Resource] = Book) -> Condition:
    (condition,) = ask(resource, (f"filter[q][{name}]", value)).filters
    return condition


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


# --- without a matcher ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "stands_for", "value"),
    [
        ("ids", "id_in", "aBcDeFgHiJ,kLmNoPqRsT"),
        ("id", "id_in", "aBcDeFgHiJ"),
        ("title", "title_in", "Notes,Letters"),
        ("pages", "pages_in", "12"),
        ("price_cents", "price_cents_in", "100,200"),
        ("lendable", "lendable_in", "true"),
        ("facts", "facts_jcont", '{"ink":"blue"}'),
        ("printed_at", "printed_at_in", "2018-01-01T12:00:00Z"),
        ("printed_at_from", "printed_at_gteq", "2018-01-01T12:00:00Z"),
        ("printed_at_to", "printed_at_lteq", "2018-01-01"),
        ("shelf_id", "shelf_id_in", "aBcDeFgHiJ"),
        ("cover_id", "cover_id_in", "aBcDeFgHiJ,kLmNoPqRsT"),
        ("loans_id", "loans_id_in", "aBcDeFgHiJ"),
    ],
)
def test_a_filter_without_a_matcher_is_one_of_several_values_a_range_or_a_part(
    name: str, stands_for: str, value: str
) -> None:
    assert ask(Book, (f"filter[{name}]", value)) == ask(Book, (f"filter[q][{stands_for}]", value))


def test_a_filter_with_a_name_of_its_own_is_asked_either_way() -> None:
    assert ask(Shelf, ("filter[busy]", "true")) == ask(Shelf, ("filter[q][busy]", "true"))


def test_nothing_is_found_by_a_record_of_a_type_that_is_not_declared_yet() -> None:
    assert ask(Book, ("filter[publisher_id]", "aBcDeFgHiJ")).filters == (NONE_MEETS,)


@pytest.mark.parametrize(
    "name", ["title_eq", "notes", "shelf", "shelf_code", "watcher_id", "similar_id", "title_from", "q_title", "price"]
)
def test_what_stands_for_nothing_is_refused_and_told_how_matchers_are_asked(name: str) -> None:
    code, detail = refusal(Book, (f"filter[{name}]", "1"))
    assert code == "FILTER_NOT_ALLOWED"
    assert "filter[q]" in detail


def test_what_may_not_be_filtered_by_with_a_matcher_may_not_without() -> None:
    assert shorthands(LIBRARY, LIBRARY["authors"]).keys().isdisjoint({"royalty_rate", "pen_key", "full_name"})


@pytest.mark.parametrize(("name", "value"), [("pages", "ten"), ("printed_at_from", "soon"), ("facts", "blue")])
def test_a_value_without_a_matcher_must_fit_too(name: str, value: str) -> None:
    assert refusal(Book, (f"filter[{name}]", value))[0] == "INVALID_FILTER_VALUE"
