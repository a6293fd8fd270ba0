"""What a request's body may look like, declared as data: a small vocabulary, and the reader that checks it.

Unknown members are dropped without a word, as Klarna does: its schemas forbid none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """A string of `least` to `most` characters; `pattern` must match all of it."""

    most: int | None = None
    least: int = 0
    pattern: str | None = None

    def problems(self, value: object, at: str) -> Iterator[str]:
        if (
            not isinstance(value, str)
            or len(value) < self.least
            or (self.most is not None and len(value) > self.most)
            or (self.pattern is not None and not re.fullmatch(self.pattern, value))
        ):
            yield at

    def read(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Whole:
    """An integer; Klarna's amounts are integers of minor units."""

    least: int | None = None
    most: int | None = None

    def problems(self, value: object, at: str) -> Iterator[str]:
        if (
            isinstance(value, bool)
            or not isinstance(value, int)
            or (self.least is not None and value < self.least)
            or (self.most is not None and value > self.most)
        ):
            yield at

    def read(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    def problems(self, value: object, at: str) -> Iterator[str]:
        if not isinstance(value, bool):
            yield at

    def read(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class OneOf:
    words: tuple[str, ...]

    def problems(self, value: object, at: str) -> Iterator[str]:
        if value not in self.words:
            yield at

    def read(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Many:
    """A list of `least` to `most` things of one shape."""

    of: Shape
    least: int = 0
    most: int | None = None

    def problems(self, value: object, at: str) -> Iterator[str]:
        if not isinstance(value, list) or len(value) < self.least or (self.most is not None and len(value) > self.most):
            yield at
            return
        for index, item in enumerate(value):
            yield from self.of.problems(item, f"{at}[{index}]")

    def read(self, value: Any) -> Any:
        return [self.of.read(item) for item in value]


@dataclass(frozen=True, slots=True)
class Body:
    """An object with these members; those in `required` must be there."""

    members: Mapping[str, Shape]
    required: frozenset[str] = field(default=frozenset())

    def problems(self, value: object, at: str = "") -> Iterator[str]:
        if not isinstance(value, dict):
            yield at or "body"
            return
        prefix = f"{at}." if at else ""
        for name, shape in self.members.items():
            if name in value:
                yield from shape.problems(value[name], f"{prefix}{name}")
            elif name in self.required:
                yield f"{prefix}{name}"

    def read(self, value: Any) -> Any:
        return {name: shape.read(value[name]) for name, shape in self.members.items() if name in value}


Shape = Text | Whole | Flag | OneOf | Many | Body
