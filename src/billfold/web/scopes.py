"""Scopes of tokens: "market:code:europe" → the markets a token is good for."""

from __future__ import annotations

import re
from dataclasses import dataclass

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

    text        as it was asked for
    market_ids  in the order of the text, empty when all markets are meant
    groups      the customer groups of those that are private: a storefront's token is for their members alone
    """

    text: str
    market_ids: tuple[str, ...] = ()
    external_prices: bool = False
    groups: frozenset[str] = frozenset()


async def resolve(db: Database, organization_id: str, text: str) -> Scope:
    """Find the markets that the words of `text` name. Raises BadScope for any word that names none."""
    if len(text) > LIMIT:
        raise BadScope(f"A scope has {LIMIT} characters at most.")
    words = text.split()
    if not words:
        raise BadScope("The scope names no market.")
    ids = [m[1] for w in words if (m := re.fullmatch(r"market:id:([A-Za-z]+)", w))]
    codes = [m[1] for w in words if (m := re.fullmatch(r"market:code:(\S+)", w))]
    numbers = [int(m[1]) for w in words if (m := re.fullmatch(r"market:(\d{1,18})", w, re.ASCII))]
    found: dict[str, identity.Market] = {}
    if ids or codes or numbers:
        for market in await identity.markets(db, organization_id, ids=ids, codes=codes, numbers=numbers):
            found |= {f"market:id:{market.id}": market, f"market:{market.number}": market}
            if market.code is not None:
                found[f"market:code:{market.code}"] = market
    for word in words:
        if word == ALL or word in found:
            continue
        shown = f"“{word[:80]}”"
        if word.startswith("market:"):
            raise BadScope(f"{shown} names no market of this organization that is in use.")
        if word.startswith(("stock_location:", "store:")):
            raise BadScope(f"{shown}: this server has no stock locations and no stores.")
        raise BadScope(f"{shown} is no scope: write market:id:<id>, market:code:<code> or {ALL}.")
    if ALL in words:
        return Scope(text)
    named = [found[word] for word in words]
    return Scope(
        text,
        tuple(dict.fromkeys(m.id for m in named)),
        any(m.external_prices for m in named),
        frozenset(m.customer_group_id for m in named if m.customer_group_id is not None),
    )
