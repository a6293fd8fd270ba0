"""Scopes of tokens: "market:code:europe stock_location:code:berlin" → what a token is good for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from billfold.db import identity
from billfold.db.database import Database

LIMIT = 1024
"""Characters."""

ALL = "market:all"


class BadScope(Exception):
    """The message names the culprit."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token is good for.

    text                as it was asked for
    market_ids          in the order of the text, empty when all markets are meant
    stock_location_ids  likewise, of those markets; empty when all of theirs are
    groups              the customer groups of those that are private: a storefront's token is for their members alone
    """

    text: str
    market_ids: tuple[str, ...] = ()
    stock_location_ids: tuple[str, ...] = ()
    external_prices: bool = False
    groups: frozenset[str] = frozenset()


class Named(Protocol):
    """What a word of a scope can name."""

    @property
    def id(self) -> str: ...
    @property
    def code(self) -> str | None: ...
    @property
    def number(self) -> int | None: ...


N = TypeVar("N", bound=Named)


async def resolve(db: Database, organization_id: str, text: str) -> Scope:
    """Find what the words of `text` name. Raises BadScope for any word that names nothing."""
    if len(text) > LIMIT:
        raise BadScope(f"A scope has {LIMIT} characters at most.")
    words = text.split()
    if not words:
        raise BadScope("The scope names no market.")
    for word in words:
        if word.startswith("store:"):
            raise BadScope(f"{_shown(word)}: this server has no stores.")
        if not word.startswith(("market:", "stock_location:")):
            raise BadScope(f"{_shown(word)} is no scope: write market:id:<id>, market:code:<code> or {ALL}.")
    names = _names("market", words)
    known = _by_word("market", await identity.markets(db, organization_id, **names) if any(names.values()) else ())
    for word in words:
        if word.startswith("market:") and word != ALL and word not in known:
            raise BadScope(f"{_shown(word)} names no market of this organization that is in use.")
    markets = () if ALL in words else tuple(known[word] for word in words if word in known)
    market_ids = tuple(dict.fromkeys(m.id for m in markets))
    return Scope(
        text,
        market_ids,
        await _stock_locations(db, organization_id, words, market_ids),
        any(m.external_prices for m in markets),
        frozenset(m.customer_group_id for m in markets if m.customer_group_id is not None),
    )


async def _stock_locations(
    db: Database, organization_id: str, words: list[str], market_ids: tuple[str, ...]
) -> tuple[str, ...]:
    """The ids of those that the scope names, each of which must be one of its markets'."""
    wanted = [word for word in words if word.startswith("stock_location:")]
    if not wanted:
        return ()
    if not market_ids:
        raise BadScope(f"{_shown(wanted[0])} needs its market in the scope, by name.")
    names = _names("stock_location", wanted)
    found = await identity.stock_locations(db, organization_id, market_ids, **names) if any(names.values()) else ()
    known = _by_word("stock_location", found)
    for word in wanted:
        if word not in known:
            raise BadScope(f"{_shown(word)} names no stock location of the markets in the scope.")
    return tuple(dict.fromkeys(known[word].id for word in wanted))


def _names(kind: str, words: list[str]) -> identity.Names:
    """What words of this kind look for."""
    return {
        "ids": [m[1] for w in words if (m := re.fullmatch(rf"{kind}:id:([A-Za-z]+)", w))],
        "codes": [m[1] for w in words if (m := re.fullmatch(rf"{kind}:code:(\S+)", w))],
        "numbers": [int(m[1]) for w in words if (m := re.fullmatch(rf"{kind}:(\d{{1,18}})", w, re.ASCII))],
    }


def _by_word(kind: str, found: Iterable[N]) -> Mapping[str, N]:
    """Each by all the words that name it."""
    words: dict[str, N] = {}
    for one in found:
        words |= {f"{kind}:id:{one.id}": one, f"{kind}:{one.number}": one}
        if one.code is not None:
            words[f"{kind}:code:{one.code}"] = one
    return words


def _shown(word: str) -> str:
    return f"“{word[:80]}”"
