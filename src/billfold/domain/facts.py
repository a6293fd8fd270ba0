"""What a rule may ask of a record without knowing what a record is or where it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Facts(Protocol):
    """A record's values by column name, and the records that were read along with it.

    `one` and `many` raise KeyError for a relationship that was not read.
    """

    def __getitem__(self, name: str) -> Any: ...
    def one(self, name: str) -> Facts | None: ...
    def many(self, name: str) -> Sequence[Facts]: ...
