"""Keys that make a repeated request harmless: the first answer is stored and given again."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored HTTP answer, given again byte for byte."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class KeyInUse(Exception):
    """Another request with this key has not been answered yet."""


class KeyOfAnotherRequest(Exception):
    """The key was used before, for a request that was not this one."""


class Idempotency:
    """The keys of one PSP; each belongs to a `scope` (the account, say) and to one request.

    `begin` says what to give again, or reserves the key; then exactly one of `finish` and `abandon` must
    follow.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[Hashable, Answer | None]] = {}

    def __getstate__(self) -> dict[str, object]:
        """What is kept between two runs: a request that was under way will never be answered."""
        return {"_kept": {key: kept for key, kept in self._kept.items() if kept[1] is not None}}

    def begin(self, scope: str, key: str, fingerprint: Hashable) -> Answer | None:
        """The stored answer, or None with the key reserved; raises KeyInUse, KeyOfAnotherRequest.
        `fingerprint` tells this request from others: method, path and body.
        """
        kept = self._kept.get((scope, key))
        if kept is None:
            self._kept[scope, key] = (fingerprint, None)
            return None
        asked, answer = kept
        if asked != fingerprint:
            raise KeyOfAnotherRequest(key)
        if answer is None:
            raise KeyInUse(key)
        return answer

    def finish(self, scope: str, key: str, answer: Answer) -> None:
        fingerprint, _ = self._kept[scope, key]
        self._kept[scope, key] = (fingerprint, answer)

    def abandon(self, scope: str, key: str) -> None:
        """Forget a key whose request was never carried out, so that it may be sent again."""
        self._kept.pop((scope, key), None)
