"""What an operation takes: readers that turn form strings into values, and say what is wrong with them.
 Stripe refuses parameters it does not know, so each operation declares all it takes; the wording of the
refusals follows https://docs.stripe.com/error-codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from billfold.sandbox.stripe.errors import invalid

Reader = Callable[[str, Any], Any]
Shape = Mapping[str, Reader]


def text(name: str, value: Any) -> str:
    """Any string; the empty one unsets what it is given for."""
    if not isinstance(value, str):
        raise invalid(f"Invalid string: {name} must be a string.", param=name)
    if len(value) > 5000:
        raise invalid(
            f"Invalid string: {value[:10]}…; must be at most 5000 characters",
            code="parameter_invalid_string_length" if name != "metadata" else None,
            param=name,
        )
    return value


def _filled(name: str, value: Any) -> str:
    if value == "":
        raise invalid(
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a field; "
            f"however '{name}' cannot be unset. You should remove '{name}' from your request or supply a non-empty "
            "value.",
            code="parameter_invalid_empty",
            param=name,
        )
    return text(name, value)


def word(name: str, value: Any) -> str:
    """A string that may not be empty, such as an id."""
    return _filled(name, value)


def integer(name: str, value: Any) -> int:
    if not re.fullmatch(r"-?\d{1,18}", _filled(name, value)):
        raise invalid(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
    return int(value)


def flag(name: str, value: Any) -> bool:
    if _filled(name, value) not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", param=name)
    return bool(value == "true")


def choice(*options: str, unset: bool = False) -> Reader:
    """One of `options`; with `unset`, the empty string is read as None."""

    def read(name: str, value: Any) -> str | None:
        if unset and value == "":
            return None
        if _filled(name, value) not in options:
            raise invalid(f"Invalid {name}: must be one of {', '.join(options)}", param=name)
        return str(value)

    return read


def words(name: str, value: Any) -> list[str]:
    """An array of strings."""
    if not isinstance(value, list):
        raise invalid("Invalid array", param=name)
    return [word(f"{name}[{index}]", item) for index, item in enumerate(value)]


def strings(name: str, value: Any) -> dict[str, str]:
    """Metadata: names to strings; an empty string takes one away, an empty value all of them (key "")."""
    if value == "":
        return {"": ""}
    if isinstance(value, list):
        value = {str(index): item for index, item in enumerate(value)}
    if not isinstance(value, dict):
        raise invalid("Invalid object", param=name)
    if len(value) > 50:
        raise invalid("You can only have up to 50 keys in metadata.", param=name)
    for key, item in value.items():
        if not isinstance(item, str) or len(item) > 500 or len(key) > 40:
            raise invalid(
                f"Metadata values can have up to 500 characters, keys up to 40; {key} does not.",
                param=f"{name}[{key}]",
            )
    return value


def fields(shape: Shape, *, required: tuple[str, ...] = ()) -> Reader:
    """A nested object with these members."""

    def read(name: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise invalid("Invalid object", param=name)
        return read_shape(value, shape, required, name)

    return read


def clearable(reader: Reader) -> Reader:
    """As `reader`, but the empty string is read as None."""
    return lambda name, value: None if value == "" else reader(name, value)


def either(first: Reader, values: Mapping[str, Any]) -> Reader:
    """One of the given literals, else whatever `first` reads."""
    return lambda name, value: values[value] if isinstance(value, str) and value in values else first(name, value)


def anything(name: str, value: Any) -> Any:
    """Taken and not looked at: Stripe has a use for it, the sandbox has none."""
    return value


def read_shape(
    values: Mapping[str, Any], shape: Shape, required: tuple[str, ...] = (), within: str = ""
) -> dict[str, Any]:
    """All of an operation's parameters; raises StripeError at the first that is unknown, unreadable or
    missing.
    """
    read: dict[str, Any] = {}
    for name, value in values.items():
        full = f"{within}[{name}]" if within else name
        reader = shape.get(name)
        if reader is None:
            raise invalid(f"Received unknown parameter: {full}", code="parameter_unknown", param=full)
        read[name] = reader(full, value)
    for name in required:
        if name not in read:
            full = f"{within}[{name}]" if within else name
            raise invalid(f"Missing required param: {full}.", code="parameter_missing", param=full)
    return read


def merged_metadata(old: Mapping[str, str], given: Mapping[str, str] | None) -> dict[str, str]:
    """Stripe merges metadata; https://docs.stripe.com/api/metadata."""
    if given is None:
        return dict(old)
    if "" in given:
        return {}
    return {key: value for key, value in {**old, **given}.items() if value != ""}


ADDRESS = fields(dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"), text))
BILLING = fields({"address": clearable(ADDRESS), "email": text, "name": text, "phone": text, "tax_id": text})
SHIPPING = fields(
    {"address": ADDRESS, "name": text, "phone": text, "carrier": text, "tracking_number": text},
    required=("address", "name"),
)
EXPAND: Shape = {"expand": words}
PAGE: Shape = {
    "expand": words,
    "limit": integer,
    "starting_after": word,
    "ending_before": word,
    "created": either(fields(dict.fromkeys(("gt", "gte", "lt", "lte"), integer)), {}),
}


def whole_address(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """An address with all its members, None where nothing was said."""
    if given is None:
        return None
    return {key: given.get(key) or None for key in ("city", "country", "line1", "line2", "postal_code", "state")}


def whole_shipping(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    return {
        "address": whole_address(given["address"]),
        "carrier": given.get("carrier") or None,
        "name": given["name"],
        "phone": given.get("phone") or None,
        "tracking_number": given.get("tracking_number") or None,
    }
