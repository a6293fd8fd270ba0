"""Addresses compared with one another, and what follows for an order from where they are."""

from __future__ import annotations

from billfold.domain.facts import Facts

# What makes two addresses the same place and the same addressee. Notes and coordinates make no other address.
SAYS_WHERE = (
    "business",
    "first_name",
    "last_name",
    "company",
    "line_1",
    "line_2",
    "city",
    "zip_code",
    "state_code",
    "country_code",
    "phone",
    "billing_info",
)


def same(one: Facts, other: Facts) -> bool:
    """Whether two addresses say the same; capitals and blanks around the words do not matter."""
    return all(_plain(one[name]) == _plain(other[name]) for name in SAYS_WHERE)


def stands_for(kept: Facts, address: Facts) -> bool:
    """Whether an address that is kept already is the one to keep: a copy of it, or another of the same content."""
    copied = kept["reference"] is not None and kept["reference"] == address["reference"]
    return kept["id"] == address["id"] or copied or same(kept, address)


def country(shipping: Facts | None, billing: Facts | None) -> str | None:
    """The country an order goes to or, as long as that is not known, the one it is billed to."""
    address = shipping or billing
    code: str | None = address["country_code"] if address is not None else None
    return code


def is_locked_out(shipping: Facts | None, lock: str | None) -> bool:
    """Whether a shipping address is in another country than the only one it may be in."""
    return bool(lock) and shipping is not None and _plain(shipping["country_code"]) != _plain(lock)


def _plain(value: object) -> str:
    return str(value or "").strip().casefold()
