"""Records as plain values, for rules that only ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from billfold.domain.facts import Facts


class Fact:
    """Values by name, and other facts beside them."""

    def __init__(self, **values: Any) -> None:
        self.values = values

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def one(self, name: str) -> Facts | None:
        found: Facts | None = self.values[name]
        return found

    def many(self, name: str) -> Sequence[Facts]:
        found: Sequence[Facts] = self.values[name]
        return found
