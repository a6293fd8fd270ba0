"""What a customer's choice of an option comes to."""

from __future__ import annotations

from billfold.domain.facts import Facts

HOURS_A_DAY = 24


def total(option: Facts) -> int:
    """What one line item option costs, in minor units: it counts by its own quantity, not by that of the goods."""
    cents: int = option["unit_amount_cents"] * option["quantity"]
    return cents


def days(hours: int) -> int:
    """Whole days, rounded half up: a day and a half is two."""
    return (hours + HOURS_A_DAY // 2) // HOURS_A_DAY
