"""Stripe's form encoding, `card[number]=…&expand[]=…`, turned into nested values."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from billfold.sandbox.stripe.errors import invalid

_PART = re.compile(r"\[([^\[\]]*)\]")
_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")


def decode(text: str) -> dict[str, Any]:
    """Strings, lists and dicts only; raises StripeError for a name that is not one. What a string means is
    for the reader of the parameter to say.
    """
    root: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        shape = _NAME.match(name)
        if shape is None:
            raise invalid(f"Invalid request: the parameter name {name!r} cannot be read.", param=name)
        keys = [shape[1], *_PART.findall(shape[2])]
        place = root
        for key in keys[:-1]:
            inner = place.setdefault(key or str(len(place)), {})
            if not isinstance(inner, dict):
                inner = place[key] = {}
            place = inner
        place[keys[-1] or str(len(place))] = value
    return {key: _settle(value) for key, value in root.items()}


def _settle(value: Any) -> Any:
    """A dict whose keys are all numbers was an array."""
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_settle(value[key]) for key in sorted(value, key=int)]
    return {key: _settle(inner) for key, inner in value.items()}
