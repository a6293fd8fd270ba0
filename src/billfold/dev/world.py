"""A whole store on one machine: PostgreSQL, the sandbox, the API over HTTP and HTTPS, and the worker."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from billfold import settings
from billfold.app import create_app
from billfold.db.bundled import BundledPostgres
from billfold.dev.certificates import Certificates, certificates
from billfold.dev.home import Home
from billfold.dev.migrated import migrate
from billfold.dev.psp_hosts import PspHosts
from billfold.dev.servers import Door, listen, number, serving
from billfold.dev.stores import credentials, described, must_be_slug, report_to, with_samples
from billfold.jobs.worker import Worker
from billfold.sandbox import create_app as create_sandbox
from billfold.settings import Rate, Settings, must_be_host_name

# A test suite that runs against the server signs in often.
TOKEN_RATE = Rate(6000, 60)

# The job at hand has these seconds to end when the server is stopped.
WORKER_GRACE = 3.0

# The sandbox ends after everybody who could wait for an answer of its.
SANDBOX_GRACE = 1

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """See `billfold dev --help`. A port 0 is any that is free."""

    data_dir: Path
    domain: str = Settings.domain
    slug: str = "acme"
    port: int = 8080
    tls_port: int = 8443
    public_port: int | None = None


@dataclass(frozen=True)
class Ground:
    """What there must be before a server can start: a folder, sockets, certificates, a database."""

    home: Home
    options: Options
    http: list[socket.socket]
    https: list[socket.socket]
    sandbox: list[socket.socket]
    certificates: Certificates
    dsn: str

    def settings(self) -> Settings:
        """What the environment says; the options win."""
        given = settings.variable("token_rate") in os.environ
        return Settings.from_environment(
            database_url=self.dsn,
            secret_key=self.home.secret_key(),
            domain=self.options.domain,
            public_scheme="https",
            public_port=number(self.https) if self.options.public_port is None else self.options.public_port,
            stripe_url=f"{self.sandbox_url}/stripe",
            klarna_url=f"{self.sandbox_url}/klarna",
            # Names of the domain may lead nowhere for the sandbox, or to a proxy.
            notify_url=self.url,
            token_rate=None if given else TOKEN_RATE,
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{number(self.http)}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{number(self.sandbox)}"


@contextmanager
def prepared(options: Options, tell: Tell) -> Iterator[Ground]:
    """Take the folder and the ports, start PostgreSQL and bring the database up to date.

    Raises BadSetting, BundledPostgresError.
    """
    must_be_host_name(options.domain, "--domain")
    must_be_slug(options.slug)
    home = Home(options.data_dir)
    with ExitStack() as stack:
        http = _listen(stack, options.port, "--port")
        https = _listen(stack, options.tls_port, "--tls-port")
        stack.enter_context(home.taken())
        # Pages of the sandbox that a browser has open should outlive a restart.
        sandbox = _listen(stack, home.last("sandbox_port") or 0, "--port", instead=True)
        home.note("sandbox_port", number(sandbox))
        files = certificates(home.tls, options.domain, options.slug)
        server = BundledPostgres(home.postgres)
        stack.callback(server.stop)
        if server.is_new:
            tell("Creating a PostgreSQL database; this takes a few seconds, once …")
        dsn = server.start()
        migrate(dsn, server.home)
        yield Ground(home, options, http, https, sandbox, files, dsn)


def _listen(stack: ExitStack, port: int, option: str, *, instead: bool = False) -> list[socket.socket]:
    made = listen(port, option, instead=instead)
    for one in made:
        stack.enter_context(one)
    return made


@dataclass(frozen=True)
class World:
    """ready  what the ready file says; running  ends only if something went wrong"""

    ready: dict[str, Any]
    running: asyncio.Future[None]


@asynccontextmanager
async def open_world(ground: Ground, tell: Tell) -> AsyncIterator[World]:
    """Serve everything meanwhile."""
    home, options, chosen = ground.home, ground.options, ground.settings()
    store = await credentials(home, ground.dsn, options.slug, options.domain)
    app = create_app(chosen)
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        sandbox = create_sandbox(memory=home.sandbox)
        await enter(serving(sandbox, Door(sandbox, ground.sandbox), grace=SANDBOX_GRACE))
        await report_to(chosen.callback_url, home, ground.dsn, f"{ground.sandbox_url}/stripe")
        https = Door(PspHosts(app, ground.sandbox_url), ground.https, ground.certificates)
        await enter(serving(app, Door(app, ground.http), https, trusted_proxies=chosen.trusted_proxies))
        if not store.get("samples"):
            tell("Filling a sample store …")
        http = await enter(aiohttp.ClientSession())
        store = await with_samples(home, store, http, ground.url)
        running = await enter(_working(Worker(app.state.tools)))
        yield World(_ready(ground, chosen, store), running)


@asynccontextmanager
async def _working(worker: Worker) -> AsyncIterator[asyncio.Future[None]]:
    task = asyncio.ensure_future(worker.run())
    try:
        yield task
    finally:
        worker.stop()
        done, _ = await asyncio.wait({task}, timeout=WORKER_GRACE)
        if not done:
            task.cancel()
            await asyncio.wait({task})


def _ready(ground: Ground, chosen: Settings, store: dict[str, Any]) -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "slug": ground.options.slug,
        "domain": chosen.public_domain,
        "api": chosen.api_url(ground.options.slug),
        "http": ground.url,
        "https": f"https://127.0.0.1:{number(ground.https)}",
        "auth": chosen.issuer,
        "ca_file": str(ground.certificates.authority),
        "database_url": ground.dsn,
        **described(store),
        "sandbox": {"stripe": chosen.stripe_url, "klarna": chosen.klarna_url},
    }
