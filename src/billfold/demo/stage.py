"""How the demo shows what it does: every request, the part of its answer that matters, and whether that is as it should
be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from rich.console import Console
from rich.text import Text

from billfold.client import Answer, ApiError, Client

WIDEST = 160


class StoryEnds(Exception):
    """A request failed that all that follows rests on; the stage has shown why."""


@dataclass(frozen=True)
class Fact:
    """Something an answer says, and what it should say; of what nobody can know before, the shape."""

    name: str
    found: Any
    expected: Any

    @property
    def holds(self) -> bool:
        if isinstance(self.expected, re.Pattern):
            return isinstance(self.found, str) and self.expected.fullmatch(self.found) is not None
        return bool(self.found == self.expected)


class Stage:
    """Numbers the steps and counts what does not hold."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.steps = self.facts = self.broken = 0

    def act(self, title: str) -> None:
        self.console.print()
        self.console.rule(Text(title, style="bold"), align="left", style="dim")

    async def step(
        self,
        who: str,
        what: str,
        request: Awaitable[Answer],
        facts: Callable[[Answer], Mapping[str, tuple[Any, Any]]],
    ) -> Answer:
        """Wait for a request and show it.

        facts  from the answer: by name, what it says and what it must say, or a pattern for the whole of it
        """
        self.steps += 1
        self.console.print()
        title = Text.assemble((f"{self.steps:>3}  ", "dim"), (who, "bold cyan"), " ", what)
        self.console.print(title, soft_wrap=True)
        try:
            answer = await request
        except (ApiError, aiohttp.ClientError) as trouble:
            self._failed(trouble)
            raise StoryEnds from trouble
        status = str(answer.status)
        for name, (found, expected) in facts(answer).items():
            self._fact(status, Fact(name, found, expected))
            status = ""
        return answer

    def request(self, method: str, address: str, body: Any = None) -> None:
        """Called by whoever sends one."""
        line = Text.assemble("     ", (f"{method:<6}", "bold"), (address, "blue"))
        self.console.print(line, soft_wrap=True)
        if body:
            text = json.dumps(body, ensure_ascii=False)
            text = text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
            self.console.print(Text(f"            {text}", style="dim"), soft_wrap=True)

    def _fact(self, status: str, fact: Fact) -> None:
        self.facts += 1
        if not fact.holds:
            self.broken += 1
        mark = ("✓", "green") if fact.holds else ("✗", "bold red")
        parts: list[Any] = ["     ", (f"{status:<7}", "bold"), mark, f" {fact.name}: ", (_shown(fact.found), "green")]
        if not fact.holds:
            parts.append((f"   but it should be {_shown(fact.expected)}", "bold red"))
        self.console.print(Text.assemble(*parts), soft_wrap=True)

    def _failed(self, trouble: Exception) -> None:
        self.facts += 1
        self.broken += 1
        status = f"{trouble.status} " if isinstance(trouble, ApiError) else ""
        self.console.print(Text(f"            ✗ {status}{trouble}", style="bold red"), soft_wrap=True)


@dataclass
class Watched(Client):
    """A client whose requests the stage shows."""

    stage: Stage | None = None

    async def call(
        self, method: str, path: str, document: Mapping[str, Any] | None = None, query: Mapping[str, str] | None = None
    ) -> Answer:
        if self.stage is not None:
            asked = "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
            self.stage.request(method, f"/api/{path}{asked}", _essence(document))
        return await super().call(method, path, document, query)


def _essence(document: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a document asks for, without the envelope."""
    data = (document or {}).get("data", {})
    return {**data.get("attributes", {}), **data.get("relationships", {})}


def _shown(value: Any) -> str:
    if isinstance(value, re.Pattern):
        return f"like {value.pattern}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
