"""What the pretend PSPs remember when they are started again, as real ones never forget a card on file."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from tests.sandbox.shop import Shop, open_shop

from billfold.sandbox import create_app
from billfold.sandbox.memory import Memory
from billfold.sandbox.world import World

CUSTOMERS = "/v1/customers"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.state"


async def paid(shop: Shop) -> str:
    customer = await shop.stripe.customers.create_async({"email": "ada@example.com"})
    intent = await shop.stripe.payment_intents.create_async(
        {"amount": 1000, "currency": "eur", "customer": customer.id, "setup_future_usage": "off_session"}
    )
    assert (await shop.pay_in_browser(intent, "4242424242424242"))[0] == 200
    return intent.id


async def test_what_was_paid_and_saved_outlives_the_sandbox(file: Path) -> None:
    async with open_shop(create_app(memory=file)) as shop:
        intent = await paid(shop)
        before = await shop.stripe.payment_intents.retrieve_async(intent)
    async with open_shop(create_app(memory=file)) as shop:
        after = await shop.stripe.payment_intents.retrieve_async(intent)
        assert after.to_dict() == before.to_dict()
        assert (await shop.ledger(intent))["capture"] == 1000
        listed = await shop.raw("GET", f"{CUSTOMERS}/{before.customer}/payment_methods")
        assert [found["id"] for found in listed[1]["data"]] == [before.payment_method]


async def test_an_idempotency_key_outlives_the_sandbox(file: Path) -> None:
    async with open_shop(create_app(memory=file)) as shop:
        made = await shop.raw("POST", CUSTOMERS, Idempotency_Key="once")
    async with open_shop(create_app(memory=file)) as shop:
        assert await shop.raw("POST", CUSTOMERS, Idempotency_Key="once") == made


async def test_the_clock_does_not_go_back(file: Path) -> None:
    async with open_shop(create_app(memory=file)) as shop:
        await shop.steer("POST", "/clock", {"advance": 3600})
        _, before = await shop.steer("GET", "/clock")
    async with open_shop(create_app(memory=file)) as shop:
        _, after = await shop.steer("GET", "/clock")
        assert after["now"] >= before["now"]


async def test_without_a_file_every_sandbox_is_new(file: Path) -> None:
    async with open_shop(create_app()) as shop:
        intent = await paid(shop)
    async with open_shop(create_app()) as shop:
        assert (await shop.raw("GET", f"/v1/payment_intents/{intent}"))[0] == 404


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return print, ("somebody else's code",)


@pytest.mark.parametrize("content", [b"", b"not a memory", pickle.dumps(Evil())])
def test_a_file_of_somebody_else_s_is_as_good_as_none(
    file: Path, content: bytes, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    file.write_bytes(content)
    world = World(clock=lambda: 0.0)
    Memory(world, file).recall()
    assert world.snapshot()[:2] == (0.0, {})
    assert "somebody" not in capsys.readouterr().out
    assert "the sandbox starts with nothing" in caplog.text


async def test_steering_is_reached_below_each_psp_too_and_never_fails() -> None:
    async with open_shop(create_app()) as shop:
        await shop.steer("POST", "/faults", {"do": "error", "times": None})
        for path in ("/stripe/_sandbox/ledger", "/klarna/_sandbox/clock"):
            async with shop.http.get(f"{shop.url}{path}") as answer:
                assert answer.status == 200
