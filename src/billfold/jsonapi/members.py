"""The members a resource can be declared with: attributes, relationships, triggers."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

Write = Literal["never", "create", "update", "both"]

DEEPEST_VALUE = 32  # objects and arrays within each other
FIRST_MOMENT, LAST_MOMENT = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_BLANK = re.compile(r"[\s\x00-\x20\x7f]")
_WHOLE = re.compile(r"-?\d{1,16}", re.ASCII)  # official command-line clients send every value as a string


@dataclass(kw_only=True)
class Member:
    """Anything a resource file can name. A member that says nothing else cannot be written, filtered or sorted by.

    doc         a sentence for the reader of the reference pages
    write       when a client may send it
    restricted  a sales channel may not send it (the contract says "prohibited")
    shown       False for what is written and never read back, and for what is only the server's own
    """

    doc: str
    write: Write = "never"
    required: bool = False
    filter: bool = False
    sort: bool = False
    restricted: bool = False
    shown: bool = True
    name: str = field(init=False, default="")

    def __set_name__(self, owner: type, name: str) -> None:
        """`return_` declares “return”: a word of Python's own is written with an underscore after it."""
        self.name = name.removesuffix("_")

    def writable_on(self, action: str) -> bool:
        return self.write in (action, "both")


@dataclass(kw_only=True)
class Attribute(Member):
    """A value of the resource.

    default       what a new record has when the client sends nothing; a mutable value is copied
    confidential  shown to integrations only
    derived       worked out from the record at reading time instead of being stored; a pure function of the
                  domain, from the Record to the value
    needs         relationships, as include paths, that `derived` looks at
    chosen        worked out by the database at reading time, so that it can be filtered and sorted by: a function of
                  `billfold.db`, from the row's alias to an SQL expression of the attribute's type
    alone         worked out by the database like `chosen`, but only for the record that a client asks for by its id,
                  because it is too much for lists and includes, where it is None: a function of `billfold.db`, from
                  the row's alias and what gives the placeholder of a value known of the caller
    told          what the reader's own access token says, and nothing of the record's: the name of it
    transient     read from documents for the use-case and never stored; what is shown of it, if anything, is derived
    unique        no two records of an organization may share a value (null excepted)
    at_least      a number never falls below this, whoever else changes it at the same moment
    at_most       the name of another number of the record, which this one never exceeds; null there is no limit
    """

    default: Any = None
    confidential: bool = False
    transient: bool = False
    unique: bool = False
    at_least: int | None = None
    at_most: str = ""
    derived: Callable[[Any], Any] | None = None
    needs: str = ""
    chosen: Callable[[str], str] | None = None
    alone: Callable[[str, Callable[[str], str]], str] | None = None
    told: str = ""
    example: Any = None

    column: ClassVar[str] = "text"  # PostgreSQL type
    schema: ClassVar[Mapping[str, Any]] = {}  # JSON Schema

    @property
    def kept(self) -> bool:
        return not (self.derived or self.chosen or self.alone or self.told or self.transient)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that keep it; none when it is worked out or transient."""
        return (self.name,) if self.kept else ()

    @property
    def read_as(self) -> str:
        """The name of its value in a record that was read; "" when it has none there."""
        return self.sent_as if self.chosen or self.columns else ""

    @property
    def wire_names(self) -> tuple[str, ...]:
        """The names under which documents show it."""
        return (self.name,) if self.shown else ()

    @property
    def sent_as(self) -> str:
        """The name under which clients send it."""
        return self.name

    def read(self, given: Any) -> Any:
        """Turn the JSON value a client sent into ours, or raise ValueError saying what is wrong with it."""
        return given


class Text(Attribute):
    schema: ClassVar[Mapping[str, Any]] = {"type": "string"}

    def read(self, given: Any) -> str:
        if not isinstance(given, str):
            raise ValueError("must be a string")
        if "\x00" in given:
            raise ValueError("must not contain the NUL character")
        return given


class Url(Text):
    """Where the server itself is to call. An empty text is nowhere."""

    schema: ClassVar[Mapping[str, Any]] = {"type": "string", "format": "uri"}

    def read(self, given: Any) -> str:
        url = super().read(given)
        if url and not _is_url(url):
            raise ValueError("must be an absolute URL as in https://example.com/path")
        return url


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port  # only now is it looked at whether that is a number
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not _BLANK.search(text)


@dataclass(kw_only=True)
class Choice(Text):
    of: tuple[str, ...] = ()

    def read(self, given: Any) -> str:
        if given not in self.of:
            raise ValueError(f"must be one of {', '.join(self.of)}")
        return str(given)


class Integer(Attribute):
    column = "bigint"
    schema: ClassVar[Mapping[str, Any]] = {"type": "integer"}

    def read(self, given: Any) -> int:
        if isinstance(given, str) and _WHOLE.fullmatch(given):
            given = int(given)
        if type(given) is not int or abs(given) > 2**53:
            raise ValueError("must be a whole number")
        return given


class Float(Attribute):
    column = "double precision"
    schema: ClassVar[Mapping[str, Any]] = {"type": "number"}

    def read(self, given: Any) -> float:
        # JSON knows neither infinities nor NaN; the smallest and largest numbers kept are far from both.
        if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) < 1e300:
            raise ValueError("must be a number")
        return float(given)


class Flag(Attribute):
    column = "boolean"
    schema: ClassVar[Mapping[str, Any]] = {"type": "boolean"}

    def read(self, given: Any) -> bool:
        if given in ("true", "false"):
            return bool(given == "true")
        if not isinstance(given, bool):
            raise ValueError("must be true or false")
        return given


class Timestamp(Attribute):
    column = "timestamptz"
    schema: ClassVar[Mapping[str, Any]] = {"type": "string", "format": "date-time"}

    def read(self, given: Any) -> Any:
        if isinstance(given, str):
            try:
                moment = datetime.fromisoformat(given)
                moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
            except (ValueError, OverflowError):
                pass
            else:
                # The very first and last stand for infinities where they are stored, which nobody can read back.
                if FIRST_MOMENT < moment < LAST_MOMENT:
                    return moment
        raise ValueError("must be a date and time as in 2018-01-01T12:00:00.000Z")


class Object(Attribute):
    column = "jsonb"
    schema: ClassVar[Mapping[str, Any]] = {"type": "object"}

    def read(self, given: Any) -> dict[str, Any]:
        if not isinstance(given, dict):
            raise ValueError("must be an object")
        _check_kept(given)
        return given


class Items(Attribute):
    """A JSON array."""

    column = "jsonb"
    schema: ClassVar[Mapping[str, Any]] = {"type": "array", "items": {}}

    def read(self, given: Any) -> list[Any]:
        if not isinstance(given, list):
            raise ValueError("must be an array")
        _check_kept(given)
        return given


def _check_kept(given: Any, depth: int = 1) -> None:
    """Raise ValueError for JSON that PostgreSQL's jsonb or a reader's JSON library could not hold."""
    if depth > DEEPEST_VALUE:
        raise ValueError(f"must not be nested deeper than {DEEPEST_VALUE} levels")
    for value in (*given, *given.values()) if isinstance(given, dict) else given:
        if isinstance(value, str):
            if "\x00" in value:
                raise ValueError("must not contain the NUL character")
        elif isinstance(value, dict | list):
            _check_kept(value, depth + 1)
        elif type(value) is int and abs(value) >= 2**63:
            raise ValueError("must not contain numbers of more than 64 bits")


@dataclass(kw_only=True)
class Secret(Text):
    """A credential: encrypted before it is stored. Not shown unless the declaration says so."""

    shown: bool = False


class Amount(Attribute):
    """A family of three: `<name>_cents` (stored; minor units), `<name>_float` and `formatted_<name>`.

    The currency is the record's `currency_code`.
    """

    column = "bigint"
    schema: ClassVar[Mapping[str, Any]] = {"type": "integer"}

    @property
    def columns(self) -> tuple[str, ...]:
        return (f"{self.name}_cents",) if self.kept else ()

    @property
    def wire_names(self) -> tuple[str, ...]:
        return (f"{self.name}_cents", f"{self.name}_float", f"formatted_{self.name}") if self.shown else ()

    @property
    def sent_as(self) -> str:
        return f"{self.name}_cents"

    def read(self, given: Any) -> int:
        if isinstance(given, str) and _WHOLE.fullmatch(given):
            given = int(given)
        if type(given) is not int or abs(given) > 2**53:  # refuses 10.0, "10.50" and true
            raise ValueError("must be a whole number of minor units, as in 1050 for 10.50 EUR")
        return given


@dataclass(kw_only=True)
class Relationship(Member):
    """to  the type at the other end, or several when it may be one of them.

    A type that is not declared yet may be named: such a relationship has its links and is empty when included.
    """

    to: str | tuple[str, ...]
    includable: bool = True

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.to,) if isinstance(self.to, str) else self.to


@dataclass(kw_only=True)
class One(Relationship):
    """At most one other record, kept as `<name>_id` (with `<name>_type` beside it when `to` names several types).

    of      another `One` of the same resource: this is the record it names, when that is of the type in `to`
    by      kept at the other end, by its `One` of that name, of which no two may point here
    chosen  computed instead of kept: a function of `billfold.db` that says which record it is
    told    named by the reader's access token instead: what is known of a caller under this name
    loose   when the other record is deleted this one names none; otherwise the other cannot be deleted before
    """

    of: str = ""
    by: str = ""
    chosen: Callable[..., Any] | None = None
    told: str = ""
    loose: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        if self.chosen or self.told or self.of or self.by:
            return ()
        return (f"{self.name}_id",) if isinstance(self.to, str) else (f"{self.name}_id", f"{self.name}_type")


@dataclass(kw_only=True)
class Many(Relationship):
    """Any number of other records.

    by       the `One` at the other end that points back here
    through  a table of the server's own that joins records of any type (`record_type`, `record_id`) with those at the
             other end; `by` is then its column for their ids
    write    with `through`, what a client sends is all there is; without, records that are named come to point back
             here, and the others, which cannot stand alone, stay as they are
    chosen   computed instead: a function of `billfold.db` that says which records they are
    told     named by the reader's access token instead: what is known of a caller under this name
    """

    by: str = ""
    through: str = ""
    chosen: Callable[..., Any] | None = None
    told: str = ""


@dataclass(kw_only=True)
class Trigger(Member):
    """A verb, sent as an attribute: {"_capture": true}.

    run    the use-case it calls; None for a verb the contract names and this server refuses with a sentence
    takes  what its value must be; a Flag unless the verb needs an argument. A false Flag is no request at all. A number
           is how much money to move, so it must be sent as one, while attributes may have it in a text
    """

    write: Write = "update"
    run: Callable[..., Awaitable[None]] | None = None
    takes: Attribute = field(default_factory=lambda: Flag(doc="Send true to ask for it."))
