"""Wire transfers: every verb succeeds at once, and says the same when it is repeated."""

from __future__ import annotations

import aiohttp
import pytest
from tests.gateways.contract import MovesMoney
from tests.gateways.rigs import GOOD, Moved, Payment, a_purchase, new_key

from billfold.domain.errors import Refused
from billfold.domain.money import Money
from billfold.domain.payments import Kind
from billfold.gateways.manual.gateway import ManualGateway
from billfold.gateways.protocol import (
    Attempt,
    Details,
    Gateway,
    KeepsSources,
    Key,
    Purchase,
    Reference,
    Shopper,
    Verdict,
)


class Notebook(ManualGateway):
    """Adds up what it was told to note, once for each key, as the merchant's bank would."""

    def __init__(self) -> None:
        self.seen: dict[Key, tuple[str, int]] = {}

    async def authorize(self, purchase: Purchase, source: Details, *, key: Key) -> Verdict:
        verdict = await super().authorize(purchase, source, key=key)
        self.seen[key] = ("authorized", purchase.amount.minor)
        if verdict.captured:
            self.seen[Key(f"{key}-capture")] = ("captured", purchase.amount.minor)
        return verdict

    async def capture(self, attempt: Attempt) -> Verdict:
        self.seen[attempt.key] = ("captured", attempt.amount.minor)
        return await super().capture(attempt)

    async def void(self, attempt: Attempt) -> Verdict:
        self.seen[attempt.key] = ("voided", attempt.amount.minor)
        return await super().void(attempt)

    async def refund(self, attempt: Attempt, *, captured: Money, authorization: Reference) -> Verdict:
        self.seen[attempt.key] = ("refunded", attempt.amount.minor)
        return await super().refund(attempt, captured=captured, authorization=authorization)


class ManualRig:
    def __init__(self) -> None:
        self.gateway = Notebook()

    async def customer_pays(self, payment: Payment, how: str = GOOD) -> None:
        """The customer goes to their bank, of which nobody here hears anything."""

    async def moved(self, reference: str) -> Moved:
        sums: dict[str, int] = {}
        for kind, amount in self.gateway.seen.values():
            sums[kind] = sums.get(kind, 0) + amount
        return Moved(**sums)

    def gateway_at(self, url: str) -> Gateway:
        return self.gateway

    def gateway_with_wrong_credentials(self) -> Gateway:
        return self.gateway

    def options(self, shopper: Shopper | None) -> Details:
        return {}


@pytest.fixture
def rig() -> ManualRig:
    return ManualRig()


class TestContract(MovesMoney):
    pass


async def test_a_wire_transfer_has_a_reference_of_ours() -> None:
    verdict = await ManualGateway().authorize(a_purchase(), {}, key=Key("abcDEFghij"))
    assert verdict.reference == "wire-abcDEFghij"


def test_a_wire_transfer_cannot_be_kept() -> None:
    assert not isinstance(ManualGateway(), KeepsSources)


async def test_looking_up_says_what_was_written_down() -> None:
    attempt = Payment(a_purchase(500), {}).attempt(Kind.CAPTURE)
    assert await ManualGateway().look_up(attempt) == await ManualGateway().capture(attempt)


def test_nobody_reports_wire_transfers() -> None:
    with pytest.raises(Refused):
        ManualGateway().read_notification({}, b"{}")


async def test_there_is_nothing_to_connect_to_or_to_close() -> None:
    gateway = ManualGateway()
    assert await gateway.connect("https://example.com", key=new_key()) == {}
    await gateway.disconnect()
    await gateway.close()
    assert await gateway.update(a_purchase(), {}) == {}
    assert await gateway.refresh({}) == ({}, ())


async def test_the_digest_says_no_more_than_the_kind() -> None:
    from billfold.gateways import GATEWAYS

    async with aiohttp.ClientSession() as session:
        manual = next(psp for psp in GATEWAYS if psp.name == "manual")
        assert isinstance(manual.open({}, session, None), ManualGateway)
        assert manual.digest({}) == {"type": "wire_transfer"}
