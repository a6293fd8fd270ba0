"""The command line: `billfold --help`.

Every command imports for itself what it needs, so that none waits for the libraries of the others.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console

from billfold import settings
from billfold.console import CommandFailed, dsn_of, show, with_database
from billfold.db.binaries import BundledPostgresError
from billfold.domain.errors import BillfoldError
from billfold.settings import BadSetting, Settings

if TYPE_CHECKING:
    from billfold.db.database import Database

app = typer.Typer(
    help="Orders, payments and the customer wallet of a headless store.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
organization = typer.Typer(help="Organizations: the tenants of a database.", no_args_is_help=True)
application = typer.Typer(help="Applications: who may ask for tokens.", no_args_is_help=True)
app.add_typer(organization, name="organization")
app.add_typer(application, name="application")

DatabaseUrl = Annotated[
    str | None, typer.Option(help="Where PostgreSQL is.", show_default="BILLFOLD_DATABASE_URL", metavar="URL")
]
DataDir = Annotated[Path | None, typer.Option(help="Where everything is kept.", show_default=".billfold")]
# Requests that are under way when the server is stopped have this many seconds to end; a provider may take 20 of them.
GRACE = 25

Host = Annotated[str, typer.Option(help="Address to listen on.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for scripts.")]


def main(arguments: Sequence[str] | None = None) -> None:
    """The `billfold` command. What went wrong is one sentence on stderr, and 1 the exit status."""
    try:
        app(args=arguments)
    except (CommandFailed, BadSetting, BundledPostgresError) as trouble:
        _fail(str(trouble))
    except BillfoldError as trouble:
        problems = [trouble, *getattr(trouble, "others", ())]
        _fail("\n".join(f"{problem.at or ''} {problem.message}".strip() for problem in problems))


def _fail(sentence: str) -> None:
    Console(stderr=True, soft_wrap=True, highlight=False).print(sentence, style="red", markup=False)
    sys.exit(1)


# --- servers ----------------------------------------------------------------------------------------------------


@app.command()
def serve(
    database_url: DatabaseUrl = None,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8080,
    workers: Annotated[
        int | None, typer.Option(help="Processes to answer with.", show_default="BILLFOLD_WORKERS, else 1")
    ] = None,
    domain: Annotated[
        str | None, typer.Option(help="Domain of all host names.", show_default="BILLFOLD_DOMAIN")
    ] = None,
    public_port: Annotated[
        int | None, typer.Option(help="Port that clients use.", show_default="the scheme's", min=1, max=65535)
    ] = None,
) -> None:
    """Serve the API over plain HTTP; a proxy in front of it adds TLS."""
    import uvicorn

    from billfold import logs

    if domain is not None:
        settings.must_be_host_name(domain, "--domain")
    # The workers are processes of their own, which read the environment anew.
    for name, value in (("database_url", database_url), ("domain", domain), ("public_port", public_port)):
        if value is not None:
            os.environ[settings.variable(name)] = str(value)
    _have_secret(database_url)
    configured = Settings.from_environment(workers=workers)
    logs.configure(configured.log_format)
    with_database(configured.database_url, lambda db: _must_be_fit(db, configured.secret_key))
    uvicorn.run(
        "billfold.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=configured.workers,
        loop="uvloop",
        http="billfold.web.corking:CorkedHttp",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        forwarded_allow_ips=configured.trusted_proxies,
        timeout_graceful_shutdown=GRACE,
    )


def _have_secret(database_url: str | None) -> None:
    """Put a secret into the environment if none is there."""
    from billfold import secret_file

    name = settings.variable("secret_key")
    if not os.environ.get(name):
        file = secret_file.place(dsn_of(database_url))
        os.environ[name] = secret_file.secret(file)
        Console(stderr=True, soft_wrap=True, highlight=False).print(f"{name} is not set: using {file}.", markup=False)


async def _is_reachable(db: Database) -> None:
    """Having connected is enough."""


async def _must_be_fit(db: Database, secret: str) -> None:
    """The database has its tables, and the secret opens what is sealed in it."""
    from billfold.db.vault import Vault

    if await db.fetchval("SELECT to_regclass('signing_keys')") is None:
        raise CommandFailed("The database has no tables yet; run: billfold migrate")
    sealed = await db.fetchval("SELECT sealed FROM signing_keys LIMIT 1")
    try:
        if sealed is not None:
            Vault(secret).open(sealed)
    except ValueError as trouble:
        raise CommandFailed(f"{trouble} Say which it is with {settings.variable('secret_key')}.") from trouble


@app.command()
def worker(database_url: DatabaseUrl = None) -> None:
    """Do the work for later: jobs, clean-up at PSPs, reconciliation of what is open."""
    import structlog

    from billfold import logs
    from billfold.app import engine
    from billfold.jobs.worker import Worker

    _have_secret(database_url)
    configured = Settings.from_environment(database_url=database_url)
    logs.configure(configured.log_format)
    with_database(configured.database_url, lambda db: _must_be_fit(db, configured.secret_key))

    async def run() -> None:
        async with engine(configured) as opened:
            running = Worker(opened.tools)
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, running.stop)
            structlog.get_logger("billfold.worker").info("looking for work")
            await running.run()

    asyncio.run(run())


@app.command()
def sandbox(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8090,
    public_url: Annotated[str | None, typer.Option(help="Where browsers reach it, if not here.", metavar="URL")] = None,
) -> None:
    """Pretend to be Stripe (below /stripe) and Klarna (below /klarna), for development."""
    import uvicorn

    from billfold import logs
    from billfold.sandbox import create_app

    logs.configure("console")
    uvicorn.run(
        create_app(public_url=public_url),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )


@app.command()
def demo(data_dir: DataDir = None) -> None:
    """Play the main job over real HTTP from start to finish: save a payment source to the wallet and reuse it."""
    _exit(importlib.import_module("billfold.demo").main(data_dir=data_dir))


@app.command()
def dev(
    data_dir: DataDir = None,
    domain: Annotated[str, typer.Option(help="Domain of all host names.")] = Settings.domain,
    slug: Annotated[str, typer.Option(help="The organization's slug.")] = "acme",
    port: Annotated[int, typer.Option(help="Port for plain HTTP.")] = 8080,
    tls_port: Annotated[int, typer.Option(help="Port for HTTPS.")] = 8443,
    public_port: Annotated[
        int | None,
        typer.Option(
            help="Port that clients use, when a proxy stands in front.", show_default="--tls-port", min=1, max=65535
        ),
    ] = None,
    ready_file: Annotated[Path | None, typer.Option(help="Written as JSON once everything serves.")] = None,
) -> None:
    """Keep a whole store running: API over HTTP and HTTPS, worker, sandbox and PostgreSQL."""
    _exit(
        importlib.import_module("billfold.dev").main(
            data_dir=data_dir,
            domain=domain,
            slug=slug,
            port=port,
            tls_port=tls_port,
            public_port=public_port,
            ready_file=ready_file,
        )
    )


def _exit(status: int | None) -> None:
    if status:
        raise typer.Exit(status)


# --- database ---------------------------------------------------------------------------------------------------


@app.command()
def migrate(
    database_url: DatabaseUrl = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Change nothing; fail if the schema is not what the declarations describe."),
    ] = False,
) -> None:
    """Bring the database to the newest schema.

    With --check and no database given, a fresh one is migrated in a temporary folder and judged.
    """
    from billfold.db.bundled import BundledPostgres
    from billfold.db.migrations import upgrade

    if not check:
        with_database(database_url, _is_reachable)
        upgrade(dsn_of(database_url))
        Console().print("The database is up to date.")
        return
    if database_url or os.environ.get(settings.variable("database_url")):
        with_database(database_url, _is_reachable)
        _judge_schema(dsn_of(database_url))
        return
    with tempfile.TemporaryDirectory(prefix="billfold-") as folder:
        os.chmod(folder, 0o755)  # PostgreSQL may have to run as another user
        with BundledPostgres(Path(folder) / "data", settings={"fsync": "off"}) as server:
            upgrade(server.dsn())
            _judge_schema(server.dsn())


def _judge_schema(dsn: str) -> None:
    from billfold.db.migrations import differences
    from billfold.db.schema import build
    from billfold.resources import registry

    found = differences(dsn, build(registry()))
    if found:
        raise CommandFailed("The schema differs from the declarations:\n" + "\n".join(found))
    Console().print("The schema is what the declarations describe.")


@organization.command("create")
def create_organization(
    slug: Annotated[str, typer.Option(help="The first label of its host name.")],
    name: Annotated[str | None, typer.Option(help="What it is called.", show_default="the slug")] = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Make an organization."""
    from billfold.db import identity
    from billfold.resources import registry

    domain = os.environ.get(settings.variable("domain")) or Settings.domain
    made = with_database(
        database_url,
        lambda db: identity.create_organization(
            db, registry(), name=name or slug, slug=slug, domain=f"{slug}.{domain}"
        ),
    )
    show(made, as_json)


