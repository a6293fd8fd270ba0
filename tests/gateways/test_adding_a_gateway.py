"""The page about adding a gateway says what is so."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from tests.gateways import contract, wallet_contract

import billfold.gateways
from billfold.gateways import GATEWAYS
from billfold.gateways.protocol import Gateway, KeepsSources, Psp

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding_a_gateway.md").read_text(encoding="utf-8")
FOLDERS = Path(billfold.gateways.__file__).parent


@pytest.mark.parametrize("psp", GATEWAYS, ids=lambda psp: psp.name)
def test_every_psp_is_the_three_files_and_the_one_test_file_that_the_page_names(psp: Psp) -> None:
    files = re.findall(r"^\| `(\w+\.py)` \|", PAGE, re.MULTILINE)
    assert sorted(files) == ["gateway.py", "mapping.py", "resources.py"]
    for name in (*files, "__init__.py"):
        assert (FOLDERS / psp.name / name).is_file(), f"{psp.name} has no {name}"
    assert (ROOT / "tests" / "gateways" / f"test_{psp.name}.py").is_file()


def test_the_example_is_there_with_the_neighbours_the_page_speaks_of() -> None:
    for name in ("client.py", "wallet.py"):
        assert f"`{name}`" in PAGE
        assert (FOLDERS / "klarna" / name).is_file()


def test_one_line_names_all_psps() -> None:
    source = (FOLDERS / "__init__.py").read_text(encoding="utf-8")
    assert "GATEWAYS" in PAGE
    (line,) = [line for line in source.splitlines() if line.startswith("GATEWAYS")]
    assert all(psp.name.upper() in line for psp in GATEWAYS)


def test_no_other_file_outside_its_folder_imports_a_psp() -> None:
    package = FOLDERS.parent
    names = "|".join(psp.name for psp in GATEWAYS)
    pattern = re.compile(rf"^\s*(?:from|import) billfold\.gateways\.(?:{names})\b", re.MULTILINE)
    offenders = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if path.parent.name not in {psp.name for psp in GATEWAYS} and pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert offenders == ["gateways/__init__.py"]


@pytest.mark.parametrize("protocol", [Gateway, KeepsSources])
def test_every_verb_of_the_protocol_stands_on_the_page(protocol: type) -> None:
    for verb, _ in inspect.getmembers(protocol, inspect.isfunction):
        assert verb.startswith("_") or f"`{verb}`" in PAGE, f"the page does not mention {verb}"


def test_every_part_of_the_contract_stands_on_the_page() -> None:
    parts = {
        name
        for laws in (contract, wallet_contract)
        for name, part in vars(laws).items()
        if inspect.isclass(part) and part.__module__ == laws.__name__
    }
    assert parts == set(re.findall(r"^\| `([A-Z]\w+)` \|", PAGE, re.MULTILINE))
