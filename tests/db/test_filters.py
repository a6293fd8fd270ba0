"""What every filter matches, asked of PostgreSQL itself."""

from __future__ import annotations

import asyncio
import json
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.jsonapi.toys import Author, Book, DeskLoan, Loan, PostLoan, Shelf, library

from billfold.db.bundled import BundledPostgres
from billfold.db.columns import columns, roots
from billfold.db.filters import where
from billfold.jsonapi.matchers import MATCHERS
from billfold.jsonapi.query import Condition, parse
from billfold.jsonapi.resource import Resource

LIBRARY = library()
Rows = dict[str, list[dict[str, Any]]]
MOMENTS = [datetime(2020, 1, day, 12, tzinfo=UTC) for day in (1, 2, 3)]


@dataclass
class Store:
    """The tables of the library in a database; every question is asked of the rows it brings, and leaves none."""

    connection: asyncpg.Connection
    runner: asyncio.Runner

    def matching(self, resource: type[Resource], rows: Rows, *wanted: Condition) -> list[str]:
        """Ids of the rows of `resource` that meet all conditions, sorted; rows are given by table."""
        return self.runner.run(self._matching(resource, rows, wanted))

    async def _matching(self, resource: type[Resource], rows: Rows, wanted: tuple[Condition, ...]) -> list[str]:
        transaction = self.connection.transaction()
        await transaction.start()
        try:
            for table, given_rows in rows.items():
                for row in given_rows:
                    await self._insert(table, row)
            values: list[object] = []

            def bind(value: object, kind: str) -> str:
                values.append(value)
                return f"${len(values)}::{kind}"

            kind = f"AND t.type = '{resource.called}' " if resource.base else ""
            sql = f"SELECT id FROM {resource.table} t WHERE organization_id = 'ours' {kind}AND "
            found = await self.connection.fetch(sql + where(wanted, resource, LIBRARY, "t", bind), *values)
            return sorted(row["id"] for row in found)
        finally:
            await transaction.rollback()

    async def _insert(self, table: str, row: dict[str, Any]) -> None:
        kept = {"organization_id": "ours", **row}
        values = [json.dumps(v) if isinstance(v, dict | list) else v for v in kept.values()]
        places = ", ".join(f"${i + 1}" for i in range(len(values)))
        await self.connection.execute(f"INSERT INTO {table} ({', '.join(kept)}) VALUES ({places})", *values)


@pytest.fixture(scope="module")
def store(postgres: BundledPostgres) -> Iterator[Store]:
    with asyncio.Runner() as runner:

        async def opened() -> asyncpg.Connection:
            connection = await asyncpg.connect(postgres.database("filters_of_the_library"))
            for resource in roots(LIBRARY):
                described = ", ".join(f"{name} {kind}" for name, kind in columns(LIBRARY, resource).items())
                await connection.execute(
                    f"CREATE TABLE {resource.table} ({described}, PRIMARY KEY (organization_id, id))"
                )
            return connection

        connection = runner.run(opened())
        yield Store(connection, runner)
        runner.run(connection.close())


def asked(resource: type[Resource], name: str, value: str) -> Condition:
    """The condition that filter[q][name]=value comes to."""
    (condition,) = parse(LIBRARY, resource, [(f"filter[q][{name}]", value)], listing=True).filters
    return condition


# --- tables: one matcher at a time ------------------------------------------------------------------------------

BOOKS: list[dict[str, Any]] = [
    {"id": "dune", "title": "Dune", "pages": 412, "lendable": True, "printed_at": MOMENTS[0], "facts": {"a": 1}},
    {"id": "emma", "title": "emma", "pages": 474, "lendable": False, "printed_at": MOMENTS[1], "facts": {}},
    {
        "id": "odds",
        "title": "100%_\\o/",
        "pages": 0,
        "lendable": True,
        "printed_at": MOMENTS[2],
        "facts": {"a": [1, 2]},
    },
    {"id": "void", "title": "", "pages": -1},
    {"id": "zero"},
]
ALL = "dune emma odds void zero"


