"""Klarna.js of the sandbox, in a page that uses it as
https://docs.klarna.com/klarna-payments/integrate-with-klarna-payments/step-2-check-out/ does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from tests.sandbox.klarna.shop import ADDRESS, PURCHASE, Shop
from tests.sandbox.shop import Shop as Sandbox
from tests.servers import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOAD = """(client_token) => {
  const where = { container: '#klarna', payment_method_category: 'klarna' }
  Klarna.Payments.init({ client_token })
  Klarna.Payments.load(where, {}, (told) => { window.loaded = told })
}"""
AUTHORIZE = """(order) => {
  Klarna.Payments.authorize({ payment_method_category: 'klarna' }, order, (told) => { window.told = told })
}"""


@dataclass(frozen=True)
class Till:
    """A page with Klarna's form, and the session that it is for."""

    page: Page
    shop: Shop
    token: str
    url: str

    async def open(self) -> None:
        await self.page.goto(self.url)
        await self.page.evaluate(LOAD, self.token)

    async def authorize(self, **order: Any) -> None:
        await self.page.evaluate(AUTHORIZE, order)

    @property
    def window(self) -> Locator:
        return self.page.get_by_role("dialog", name="Klarna")

    async def told(self) -> Any:
        """What the callback of `authorize` was given."""
        await self.page.wait_for_function("window.told !== undefined")
        return await self.page.evaluate("told")


async def shown(request: Request) -> Response:
    source = request.app.state.script
    return HTMLResponse(f'<!doctype html><title>A shop</title><script src="{source}"></script><div id="klarna"></div>')


@pytest_asyncio.fixture(loop_scope="session")
async def till(page: Page, sandbox: Sandbox) -> AsyncIterator[Till]:
    async with aiohttp.ClientSession() as http:
        shop = Shop(sandbox.url, http)
        session = await shop.session(intent="buy")
        site = Starlette(routes=[Route("/", shown)])
        site.state.script = f"{sandbox.url}/klarna/kp/lib/v1/api.js"
        async with serve(site) as url:
            yield Till(page, shop, session["client_token"], url)


async def test_an_approved_authorization_places_an_order(till: Till) -> None:
    await till.open()
    assert await till.page.evaluate("loaded") == {"show_form": True}
    await expect(till.page.locator("#klarna")).to_contain_text("Klarna")
    await till.authorize(billing_address=ADDRESS)
    await till.window.get_by_label("Pay by").select_option("Invoice")
    await till.window.get_by_role("button", name="Approve").click()
    told = await till.told()
    assert (told["approved"], told["finalize_required"]) == (True, False)
    order = await till.shop.done("POST", f"/payments/v1/authorizations/{told['authorization_token']}/order", PURCHASE)
    assert await till.shop.money(order["order_id"]) == (10000, 0, 0, 0)


async def test_a_customer_may_decline_or_close_the_window_and_come_back(till: Till) -> None:
    await till.open()
    for close in ("Decline", "Escape"):
        await till.page.evaluate("window.told = undefined")
        await till.authorize()
        if close == "Escape":
            await till.page.keyboard.press(close)
        else:
            await till.window.get_by_role("button", name=close).click()
        assert await till.told() == {"approved": False, "show_form": True}
        await expect(till.window).to_have_count(0)
    await till.page.evaluate("window.told = undefined")
    await till.authorize()
    await till.window.get_by_role("button", name="Approve").click()
    assert (await till.told())["approved"] is True


async def test_a_customer_whom_klarna_refuses_gets_no_second_form(till: Till) -> None:
    await till.open()
    await till.authorize(billing_address={**ADDRESS, "given_name": "Declined"})
    await till.window.get_by_role("button", name="Approve").click()
    assert await till.told() == {"approved": False, "show_form": False}


async def test_what_makes_no_sense_to_klarna_is_told_to_the_page(till: Till) -> None:
    await till.open()
    await till.authorize(order_amount="much")
    await till.window.get_by_role("button", name="Approve").click()
    told = await till.told()
    assert (told["approved"], told["error"]["error_code"]) == (False, "BAD_VALUE")


async def test_a_container_that_is_not_there_is_said_so(till: Till) -> None:
    await till.page.goto(till.url)
    load = "() => { Klarna.Payments.init({ client_token: 'x' }); Klarna.Payments.load({ container: '#nowhere' }) }"
    refusal = await till.page.evaluate(f"() => {{ try {{ ({load})() }} catch (error) {{ return error.message }} }}")
    assert "#nowhere" in refusal
