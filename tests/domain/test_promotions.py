"""Laws of promotions: what they take off adds up, is there to be taken, and is the same each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.domain.baskets import Basket, Line, Place
from billfold.domain.promotions import RANKS, TAKING_OFF, in_turn, is_for, is_used_up, settle, status, weight
from billfold.domain.shares import shares

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LIST = "list"


@dataclass
class Fact:
    values: dict[str, Any]
    lists: dict[str, list[Fact]] = field(default_factory=dict)
    ones: dict[str, Fact | None] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    @property
    def beside(self) -> None:
        return None

    def one(self, name: str) -> Fact | None:
        return self.ones[name]

    def many(self, name: str) -> list[Fact]:
        return self.lists.get(name, [])


def promotion(kind: str, *rules: Fact, **values: Any) -> Fact:
    known = {
        "id": kind,
        "type": f"{kind}_promotions",
        "starts_at": NOW - timedelta(days=1),
        "expires_at": NOW + timedelta(days=1),
        "total_usage_count": 0,
    }
    return Fact(known | values, {"promotion_rules": list(rules)})


def rule(kind: str, *wanted: str, **values: Any) -> Fact:
    skus = [Fact({"id": sku}) for sku in wanted]
    return Fact({"id": f"{kind}_rule", "type": f"{kind}_promotion_rules"} | values, {"skus_wanted": skus})


def line(id: str, total: int, quantity: int = 1, *, listed: bool = True, **more: Any) -> Line:
    places = {LIST: Place()} if listed else {}
    given: dict[str, Any] = {"article": id, "quantity": quantity, "total": total, "places": places}
    return Line(id, "skus", **(given | more))


def freight(total: int) -> Line:
    return Line("freight", "shipments", "shipment", 1, total)


def off(promotions: list[Fact], *lines: Line, coupon: Fact | None = None, rest: int = 0) -> dict[str, dict[str, int]]:
    """Promotion id → line id → what it takes off."""
    outcome = settle(in_turn(promotions, 10), Basket(list(lines), rest), coupon)
    return {a.promotion["id"]: dict(a.parts) for a in outcome.applied}


def test_a_share_is_taken_off_all_goods_to_the_cent() -> None:
    assert off([promotion("percentage_discount", percentage=10)], line("a", 999), line("b", 1), freight(500)) == {
        "percentage_discount": {"a": 100}
    }


def test_a_share_is_taken_off_the_goods_of_a_list_alone() -> None:
    ten = promotion("percentage_discount", percentage=10, sku_list_id=LIST)
    assert off([ten], line("a", 1000), line("b", 1000, listed=False)) == {"percentage_discount": {"a": 100}}


def test_a_second_share_is_taken_of_what_the_first_left() -> None:
    half = [promotion("percentage_discount", percentage=50, id=str(i), priority=i) for i in (1, 2)]
    assert off(half, line("a", 1000)) == {"1": {"a": 500}, "2": {"a": 250}}


def test_an_amount_takes_no_more_than_there_is() -> None:
    assert off([promotion("fixed_amount", fixed_amount_cents=5000)], line("a", 700), line("b", 300)) == {
        "fixed_amount": {"a": 700, "b": 300}
    }


def test_a_price_is_set_for_each_piece_and_never_raised() -> None:
    fixed = promotion("fixed_price", fixed_amount_cents=800, sku_list_id=LIST)
    lines = (line("a", 2000, 2), line("b", 500), line("c", 2400, 2, options=100))
    assert off([fixed], *lines) == {"fixed_price": {"a": 400, "c": 600}}


def test_a_price_that_is_set_is_not_set_again() -> None:
    fixed = {"sku_list_id": LIST}
    first = promotion("fixed_price", id="first", fixed_amount_cents=800, priority=1, **fixed)
    cheaper = promotion("fixed_price", id="cheaper", fixed_amount_cents=700, priority=2, **fixed)
    assert off([cheaper, first], line("a", 1000)) == {"first": {"a": 200}}


def test_freight_is_free() -> None:
    assert off([promotion("free_shipping")], line("a", 1000), freight(700)) == {"free_shipping": {"freight": 700}}


def test_freight_is_free_only_with_something_of_the_list() -> None:
    assert off([promotion("free_shipping", sku_list_id=LIST)], line("a", 1000, listed=False), freight(700)) == {}


@pytest.mark.parametrize(("quantity", "free"), [(2, 0), (3, 1), (5, 1), (6, 2)])
def test_of_three_pieces_of_an_article_one_is_free(quantity: int, free: int) -> None:
    three_for_two = promotion("buy_x_pay_y", x=3, y=2, sku_list_id=LIST)
    taken = off([three_for_two], line("a", 500 * quantity, quantity))
    assert sum(taken.get("buy_x_pay_y", {}).values()) == 500 * free


def test_pieces_of_different_articles_count_together_where_the_cheapest_is_free() -> None:
    lines = (line("a", 900), line("b", 300), line("c", 600))
    apart = promotion("buy_x_pay_y", x=3, y=2, sku_list_id=LIST)
    assert off([apart], *lines) == {}
    together = promotion("buy_x_pay_y", x=3, y=2, sku_list_id=LIST, cheapest_free=True)
    assert off([together], *lines) == {"buy_x_pay_y": {"b": 300}}


def test_gifts_are_free_as_many_as_may_be_by_their_position() -> None:
    gift = promotion("free_gift", max_quantity=2, sku_list_id=LIST)
    lines = (line("a", 200, places={LIST: Place(1, 2)}), line("b", 900, 3, places={LIST: Place(1, 1)}))
    assert off([gift], *lines) == {"free_gift": {"b": 600}}


def test_gifts_are_offered_until_as_many_as_may_be_are_in_the_order() -> None:
    gift = promotion("free_gift", rule("order_amount", order_amount_cents=1000), max_quantity=2, sku_list_id=LIST)

    def offered(*lines: Line) -> tuple[str, ...]:
        return settle([gift], Basket(list(lines)), None).gift_list_ids

    assert offered(line("x", 999, listed=False)) == ()
    assert offered(line("x", 1000, listed=False)) == (LIST,)
    assert offered(line("x", 1000, listed=False), line("a", 200)) == (LIST,)
    assert offered(line("x", 1000, listed=False), line("a", 400, 2)) == ()


def test_an_exclusive_promotion_is_the_only_one() -> None:
    every = promotion("percentage_discount", percentage=50, priority=1)
    only = promotion("fixed_amount", fixed_amount_cents=100, exclusive=True, priority=5)
    assert off([every, only], line("a", 1000)) == {"fixed_amount": {"a": 100}}
    beyond_reach = rule("order_amount", order_amount_cents=9999)
    only.lists["promotion_rules"].append(beyond_reach)
    assert off([every, only], line("a", 1000)) == {"percentage_discount": {"a": 500}}


def test_a_lower_number_and_then_an_earlier_type_and_an_earlier_beginning_go_first() -> None:
    late, early = (promotion("fixed_amount", starts_at=NOW - timedelta(days=d)) for d in (1, 2))
    assert weight(early) > weight(late)
    assert weight(promotion("free_shipping", priority=1)) > weight(promotion("free_gift", priority=2))
    assert weight(promotion("free_shipping", priority=10**9)) > weight(promotion("free_gift"))
    ordered = [weight(promotion(kind.removesuffix("_promotions"))) for kind in RANKS]
    assert ordered == sorted(ordered, reverse=True)
    assert weight(promotion("free_gift", priority=0, exclusive=True)) < 2**53


def test_no_more_promotions_apply_than_the_organization_allows_save_those_with_coupons() -> None:
    plain = [promotion("percentage_discount", percentage=1, id=str(n)) for n in range(3)]
    with_coupon = promotion("percentage_discount", rule("coupon_codes"), percentage=1, id="coupon", priority=9)
    assert [p["id"] for p in in_turn([*plain, with_coupon], 2)] == ["coupon", "0", "1"]


@pytest.mark.parametrize(
    ("costs", "use_subtotal", "met"), [(1000, True, True), (999, True, False), (500, False, True), (499, False, False)]
)
def test_an_order_must_cost_enough(costs: int, use_subtotal: bool, met: bool) -> None:
    enough = rule("order_amount", order_amount_cents=1000, use_subtotal=use_subtotal)
    ten = promotion("percentage_discount", enough, percentage=10)
    assert bool(off([ten], line("a", costs), freight(900), rest=500)) is met


@pytest.mark.parametrize(
    ("wanted", "quantities", "met"),
    [
        ({}, {"a": 1}, True),
        ({}, {}, False),
        ({"all_skus": True}, {"a": 1}, False),
        ({"all_skus": True}, {"a": 1, "b": 1}, True),
        ({"all_skus": True, "min_quantity": 2}, {"a": 2}, True),
        ({"min_quantity": 3}, {"a": 1, "b": 1}, False),
        ({"min_quantity": 3}, {"a": 1, "b": 2}, True),
    ],
)
def test_an_order_must_have_skus_of_the_list(wanted: dict[str, Any], quantities: dict[str, int], met: bool) -> None:
    ten = promotion("percentage_discount", rule("sku_list", "a", "b", sku_list_id=LIST, **wanted), percentage=10)
    lines = [line(id, 100 * quantity, quantity) for id, quantity in quantities.items()]
    assert bool(off([ten], *lines, line("x", 100, listed=False))) is met


def test_what_stands_twice_on_a_list_must_be_bought_twice() -> None:
    ten = promotion("percentage_discount", rule("sku_list", sku_list_id=LIST), percentage=10)
    assert not off([ten], line("a", 100, 1, places={LIST: Place(2)}))
    assert off([ten], line("a", 200, 2, places={LIST: Place(2)}))


def test_a_coupon_is_one_of_the_rule_s_own() -> None:
    ten = promotion("percentage_discount", rule("coupon_codes"), percentage=10)
    assert not off([ten], line("a", 100))
    assert not off([ten], line("a", 100), coupon=Fact({"promotion_rule_id": "another"}))
    assert off([ten], line("a", 100), coupon=Fact({"promotion_rule_id": "coupon_codes_rule"}))


def test_a_rule_that_the_server_cannot_judge_is_not_met() -> None:
    assert not off([promotion("percentage_discount", rule("custom"), percentage=10)], line("a", 100))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "active"),
        ({"disabled_at": NOW}, "disabled"),
        ({"expires_at": NOW}, "expired"),
        ({"starts_at": NOW}, "active"),
        ({"starts_at": NOW + timedelta(seconds=1)}, "pending"),
        ({"total_usage_limit": 2, "total_usage_count": 2}, "inactive"),
        ({"total_usage_limit": 2, "total_usage_count": 1}, "active"),
    ],
)
def test_a_promotion_is_active_while_it_lasts(values: dict[str, Any], expected: str) -> None:
    assert status(promotion("free_shipping", **values), NOW) == expected


def test_an_order_s_own_use_does_not_use_its_promotion_up() -> None:
    once = promotion("free_shipping", total_usage_limit=1, total_usage_count=1)
    assert is_used_up(once)
    assert not is_used_up(once, own=1)


def test_a_promotion_is_for_its_market_and_currency() -> None:
    assert is_for(promotion("free_shipping"), "m", "EUR")
    assert not is_for(promotion("free_shipping", market_id="other"), "m", "EUR")
    assert not is_for(promotion("free_shipping", currency_code="USD"), "m", "EUR")


def test_the_cents_that_are_left_over_go_to_the_greatest_remainders() -> None:
    assert shares(100, {"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}
    assert shares(10, {"a": 1, "b": 4, "c": 1}) == {"a": 2, "b": 7, "c": 1}


WEIGHTS = st.dictionaries(st.text(max_size=3), st.integers(0, 10**9), max_size=9)


@given(WEIGHTS, st.integers(0, 10**10))
def test_shares_add_up_and_none_is_more_than_there_is(weights: dict[str, int], amount: int) -> None:
    amount = min(amount, sum(weights.values()))
    parts = shares(amount, weights)
    assert sum(parts.values()) == amount
    assert all(0 <= parts[name] <= weights[name] for name in weights)


LINES = st.lists(
    st.builds(
        lambda total, quantity, listed, options, kind: (total, quantity, listed, options, kind),
        st.integers(0, 10**7),
        st.integers(1, 20),
        st.booleans(),
        st.integers(0, 500),
        st.sampled_from(("skus", "bundles", "shipments")),
    ),
    max_size=8,
).map(
    lambda rows: [
        Line(f"l{n}", kind, f"a{n % 3}", quantity, total, options, {LIST: Place(1, n)} if listed else {})
        for n, (total, quantity, listed, options, kind) in enumerate(rows)
    ]
)
PROMOTIONS = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(RANKS),
            "percentage": st.integers(0, 100),
            "fixed_amount_cents": st.integers(0, 10**6),
            "x": st.integers(1, 5),
            "y": st.integers(0, 5),
            "cheapest_free": st.booleans(),
            "max_quantity": st.integers(0, 5),
            "exclusive": st.booleans(),
            "priority": st.none() | st.integers(-3, 5),
            "sku_list_id": st.sampled_from((None, LIST)),
        }
    ),
    max_size=6,
).map(lambda rows: [promotion("any", **row, id=str(n)) for n, row in enumerate(rows)])


@given(PROMOTIONS, LINES)
def test_promotions_take_off_what_is_there_and_nothing_below_zero(promotions: list[Fact], lines: list[Line]) -> None:
    basket = Basket(list(lines))
    outcome = settle(in_turn(promotions, 10), basket, None)
    for each in lines:
        taken = sum(a.parts.get(each.id, 0) for a in outcome.applied)
        assert 0 <= taken <= each.total
        assert basket.left(each) == each.total - taken
    assert all(a.amount > 0 and all(a.parts.values()) for a in outcome.applied)
    assert sum(a.amount for a in outcome.applied) == sum(basket.taken.values())


@given(PROMOTIONS, LINES)
def test_promotions_take_off_the_same_whichever_way_they_are_listed(promotions: list[Fact], lines: list[Line]) -> None:
    assert off(promotions, *lines) == off(promotions[::-1], *lines)


def test_every_type_knows_what_it_takes_off() -> None:
    assert set(RANKS) == TAKING_OFF.keys()
