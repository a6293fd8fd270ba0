"""Move the money of an order.

Every verb has the same three steps: write down what we are about to do and commit; ask the PSP with no database
transaction open; write down what came of it. A transaction is born `unknown`, so a crash at any point leaves a true
record, and `reconcile` finds out the rest.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from billfold.domain.errors import (
    ActionRequired,
    BillfoldError,
    Conflict,
    Declined,
    OutcomeUnknown,
    Refused,
)
from billfold.domain.moments import moment
from billfold.domain.money import Money
from billfold.domain.payments import OPEN, Kind, Outcome, check
from billfold.gateways.protocol import Gateway, Key, Verdict
from billfold.jsonapi.record import Record
from billfold.usecases.payments.attempts import ask, attempt_of, gateway_of, is_in_flight, open_attempt, source_of
from billfold.usecases.payments.positions import (
    check_nothing_held,
    check_source_may_change,
    position_around,
    position_of,
    room,
)
from billfold.usecases.payments.purchases import purchase
from billfold.usecases.payments.verdicts import FOR_PAYING, OnSuccess, write_down
from billfold.usecases.work import Work

REPEATABLE = timedelta(hours=23)  # PSPs know a repeated request by its key for 24 hours


def check_may_turn_away(order: Record) -> None:
    """Raise Refused while a placed order is edited, and when money was taken or nobody knows whether it was."""
    check_source_may_change(order)
    if not position_of(order).capturable:
        check_nothing_held(order)


async def turn_away(work: Work, order: Record) -> None:
    """Let an order that can still be edited be paid otherwise: void what is held for it.

    Raises Conflict after that, so that the request is carried out anew on the order as it is then; what
    `check_may_turn_away` raises.
    """
    check_may_turn_away(order)
    if position_of(order).capturable:
        aside = Work(work.tools, work.caller)
        fresh = await aside.read(order.type, order.id, FOR_PAYING)
        assert fresh is not None
        await let_go(aside, fresh)
        raise Conflict("was read before its money was let go")


async def authorize(
    work: Work, order: Record, *, at: str, on_success: OnSuccess | None = None, reads: str = FOR_PAYING
) -> None:
    """Have the order's total held (or taken) with its payment source. Does nothing when that is so already.

    on_success  what else to write in the very commit that records the success
    reads       what that looks at, as include paths from the order, FOR_PAYING among them
    Raises Declined, ActionRequired, Refused or GatewayTrouble, each after the record was written.
    """
    due = Money(order["total_amount_with_taxes_cents"], order["currency_code"])
    source = order.one("payment_source")
    assert source is not None
    secured = position_of(order).secured
    if due <= secured:
        if on_success:
            on_success(work, order)
        return
    if secured:
        raise _too_little(secured, due)
    _check_unspent(order, source, at=at)
    gateway = await gateway_of(work, source)
    attempt = await _former_authorization(work, order, source, gateway, at=at)
    repeated = attempt is not None
    if attempt is None:
        attempt = open_attempt(work, order, Kind.AUTHORIZATION, due, None)
        await work.commit()
    elif attempt["outcome"] == Outcome.SUCCEEDED:
        _follow(work, order, on_success)
        return
    verdict, trouble = None, None
    try:
        verdict = await gateway.authorize(
            purchase(order, source["instrument_customer_token"]), source.values, key=Key(attempt.id)
        )
    except BillfoldError as raised:
        trouble = raised
    if trouble is None or not repeated:  # trouble with asking again says nothing of what came of the first request
        await write_down(work, order, attempt, verdict, trouble, partial(_follow, on_success=on_success), reads)
    _raise_unless_done(verdict, trouble, at=at)


def _follow(work: Work, order: Record, on_success: OnSuccess | None) -> None:
    """What is to follow from a success, which is one only if the PSP holds all that the order costs."""
    due, secured = Money(order["total_amount_with_taxes_cents"], order["currency_code"]), position_of(order).secured
    if secured < due:
        raise _too_little(secured, due)
    if on_success:
        on_success(work, order)


def _too_little(secured: Money, due: Money) -> Refused:
    problem = f"holds {secured}, but the order costs {due}: let go of the payment source first"
    return Refused(problem, at="relationships/payment_source", error="mismatched_amounts")


def _check_unspent(order: Record, source: Record, *, at: str) -> None:
    """Raise unless the source may still be paid with. Nothing of its money is held any more; a PSP that is asked how it
    stands may say all the same that it was authorized, even taken, because it once was."""
    made = [t for t in order.many("transactions") if t["payment_source_id"] == source.id]
    if any(t["outcome"] in OPEN for t in made if t.type in (Kind.VOID, Kind.REFUND)):
        raise Conflict("must wait: the order's money is being let go", at=at, error="in_progress")
    if any(t["succeeded"] for t in made if t.type == Kind.AUTHORIZATION):
        problem = "was paid with before, and the money let go or given back: a new payment source is needed"
        raise Refused(problem, at="relationships/payment_source", error="expired")


async def _former_authorization(
    work: Work, order: Record, source: Record, gateway: Gateway, *, at: str
) -> Record | None:
    """The attempt to go on with, under its old key: the customer has answered a challenge meanwhile, or nobody knows
    yet what came of it. None when there is none, or it came to nothing."""
    for former in [t for t in order.many("transactions") if t.type == Kind.AUTHORIZATION and t["outcome"] in OPEN]:
        if former["payment_source_id"] != source.id:
            continue
        age = work.now - moment(former["asked_at"])
        if former["outcome"] == Outcome.PENDING and age < REPEATABLE:
            return former
        if is_in_flight(former, work.now):
            raise Conflict("is being paid by another request right now", at=at, error="in_progress")
        verdict = await gateway.look_up(attempt_of(order, former))
        await write_down(work, order, former, verdict, None, None)
        if former["outcome"] == Outcome.SUCCEEDED or verdict.next_action:
            return former
        if former["outcome"] in OPEN:
            if age >= REPEATABLE:
                problem = "was asked for a day ago and the PSP cannot say what came of it: a back office must settle it"
                raise Conflict(problem, at=at, error=OutcomeUnknown.error)
            return former
    return None


async def act(
    work: Work, order: Record, kind: Kind, on: Record, amount: Money, *, on_success: OnSuccess | None = None
) -> Record:
    """Capture or void an authorization, or refund a capture. Returns the transaction.

    on_success  what else to write in the very commit that records the success
    Raises NotCapturable, NotVoidable or NotRefundable before anything is written; Declined or GatewayTrouble after
    the record was.
    """
    check(kind, amount, position_around(order, on))
    source = await source_of(work, order, on)
    attempt = open_attempt(work, order, kind, amount, on, source)
    await work.commit()
    verdict, trouble = None, None
    try:
        verdict = await ask(await gateway_of(work, source), kind, order, attempt, on)
    except BillfoldError as raised:
        trouble = raised
    await write_down(work, order, attempt, verdict, trouble, on_success)
    _raise_unless_done(verdict, trouble)
    return attempt


async def act_on_rest(
    work: Work, order: Record, kind: Kind, id: str, *, by: Callable[..., Awaitable[object]] = act
) -> None:
    """Capture, void or refund what is left of a transaction, if anything is.

    by  what it is done by: `act`, or what goes further where the PSP refuses
    """
    on = next(t for t in order.many("transactions") if t.id == id)
    left = room(order, on)
    if left:
        await by(work, order, kind, on, left)


async def let_go(work: Work, order: Record, *, by: Callable[..., Awaitable[object]] = act) -> None:
    """Void everything that is held for the order. by: see `act_on_rest`"""
    for id in [t.id for t in order.many("transactions") if t.type == Kind.AUTHORIZATION]:
        await act_on_rest(work, order, Kind.VOID, id, by=by)


def _raise_unless_done(verdict: Verdict | None, trouble: BillfoldError | None, *, at: str | None = None) -> None:
    if trouble is not None:
        trouble.at = trouble.at or at
        raise trouble
    assert verdict is not None
    if verdict.outcome in (Outcome.DECLINED, Outcome.FAILED):
        message = verdict.message or "was declined by the PSP"
        raise Declined(message, at=at, meta={"decline_code": verdict.decline} if verdict.decline else None)
    if verdict.outcome is Outcome.PENDING and verdict.next_action:
        action = verdict.next_action
        meta = {"client_secret": action.client_secret, "redirect_url": action.url}
        raise ActionRequired(
            "needs the customer: they must confirm the payment with their bank first",
            at=at,
            meta={n: v for n, v in meta.items() if v},
        )
    if verdict.outcome is Outcome.PENDING and at in ("_place", "_authorize"):
        raise ActionRequired("is still being decided by the PSP; try again later", at=at, error="payment_pending")
