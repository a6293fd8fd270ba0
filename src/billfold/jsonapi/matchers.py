"""The words a filter may end in: what value each takes, what kinds of attributes it fits, and what it means.

They are those of Ransack, as the contract lists them. SQL is made of them in `billfold.db.filters`.
https://activerecord-hackery.github.io/ransack/getting-started/search-matches/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from billfold.jsonapi.members import Attribute

Takes = Literal["value", "values", "flag", "json"]

_TEXT: Final = frozenset({"text"})
_ORDERED: Final = frozenset({"text", "bigint", "double precision", "timestamptz"})
_COMPARABLE: Final = _ORDERED | {"boolean"}
_ALL: Final = _COMPARABLE | {"jsonb"}

_YES: Final = frozenset({"true", "1", "t", "True", "TRUE"})
_NO: Final = frozenset({"false", "0", "f", "False", "FALSE"})


@dataclass(frozen=True, slots=True)
class Matcher:
    """takes  one value, comma-separated values, true or false, or a JSON text
    fits   PostgreSQL types of the columns it can be asked of
    doc    the rest of a sentence that starts with "the attribute"
    """

    name: str
    takes: Takes
    fits: frozenset[str]
    doc: str

    def read(self, attribute: Attribute, given: str) -> object:
        """The value of a filter as the attribute's type has it: a tuple of values, a bool, or a JSON text.

        Always hashable. Raises ValueError with the end of a sentence that says what is wrong.
        """
        if self.takes == "flag":
            return _flag(given)
        if self.takes == "json":
            return _json(given)
        convert: Callable[[str], object] = _READERS.get(attribute.column, attribute.read)
        if self.name in _PATTERNS:
            convert = _pattern
        if self.takes == "values":
            return tuple(convert(part) for part in given.split(","))
        return convert(given)


_PATTERNS: Final = frozenset(f"{name}{tail}" for name in ("matches", "does_not_match") for tail in ("", "_any", "_all"))


def _text(given: str) -> str:
    if "\x00" in given:
        raise ValueError("must not contain the NUL character")
    if not given.isascii() and any("\ud800" <= c <= "\udfff" for c in given):
        raise ValueError("must be valid Unicode")
    return given


def _pattern(given: str) -> str:
    if (len(given) - len(given.rstrip("\\"))) % 2:
        raise ValueError("must not end in a backslash that escapes nothing")
    return _text(given)


def _flag(given: str) -> bool:
    if given in _YES or given in _NO:
        return given in _YES
    raise ValueError("must be true or false")


def _float(given: str) -> float:
    try:
        number = float(given)
    except ValueError:
        raise ValueError("must be a number") from None
    if number != number or abs(number) == float("inf"):
        raise ValueError("must be a number")
    return number


def _json(given: str) -> str:
    """The same JSON as PostgreSQL is sure to take: it refuses NUL inside strings, which JSON allows."""
    try:
        value = msgspec.json.decode(given)
        known = isinstance(value, dict | list)
        text = msgspec.json.encode(value).decode()
    except (msgspec.DecodeError, RecursionError, OverflowError, UnicodeError):
        raise ValueError('must be JSON, as in {"color":"red"}') from None
    if not known:
        raise ValueError("must be a JSON object or array")
    if "\\u0000" in text.replace("\\\\", ""):
        raise ValueError("must not contain the NUL character")
    return text


_READERS: Final[Mapping[str, Callable[[str], object]]] = MappingProxyType(
    {"text": _text, "boolean": _flag, "double precision": _float}
)


def _table() -> dict[str, Matcher]:
    found = [
        Matcher("eq", "value", _COMPARABLE, "is the value"),
        Matcher("eq_or_null", "value", _COMPARABLE, "is the value, or null"),
        Matcher("not_eq", "value", _COMPARABLE, "is something else than the value, not null"),
        Matcher("not_eq_or_null", "value", _COMPARABLE, "is something else than the value, or null"),
        Matcher("not_eq_all", "values", _COMPARABLE, "is none of the values, and not null"),
        Matcher("in", "values", _COMPARABLE, "is one of the values"),
        Matcher("in_or_null", "values", _COMPARABLE, "is one of the values, or null"),
        Matcher("not_in", "values", _COMPARABLE, "is none of the values, and not null"),
        Matcher("not_in_or_null", "values", _COMPARABLE, "is none of the values, or null"),
        Matcher("present", "flag", _ALL, "is neither null nor empty (with false: is either)"),
        Matcher("blank", "flag", _ALL, "is null or empty (with false: is neither)"),
        Matcher("null", "flag", _ALL, "is null (with false: is not)"),
        Matcher("not_null", "flag", _ALL, "is not null (with false: is null)"),
        Matcher("true", "flag", frozenset({"boolean"}), "is true (with false: is false)"),
        Matcher("false", "flag", frozenset({"boolean"}), "is false (with false: is true)"),
        Matcher("jcont", "json", frozenset({"jsonb"}), "contains the JSON"),
    ]
    for name, meaning in (("lt", "below"), ("lteq", "at most"), ("gt", "above"), ("gteq", "at least")):
        found.append(Matcher(name, "value", _ORDERED, f"is {meaning} the value"))
        found.append(Matcher(f"{name}_any", "values", _ORDERED, f"is {meaning} at least one of the values"))
        found.append(Matcher(f"{name}_all", "values", _ORDERED, f"is {meaning} each of the values"))
    for name, meaning in (
        ("matches", "matches {}, where % stands for any text and _ for any character"),
        ("does_not_match", "does not match {}, where % stands for any text and _ for any character"),
        ("start", "starts with {}"),
        ("not_start", "does not start with {}"),
        ("end", "ends with {}"),
        ("not_end", "does not end with {}"),
        ("cont", "contains {}"),
        ("not_cont", "does not contain {}"),
    ):
        found.append(Matcher(name, "value", _TEXT, meaning.format("the value")))
        found.append(Matcher(f"{name}_any", "values", _TEXT, meaning.format("at least one of the values")))
        found.append(Matcher(f"{name}_all", "values", _TEXT, meaning.format("each of the values")))
    return {m.name: m for m in found}


MATCHERS: Final[Mapping[str, Matcher]] = MappingProxyType(_table())


def endings(name: str) -> list[tuple[str, Matcher]]:
    """Every way to read "<attributes>_<matcher>", the longest matcher first: `name_not_eq` is `not_eq`, then `eq`."""
    parts = name.split("_")
    found = []
    for cut in range(1, len(parts)):
        matcher = MATCHERS.get("_".join(parts[cut:]))
        if matcher:
            found.append(("_".join(parts[:cut]), matcher))
    return found