@pytest.mark.parametrize(
    ("name", "value", "ids"),
    [
        ("title_eq", "Dune", "dune"),
        ("title_eq", "dune", ""),
        ("title_eq", "", "void"),
        ("title_eq_or_null", "Dune", "dune zero"),
        ("title_not_eq", "Dune", "emma odds void"),
        ("title_not_eq_or_null", "Dune", "emma odds void zero"),
        ("title_not_eq_all", "Dune,emma", "odds void"),
        ("title_in", "Dune,emma", "dune emma"),
        ("title_in_or_null", "Dune,nothing", "dune zero"),
        ("title_not_in", "Dune,emma", "odds void"),
        ("title_not_in_or_null", "Dune,emma", "odds void zero"),
        ("title_matches", "d%", "dune"),
        ("title_matches", "%M_A", "emma"),
        ("title_matches", "100\\%%", "odds"),
        ("title_matches", "%", "dune emma odds void"),
        ("title_matches_any", "D%,%a", "dune emma"),
        ("title_matches_all", "D%,%E", "dune"),
        ("title_does_not_match", "d%", "emma odds void"),
        ("title_does_not_match_any", "d%,%e", "emma odds void"),
        ("title_does_not_match_any", "d%,%a", "dune emma odds void"),
        ("title_does_not_match_all", "d%,%a", "odds void"),
        ("title_start", "dU", "dune"),
        ("title_start", "100%", "odds"),
        ("title_start", "", "dune emma odds void"),
        ("title_start_any", "d,E", "dune emma"),
        ("title_start_all", "d,du", "dune"),
        ("title_not_start", "d", "emma odds void"),
        ("title_not_start_any", "d,du", "emma odds void"),
        ("title_not_start_all", "d,e", "odds void"),
        ("title_end", "NE", "dune"),
        ("title_end", "\\o/", "odds"),
        ("title_end_any", "ne,a", "dune emma"),
        ("title_end_all", "e,ne", "dune"),
        ("title_not_end", "e", "emma odds void"),
        ("title_not_end_any", "e,a", "dune emma odds void"),
        ("title_not_end_all", "e,a", "odds void"),
        ("title_cont", "UN", "dune"),
        ("title_cont", "%", "odds"),
        ("title_cont", "_", "odds"),
        ("title_cont", "\\", "odds"),
        ("title_cont_any", "un,mm", "dune emma"),
        ("title_cont_all", "m,a", "emma"),
        ("title_not_cont", "u", "emma odds void"),
        ("title_not_cont_any", "u,m", "dune emma odds void"),
        ("title_not_cont_all", "u,m", "odds void"),
        ("title_cont", "' OR 1=1 --", ""),
        ("title_present", "true", "dune emma odds"),
        ("title_present", "false", "void zero"),
        ("title_blank", "true", "void zero"),
        ("title_blank", "false", "dune emma odds"),
        ("title_null", "true", "zero"),
        ("title_null", "false", "dune emma odds void"),
        ("title_not_null", "true", "dune emma odds void"),
        ("title_not_null", "false", "zero"),
        ("title_gt", "Dune", "emma"),
        ("pages_eq", "412", "dune"),
        ("pages_not_eq", "412", "emma odds void"),
        ("pages_in", "0,-1", "odds void"),
        ("pages_lt", "0", "void"),
        ("pages_lteq", "0", "odds void"),
        ("pages_gt", "412", "emma"),
        ("pages_gteq", "412", "dune emma"),
        ("pages_lt_any", "0,413", "dune odds void"),
        ("pages_lt_all", "0,413", "void"),
        ("pages_lteq_any", "0,412", "dune odds void"),
        ("pages_lteq_all", "0,412", "odds void"),
        ("pages_gt_any", "0,412", "dune emma"),
        ("pages_gt_all", "0,412", "emma"),
        ("pages_gteq_any", "0,412", "dune emma odds"),
        ("pages_gteq_all", "0,412", "dune emma"),
        ("pages_blank", "true", "zero"),
        ("pages_present", "true", "dune emma odds void"),
        ("lendable_true", "true", "dune odds"),
        ("lendable_true", "false", "emma"),
        ("lendable_false", "true", "emma"),
        ("lendable_false", "false", "dune odds"),
        ("lendable_eq", "true", "dune odds"),
        ("lendable_not_eq_or_null", "true", "emma void zero"),
        ("lendable_null", "1", "void zero"),
        ("printed_at_gt", "2020-01-01T12:00:00.000Z", "emma odds"),
        ("printed_at_lteq", "2020-01-01T13:00:00+01:00", "dune"),
        ("printed_at_lt", "2020-01-02", "dune"),
        ("printed_at_in", "2020-01-01T12:00:00Z,2020-01-02T12:00:00Z", "dune emma"),
        ("facts_jcont", '{"a":1}', "dune"),
        ("facts_jcont", '{"a":[2]}', "odds"),
        ("facts_jcont", "{}", "dune emma odds"),
        ("facts_present", "true", "dune odds"),
        ("facts_blank", "true", "emma void zero"),
        ("facts_null", "true", "void zero"),
        ("title_or_status_eq", "Dune", "dune"),
        ("title_and_status_null", "true", "zero"),
        ("title_or_status_null", "true", ALL),
    ],
)
def test_a_filter_matches(store: Store, name: str, value: str, ids: str) -> None:
    assert store.matching(Book, {"books": BOOKS}, asked(Book, name, value)) == ids.split()


