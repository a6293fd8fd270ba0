"""Divide an amount of minor units so that its parts add up to it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

K = TypeVar("K")


def shares(amount: int, weights: Mapping[K, int]) -> dict[K, int]:
    """The amount in parts that are as the weights are. No part exceeds its weight when the amount does not exceed their
    sum.

    >>> shares(100, {"a": 1, "b": 1, "c": 1})
    {'a': 34, 'b': 33, 'c': 33}
    """
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    parts = apportion([Fraction(amount * weight, whole) for weight in weights.values()], amount)
    return dict(zip(weights, parts, strict=True))


def apportion(exact: Sequence[Fraction], total: int) -> list[int]:
    """Round each number down or up so that they sum to `total`: up where the remainders are largest, first come first.

    total  the exact sum, rounded down or up
    """
    parts = [math.floor(e) for e in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
