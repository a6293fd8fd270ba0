"""What customers do in the checkout, and what can be seen from there."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import FrameLocator, Locator, Page, Response, expect

Change = tuple[str, str, list[str]]


@dataclass
class Visit:
    """A window of the browser in the checkout of one order.

    page     the window
    site     where the checkout is
    changes  what the page has asked the API to change: method, type, and the members that it sent
    refused  the answers that were errors, as status and path
    """

    page: Page
    site: str
    api: str
    changes: list[Change] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        if not answer.url.startswith(self.api) or answer.request.method == "OPTIONS":
            return
        path = urlsplit(answer.url).path.removeprefix("/api/")
        if answer.status >= 400:
            self.refused.append((answer.status, path.partition("/")[0]))
        if answer.request.method != "GET":
            data = json.loads(answer.request.post_data or "{}").get("data", {})
            sent = [*data.get("attributes", {}), *data.get("relationships", {})]
            self.changes.append((answer.request.method, path.partition("/")[0], sorted(sent)))

    async def open(self, order_id: str, token: str) -> None:
        self.changes.clear()
        await self.page.goto(f"{self.site}/{order_id}?accessToken={token}")
        await expect(self.page.locator("[aria-busy=false]")).to_be_visible()

    # --- who and where ------------------------------------------------------------------------------------------

    async def give_address(self, *, keep: bool = False) -> None:
        """Fill in the form and send it; `keep` has the address saved to the address book."""
        step = self.page.get_by_role("region", name="Customer")
        address = {"First name": "Ada", "Last name": "Lovelace", "Street": "Main street 1", "City": "Berlin"}
        for label, value in {**address, "ZIP code": "10115", "Phone": "+49 30 123456"}.items():
            await step.get_by_role("textbox", name=label).fill(value)
        await step.get_by_role("combobox", name="Country").select_option("DE")
        if keep:
            await step.get_by_label("Save to my address book").check()
        await step.get_by_role("button", name="Save address").click()

    async def give_email(self, email: str) -> None:
        box = self.page.get_by_label("Email")
        await box.fill(email)
        # The components notice what was typed when the field is left, and save it when it is left again.
        await box.blur()
        await box.focus()
        async with self.page.expect_response(lambda answer: answer.request.method == "PATCH"):
            await box.blur()

    async def have_it_sent(self, method: str) -> None:
        await self.page.get_by_role("region", name="Shipping").get_by_role("radio", name=method).click()

    # --- payment ------------------------------------------------------------------------------------------------

    async def pay_by(self, source_type: str) -> Locator:
        """Choose a payment method; the part of the page that belongs to it."""
        method = self.page.get_by_test_id(source_type)
        await method.get_by_role("radio").click()
        await expect(method.get_by_role("radio")).to_be_checked()
        await expect(self.page.get_by_text("Loading...")).to_have_count(0)
        return method

    async def type_card(self, number: str, *, keep: bool = False) -> None:
        form = self.page.get_by_test_id("stripe_payments").frame_locator("iframe")
        for label, value in (("Card number", number), ("Expiration date", "1234"), ("Security code", "123")):
            await form.get_by_label(label).fill(value)
        if keep:
            await self.page.get_by_label("Save to my wallet").check()

    async def take_from_wallet(self, words: str) -> None:
        await self.page.get_by_role("region", name="Wallet").get_by_role("button", name=words).click()
        await expect(self.page.get_by_test_id("chosen")).to_contain_text(words)

    async def place(self) -> None:
        await self.page.get_by_role("button", name="Place order").click()

    async def answer_bank(self, button: str) -> None:
        """In the frame over the checkout."""
        await self.bank.get_by_role("button", name=button).click()

    @property
    def bank(self) -> FrameLocator:
        return self.page.get_by_role("dialog", name="Card authentication").frame_locator("iframe")

    async def thanked(self) -> None:
        """Until the checkout takes the order for paid."""
        await expect(self.page.get_by_role("heading", name="Thank you")).to_be_visible()

    async def told(self, words: str) -> None:
        """Until the checkout says what went wrong."""
        await expect(self.page.get_by_role("alert").filter(has_text=words)).to_be_visible()


def did(visit: Visit, *names: str) -> list[Any]:
    """Those of the changes that sent one of the members, in their order: what was sent."""
    return [sent for _, _, sent in visit.changes if set(sent) & set(names)]
