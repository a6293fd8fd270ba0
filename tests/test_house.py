"""The rules of the house that no linter knows; each comes with a line that it has to catch."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted([*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("bench/**/*.py")])
PURE = ("domain", "jsonapi")
TARGETS = ("help", "setup", "demo", "test", "check", "dev", "bench", "clean")

# Put together here, so that this file does not contain what it forbids.
FORBIDDEN = ("TO" + "DO", "FIX" + "ME", "xf" + "ail", "time.sle" + "ep(", "monkey" + "patch")
IGNORE = "type: " + "ignore"

Rule = Callable[[Path, str], Iterator[str]]


def no_docstring(path: Path, text: str) -> Iterator[str]:
    if not ast.get_docstring(ast.parse(text)):
        yield "does not open with the sentence that justifies it"


def no_future_annotations(path: Path, text: str) -> Iterator[str]:
    code_follows = len(ast.parse(text).body) > 1
    if code_follows and "from __future__ import annotations\n" not in text:
        yield "does not import annotations from the future"


def too_long(path: Path, text: str) -> Iterator[str]:
    written_by_hand = "src" in path.parts and "versions" not in path.parts
    if written_by_hand and (lines := text.count("\n")) > 500:
        yield f"has {lines} lines; at 500 a file holds two thoughts"


def forbidden_words(path: Path, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        for word in FORBIDDEN:
            # Only a test waits for nothing but time: a worker has a rhythm, a launcher something to look at.
            if word in line and not ("src" in path.parts and word.startswith("time.")):
                yield f"line {number} says {word}"


def ignored_types_without_a_reason(path: Path, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if IGNORE in line and not re.search(IGNORE + r"\[[a-z-, ]+\]\s+(#|--)\s*\w+", line):
            yield f"line {number} silences mypy without [the code of the error]  # and the reason"


def errors_hidden(path: Path, text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ExceptHandler):
            broad = node.type is None or (isinstance(node.type, ast.Name) and "Exception" in node.type.id[:13])
            if broad and all(isinstance(step, ast.Pass | ast.Continue) for step in node.body):
                yield f"line {node.lineno} swallows every error"


def foreign_imports_of_a_pure_room(path: Path, text: str) -> Iterator[str]:
    if not any(f"billfold/{room}/" in path.as_posix() for room in PURE):
        return
    for name in imported(text):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top not in ("msgspec", "billfold"):
            yield f"imports {name}; its room needs nothing but the standard library and msgspec"


def sandbox_known_outside(path: Path, text: str) -> Iterator[str]:
    inside = path.as_posix()
    if (
        "src/billfold/" not in inside
        or "billfold/sandbox/" in inside
        or "billfold/cli" in inside
        or "billfold/dev/" in inside
    ):
        return
    if any(name.startswith("billfold.sandbox") for name in imported(text)):
        yield "imports the sandbox; only the commands start it, all others reach it over HTTP"


def imported(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


HEAD = '"""A file."""\nfrom __future__ import annotations\n'

# Every rule, a place where it holds, and a text that breaks it there.
RULES: list[tuple[Rule, str, str]] = [
    (no_docstring, "src/billfold/x.py", "x = 1\n"),
    (no_future_annotations, "src/billfold/x.py", '"""A file."""\nx = 1\n'),
    (too_long, "src/billfold/x.py", HEAD + "x = 1\n" * 500),
    (forbidden_words, "src/billfold/x.py", HEAD + f"# {FORBIDDEN[0]}: later\n"),
    (forbidden_words, "tests/test_x.py", HEAD + f"import time\n{FORBIDDEN[3]}1)\n"),
    (ignored_types_without_a_reason, "src/billfold/x.py", HEAD + f"x = 1  # {IGNORE}\n"),
    (ignored_types_without_a_reason, "src/billfold/x.py", HEAD + f"x = 1  # {IGNORE}[assignment]\n"),
    (errors_hidden, "src/billfold/x.py", HEAD + "try:\n    x = 1\nexcept Exception:\n    pass\n"),
    (foreign_imports_of_a_pure_room, "src/billfold/domain/x.py", HEAD + "import aiohttp\n"),
    (sandbox_known_outside, "src/billfold/web/x.py", HEAD + "from billfold.sandbox import app\n"),
    (sandbox_known_outside, "src/billfold/web/x.py", HEAD + "from billfold import sandbox\n"),
]


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _, _ in RULES), ids=lambda rule: str(rule.__name__))
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    broken = [
        f"{path.relative_to(ROOT)} {what}" for path in MODULES for what in rule(path, path.read_text(encoding="utf-8"))
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(("rule", "path", "text"), RULES)
def test_every_rule_catches_what_breaks_it(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Path(path), text))


def test_a_reason_is_enough_to_silence_mypy() -> None:
    line = f"x = 1  # {IGNORE}[assignment]  # the stub of the library is wrong\n"
    assert not list(ignored_types_without_a_reason(Path("src/x.py"), line))


def test_every_make_target_says_what_it_is_for() -> None:
    described = re.findall(r"^([a-z]+):.*## \S", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert set(TARGETS) <= set(described)


def test_the_lock_file_has_a_hash_for_every_release_and_names_no_server() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pinned = re.findall(r"^[a-z][^\n]*==", lock, flags=re.MULTILINE)
    assert len(pinned) > 20
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", lock)
    for entry in re.split(r"\n(?=[a-z])", lock):
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_the_lock_file_of_the_clients_has_hashes_and_names_no_server() -> None:
    packages = json.loads((ROOT / "tests/clients/cli/package-lock.json").read_text())["packages"]
    assert len(packages) > 100
    for place, package in packages.items():
        assert "resolved" not in package, place
        # What lies in the archive of another one has that one's hash.
        assert not place or package.get("inBundle") or package["integrity"].startswith("sha512-"), place


def test_the_lock_file_covers_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=;~! ]", wish)[0] for wish in asked}
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE))
    assert not names - locked


def test_import_contracts_hold_every_room_in_its_place() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contracts = {contract["id"]: contract for contract in linter["contracts"]}
    assert {"rooms", "psps", "pure", "no-world"} <= set(contracts)
    placed = set(re.findall(r"\w+", " ".join(contracts["rooms"]["layers"])))
    there = {path.parent.name for path in ROOT.glob("src/billfold/*/__init__.py")}
    there |= {path.stem for path in ROOT.glob("src/billfold/*.py")} - {"__init__"}
    assert there <= placed, f"give {there - placed} a place among the layers in pyproject.toml"


def test_every_psp_is_held_apart_from_the_others() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    apart = " ".join(next(contract for contract in linter["contracts"] if contract["id"] == "psps")["layers"])
    psps = {path.parent.name for path in ROOT.glob("src/billfold/gateways/*/gateway.py")}
    assert psps <= set(re.findall(r"gateways\.(\w+)", apart))