def test_the_table_above_leaves_out_no_matcher() -> None:
    (marks,) = [m for m in test_a_filter_matches.pytestmark if m.name == "parametrize"]  # type: ignore[attr-defined] # set by the decorator
    tested = {asked(Book, name, value).matcher for name, value, _ in marks.args[1]}
    assert tested == set(MATCHERS)


def test_several_filters_must_all_match(store: Store) -> None:
    filters = [asked(Book, "lendable_true", "true"), asked(Book, "pages_gt", "0")]
    assert store.matching(Book, {"books": BOOKS}, *filters) == ["dune"]
    assert store.matching(Book, {"books": BOOKS}) == ALL.split()


LIBRARY_ROWS: Rows = {
    "authors": [{"id": "ada", "name": "Ada"}, {"id": "bob", "name": None}, {"id": "eve", "name": "Eve"}],
    "shelves": [{"id": "high", "code": "H1", "floor": 2, "warden_id": "ada"}, {"id": "low", "code": "L1"}],
    "books": [
        {"id": "by_ada", "author_id": "ada", "shelf_id": "high", "title": "A", "author_name": "Eve"},
        {"id": "by_bob", "author_id": "bob", "shelf_id": "low", "title": "B"},
        {"id": "nobodys", "title": "C"},
        {"id": "lent", "author_id": "ada", "loan_id": "l1", "loan_type": "post_loans", "title": "D"},
        {"id": "pictured", "cover_id": "high", "cover_type": "shelves"},
        {"id": "portrait", "cover_id": "ada", "cover_type": "authors"},
        {"id": "drawn", "cover_id": "ada", "cover_type": "pictures"},
    ],
    "loans": [
        {
            "id": "l1",
            "type": "post_loans",
            "book_id": "lent",
            "due_at": MOMENTS[1],
            "details": {"stamp_cents": 90, "address": "Rome", "insured": True, "route": {"via": ["Pisa"]}},
        },
        {"id": "l2", "type": "post_loans", "book_id": "by_ada", "due_at": MOMENTS[0], "details": {"address": None}},
        {"id": "l3", "type": "desk_loans", "book_id": "lent", "due_at": MOMENTS[2], "details": {"desk": 10}},
        {"id": "l4", "type": "desk_loans", "details": {"desk": 9, "route": None}},
    ],
}


