"""The PSPs' own host names, for clients that have them built in.

Storefronts load Stripe.js and Klarna.js from wherever their makers put them. A browser that is told to look for those
hosts here (docs/sandbox.md says how) is led on to the sandbox.
"""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

# Host name → the part of the sandbox that plays it.
HOSTS = {b"js.stripe.com": "stripe", b"x.klarnacdn.net": "klarna"}


class PspHosts:
    """An application, and in front of it the hosts of others.

    sandbox  its address, without a slash at the end
    """

    def __init__(self, app: ASGIApp, sandbox: str) -> None:
        self.app = app
        self.sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = next((value for name, value in scope.get("headers", ()) if name == b"host"), b"")
        psp = HOSTS.get(host.partition(b":")[0])
        app = self.app if psp is None else RedirectResponse(f"{self.sandbox}/{psp}{scope['path']}")
        await app(scope, receive, send)
