"""The laws every gateway obeys that keeps instruments, written once and run for every PSP that has such."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.gateways.rigs import CHALLENGED, Payment, Rig, WalletRig, a_purchase, a_shopper, authorized, new_key, opened

from billfold.domain.cards import where_a_card_number_is
from billfold.domain.errors import Refused
from billfold.domain.payments import Kind, Outcome
from billfold.gateways.protocol import KeepsSources, Kept


class KeepsASource:
    """Gateways that can keep an instrument for a registered customer and use it again."""

    async def test_an_authorized_source_can_be_kept(self, rig: WalletRig) -> None:
        payment = await authorized(rig, a_purchase(shopper=a_shopper()))
        kept = await _keep(rig, payment)
        assert kept.name
        assert kept.payment_source_token in await rig.kept()
        assert kept.instrument["issuer_type"]
        assert all(isinstance(value, str) for value in kept.instrument.values())
        assert where_a_card_number_is([kept.name, dict(kept.instrument), dict(kept.details)]) is None

    async def test_keeping_twice_gives_one_token(self, rig: WalletRig) -> None:
        payment = await authorized(rig, a_purchase(shopper=a_shopper()))
        first, second = await _keep(rig, payment), await _keep(rig, payment)
        assert first == second
        assert await rig.kept() == [first.payment_source_token]

    async def test_keeping_at_the_same_time_gives_one_token(self, rig: WalletRig) -> None:
        payment = await opened(rig, a_purchase(shopper=a_shopper()))
        await rig.customer_pays(payment)
        kept = await asyncio.gather(*(_keep(rig, payment, learn=False) for _ in range(8)))
        assert len({one.payment_source_token for one in kept}) == 1
        assert await rig.kept() == [kept[0].payment_source_token]

    async def test_a_source_can_be_kept_before_the_order_is_placed(self, rig: WalletRig) -> None:
        payment = await opened(rig, a_purchase(shopper=a_shopper()))
        await rig.customer_pays(payment)
        kept = await _keep(rig, payment)
        verdict = payment.learn(await rig.gateway.authorize(payment.purchase, payment.source, key=new_key()))
        assert verdict.outcome is Outcome.SUCCEEDED
        assert (await _keep(rig, payment)).payment_source_token == kept.payment_source_token

    async def test_what_the_customer_has_not_agreed_to_cannot_be_kept(self, rig: WalletRig) -> None:
        payment = await opened(rig, a_purchase(shopper=a_shopper()))
        with pytest.raises(Refused):
            await _keep(rig, payment)
        assert await rig.kept() == []

    async def test_what_a_guest_paid_with_cannot_be_kept(self, rig: WalletRig) -> None:
        payment = await authorized(rig, a_purchase())
        with pytest.raises(Refused):
            await _keep(rig, payment)
        assert await rig.kept() == []

    async def test_a_kept_source_pays_another_order_without_a_browser(self, rig: WalletRig) -> None:
        first = await authorized(rig, a_purchase(shopper=a_shopper()))
        kept = await _keep(rig, first)
        second = await _reused(rig, kept, first)
        verdict = second.learn(await rig.gateway.authorize(second.purchase, second.source, key=new_key()))
        assert verdict.outcome is Outcome.SUCCEEDED
        assert verdict.reference != first.reference
        assert (await rig.moved(verdict.reference or "")).authorized == 777
        captured = await rig.gateway.capture(second.attempt(Kind.CAPTURE))
        assert captured.outcome is Outcome.SUCCEEDED

    async def test_a_reused_source_repeated_with_its_key_holds_the_money_once(self, rig: WalletRig) -> None:
        first = await authorized(rig, a_purchase(shopper=a_shopper()))
        second = await _reused(rig, await _keep(rig, first), first)
        key = new_key()
        one = await rig.gateway.authorize(second.purchase, second.source, key=key)
        two = await rig.gateway.authorize(second.purchase, second.source, key=key)
        assert one.reference == two.reference
        assert (await rig.moved(one.reference or "")).authorized == 777

    async def test_the_instrument_of_a_reused_source_is_known_at_once(self, rig: WalletRig) -> None:
        first = await authorized(rig, a_purchase(shopper=a_shopper()))
        kept = await _keep(rig, first)
        assert _wallet(rig).reuse(kept)["payment_instrument"] == kept.instrument

    async def test_what_was_prepared_for_keeping_is_named_until_somebody_keeps_or_drops_it(
        self, rig: WalletRig
    ) -> None:
        payment = await authorized(rig, a_purchase(shopper=a_shopper()))
        unsaved = _wallet(rig).unsaved(payment.source)
        assert unsaved is not None
        assert [unsaved[1]] == await rig.kept()
        await _wallet(rig).forget(*unsaved, key=new_key())
        assert await rig.kept() == []

    async def test_nothing_is_prepared_for_keeping_when_a_guest_pays(self, rig: WalletRig) -> None:
        payment = await authorized(rig, a_purchase())
        assert _wallet(rig).unsaved(payment.source) is None

    async def test_a_reused_source_leaves_nothing_unsaved(self, rig: WalletRig) -> None:
        first = await authorized(rig, a_purchase(shopper=a_shopper()))
        second = await _reused(rig, await _keep(rig, first), first)
        second.learn(await rig.gateway.authorize(second.purchase, second.source, key=new_key()))
        assert _wallet(rig).unsaved(second.source) is None

    async def test_forgetting_twice_is_forgetting_once(self, rig: WalletRig) -> None:
        payment = await authorized(rig, a_purchase(shopper=a_shopper()))
        kept = await _keep(rig, payment)
        for _ in range(2):
            await _wallet(rig).forget(kept.customer_token, kept.payment_source_token, key=new_key())
        assert await rig.kept() == []
        await _wallet(rig).forget(kept.customer_token, "nobody-knows-this", key=new_key())

    async def test_an_instrument_is_recognised_by_its_raw_tokens(self, rig: WalletRig) -> None:
        payment = await authorized(rig, a_purchase(shopper=a_shopper()))
        kept = await _keep(rig, payment)
        seen = await _wallet(rig).recognise(kept.customer_token, kept.payment_source_token)
        assert (seen.name, seen.instrument) == (kept.name, kept.instrument)
        with pytest.raises(Refused):
            await _wallet(rig).recognise(kept.customer_token, "nobody-knows-this")

    async def test_a_customer_is_enrolled_once_for_one_key(self, rig: WalletRig) -> None:
        shopper, key = a_shopper(), new_key()
        tokens = await asyncio.gather(*(_wallet(rig).enroll(shopper, key=key) for _ in range(4)))
        assert len(set(tokens)) == 1


class AsksTheCustomer:
    """Banks that ask the customer also when the instrument is kept."""

    async def test_a_bank_that_asks_leaves_the_payment_pending_until_the_customer_answers(self, rig: WalletRig) -> None:
        first = await authorized(rig, a_purchase(shopper=a_shopper()), CHALLENGED)
        second = await _reused(rig, await _keep(rig, first), first)
        key = new_key()
        asked = await rig.gateway.authorize(second.purchase, second.source, key=key)
        assert asked.outcome is Outcome.PENDING
        assert asked.next_action is not None
        assert asked.next_action.client_secret
        assert (await rig.moved(asked.reference or "")).authorized == 0
        await rig.answer(asked.next_action, yes=True)
        done = await rig.gateway.authorize(second.purchase, second.source, key=key)
        assert done.outcome is Outcome.SUCCEEDED
        assert (await rig.moved(asked.reference or "")).authorized == 777

    async def test_a_failed_challenge_declines_the_payment_and_the_next_try_asks_again(self, rig: WalletRig) -> None:
        first = await authorized(rig, a_purchase(shopper=a_shopper()), CHALLENGED)
        second = await _reused(rig, await _keep(rig, first), first)
        key = new_key()
        asked = await rig.gateway.authorize(second.purchase, second.source, key=key)
        await rig.answer(asked.next_action, yes=False)
        failed = await rig.gateway.authorize(second.purchase, second.source, key=key)
        assert failed.outcome is Outcome.DECLINED
        again = await rig.gateway.authorize(second.purchase, second.source, key=new_key())
        assert again.outcome is Outcome.PENDING
        await rig.answer(again.next_action, yes=True)
        assert (await rig.gateway.refresh(second.source))[1] != ()
        assert (await rig.moved(asked.reference or "")).authorized == 777


def _wallet(rig: Rig) -> KeepsSources:
    assert isinstance(rig.gateway, KeepsSources)
    return rig.gateway


async def _keep(rig: Rig, payment: Payment, *, learn: bool = True) -> Kept:
    kept = await _wallet(rig).keep(payment.purchase, payment.source, key=new_key())
    if learn:
        payment.source.update(kept.details)
    return kept


async def _reused(rig: Rig, kept: Kept, former: Payment) -> Payment:
    """A new payment source for another order of the same customer, as the API makes it."""
    purchase = replace(a_purchase(777), shopper=former.purchase.shopper)
    source = dict(_wallet(rig).reuse(kept))
    return Payment(purchase, {**source, **await rig.gateway.prepare(purchase, source, key=new_key())})