@pytest.mark.parametrize(
    ("resource", "name", "value", "ids"),
    [
        (Book, "author_name_eq", "Eve", "by_ada"),  # what the book says, not who wrote it
        (Book, "author_id_eq", "ada", "by_ada lent"),
        (Book, "author_id_in", "bob,eve", "by_bob"),
        (Book, "author_id_null", "true", "drawn nobodys pictured portrait"),
        (Book, "shelf_code_eq", "H1", "by_ada"),
        (Book, "shelf_code_not_eq", "H1", "by_bob"),
        (Book, "shelf_code_not_eq_or_null", "H1", "by_bob drawn lent nobodys pictured portrait"),
        (Book, "shelf_warden_name_eq", "Ada", "by_ada"),
        (Book, "shelf_warden_name_null", "true", "by_bob drawn lent nobodys pictured portrait"),
        (Book, "shelf_warden_name_null", "false", "by_ada"),
        (Book, "shelf_warden_name_present", "false", "by_bob drawn lent nobodys pictured portrait"),
        (Book, "title_or_shelf_code_start", "b", "by_bob"),
        (Book, "title_or_shelf_code_in", "H1,B", "by_ada by_bob"),
        (Book, "title_and_shelf_code_not_eq", "B", "by_ada"),
        (Book, "loan_due_at_gt", "2020-01-01", "lent"),
        (Book, "loan_id_eq", "l1", "lent"),
        (Book, "loan_type_eq", "post_loans", "lent"),
        (Book, "loan_due_at_null", "true", "by_ada by_bob drawn nobodys pictured portrait"),
        (Book, "loans_due_at_lt", "2020-01-02", "by_ada"),
        (Book, "loans_type_eq", "desk_loans", "lent"),
        (Book, "loans_type_not_eq", "desk_loans", "by_ada lent"),
        (Book, "loans_id_null", "true", "by_bob drawn nobodys pictured portrait"),
        (Book, "cover_code_eq", "H1", "pictured"),
        (Book, "cover_name_eq", "Ada", "portrait"),
        (Book, "cover_id_eq", "ada", "drawn portrait"),
        (Book, "cover_code_or_cover_name_start", "a", "portrait"),
        (Author, "books_title_in", "A,B", "ada bob"),
        (Author, "books_loans_due_at_gteq", "2020-01-03", "ada"),
        (Author, "books_id_null", "true", "eve"),
        (Shelf, "floor_or_books_pages_eq", "2", "high"),
        (Shelf, "used_true", "true", "high low"),
        (Shelf, "used_false", "true", ""),
        (Shelf, "busy", "true", "high low"),
        (Shelf, "busy", "false", ""),
        (Book, "shelf_used_true", "true", "by_ada by_bob"),
        (Loan, "due_at_gt", "2020-01-02T12:00:00Z", "l3"),
        (Loan, "book_title_eq", "D", "l1 l3"),
        (PostLoan, "address_eq", "Rome", "l1"),
        (PostLoan, "address_null", "true", "l2"),
        (PostLoan, "stamp_cents_gt", "100", ""),
        (PostLoan, "stamp_cents_gteq", "90", "l1"),
        (PostLoan, "stamp_cents_lt", "500", "l1"),
        (PostLoan, "insured_true", "true", "l1"),
        (PostLoan, "insured_null", "true", "l2"),
        (PostLoan, "route_jcont", '{"via":["Pisa"]}', "l1"),
        (PostLoan, "route_blank", "true", "l2"),
        (PostLoan, "book_author_id_eq", "ada", "l1 l2"),
        (PostLoan, "due_at_lt", "2020-01-02", "l2"),
        (DeskLoan, "desk_lt", "10", "l4"),
        (DeskLoan, "desk_in", "9,10", "l3 l4"),
        (DeskLoan, "book_id_null", "true", "l4"),
    ],
)
def test_a_filter_reaches_over_relationships_and_into_the_kinds_of_a_family(
    store: Store, resource: type[Resource], name: str, value: str, ids: str
) -> None:
    assert store.matching(resource, LIBRARY_ROWS, asked(resource, name, value)) == ids.split()


