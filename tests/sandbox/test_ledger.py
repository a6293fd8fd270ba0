"""The ledger: it adds up, and it never believes in money that is not there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.sandbox.ledger import KINDS, ImpossibleMovement, Kind, Ledger

MOVEMENTS = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(["pi_1", "pi_2"]), st.integers(-10, 1000)))


@given(MOVEMENTS)
def test_whatever_is_tried_no_more_leaves_than_came_in(tried: list[tuple[Kind, str, int]]) -> None:
    ledger = Ledger()
    for kind, reference, amount in tried:
        before, length = ledger.totals("stripe", reference), len(ledger)
        try:
            ledger.record("stripe", kind, reference, amount, "EUR", 0.0)
        except ImpossibleMovement:
            assert (ledger.totals("stripe", reference), len(ledger)) == (before, length)
    for reference in ("pi_1", "pi_2"):
        totals = ledger.totals("stripe", reference)
        assert totals["capture"] + totals["void"] <= totals["authorization"]
        assert totals["refund"] <= totals["capture"]
        for kind in KINDS:
            entries = [m.amount for m in ledger if m.reference == reference and m.kind == kind]
            assert totals[kind] == sum(entries)


@pytest.mark.parametrize(("kind", "amount"), [("capture", 1501), ("void", 1501), ("refund", 1), ("authorization", -1)])
def test_an_impossible_movement_says_what_is_wrong(kind: Kind, amount: int) -> None:
    ledger = Ledger()
    ledger.record("stripe", "authorization", "pi_1", 1500, "eur", 0.0)
    with pytest.raises(ImpossibleMovement, match="pi_1"):
        ledger.record("stripe", kind, "pi_1", amount, "eur", 0.0)


def test_psps_do_not_share_references() -> None:
    ledger = Ledger()
    ledger.record("stripe", "authorization", "same", 1500, "eur", 0.0)
    with pytest.raises(ImpossibleMovement):
        ledger.record("klarna", "capture", "same", 1500, "eur", 0.0)
