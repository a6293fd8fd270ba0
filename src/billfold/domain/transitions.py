"""Steps from one status to the next, and what is said of those that lead nowhere."""

from __future__ import annotations

from collections.abc import Mapping

from billfold.domain.errors import Refused

Life = Mapping[tuple[str, str], str]  # (status, event) → status


def follow(life: Life, leads_to: Mapping[str, str], status: str, event: str) -> str:
    """The status that follows; the same one when the event has happened already. Raises Refused otherwise.

    leads_to  event → the status it leads to
    """
    if status == leads_to[event]:
        return status
    if (status, event) not in life:
        raise no_way(status, leads_to[event])
    return life[status, event]


def no_way(status: str, target: str) -> Refused:
    """The sentence that clients show."""
    message = f"cannot transition from {status} to {target}"
    return Refused(message, at="status", error="invalid_transition", meta={"value": status})