def test_a_filter_never_reaches_another_organization(store: Store) -> None:
    rows: Rows = {
        "authors": [{"id": "ada", "organization_id": "theirs", "name": "Ada"}],
        "shelves": [{"id": "high", "organization_id": "theirs", "code": "H1"}],
        "loans": [{"id": "l1", "organization_id": "theirs", "type": "desk_loans", "book_id": "mine", "details": {}}],
        "books": [{"id": "mine", "shelf_id": "high", "cover_id": "ada", "cover_type": "authors"}],
    }
    for name, value in (("shelf_code_eq", "H1"), ("cover_name_eq", "Ada"), ("loans_type_eq", "desk_loans")):
        assert store.matching(Book, rows, asked(Book, name, value)) == []


def test_a_path_that_may_not_be_filtered_by_never_becomes_sql() -> None:
    for path in (("notes", "id"), ("author", "pen_key"), ("publisher", "name"), ("similar", "title"), ("nope",)):
        with pytest.raises(LookupError, match="cannot be filtered"):
            where((Condition((path,), "or", "eq", "x"),), Book, LIBRARY, "t", lambda value, kind: "$1")


def test_a_value_is_bound_once_for_all_the_members_that_share_it() -> None:
    bound: list[tuple[object, str]] = []

    def bind(value: object, kind: str) -> str:
        bound.append((value, kind))
        return f"${len(bound)}::{kind}"

    text = where((asked(Book, "title_or_shelf_code_cont", "50%"),), Book, LIBRARY, "t", bind)
    assert bound == [("%50\\%%", "text")]
    assert text.count("$1::text") == 2
    assert "50" not in text


# --- a law: PostgreSQL agrees with Python about every matcher ---------------------------------------------------

TEXTS = st.text("aAbB%_\\' ", max_size=4)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "title": TEXTS,
    "pages": st.integers(-2, 2),
    "weight": st.sampled_from([-1.5, 0.0, 0.25, 1e100]),
    "lendable": st.booleans(),
    "printed_at": st.sampled_from(MOMENTS),
    "facts": st.dictionaries(
        st.sampled_from("ab"),
        st.recursive(
            st.none() | st.booleans() | st.integers(0, 2),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
            max_leaves=4,
        ),
        max_size=2,
    ),
}


def like(text: str, pattern: str) -> bool:
    """SQL's ILIKE."""
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    regex = "".join({"%": ".*", "_": "."}.get(p) or re.escape(p[-1] if p[0] == "\\" else p) for p in parts)
    return re.fullmatch(regex, text, re.DOTALL | re.IGNORECASE) is not None


