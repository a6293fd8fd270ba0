"""The plan of shipments as laws: no piece lost or doubled, and no shelf asked for more than it has without need."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from billfold.domain.shipping import STRATEGIES, Need, Planned, draw, plan

LOCATIONS = ("north", "south", "west")
SKUS = ("shirt", "mug", "lamp")
CATEGORY = {"shirt": "soft", "mug": "hard", "lamp": "hard"}

locations = st.lists(st.sampled_from(LOCATIONS), min_size=1, max_size=3, unique=True)
stocks = st.dictionaries(st.tuples(st.sampled_from(LOCATIONS), st.sampled_from(SKUS)), st.integers(0, 9))
strategies = st.sampled_from(STRATEGIES)


@st.composite
def needs(d: st.DrawFn) -> list[Need]:
    lines = d(st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 6), st.booleans()), max_size=5))
    return [Need(f"line {i}", sku, n, CATEGORY[sku], tracked) for i, (sku, n, tracked) in enumerate(lines)]


def asked(planned: list[Planned], *, transfers: bool = True) -> Counter[tuple[str, str]]:
    """How many pieces of each (location, SKU) the plan takes."""
    found: Counter[tuple[str, str]] = Counter()
    for part in planned:
        for d in [*part.pieces, *(part.transfers if transfers else [])]:
            found[d.location, d.sku] += d.quantity
    return found


@given(needs(), locations, stocks, strategies)
def test_every_piece_is_in_exactly_one_shipment(
    wanted: list[Need], places: list[str], stock: dict[tuple[str, str], int], strategy: str
) -> None:
    sent: Counter[tuple[str, str]] = Counter()
    for part in plan(wanted, places, stock, strategy):
        for d in [*part.pieces, *part.transfers]:
            assert d.quantity > 0
            sent[d.line_item, d.sku] += d.quantity
    assert sent == {(n.line_item, n.sku): n.quantity for n in wanted}


@given(needs(), locations, stocks, strategies)
def test_no_two_shipments_have_the_same_origin_and_category_and_none_is_empty(
    wanted: list[Need], places: list[str], stock: dict[tuple[str, str], int], strategy: str
) -> None:
    planned = plan(wanted, places, stock, strategy)
    keys = [(p.location, p.category) for p in planned]
    assert len(keys) == len(set(keys))
    for part in planned:
        contents = [*part.pieces, *part.transfers]
        assert contents
        assert {CATEGORY[d.sku] for d in contents} == {part.category}
        assert all(d.location == part.location for d in part.pieces)
        assert all(d.location != part.location for d in part.transfers)


@given(needs(), locations, stocks, st.sampled_from(["split_shipments", "ship_from_primary"]))
def test_no_location_is_asked_for_more_than_it_has_where_all_together_have_enough(
    wanted: list[Need], places: list[str], stock: dict[tuple[str, str], int], strategy: str
) -> None:
    tracked = [n for n in wanted if n.tracked]
    for sku in SKUS:
        there = sum(stock.get((place, sku), 0) for place in places)
        if sum(n.quantity for n in tracked if n.sku == sku) <= there:
            for (place, of), pieces in asked(plan(tracked, places, stock, strategy)).items():
                assert of != sku or pieces <= stock.get((place, sku), 0)


@given(needs(), locations, stocks)
def test_without_splitting_each_category_is_one_shipment_without_transfers(
    wanted: list[Need], places: list[str], stock: dict[tuple[str, str], int]
) -> None:
    planned = plan(wanted, places, stock, "no_split")
    assert len(planned) == len({n.category for n in wanted})
    assert not any(p.transfers for p in planned)


@given(needs(), locations, stocks, strategies)
def test_the_same_question_has_the_same_answer(
    wanted: list[Need], places: list[str], stock: dict[tuple[str, str], int], strategy: str
) -> None:
    assert plan(wanted, places, stock, strategy) == plan(wanted, places, dict(stock), strategy)


@given(needs(), locations, stocks)
def test_shipping_from_the_first_that_has_all_needs_no_transfers_where_one_has_all(
    wanted: list[Need], places: list[str], stock: dict[tuple[str, str], int]
) -> None:
    full = {(place, sku): 100 for place in places[-1:] for sku in SKUS}
    planned = plan(wanted, places, {**stock, **full}, "ship_from_first_available_or_primary")
    assert not any(p.transfers for p in planned)


@given(needs(), locations, stocks)
def test_what_is_not_shipped_is_drawn_whole_and_from_the_first_that_has_it(
    wanted: list[Need], places: list[str], stock: dict[tuple[str, str], int]
) -> None:
    drawn = draw(wanted, places, stock)
    sent: Counter[tuple[str, str]] = Counter()
    for d in drawn:
        sent[d.line_item, d.sku] += d.quantity
    assert sent == {(n.line_item, n.sku): n.quantity for n in wanted}


def test_without_a_place_to_ship_from_there_is_no_plan() -> None:
    assert plan([Need("line", "shirt", 1)], [], {}, "no_split") == []
    assert draw([Need("line", "shirt", 1)], [], {}) == []
