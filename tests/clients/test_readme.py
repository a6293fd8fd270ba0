"""The lines that the README gives to users of the official client, as they stand."""

from __future__ import annotations

import re
from pathlib import Path

from tests.clients.conftest import HERE, Play
from tests.clients.shop import Shop

README = HERE.parent.parent / "README.md"

# What the reader is told to fill in, and what the packages are called where the stories are played.
BEFORE = """
import { scope, shop, step, tell } from './shop.mjs'
const clientId = shop.sales_channel.client_id
"""
AFTER = """
await step('the client finds the store', async () => tell({ slug: (await cl.organization.retrieve()).slug }))
"""


def test_the_client_finds_the_store_with_these_lines(play: Play, stories: Path, shop: Shop) -> None:
    (lines,) = re.findall(r"^```js\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = lines.replace("'@commercelayer/js-auth'", "'js-auth-8'").replace(
        "'@commercelayer/sdk/bundle'", "'sdk-7/bundle'"
    )
    assert "'billfold.localhost:8443'" in lines
    lines = lines.replace("'billfold.localhost:8443'", f"'{shop['domain']}'")
    imports, code = lines.split("\n\n", 1)
    (stories / "readme.mjs").write_text(f"{imports}\n{BEFORE}\n{code}\n{AFTER}", encoding="utf-8")
    assert play("readme") == {"slug": shop["slug"]}
