"""Serves seahaven-stripe-world, a Stripe that nobody of this project wrote, on a free port that it prints first.

Run by an interpreter of its own, Python 3.14 or 3.13, and therefore independent of everything else here. The package
counts on annotations that are evaluated late (PEP 649); on 3.13 its modules are compiled as if each began with
`from __future__ import annotations`, which does the same. Nothing of it is changed on disk.
"""

from __future__ import annotations
import __future__

import importlib
import importlib.abc
import importlib.machinery
import socket
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any


class LateAnnotations(SourceFileLoader):
    def source_to_code(  # type: ignore[override]  # the base class leaves the kinds of its arguments open
        self, data: Any, path: Any, *, _optimize: int = -1
    ) -> CodeType:
        flags = __future__.annotations.compiler_flag
        compiled: CodeType = compile(data, path, "exec", flags=flags, dont_inherit=True, optimize=_optimize)
        return compiled

    def get_code(self, fullname: str) -> CodeType:
        """Never from, and never into, a cache of code that was compiled the usual way."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class LateAnnotationsFinder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in ("seahaven", "seahaven_stripe_world"):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = LateAnnotations(spec.loader.name, spec.loader.path)
        return spec


def main() -> None:
    if sys.version_info < (3, 14):
        sys.meta_path.insert(0, LateAnnotationsFinder())
    http = importlib.import_module("seahaven.http")
    stripe = importlib.import_module("seahaven_stripe_world")
    handle = importlib.import_module("seahaven_stripe_world.http_api").handle
    uvicorn = importlib.import_module("uvicorn")
    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    served = http.app(stripe.world, handle, reset_options={"startup": {"livemode": False}})
    uvicorn.Server(uvicorn.Config(served, workers=1, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main()
