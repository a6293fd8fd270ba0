"""A library of books: small declarations that have every kind of member, for tests of the engine."""

from __future__ import annotations

from typing import Any

from billfold.jsonapi.members import (
    Amount,
    Choice,
    Flag,
    Float,
    Integer,
    Items,
    Many,
    Object,
    One,
    Secret,
    Text,
    Timestamp,
    Trigger,
)
from billfold.jsonapi.record import Record
from billfold.jsonapi.resource import Registry, Resource


def chosen_by_a_rule(child: str, parent: str) -> Any:
    raise AssertionError("A test of names asks for no rows.")


def full_name(record: Record) -> str:
    return f"{record['first_name']} {record['last_name']}"


def has_books(shelf: str) -> str:
    return f"EXISTS (SELECT 1 FROM books {shelf}b WHERE {shelf}b.shelf_id = {shelf}.id)"


async def lend(work: Any, record: Any, value: object = True) -> None:
    """What a trigger names; no test here calls it."""


class Author(Resource, called="authors", can="list retrieve create update delete", customer="list retrieve"):
    """Somebody who writes books."""

    name = Text(doc="The name on the cover.", write="both", required=True, filter=True, sort=True, example="Ada")
    born_at = Timestamp(doc="When the author was born.", write="both", filter=True, sort=True)
    full_name = Text(doc="First and last name together.", derived=full_name)
    pen_key = Secret(doc="What the author signs with.", write="create", filter=True, sort=True)
    royalty_rate = Float(
        doc="Share of the price, from 0 to 1.", write="both", confidential=True, filter=True, sort=True
    )
    books = Many(doc="What the author wrote.", to="books", by="author", filter=True)


class Shelf(Resource, called="shelves", can="list retrieve", owner="warden", named_filters={"busy": "used_true"}):
    """A place where books stand."""

    code = Text(doc="What is written on the shelf.", write="both", filter=True, sort=True, unique=True)
    floor = Integer(doc="Storeys above the ground.", write="both", filter=True, sort=True)
    used = Flag(doc="Whether a book stands on it.", chosen=has_books, filter=True, sort=True)
    warden = One(doc="The author who looks after it.", to="authors", filter=True, sort=True)
    books = Many(doc="What stands on it.", to="books", by="shelf", filter=True)


class Book(Resource, called="books", can="list retrieve create update delete", guest="retrieve"):
    """Something to read."""

    title = Text(doc="The title on the cover.", write="both", required=True, filter=True, sort=True)
    author_name = Text(doc="The author's name as it was printed.", write="both", filter=True)
    status = Choice(doc="Where in its life it is.", of=("draft", "printed", "lost"), default="draft", filter=True)
    pages = Integer(doc="How many pages it has.", write="both", filter=True, sort=True, default=0)
    weight = Float(doc="Kilograms.", write="both", filter=True, sort=True)
    lendable = Flag(doc="Whether it may leave the house.", write="both", filter=True, sort=True)
    printed_at = Timestamp(doc="When it was printed.", write="both", filter=True, sort=True)
    price = Amount(doc="What it costs.", write="both", filter=True, sort=True)
    facts = Object(doc="Whatever else is known.", write="both", filter=True)
    tags = Items(doc="Words to find it by.", write="both", filter=True)
    notes = Text(doc="Nobody filters by these.", write="both")
    black_or_white = Text(doc="The colour of the cover.", write="both", filter=True)
    shelf_mark = Text(doc="Hidden from readers.", shown=False)
    isbn_once = Text(doc="Read when the book is created.", write="create", transient=True, shown=False)
    author = One(doc="Who wrote it.", to="authors", write="both", required=True, filter=True, sort=True)
    shelf = One(doc="Where it stands.", to="shelves", write="both", filter=True, sort=True)
    publisher = One(doc="Who printed it.", to="publishers", filter=True, sort=True)
    loan = One(doc="How it is out of the house.", to=("post_loans", "desk_loans"), filter=True)
    cover = One(doc="A picture or a person.", to=("authors", "shelves", "pictures"), filter=True)
    loans = Many(doc="Every time it was lent.", to="loans", by="book", filter=True)
    similar = Many(doc="What readers of it also liked.", to="books", chosen=chosen_by_a_rule)
    events = Many(doc="What happened to it.", to="events", chosen=chosen_by_a_rule, includable=False)
    watcher = One(doc="Who keeps an eye on it.", to="authors", shown=False)
    _lend = Trigger(doc="Lends the book to whoever asks.", run=lend)
    _weigh = Trigger(doc="Sets the weight in grams.", takes=Integer(doc="Grams."), restricted=True)


class Loan(Resource, called="loans", can="list retrieve", owner="book"):
    """A book out of the house."""

    type = Choice(doc="How it left.", of=("post_loans", "desk_loans"), filter=True)
    due_at = Timestamp(doc="When it must be back.", write="both", filter=True, sort=True)
    book = One(doc="What was lent.", to="books", write="create", filter=True, sort=True)


class PostLoan(Loan, called="post_loans", can="list retrieve create update delete"):
    """A book that was sent."""

    stamp = Amount(doc="What sending it cost.", write="both", filter=True, sort=True)
    address = Text(doc="Where it was sent.", write="both", filter=True, sort=True)
    insured = Flag(doc="Whether a loss is paid for.", write="both", filter=True)
    route = Object(doc="The places it passed.", write="both", filter=True)
    parcels = Many(doc="The parcels it took.", to="parcels", chosen=chosen_by_a_rule)


class DeskLoan(Loan, called="desk_loans", can="list retrieve create update delete"):
    """A book that was handed over."""

    desk = Integer(doc="The number of the desk.", write="both", filter=True, sort=True)


class House(Resource, called="houses", can="retrieve", singleton="house", guest="retrieve"):
    """The library itself."""

    name = Text(doc="What it is called.", filter=True)


def library() -> Registry:
    return Registry(
        [Author, Shelf, Book, Loan, PostLoan, DeskLoan, House],
        coming=["publishers", "pictures", "events", "parcels"],
    )
