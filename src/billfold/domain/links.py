"""Where a shareable link leads, and when."""

from __future__ import annotations

from billfold.domain.facts import Facts


def url(link: Facts) -> str:
    """The address to share: the link's own id on its domain."""
    return f"https://{link['domain']}/{link['id']}"
