"""The laws every gateway obeys, written once and run for every PSP.

A PSP's test file makes a class of the parts that apply to it, and gives it a fixture `rig`.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.gateways.rigs import (
    DECLINED,
    Moved,
    Payment,
    Rig,
    TroubledRig,
    a_purchase,
    a_shopper,
    authorized,
    new_key,
    opened,
)

from billfold.domain.cards import where_a_card_number_is
from billfold.domain.errors import BillfoldError, GatewayMisconfigured, GatewayUnreachable, OutcomeUnknown, Refused
from billfold.domain.money import Money
from billfold.domain.payments import Kind, Outcome
from billfold.gateways.protocol import KeepsSources, Kept, Reference, Verdict

# What no PSP documents: (status, body).
GIBBERISH: tuple[tuple[int, object], ...] = (
    (200, {}),
    (200, []),
    (200, {"id": 5, "status": 7, "currency": None, "order_id": None, "token_id": None, "session_id": {}}),
    (200, {"status": "succeeded", "fraud_status": "ACCEPTED", "purchase_currency": "???", "amount": "1", "card": []}),
    (204, {}),
    (400, {"error": "no", "error_code": 5, "error_messages": 5, "correlation_id": []}),
    (402, {"error": {"type": "card_error", "code": 5, "message": None}}),
)


class MovesMoney:
    """Every gateway, those without a PSP included."""

    async def test_an_authorization_holds_exactly_the_purchases_amount(self, rig: Rig) -> None:
        payment = await opened(rig, a_purchase(1234))
        await rig.customer_pays(payment)
        verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
        assert verdict.outcome is Outcome.SUCCEEDED
        assert verdict.amount in (None, Money(1234, "EUR"))
        assert not verdict.captured
        assert verdict.reference
        assert (await rig.moved(verdict.reference)).authorized == 1234

    async def test_an_authorization_repeated_with_its_key_holds_the_money_once(self, rig: Rig) -> None:
        payment = await opened(rig, a_purchase())
        await rig.customer_pays(payment)
        key = new_key()
        first = await rig.gateway.authorize(payment.purchase, payment.source, key=key)
        second = await rig.gateway.authorize(payment.purchase, payment.source, key=key)
        assert (first.outcome, first.reference) == (second.outcome, second.reference)
        assert (await rig.moved(first.reference or "")).authorized == 1234

    async def test_a_capture_repeated_with_its_key_takes_the_money_once(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        attempt = payment.attempt(Kind.CAPTURE)
        first = await rig.gateway.capture(attempt)
        second = await rig.gateway.capture(attempt)
        assert first.outcome is second.outcome is Outcome.SUCCEEDED
        assert first.reference == second.reference
        assert (await rig.moved(payment.reference or "")).captured == 1234

    async def test_a_part_of_what_is_held_can_be_captured(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        verdict = await rig.gateway.capture(payment.attempt(Kind.CAPTURE, 500))
        assert (verdict.outcome, verdict.amount) == (Outcome.SUCCEEDED, Money(500, "EUR"))
        assert (await rig.moved(payment.reference or "")).captured == 500

    async def test_a_capture_says_what_it_let_go_where_nothing_stays_held_for_a_second_one(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        attempt = payment.attempt(Kind.CAPTURE, 500)
        verdict = await rig.gateway.capture(attempt)
        let_go = (await rig.moved(payment.reference or "")).voided
        assert let_go in (0, 734)
        assert verdict.released == (Money(let_go, "EUR") if let_go else None)
        assert (await rig.gateway.look_up(attempt)).released == verdict.released
        whole = await authorized(rig, a_purchase())
        assert (await rig.gateway.capture(whole.attempt(Kind.CAPTURE))).released is None

    async def test_a_void_lets_all_of_the_money_go(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        verdict = await rig.gateway.void(payment.attempt(Kind.VOID))
        assert verdict.outcome is Outcome.SUCCEEDED
        assert await rig.moved(payment.reference or "") == Moved(authorized=1234, voided=1234)

    async def test_what_a_partial_capture_left_over_can_be_voided(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        await rig.gateway.capture(payment.attempt(Kind.CAPTURE, 500))
        verdict = await rig.gateway.void(payment.attempt(Kind.VOID, 734))
        assert verdict.outcome is Outcome.SUCCEEDED
        assert await rig.moved(payment.reference or "") == Moved(authorized=1234, captured=500, voided=734)

    async def test_what_was_captured_can_be_refunded_in_parts(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        captured = await rig.gateway.capture(payment.attempt(Kind.CAPTURE))
        first = await _refund(rig, payment, captured, 1000)
        second = await _refund(rig, payment, captured, 234)
        assert first.outcome is second.outcome is Outcome.SUCCEEDED
        assert first.reference != second.reference
        assert (await rig.moved(payment.reference or "")).refunded == 1234

    async def test_a_refund_repeated_with_its_key_gives_the_money_back_once(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        captured = await rig.gateway.capture(payment.attempt(Kind.CAPTURE))
        attempt = replace(payment.attempt(Kind.REFUND, 400), reference=captured.reference)
        for _ in range(2):
            verdict = await rig.gateway.refund(
                attempt, captured=payment.purchase.amount, authorization=payment.reference or Reference("")
            )
            assert verdict.outcome is Outcome.SUCCEEDED
        assert (await rig.moved(payment.reference or "")).refunded == 400

    async def test_with_auto_capture_the_money_is_taken_with_the_authorization(self, rig: Rig) -> None:
        payment = await opened(rig, a_purchase(auto_capture=True))
        await rig.customer_pays(payment)
        verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
        assert verdict.captured
        assert verdict.capture_reference
        assert (await rig.moved(verdict.reference or "")).captured == 1234
        payment.learn(verdict)
        refunded = await _refund(rig, payment, replace(verdict, reference=verdict.capture_reference), 1234)
        assert refunded.outcome is Outcome.SUCCEEDED

    async def test_a_yen_is_a_yen(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase(1234, "JPY"))
        assert (await rig.moved(payment.reference or "")).authorized == 1234
        verdict = await rig.gateway.capture(payment.attempt(Kind.CAPTURE))
        assert verdict.amount == Money(1234, "JPY")

    async def test_discarding_twice_is_discarding_once(self, rig: Rig) -> None:
        payment = await opened(rig, a_purchase())
        await rig.gateway.discard(payment.source)
        await rig.gateway.discard(payment.source)


class KeepsToTheLimits:
    """Every gateway with a PSP behind it, which says no by itself."""

    async def test_nothing_is_authorized_before_the_customer_agreed(self, rig: Rig) -> None:
        payment = await opened(rig, a_purchase())
        with pytest.raises(Refused):
            await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())

    async def test_a_declined_payment_is_a_verdict_and_not_an_exception(self, rig: Rig) -> None:
        payment = await opened(rig, a_purchase())
        await rig.customer_pays(payment, DECLINED)
        verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
        assert verdict.outcome is Outcome.DECLINED
        assert verdict.decline
        assert verdict.message

    async def test_an_order_that_costs_something_else_by_now_is_refused(self, rig: Rig) -> None:
        payment = await opened(rig, a_purchase(1234))
        await rig.customer_pays(payment)
        dearer = replace(payment.purchase, amount=Money(9999, "EUR"))
        with pytest.raises(Refused) as refused:
            await rig.gateway.authorize(dearer, payment.source, key=new_key())
        assert refused.value.error == "mismatched_amounts"

    async def test_more_than_is_held_cannot_be_captured(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        verdict = await rig.gateway.capture(payment.attempt(Kind.CAPTURE, 1235))
        assert verdict.outcome is Outcome.FAILED
        assert (await rig.moved(payment.reference or "")).captured == 0

    async def test_more_than_was_captured_cannot_be_refunded(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        captured = await rig.gateway.capture(payment.attempt(Kind.CAPTURE, 500))
        verdict = await _refund(rig, payment, captured, 501)
        assert verdict.outcome is Outcome.FAILED
        assert (await rig.moved(payment.reference or "")).refunded == 0

    async def test_what_is_captured_cannot_be_voided(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        await rig.gateway.capture(payment.attempt(Kind.CAPTURE))
        verdict = await rig.gateway.void(payment.attempt(Kind.VOID))
        assert verdict.outcome is Outcome.FAILED
        assert (await rig.moved(payment.reference or "")).voided == 0

    async def test_an_updated_source_is_authorized_for_the_new_amount(self, rig: Rig) -> None:
        payment = await opened(rig, a_purchase(1234))
        dearer = a_purchase(2000)
        payment.purchase = replace(payment.purchase, amount=dearer.amount, lines=dearer.lines)
        payment.source.update(await rig.gateway.update(payment.purchase, payment.source))
        await rig.customer_pays(payment)
        verdict = await rig.gateway.authorize(payment.purchase, payment.source, key=new_key())
        assert (await rig.moved(verdict.reference or "")).authorized == 2000

    async def test_refreshing_tells_what_is_held(self, rig: Rig) -> None:
        payment = await opened(rig, a_purchase())
        _, before = await rig.gateway.refresh(payment.source)
        assert before == ()
        await rig.customer_pays(payment)
        payment.learn(await rig.gateway.authorize(payment.purchase, payment.source, key=new_key()))
        _, ((kind, held),) = await rig.gateway.refresh(payment.source)
        assert (kind, held.outcome, held.reference) == (Kind.AUTHORIZATION, Outcome.SUCCEEDED, payment.reference)

    async def test_refreshing_tells_what_was_taken_and_given_back_and_names_it_as_we_know_it(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        taken = await rig.gateway.capture(payment.attempt(Kind.CAPTURE))
        given = [await _refund(rig, payment, taken, minor) for minor in (1000, 200)]
        _, (_, *found) = await rig.gateway.refresh(payment.source)
        assert [(k, v.outcome, v.reference, v.amount) for k, v in found] == [
            (Kind.CAPTURE, Outcome.SUCCEEDED, taken.reference, Money(1234, "EUR")),
            (Kind.REFUND, Outcome.SUCCEEDED, given[0].reference, Money(1000, "EUR")),
            (Kind.REFUND, Outcome.SUCCEEDED, given[1].reference, Money(200, "EUR")),
        ]

    async def test_refreshing_tells_what_was_let_go_and_names_it_as_we_know_it(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        let_go = await rig.gateway.void(payment.attempt(Kind.VOID))
        _, found = await rig.gateway.refresh(payment.source)
        (kind, seen) = found[-1]
        assert (kind, seen.outcome, seen.reference) == (Kind.VOID, Outcome.SUCCEEDED, let_go.reference)
        assert seen.amount == Money(1234, "EUR")

    async def test_looking_up_what_was_never_asked_for_says_failed(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        assert (await rig.gateway.look_up(payment.attempt(Kind.CAPTURE))).outcome is Outcome.FAILED
        assert (await rig.gateway.look_up(payment.attempt(Kind.VOID))).outcome is Outcome.FAILED
        await rig.gateway.capture(payment.attempt(Kind.CAPTURE))
        assert (await rig.gateway.look_up(payment.attempt(Kind.REFUND))).outcome is Outcome.FAILED

    async def test_looking_up_tells_ours_from_another_request(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        ours = payment.attempt(Kind.CAPTURE, 500)
        captured = await rig.gateway.capture(ours)
        seen = await rig.gateway.look_up(ours)
        assert (seen.outcome, seen.amount) == (Outcome.SUCCEEDED, Money(500, "EUR"))
        assert seen.reference == captured.reference
        assert (await rig.gateway.look_up(payment.attempt(Kind.CAPTURE, 500))).outcome is Outcome.FAILED

    async def test_looking_up_an_authorization_that_was_never_made_says_failed(self, rig: Rig) -> None:
        payment = await opened(rig, a_purchase())
        assert (await rig.gateway.look_up(payment.attempt(Kind.AUTHORIZATION))).outcome is Outcome.FAILED

    async def test_nothing_that_is_stored_holds_a_card_number_or_a_key(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        payment.learn(await rig.gateway.capture(payment.attempt(Kind.CAPTURE)))
        assert where_a_card_number_is(payment.source) is None
        assert "sk_test" not in repr(payment.source)

    async def test_wrong_credentials_are_the_operators_to_mend(self, rig: Rig) -> None:
        with pytest.raises(GatewayMisconfigured):
            await rig.gateway_with_wrong_credentials().prepare(a_purchase(), {}, key=new_key())

    async def test_a_psp_that_nobody_listens_at_was_never_sent_anything(self, rig: Rig) -> None:
        payment = await authorized(rig, a_purchase())
        nowhere = rig.gateway_at(_closed_port())
        with pytest.raises(GatewayUnreachable):
            await nowhere.capture(payment.attempt(Kind.CAPTURE))
        assert (await rig.moved(payment.reference or "")).captured == 0


class SurvivesTrouble:
    """A PSP that answers 500 or hangs up, and goes on doing so when it is asked again."""

    async def test_a_500_leaves_a_capture_unknown_until_it_is_looked_up(self, rig: TroubledRig) -> None:
        payment = await authorized(rig, a_purchase())
        attempt = payment.attempt(Kind.CAPTURE)
        await rig.strike("error", "capture")
        with pytest.raises(OutcomeUnknown):
            await rig.gateway.capture(attempt)
        await rig.heal()
        assert (await rig.gateway.look_up(attempt)).outcome is Outcome.FAILED
        assert (await rig.moved(payment.reference or "")).captured == 0

    async def test_a_dropped_answer_to_a_capture_is_found_by_looking_it_up(self, rig: TroubledRig) -> None:
        payment = await authorized(rig, a_purchase())
        attempt = payment.attempt(Kind.CAPTURE, 700)
        await rig.strike("drop", "capture")
        with pytest.raises(OutcomeUnknown):
            await rig.gateway.capture(attempt)
        await rig.heal()
        found = await rig.gateway.look_up(attempt)
        assert (found.outcome, found.amount) == (Outcome.SUCCEEDED, Money(700, "EUR"))
        assert found.reference
        assert (await rig.moved(payment.reference or "")).captured == 700

    async def test_a_dropped_answer_to_a_refund_is_found_by_looking_it_up(self, rig: TroubledRig) -> None:
        payment = await authorized(rig, a_purchase())
        captured = await rig.gateway.capture(payment.attempt(Kind.CAPTURE))
        attempt = replace(payment.attempt(Kind.REFUND, 300), reference=captured.reference)
        await rig.strike("drop", "refunds")
        with pytest.raises(OutcomeUnknown):
            await rig.gateway.refund(
                attempt, captured=payment.purchase.amount, authorization=payment.reference or Reference("")
            )
        await rig.heal()
        assert (await rig.gateway.look_up(attempt)).outcome is Outcome.SUCCEEDED
        assert (await rig.moved(payment.reference or "")).refunded == 300

    async def test_a_dropped_answer_to_a_void_is_found_by_looking_it_up(self, rig: TroubledRig) -> None:
        payment = await authorized(rig, a_purchase())
        attempt = payment.attempt(Kind.VOID)
        await rig.strike("drop", "cancel")
        with pytest.raises(OutcomeUnknown):
            await rig.gateway.void(attempt)
        await rig.heal()
        assert (await rig.gateway.look_up(attempt)).outcome is Outcome.SUCCEEDED
        assert (await rig.moved(payment.reference or "")).voided == 1234

    @pytest.mark.parametrize(("status", "body"), GIBBERISH)
    async def test_no_gibberish_is_taken_for_money(self, rig: TroubledRig, status: int, body: object) -> None:
        fresh, held = await opened(rig, a_purchase(shopper=a_shopper())), await authorized(rig, a_purchase())
        captured = await rig.gateway.capture(held.attempt(Kind.CAPTURE, 500))
        back = replace(held.attempt(Kind.REFUND, 300), reference=captured.reference)
        await rig.babble(status, body)
        asked: list[Callable[[], Awaitable[Any]]] = [
            lambda: rig.gateway.prepare(a_purchase(), {}, key=new_key()),
            lambda: rig.gateway.update(fresh.purchase, fresh.source),
            lambda: rig.gateway.refresh(held.source),
            lambda: rig.gateway.authorize(fresh.purchase, fresh.source, key=new_key()),
            lambda: rig.gateway.capture(held.attempt(Kind.CAPTURE, 500)),
            lambda: rig.gateway.void(held.attempt(Kind.VOID)),
            lambda: rig.gateway.refund(back, captured=Money(500, "EUR"), authorization=held.reference or Reference("")),
            lambda: rig.gateway.look_up(back),
        ]
        if isinstance(wallet := rig.gateway, KeepsSources):
            asked.append(lambda: wallet.keep(fresh.purchase, fresh.source, key=new_key()))
            asked.append(lambda: wallet.recognise("customer", "token"))
        for verb in asked:
            try:
                said = await verb()
            except BillfoldError:
                continue
            assert not isinstance(said, Verdict) or said.outcome is not Outcome.SUCCEEDED
            assert not isinstance(said, Kept)

    async def test_reading_that_fails_is_never_an_unknown_outcome(self, rig: TroubledRig) -> None:
        payment = await authorized(rig, a_purchase())
        with pytest.raises(GatewayUnreachable):
            await rig.gateway_at(_closed_port()).look_up(payment.attempt(Kind.VOID))


async def _refund(rig: Rig, payment: Payment, captured: Verdict, minor: int) -> Verdict:
    attempt = replace(payment.attempt(Kind.REFUND, minor), reference=captured.reference)
    assert payment.reference
    return await rig.gateway.refund(attempt, captured=payment.purchase.amount, authorization=payment.reference)


def _closed_port() -> str:
    """An address that refuses connections: its port was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
