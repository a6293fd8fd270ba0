"""Whatever a shop does to an order, in whatever order: Klarna's figures and the ledger tell the same story."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.sandbox.klarna.shop import costing

from billfold.sandbox.klarna import captures, orders, refunds
from billfold.sandbox.klarna.api import Act, Call
from billfold.sandbox.klarna.errors import KlarnaError
from billfold.sandbox.klarna.placing import place
from billfold.sandbox.world import World

ACTS: dict[str, tuple[Act, str | None]] = {
    "capture": (captures.create, "captured_amount"),
    "refund": (refunds.create, "refunded_amount"),
    "change": (orders.change_amount, "order_amount"),
    "cancel": (orders.cancel, None),
    "release": (orders.release, None),
    "extend": (orders.extend, None),
    "wait": (orders.read, None),
}
steps = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 1500)), max_size=12)


def call(world: World, body: dict[str, object], **path: str) -> Call:
    return Call(world, "shop", body, path, "http://klarna.example/x", "http://klarna.example")


@given(amount=st.integers(0, 1000), outcome=st.sampled_from(["accepted", "pending"]), steps=steps)
def test_no_money_is_moved_that_is_not_there(amount: int, outcome: str, steps: list[tuple[str, int]]) -> None:
    now = 1_000_000.0
    world = World(clock=lambda: now)
    placing = call(world, costing(amount))
    order = place(placing, instrument="card", outcome=outcome, country="DE")["order_id"]
    for name, figure in steps:
        act, member = ACTS[name]
        world.advance(86_400.0 * figure / 100 if name == "wait" else 60.0)
        before = world.ledger.totals("klarna", order).copy()
        try:
            act(call(world, {} if member is None else {member: figure}, order_id=order))
        except KlarnaError:
            # A refusal may find the order expired, which lets go of the rest; it never takes or gives back.
            after = world.ledger.totals("klarna", order)
            assert (before["capture"], before["refund"]) == (after["capture"], after["refund"])
    shown = orders.read(call(world, {}, order_id=order)).body
    totals = world.ledger.totals("klarna", order)
    assert shown["captured_amount"] == totals["capture"]
    assert shown["refunded_amount"] == totals["refund"] <= totals["capture"]
    assert shown["remaining_authorized_amount"] == (totals["authorization"] - totals["capture"] - totals["void"])
    assert sum(capture["refunded_amount"] for capture in shown["captures"]) == shown["refunded_amount"]
    assert (shown["status"] == "AUTHORIZED") <= (shown["captured_amount"] == 0)
    assert shown["remaining_authorized_amount"] == 0 or shown["status"] in ("AUTHORIZED", "PART_CAPTURED")