@organization.command("update")
def update_organization(
    slug: Annotated[str, typer.Option(help="The organization's slug.")],
    settings_given: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="A setting and its value; without a value it is put back to what a new organization has.",
            metavar="NAME=VALUE",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            help="The file with the settings of the storefront applications.",
            exists=True,
            allow_dash=True,
            metavar="JSON",
        ),
    ] = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Change what holds for the whole organization; running servers go by it at once."""
    from billfold.db import organizations
    from billfold.resources import registry

    given = organizations.pairs(settings_given or [])
    if config is not None:
        given["config"] = sys.stdin.read() if str(config) == "-" else config.read_text(encoding="utf-8")
    if not given:
        raise CommandFailed("Say what to change, with --set NAME=VALUE or --config FILE.")
    declared = registry()
    values = organizations.read(declared, given)
    now = with_database(database_url, lambda db: organizations.update(db, declared, slug, values))
    show(now if as_json else {name: now[name] for name in ("slug", *values)}, as_json)


@organization.command("show")
def show_organization(
    slug: Annotated[str, typer.Option(help="The organization's slug.")],
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Print every setting of an organization."""
    from billfold.db import organizations
    from billfold.resources import registry

    show(with_database(database_url, lambda db: organizations.show(db, registry(), slug)), as_json)


