"""Which host a request is for: the authentication server, one organization's API, or this machine itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from billfold.jsonapi.errors import ErrorObject

LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})
TOKEN_PATHS = ("/oauth/", "/.well-known/")
HEALTH = "/health"  # whoever watches over the server knows it by its address

# A client may name any host; what was made of the first ones is remembered, and of no more.
REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Place:
    """kind  "auth", "store" (then `slug` is whose), "local" (the token says whose), or "elsewhere": not served here"""

    kind: Literal["auth", "store", "local", "elsewhere"]
    slug: str = ""


ELSEWHERE = Place("elsewhere")

# How errors are told: to clients of the API, to those who ask for tokens, or to whoever watches over the server.
Form = Literal["api", "tokens", "health"]


class Hosts:
    """The host names below one domain.

    domain  without a port; ports never count
    """

    def __init__(self, domain: str) -> None:
        self._suffix = "." + domain.lower()
        self._known: dict[str, Place] = {}

    def place(self, host: str) -> Place:
        """What the value of a Host header stands for."""
        place = self._known.get(host)
        if place is None:
            place = self._read(host)
            if len(self._known) < REMEMBERED:
                self._known[host] = place
        return place

    def form(self, host: str, path: str) -> Form:
        """How an error is told there."""
        if path == HEALTH:
            return "health"
        return "tokens" if path.startswith(TOKEN_PATHS) or self.place(host).kind == "auth" else "api"

    def _read(self, host: str) -> Place:
        name, colon, port = host.lower().rpartition(":")
        if not colon or not port.isdigit():
            name = host.lower()
        if name in LOCAL:
            return Place("local")
        slug = name.removesuffix(self._suffix)
        if slug == name or not slug or "." in slug:
            return ELSEWHERE
        return Place("auth") if slug == "auth" else Place("store", slug)


class HostGate:
    """Lets in what is for a host of ours; on the authentication host, only what is about tokens."""

    def __init__(self, hosts: Hosts) -> None:
        self.hosts = hosts

    def objection(self, host: str, path: str) -> ErrorObject | None:
        """Why something is not let in."""
        place = self.hosts.place(host)
        if place.kind in ("store", "local") or path == HEALTH:
            return None
        if place.kind == "auth" and path.startswith(TOKEN_PATHS):
            return None
        return _nothing_here(host)


def _nothing_here(host: str) -> ErrorObject:
    detail = f"There is nothing at this path of “{host[:120]}”. Is it the host your organization is served on?"
    return ErrorObject(404, "RECORD_NOT_FOUND", "Record not found", detail)
