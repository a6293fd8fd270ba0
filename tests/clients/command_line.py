"""Commerce Layer's command line, unmodified, in a home of its own: https://www.npmjs.com/package/@commercelayer/cli."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

PLUGINS = ("checkout", "orders", "resources", "token", "triggers")
COMMAND_SECONDS = 30

COLOR = re.compile("\x1b\\[[0-9;]*m")
BAR = "\u203a"


@dataclass(frozen=True)
class CommandLine:
    """Somebody's terminal.

    command      what starts the program
    packages     where it and its plugins lie, side by side
    home         where it keeps applications and tokens
    environment  all it gets to see of ours
    """

    command: tuple[str | Path, ...]
    packages: Path
    home: Path
    environment: Mapping[str, str]

    @classmethod
    def installed(cls, node: Path, preload: Path, packages: Path, home: Path, ca_file: str) -> CommandLine:
        """The program as npm installs it, on a machine that knows the names of the store."""
        environment = {
            "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "NODE_EXTRA_CA_CERTS": ca_file,
            # It would ask npm's registry for newer versions of itself.
            "NO_UPDATE_NOTIFIER": "1",
        }
        program = packages / "@commercelayer/cli/bin/run.js"
        return cls((node, "--require", preload, program), packages, home, environment)

    async def with_plugins(self) -> CommandLine:
        """The same, with what its own command for plugins links; none of them is fetched from anywhere."""
        for name in PLUGINS:
            plugin = self.packages / f"@commercelayer/cli-plugin-{name}"
            await self("plugins:link", "--no-install", str(plugin))
        return self

    def moved(self, home: Path) -> CommandLine:
        """The same in another home, which starts as a copy of this one."""
        shutil.copytree(self.home, home)
        return replace(self, home=home)

    async def __call__(self, *arguments: str, typed: str = "", status: int = 0) -> str:
        """All that it prints, which when it is meant to fail is one line however long.

        typed  what the user answers to its questions
        """
        process = await asyncio.create_subprocess_exec(
            *self.command, *arguments,
            env={**self.environment, "HOME": str(self.home)}, cwd=self.home, stdin=PIPE, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        async with asyncio.timeout(COMMAND_SECONDS):
            out, err = await process.communicate(typed.encode())
        said = COLOR.sub("", f"{out.decode()}{err.decode()}")
        assert process.returncode == status, f"{' '.join(arguments)}: {said}"
        # It wraps its errors to the width of a terminal, and draws a bar beside them.
        return " ".join(said.replace(BAR, "").split()) if status else said

    async def json(self, *arguments: str) -> Any:
        """The JSON that a command of the resources plugin prints in a line of its own."""
        printed = await self(*arguments, "--json", "--unformatted")
        return json.loads(next(line for line in printed.splitlines() if line.startswith(("{", "["))))