@organization.command("shared-secret")
def shared_secret(
    type: Annotated[str, typer.Argument(help="“markets” or “shipping_methods”.")],
    id: Annotated[str, typer.Argument(help="The record's id.")],
    slug: Annotated[str, typer.Option(help="The organization's slug.")],
    database_url: DatabaseUrl = None,
) -> None:
    """Print what calls to your own services are signed with; the API shows it to nobody."""
    from billfold.db.vault import Vault
    from billfold.resources import registry
    from billfold.usecases.services import shared_secrets

    _have_secret(database_url)
    configured = Settings.from_environment(database_url=database_url)

    async def tell(db: Database) -> str:
        await _must_be_fit(db, configured.secret_key)
        return await shared_secrets.tell(db, registry(), Vault(configured.secret_key), slug, type, id)

    print(with_database(configured.database_url, tell))


@application.command("create")
def create_application(
    organization: Annotated[str, typer.Option("--organization", "--slug", help="The organization's slug.")],
    kind: Annotated[str, typer.Option(help="“sales_channel” for a storefront, “integration” for a back office.")],
    name: Annotated[str | None, typer.Option(help="What it is called.", show_default="the kind")] = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Make an application and its credentials. The secret is shown this once and never again."""
    from billfold.db import identity
    from billfold.resources import registry

    made = with_database(
        database_url,
        lambda db: identity.create_application(
            db, registry(), organization_slug=organization, kind=kind, name=name or kind
        ),
    )
    show(made, as_json)


# --- tokens -----------------------------------------------------------------------------------------------------


@app.command()
def token(
    url: Annotated[str | None, typer.Option(help="Where the server is.", metavar="URL")] = None,
    client_id: Annotated[str | None, typer.Option(envvar="BILLFOLD_CLIENT_ID", help="Of the application.")] = None,
    client_secret: Annotated[
        str | None, typer.Option(envvar="BILLFOLD_CLIENT_SECRET", help="Of the application.")
    ] = None,
    scope: Annotated[str | None, typer.Option(help="For example market:code:europe.")] = None,
    email: Annotated[str | None, typer.Option(help="Of a customer who signs in.")] = None,
    password: Annotated[str | None, typer.Option(envvar="BILLFOLD_PASSWORD", help="The customer's.")] = None,
    ready_file: Annotated[
        Path | None, typer.Option(help="The file of `billfold dev`, in place of all the above.", exists=True)
    ] = None,
    who: Annotated[
        Literal["customer", "guest", "integration"], typer.Option("--as", help="Whose token, with --ready-file.")
    ] = "customer",
    ca_file: Annotated[Path | None, typer.Option(help="The authority to trust for HTTPS.", exists=True)] = None,
    curl: Annotated[bool, typer.Option("--curl", help="Print a curl command that uses the token.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the server's whole answer.")] = False,
) -> None:
    """Get an access token from a running server and print it."""
    asked = {"client_id": client_id, "client_secret": client_secret, "scope": scope}
    asked |= {"username": email, "password": password}
    if ready_file is not None:
        store = json.loads(ready_file.read_text(encoding="utf-8"))
        url = url or store["http"]
        asked = _from_store(store, who) | {name: value for name, value in asked.items() if value}
    url = (url or "http://127.0.0.1:8080").rstrip("/")
    asked["grant_type"] = "password" if asked.get("username") else "client_credentials"
    answer = asyncio.run(_ask(url, {name: value for name, value in asked.items() if value}, ca_file))
    if as_json:
        print(json.dumps(answer))
    elif curl:
        trust = f"--cacert {ca_file} " if ca_file else ""
        print(
            f"curl -g {trust}'{url}/api/organization' -H 'Accept: application/vnd.api+json' "
            f"-H 'Authorization: Bearer {answer['access_token']}'"
        )
    else:
        print(answer["access_token"])


def _from_store(store: dict[str, Any], who: str) -> dict[str, str | None]:
    if who == "integration":
        return dict(store["integration"])
    asked = {"client_id": store["sales_channel"]["client_id"], "scope": f"market:id:{store['market']['id']}"}
    if who == "customer":
        asked |= {"username": store["customer"]["email"], "password": store["customer"]["password"]}
    return asked


async def _ask(url: str, asked: dict[str, str | None], ca_file: Path | None) -> dict[str, Any]:
    import ssl

    import aiohttp

    trust: ssl.SSLContext | Literal[True] = ssl.create_default_context(cafile=ca_file) if ca_file else True
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as http,
            http.post(f"{url}/oauth/token", json=asked, ssl=trust) as response,
        ):
            answer: dict[str, Any] = await response.json()
    except (aiohttp.ClientError, TimeoutError, ValueError) as trouble:
        raise CommandFailed(f"No token could be had from {url}: {trouble}") from trouble
    if "errors" in answer:
        raise CommandFailed(f"{url} gave no token: {answer['errors'][0]['detail']}")
    return answer


# --- generated files --------------------------------------------------------------------------------------------


@app.command()
def openapi(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if a file is not current.")] = False,
    root: Annotated[Path, typer.Option(help="The folder that openapi.json and docs/ are in.")] = Path(),
) -> None:
    """Write what is generated from the declarations: openapi.json, the reference pages, the page about settings."""
    from billfold import generated

    files = generated.files()
    stale, left_over = generated.compare(files, root)
    if not check:
        generated.write(files, stale, left_over, root)
        Console().print(f"{len(stale)} of {len(files)} generated files were written anew.")
        return
    if stale or left_over:
        raise CommandFailed(f"Not current: {', '.join(sorted(stale | left_over))}. Run: billfold openapi")
    Console().print(f"All {len(files)} generated files are current.")
