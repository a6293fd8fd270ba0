"""What is said of a record without being kept: worked out from its other values each time it is read."""

from __future__ import annotations

from collections.abc import Callable

from billfold.domain.facts import Facts

EDITABLE = frozenset({"draft", "pending", "editing"})


def nothing(_: Facts) -> None:
    """For what the contract names and no rule of this server fills."""


def always(_: Facts) -> bool:
    """For what the contract lets one choose and this server never leaves out."""
    return True


def zero(_: Facts) -> float:
    """For how long this server could wait and does not."""
    return 0.0


def editable(order: Facts) -> bool:
    return order["status"] in EDITABLE


def checkout_url(order: Facts) -> str | None:
    """Where the order's market sends customers to pay; None when the market does not say.

    The market's `checkout_url` holds the place for the order's id as “:order_id”; without one the id is its last part.
    """
    pattern: str | None = order["checkout_pattern"]
    if not pattern:
        return None
    if ":order_id" in pattern:
        return pattern.replace(":order_id", order["id"])
    return f"{pattern.rstrip('/')}/{order['id']}"


def has_password(customer: Facts) -> bool:
    return bool(customer["password_digest"])


def is_private(market: Facts) -> bool:
    """A market that has a customer group is open to that group alone."""
    return market["customer_group_id"] is not None


def original_amount(price: Facts) -> int | None:
    """The amount as it was listed. No rule changes amounts for single customers, so it is the amount itself."""
    cents: int | None = price["amount_cents"]
    return cents


def unit_amount_by_quantity(item: Facts) -> int | None:
    """What so many pieces cost together, in minor units; None while the price of one is unknown."""
    unit: int | None = item["unit_amount_cents"]
    return None if unit is None else unit * int(item["quantity"])


def full_name(address: Facts) -> str:
    if address["business"]:
        return address["company"] or ""
    return _joined(address["first_name"], address["last_name"])


def full_address(address: Facts) -> str:
    """On one line, as in “2883 Geraldine Lane Apt.23, 10013 New York NY (US) (212) 646-338-1228”."""
    street = _joined(address["line_1"], address["line_2"])
    country = f"({address['country_code']})" if address["country_code"] else ""
    place = _joined(address["zip_code"], address["city"], address["state_code"], country, address["phone"])
    return ", ".join(filter(None, (street, place)))


def addressee(address: Facts) -> str:
    """The full name and the full address on one line."""
    return ", ".join(filter(None, (full_name(address), full_address(address))))


def addressee_of_entry(entry: Facts) -> str | None:
    """What the address of an entry of an address book calls itself."""
    address = entry.one("address")
    return addressee(address) if address else None


def email_of(recipient: str) -> Callable[[Facts], str | None]:
    """Where the one at the end of that relationship is written to now."""

    def email(given: Facts) -> str | None:
        who = given.one(recipient)
        return who["email"] if who is not None else None

    return email


def is_localized(address: Facts) -> bool:
    return address["lat"] is not None and address["lng"] is not None


def is_geocoded(address: Facts) -> bool:
    return address["provider_name"] is not None


def _joined(*parts: str | None) -> str:
    return " ".join(filter(None, parts))
