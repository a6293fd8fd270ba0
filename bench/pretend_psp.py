"""The sandbox as the benchmark runs it: the same application, with a count of its calls and of the time they took."""

from __future__ import annotations

import time

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from billfold.sandbox import create_app

COUNTS = "/_bench/counts"


class Counted:
    """Counts what comes in below the paths of PSPs; `GET /_bench/counts` tells, in calls and seconds."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.calls = 0
        self.seconds = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox"):
            return await self.app(scope, receive, send)
        if scope["path"] == COUNTS:
            return await JSONResponse({"calls": self.calls, "seconds": self.seconds})(scope, receive, send)
        began = time.perf_counter()
        await self.app(scope, receive, send)
        self.calls += 1
        self.seconds += time.perf_counter() - began


def sandbox() -> Counted:
    """For `uvicorn bench.pretend_psp:sandbox --factory`."""
    return Counted(create_app())
