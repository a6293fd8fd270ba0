"""The files of the repository that are generated: openapi.json, the reference pages, the page about settings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from billfold import __version__, settings
from billfold.jsonapi.openapi import openapi
from billfold.jsonapi.reference import reference
from billfold.resources import registry


def files() -> dict[str, str]:
    """Path from the root of the repository → text."""
    declared = registry()
    return {
        "openapi.json": json.dumps(openapi(declared, version=__version__), indent=1, ensure_ascii=False) + "\n",
        "docs/settings.md": settings.page(),
        **{f"docs/reference/{name}": text for name, text in reference(declared).items()},
    }


def compare(wanted: Mapping[str, str], root: Path) -> tuple[set[str], set[str]]:
    """(those that are missing or say something else, reference pages of what is declared no more)"""
    pages = {str(page.relative_to(root)) for page in (root / "docs" / "reference").glob("*.md")}
    return {name for name, text in wanted.items() if _text(root / name) != text}, pages - wanted.keys()


def write(wanted: Mapping[str, str], stale: Iterable[str], left_over: Iterable[str], root: Path) -> None:
    """Bring the files that `compare` found up to date."""
    for name in stale:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(wanted[name], encoding="utf-8")
    for name in left_over:
        (root / name).unlink()


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
