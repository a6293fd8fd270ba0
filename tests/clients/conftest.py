"""A running store, and strangers' clients to visit it with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.clients.node import Missing, Node, find_node
from tests.clients.shop import Shop, open_shop

HERE = Path(__file__).parent
CACHE = HERE.parent.parent / ".cache" / "clients"
STORY_SECONDS = 60

Play = Callable[..., Any]


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """One store for all stories: each brings its own customers."""
    folder = Path(tempfile.mkdtemp(prefix="billfold-clients-"))
    os.chmod(folder, 0o755)  # PostgreSQL may have to run as another user
    try:
        with open_shop(folder) as opened:
            yield opened
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def node() -> Node:
    try:
        return find_node(CACHE)
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def stories(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the stories beside the packages they import: Node looks for those from where a story lies."""
    try:
        packages = node.packages(HERE / "package.json", CACHE)
    except Missing as missing:
        pytest.skip(str(missing))
    folder = tmp_path_factory.mktemp("stories")
    shutil.copytree(HERE / "stories", folder, dirs_exist_ok=True)
    (folder / "node_modules").symlink_to(packages)
    return folder


@pytest.fixture(scope="session")
def play(node: Node, stories: Path, shop: Shop) -> Play:
    """Plays a story with a client and returns what it saw; fails with the sentence that failed."""

    def run(story: str, *clients: str) -> Any:
        environment = {n: v for n, v in os.environ.items() if not n.startswith("NODE_")}
        told = subprocess.run(
            [node.node, "--require", stories / "localhost.cjs", stories / f"{story}.mjs", shop.ready_file, *clients],
            env=environment | {"NODE_EXTRA_CA_CERTS": shop["ca_file"]},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=STORY_SECONDS,
            check=False,
        )
        assert told.returncode == 0, told.stderr
        return json.loads(told.stdout)

    return run
