"""What browsers load from the sandbox: files that lie beside the code, and where they were loaded from."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from billfold.sandbox.world import World


def home(world: World, request: Request) -> str:
    """Where a browser reaches the PSP that was asked, without a slash at the end."""
    found = world.public_url or f"{request.url.scheme}://{request.url.netloc}"
    return f"{found}{request.scope.get('root_path', '')}"


def script(file: Path, **known: str) -> Response:
    """The one function of a JavaScript file, called with what is known.

    Pages load scripts from addresses of the real PSP, which some proxy leads here; so no script could say by itself
    where the sandbox is.
    """
    # Inside of a tag, "</script>" would end a script that is written into a page.
    told = json.dumps(known).replace("<", "\\u003c")
    return Response(f"({_text(file)})({told})\n", media_type="text/javascript", headers=_UNCACHED)


def page(file: Path) -> Response:
    return Response(_text(file), media_type="text/html", headers=_UNCACHED)


# The next sandbox on this port may be another version.
_UNCACHED = {"Cache-Control": "no-store"}


@cache
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
