"""A checkout of the official React components, and a browser that finds everything where its makers put it."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from tests.clients.conftest import CACHE
from tests.clients.node import find_node
from tests.servers import serve

HERE = Path(__file__).parent
SOURCE = HERE / "page"

# The name of a store whose clients know of no ports.
DOMAIN = "billfold.test"
OPTIONS = ("--domain", DOMAIN, "--public-port", "443")

HOSTS = (f"*.{DOMAIN}", "js.stripe.com", "x.klarnacdn.net")
BUNDLE_SECONDS = 60


def bundle(folder: Path) -> None:
    """Fill an empty folder with the page as a browser takes it. Raises Missing."""
    node = find_node(CACHE)
    source = folder / "source"
    shutil.copytree(SOURCE, source)
    # esbuild looks for packages from where a file lies.
    (source / "node_modules").symlink_to(node.packages(SOURCE / "package.json", CACHE))
    shutil.copy(SOURCE / "index.html", folder)
    options = ["--bundle", "--jsx=automatic", "--target=chrome110", '--define:process.env.NODE_ENV="production"']
    command: list[str | Path] = [
        source / "node_modules/esbuild/bin/esbuild",
        "source/checkout.jsx",
        "--outfile=checkout.js",
        *options,
    ]
    made = subprocess.run(
        [node.node, *command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BUNDLE_SECONDS,
        check=False,
    )
    assert made.returncode == 0, made.stderr


@asynccontextmanager
async def site(folder: Path) -> AsyncIterator[str]:
    """Serves the page at every path, as the official checkout does with the ids of orders; yields the base URL."""

    async def shown(request: Request) -> Response:
        return FileResponse(folder / ("checkout.js" if request.url.path == "/checkout.js" else "index.html"))

    async with serve(Starlette(routes=[Route("/{path:path}", shown)])) as url:
        yield url


def browser_options(tls_port: int, authority: Path) -> list[str]:
    """Chromium's: the hosts are here, and certificates of this authority are good for all of them."""
    rules = ", ".join(f"MAP {host}:443 127.0.0.1:{tls_port}" for host in HOSTS)
    certificate = x509.load_pem_x509_certificate(authority.read_bytes())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = base64.b64encode(hashlib.sha256(key).digest()).decode()
    return [f"--host-resolver-rules={rules}", f"--ignore-certificate-errors-spki-list={digest}"]
