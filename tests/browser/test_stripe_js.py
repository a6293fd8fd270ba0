"""Stripe.js of the sandbox, in a page that uses it as https://docs.stripe.com/payments/accept-a-payment does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import stripe
from playwright.async_api import FrameLocator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from tests.sandbox.shop import Shop
from tests.servers import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAYS = "4242424242424242"
DECLINED = "4000000000000002"
ASKS = "4000002760003184"
ASKS_THEN_DECLINED = "4000008400001629"

CONFIRM = """async (how) => {
  window.told = undefined
  window.told = await stripe.confirmPayment({ elements, ...how })
}"""
STAYS = {"confirmParams": {}, "redirect": "if_required"}


class Till:
    """A page with a card form, and the payment that it is for."""

    def __init__(self, page: Page, sandbox: Shop, intent: stripe.PaymentIntent, url: str) -> None:
        self.page = page
        self.sandbox = sandbox
        self.intent = intent
        self.secret = str(intent.client_secret)
        self.url = url

    async def open(self) -> None:
        await self.page.goto(self.url)
        await self.page.evaluate(
            """(clientSecret) => {
                window.seen = []
                window.stripe = Stripe('pk_test_sandbox', { locale: 'auto' })
                window.elements = stripe.elements({ clientSecret, appearance: { theme: 'stripe' } })
                const element = elements.create('payment', { layout: 'accordion' })
                for (const event of ['ready', 'change']) element.on(event, (told) => seen.push([event, told.complete]))
                element.mount('#card')
            }""",
            self.secret,
        )

    @property
    def form(self) -> FrameLocator:
        return self.page.frame_locator("#card iframe")

    @property
    def bank(self) -> FrameLocator:
        return self.page.get_by_role("dialog").frame_locator("iframe")

    async def type(self, number: str, expiry: str = "1234", cvc: str = "123") -> None:
        for label, value in (("Card number", number), ("Expiration date", expiry), ("Security code", cvc)):
            await self.form.get_by_label(label).fill(value)

    async def confirm(self, how: dict[str, Any] = STAYS) -> None:
        """Starts only: the customer may have to answer first."""
        await self.page.evaluate(f"(how) => {{ void ({CONFIRM})(how) }}", how)

    async def told(self) -> Any:
        """What `confirmPayment` resolved to."""
        await self.page.wait_for_function("window.told !== undefined")
        return await self.page.evaluate("told")

    async def status(self) -> str:
        found = await self.sandbox.stripe.payment_intents.retrieve_async(self.intent.id)
        return found.status

    async def see(self, number: str) -> None:
        """Type a card whose bank asks, and wait for the question."""
        await self.open()
        await self.type(number)
        await self.confirm({**STAYS, "confirmParams": {"return_url": f"{self.url}?order=1"}})
        await expect(self.bank.get_by_role("heading", name="Is this you?")).to_be_visible()


async def shown(request: Request) -> Response:
    source = request.app.state.script
    return HTMLResponse(f'<!doctype html><title>A shop</title><script src="{source}"></script><div id="card"></div>')


@pytest_asyncio.fixture(loop_scope="session")
async def till(page: Page, sandbox: Shop) -> AsyncIterator[Till]:
    intent = await sandbox.stripe.payment_intents.create_async(
        {"amount": 1500, "currency": "eur", "capture_method": "manual"}
    )
    shop = Starlette(routes=[Route("/", shown)])
    shop.state.script = f"{sandbox.url}/stripe/v3/"
    async with serve(shop) as url:
        yield Till(page, sandbox, intent, f"{url}/")


async def test_a_card_that_is_typed_into_the_frame_pays(till: Till) -> None:
    await till.open()
    await till.type(PAYS)
    await till.confirm()
    told = await till.told()
    assert told["paymentIntent"]["status"] == "requires_capture"
    assert await till.sandbox.ledger(till.intent.id) == {"authorization": 1500}
    # The page around the frame learns when the form is filled in, and never with what.
    assert await till.page.evaluate("seen[0][0]") == "ready"
    assert await till.page.evaluate("seen.filter(([event]) => event === 'change').at(-1)[1]") is True
    assert PAYS not in await till.page.content()


async def test_what_is_typed_is_grouped_as_on_the_card(till: Till) -> None:
    await till.open()
    await till.form.get_by_label("Card number").press_sequentially("4242424242424242")
    await till.form.get_by_label("Expiration date").press_sequentially("1234")
    await expect(till.form.get_by_label("Card number")).to_have_value("4242 4242 4242 4242")
    await expect(till.form.get_by_label("Expiration date")).to_have_value("12 / 34")


async def test_an_unfinished_form_asks_nobody(till: Till) -> None:
    await till.open()
    for number, expiry, cvc, code in (
        ("4242", "1234", "123", "incomplete_number"),
        ("4242424242424241", "1234", "123", "invalid_number"),
        (PAYS, "12", "123", "incomplete_expiry"),
        (PAYS, "1334", "123", "invalid_expiry_month"),
        (PAYS, "1234", "1", "incomplete_cvc"),
    ):
        await till.type(number, expiry, cvc)
        submitted = await till.page.evaluate("elements.submit()")
        await till.confirm()
        told = await till.told()
        assert (submitted["error"]["code"], told["error"]["code"]) == (code, code)
        await expect(till.form.get_by_role("alert")).to_have_text(told["error"]["message"])
    assert await till.status() == "requires_payment_method"


async def test_a_declined_card_is_said_so_and_another_one_pays(till: Till) -> None:
    await till.open()
    await till.type(DECLINED)
    await till.confirm()
    declined = await till.told()
    assert declined["error"]["code"] == "card_declined"
    await expect(till.form.get_by_role("alert")).to_have_text("Your card was declined.")
    await till.type(PAYS)
    await expect(till.form.get_by_role("alert")).to_have_count(0)
    await till.confirm()
    assert (await till.told())["paymentIntent"]["status"] == "requires_capture"


async def test_a_completed_challenge_keeps_the_customer_in_the_shop(till: Till) -> None:
    await till.see(ASKS)
    await till.bank.get_by_role("button", name="Complete").click()
    assert (await till.told())["paymentIntent"]["status"] == "requires_capture"
    await expect(till.page.get_by_role("dialog")).to_have_count(0)
    assert till.page.url == till.url


@pytest.mark.parametrize(
    ("number", "button", "code"),
    [(ASKS, "Fail", "payment_intent_authentication_failure"), (ASKS_THEN_DECLINED, "Complete", "card_declined")],
)
async def test_a_challenge_that_leads_to_nothing_is_an_error(till: Till, number: str, button: str, code: str) -> None:
    await till.see(number)
    await till.bank.get_by_role("button", name=button).click()
    told = await till.told()
    assert told["error"]["code"] == code
    await expect(till.form.get_by_role("alert")).to_have_text(told["error"]["message"])
    assert await till.sandbox.ledger(till.intent.id) == {}


@pytest.mark.parametrize(("button", "outcome"), [("Complete", "succeeded"), ("Fail", "failed")])
async def test_who_leaves_the_frame_comes_back_by_redirect(till: Till, button: str, outcome: str) -> None:
    await till.see(ASKS)
    await till.bank.get_by_role("link", name="Answer on a page of its own").click()
    await till.page.get_by_role("button", name=button).click()
    await till.page.wait_for_url(
        f"{till.url}?order=1&payment_intent={till.intent.id}&payment_intent_client_secret={till.secret}"
        f"&redirect_status={outcome}"
    )
    found = await till.page.evaluate("(secret) => Stripe('pk_test_sandbox').retrievePaymentIntent(secret)", till.secret)
    expected = {"succeeded": "requires_capture", "failed": "requires_payment_method"}
    assert found["paymentIntent"]["status"] == expected[outcome]


async def test_without_redirect_if_required_the_page_is_left_in_any_case(till: Till) -> None:
    await till.open()
    await till.type(PAYS)
    await till.confirm({"confirmParams": {"return_url": f"{till.url}?thanks"}})
    await till.page.wait_for_url(f"**/?thanks=&payment_intent={till.intent.id}&*redirect_status=succeeded")


async def test_a_challenge_that_the_server_met_is_answered_in_the_page(till: Till) -> None:
    await till.sandbox.stripe.payment_intents.confirm_async(
        till.intent.id, {"payment_method": "pm_card_authenticationRequired", "use_stripe_sdk": True}
    )
    await till.page.goto(till.url)
    await till.page.evaluate(
        """(clientSecret) => void (async () => {
            window.told = await Stripe('pk_test_sandbox').handleNextAction({ clientSecret })
        })()""",
        till.secret,
    )
    await till.bank.get_by_role("button", name="Complete").click()
    assert (await till.told())["paymentIntent"]["status"] == "requires_capture"


async def test_a_known_card_is_confirmed_by_its_id(till: Till) -> None:
    await till.page.goto(till.url)
    confirm = "(secret) => Stripe('pk_test_sandbox').confirmCardPayment(secret, { payment_method: 'pm_card_visa' })"
    assert (await till.page.evaluate(confirm, till.secret))["paymentIntent"]["status"] == "requires_capture"


async def test_a_wrong_secret_finds_nothing(till: Till) -> None:
    await till.page.goto(till.url)
    wrong = f"{till.intent.id}_secret_wrong"
    found = await till.page.evaluate("(secret) => Stripe('pk_test_sandbox').retrievePaymentIntent(secret)", wrong)
    assert found["error"]["code"] == "resource_missing"


async def test_an_element_goes_and_another_one_comes(till: Till) -> None:
    await till.open()
    await till.page.evaluate("elements.getElement('payment').destroy()")
    await expect(till.page.locator("#card iframe")).to_have_count(0)
    assert await till.page.evaluate("elements.getElement('payment')") is None
    await till.page.evaluate("void elements.create('payment').mount(document.querySelector('#card'))")
    await till.type(PAYS)
    await till.confirm()
    assert (await till.told())["paymentIntent"]["status"] == "requires_capture"


async def test_what_the_sandbox_does_not_have_it_refuses_with_a_sentence(till: Till) -> None:
    await till.page.goto(till.url)
    for calls, sentence in (
        ("Stripe('sk_test_1')", "publishable key"),
        ("Stripe('pk_test_1').elements({}).create('card')", "the Payment Element alone"),
        ("Stripe('pk_test_1').createToken({})", "no createToken()"),
        ("Stripe('pk_test_1').retrievePaymentIntent('pi_1')", "no client secret"),
        ("Stripe('pk_test_1').confirmPayment({})", "a mounted Payment Element"),
    ):
        caught = f"async () => {{ try {{ await {calls} }} catch (error) {{ return `${{error}}` }} }}"
        refusal = await till.page.evaluate(caught)
        assert refusal.startswith("IntegrationError: ")
        assert sentence in refusal


async def test_every_release_train_has_its_address(till: Till) -> None:
    for path, version in (("v3", 3), ("v3/", 3), ("clover/stripe.js", "clover")):
        await till.page.goto(till.url)
        await till.page.add_script_tag(url=f"{till.sandbox.url}/stripe/{path}")
        assert await till.page.evaluate("Stripe.version") == version