def contains(whole: Any, part: Any) -> bool:
    """PostgreSQL's `whole @> part`, below the top level."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(k in whole and contains(whole[k], v) for k, v in part.items())
    if isinstance(whole, list) and isinstance(part, list):
        return all(any(contains(w, p) for w in whole) for p in part)
    return type(whole) is type(part) and bool(whole == part)


PLAIN: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "not_eq": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "matches": like,
    "does_not_match": lambda text, pattern: not like(text, pattern),
    "start": lambda text, part: text.lower().startswith(part.lower()),
    "not_start": lambda text, part: not text.lower().startswith(part.lower()),
    "end": lambda text, part: text.lower().endswith(part.lower()),
    "not_end": lambda text, part: not text.lower().endswith(part.lower()),
    "cont": lambda text, part: part.lower() in text.lower(),
    "not_cont": lambda text, part: part.lower() not in text.lower(),
    "jcont": lambda whole, part: contains(whole, json.loads(part)),
    "in": lambda value, values: value in values,
    "not_in": lambda value, values: value not in values,
    "true": lambda value, asked_for: value is asked_for,
    "false": lambda value, asked_for: value is not asked_for,
}


def matches(matcher: str, value: Any, kept: Any) -> bool:
    """What the docstring of the module promises, in Python."""
    if matcher in ("null", "not_null"):
        return (kept is None) is (value is (matcher == "null"))
    if matcher in ("blank", "present"):
        return (kept is None or kept in ("", {}, [])) is (value is (matcher == "blank"))
    if matcher.endswith("_or_null"):
        return kept is None or matches(matcher.removesuffix("_or_null"), value, kept)
    if kept is None:
        return False
    if matcher in PLAIN:
        return PLAIN[matcher](kept, value)
    word, _, each = matcher.rpartition("_")
    return {"any": any, "all": all}[each](PLAIN[word](kept, v) for v in value)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Condition, list[Any]]:
    """A matcher with a value for an attribute, and what some rows have there."""
    name = draw(st.sampled_from(sorted(VALUES)))
    column = columns(LIBRARY, Book)[name]
    matcher = draw(st.sampled_from(sorted(m.name for m in MATCHERS.values() if column in m.fits)))
    value = draw(
        {
            "flag": st.booleans(),
            "json": VALUES["facts"].map(json.dumps),
            "value": VALUES[name],
            "values": st.lists(VALUES[name], min_size=1, max_size=3).map(tuple),
        }[MATCHERS[matcher].takes]
    )
    if "match" in matcher:
        patterns = value if isinstance(value, tuple) else (value,)
        fixed = tuple(p + "\\" if (len(p) - len(p.rstrip("\\"))) % 2 else p for p in patterns)
        value = fixed if isinstance(value, tuple) else fixed[0]
    return Condition(((name,),), "or", matcher, value), draw(st.lists(st.none() | VALUES[name], max_size=6))


@given(cases())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_postgresql_agrees_with_python_about_every_matcher(store: Store, case: tuple[Condition, list[Any]]) -> None:
    condition, kept = case
    name = condition.members[0][0]
    rows = [{"id": f"row{i}", name: value} for i, value in enumerate(kept)]
    wanted = [row["id"] for row in rows if matches(condition.matcher, condition.value, row[name])]
    assert store.matching(Book, {"books": rows}, condition) == wanted


@given(
    condition=cases().map(lambda case: case[0]).filter(lambda c: c.members == (("title",),)),
    titles=st.lists(st.none() | TEXTS, min_size=1, max_size=3),
    writers=st.lists(st.none() | st.integers(0, 2), max_size=5),
)
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
def test_beyond_a_relationship_a_filter_matches_as_on_an_outer_join(
    store: Store, condition: Condition, titles: list[str | None], writers: list[int | None]
) -> None:
    authors = [{"id": f"a{i}", "name": title} for i, title in enumerate(titles)]
    books = [
        {
            "id": f"b{i}",
            "author_id": f"a{w}" if w is not None and w < len(titles) else None,
            "title": titles[i % len(titles)],
        }
        for i, w in enumerate(writers)
    ]
    rows = {"authors": authors, "books": books}

    def holds(kept: object) -> bool:
        return matches(condition.matcher, condition.value, kept)

    by_author = Condition((("author", "name"),), "or", condition.matcher, condition.value)
    names = {a["id"]: a["name"] for a in authors}
    assert store.matching(Book, rows, by_author) == [b["id"] for b in books if holds(names.get(b["author_id"]))]

    by_books = Condition((("books", "title"),), "or", condition.matcher, condition.value)
    written = {a["id"]: [b["title"] for b in books if b["author_id"] == a["id"]] for a in authors}
    wanted = [a for a, of_a in written.items() if any(map(holds, of_a or [None]))]
    assert store.matching(Author, rows, by_books) == wanted
