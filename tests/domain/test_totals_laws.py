"""Whatever is done to a cart, its parts add up: to its total, to what is due, and to its taxes, to the cent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from billfold.domain.orders import TAXED, Part, totals
from billfold.domain.taxes import ALL_FLAGS, base, is_taxed, reliefs, spread, taxes

CENTS = st.integers(0, 10**7)
FAMILIES = ("subtotal", "shipping", "payment_method", "discount", "adjustment", "gift_card")


@dataclass(frozen=True)
class Goods:
    item_type: str
    unit: int
    quantity: int
    options: int = 0

    @property
    def total(self) -> int:
        return self.quantity * self.unit + self.options


@dataclass(frozen=True)
class Cart:
    """What may be done to an order until it is placed. Amounts in minor units; `discount` as it was asked for."""

    included: bool = True
    goods: tuple[Goods, ...] = ()
    shipping: tuple[int, ...] = ()
    fee: int = 0
    adjustments: tuple[int, ...] = ()
    distributed: bool = True
    discount: int = 0
    rate: float | None = None
    flags: frozenset[str] = frozenset()
    card: int = 0
    card_distributed: bool = True
    parts: tuple[Part, ...] = field(default=(), compare=False)


def settled(cart: Cart) -> Cart:
    """The cart with its line items, each step from what the ones before it came to, as `settle_totals` does it."""
    off = spread(cart.discount, [g.total for g in cart.goods])
    parts = [Part(g.item_type, g.total, g.quantity, discount=-cents) for g, cents in zip(cart.goods, off, strict=True)]
    parts += [Part("shipments", cost) for cost in cart.shipping]
    parts += [Part("payment_methods", cart.fee)] if cart.fee else []
    parts += [Part("adjustments", cents) for cents in cart.adjustments]
    parts += [Part("fixed_amount_promotions", -sum(off))] if sum(off) else []
    adjusted = -sum(c for c in cart.adjustments if c < 0) if cart.distributed else 0
    relieved = reliefs(parts, adjusted + (cart.card if cart.card_distributed else 0))
    parts = [replace(p, relief=cents) for p, cents in zip(parts, relieved, strict=True)]
    if cart.rate is not None:
        flags = {f: f in cart.flags for f in ALL_FLAGS}
        bases = [base(p) if is_taxed(p, flags) else 0 for p in parts]
        levied = taxes(bases, cart.rate, included=cart.included)
        parts = [replace(p, tax=cents) for p, cents in zip(parts, levied, strict=True)]
    due = totals(parts, tax_included=cart.included)["total_amount_with_taxes_cents"]
    pays = max(0, min(cart.card, due))
    parts += [Part("gift_cards", -pays)] if pays else []
    return replace(cart, parts=tuple(parts))


Edit = Callable[[Cart], Cart]

goods = st.builds(
    Goods, st.sampled_from(("skus", "bundles", "gift_cards")), st.integers(0, 10**6), st.integers(1, 99), CENTS
)
edits = st.one_of(
    st.builds(lambda g: lambda c: replace(c, goods=(*c.goods, g)), goods),
    st.builds(lambda n: lambda c: replace(c, goods=c.goods[:n] + c.goods[n + 1 :]), st.integers(0, 5)),
    st.builds(lambda s: lambda c: replace(c, shipping=tuple(s)), st.lists(CENTS, max_size=3)),
    st.builds(lambda f: lambda c: replace(c, fee=f), st.integers(0, 10**4)),
    st.builds(
        lambda a, d: lambda c: replace(c, adjustments=tuple(a), distributed=d),
        st.lists(st.integers(-(10**6), 10**6), max_size=3),
        st.booleans(),
    ),
    st.builds(lambda d: lambda c: replace(c, discount=d), CENTS),
    st.builds(
        lambda r, f: lambda c: replace(c, rate=r, flags=frozenset(f)),
        st.none() | st.integers(0, 4000).map(lambda n: n / 10_000),
        st.sets(st.sampled_from(ALL_FLAGS)),
    ),
    st.builds(lambda b, d: lambda c: replace(c, card=b, card_distributed=d), CENTS, st.booleans()),
)


@given(st.booleans(), st.lists(edits, max_size=12))
def test_the_parts_of_an_order_add_up_under_any_sequence_of_edits(included: bool, made: list[Edit]) -> None:
    cart = Cart(included)
    for edit in made:
        cart = settled(edit(cart))
        adds_up(cart)


def adds_up(cart: Cart) -> None:
    amounts = totals(cart.parts, tax_included=cart.included)
    total, due = amounts["total_amount_cents"], amounts["total_amount_with_taxes_cents"]
    levied = sum(p.tax for p in cart.parts)
    # The families and the line items both rebuild the total.
    assert total == sum(amounts[f"{f}_amount_cents"] for f in FAMILIES) == sum(p.total for p in cart.parts)
    assert amounts["total_tax_amount_cents"] == sum(amounts[f"{f}_tax_amount_cents"] for f in TAXED) == levied
    assert due == total + (0 if cart.included else levied)
    # A discount is what it takes off the goods, and never more than they cost.
    assert amounts["discount_amount_cents"] == sum(p.discount for p in cart.parts)
    for p in cart.parts:
        assert p.discount == 0 or 0 <= -p.discount <= p.total
        assert 0 <= p.tax <= max(p.total, 0)
    # A card pays what it holds at most, and never more than is due.
    pays = -amounts["gift_card_amount_cents"]
    assert 0 <= pays <= cart.card
    assert due >= 0 or pays == 0
    taxable = sum(amounts[f"{f}_taxable_amount_cents"] for f in TAXED)
    assert amounts["total_taxable_amount_cents"] == taxable >= 0
    # Where prices do not include taxes, all of what they are for is shown as taxable, whatever is levied.
    if not cart.included:
        for family in ("subtotal", "shipping", "payment_method"):
            assert amounts[f"{family}_taxable_amount_cents"] == amounts[f"{family}_amount_cents"]
        raised = sum(max(cents, 0) for cents in cart.adjustments)
        assert amounts["adjustment_taxable_amount_cents"] == raised
