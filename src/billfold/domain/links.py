"""Where a shareable link leads, and when."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime

from billfold.domain.facts import Facts


def url(link: Facts) -> str:
    """The address to share: the link's own id on its domain."""
    return f"https://{link['domain']}/{link['id']}"


def a_month_after(moment: datetime) -> datetime:
    """The same day of the next month, or that month's last."""
    year, month = moment.year + moment.month // 12, moment.month % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
