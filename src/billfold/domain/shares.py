"""Divide an amount of minor units so that its parts add up to it."""

from __future__ import annotations

from collections.abc import Mapping


def shares(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """The amount in parts that are as the weights are: the units that are left over go to the greatest remainders, and
    among equal ones to the first. No part exceeds its weight when the amount does not exceed their sum.

    >>> shares(100, {"a": 1, "b": 1, "c": 1})
    {'a': 34, 'b': 33, 'c': 33}
    """
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    parts = {name: amount * weight // whole for name, weight in weights.items()}
    places = list(weights)
    by_remainder = sorted(places, key=lambda name: (-(amount * weights[name] % whole), places.index(name)))
    for name in by_remainder[: amount - sum(parts.values())]:
        parts[name] += 1
    return parts
