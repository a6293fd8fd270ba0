"""Moments as records hold them: datetimes, or texts as PostgreSQL writes them in JSON."""

from __future__ import annotations

from datetime import datetime


def moment(written: datetime | str) -> datetime:
    return datetime.fromisoformat(written) if isinstance(written, str) else written
