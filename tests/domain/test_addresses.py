"""Addresses compared, and what follows from where they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.domain import addresses


class Fields(dict[str, Any]):
    """An address as a rule sees it."""

    def __getitem__(self, name: str) -> Any:
        return self.get(name)

    def one(self, name: str) -> None:
        raise KeyError(name)

    def many(self, name: str) -> list[Fields]:
        raise KeyError(name)


HOME = Fields(
    id="a", first_name="Ada", last_name="Lovelace", line_1="Lindenstr. 1", city="Berlin", country_code="DE", phone="1"
)


def test_capitals_blanks_and_empty_texts_make_no_other_address() -> None:
    assert addresses.same(HOME, Fields(HOME, city=" berlin ", line_2="", business=False, id="b", notes="Ring twice."))


@pytest.mark.parametrize("name", addresses.SAYS_WHERE)
def test_whatever_says_where_or_who_makes_another_address(name: str) -> None:
    assert not addresses.same(HOME, Fields(HOME, **{name: "Elsewhere"}))


@given(st.dictionaries(st.sampled_from(addresses.SAYS_WHERE), st.text(max_size=8)), st.booleans())
def test_comparing_does_not_depend_on_the_order(values: dict[str, str], swapped: bool) -> None:
    one, other = Fields(HOME, **values), HOME
    assert addresses.same(one, one)
    assert addresses.same(one, other) == addresses.same(other, one)


def test_a_copy_stands_for_its_original_even_when_edited() -> None:
    kept, edited = Fields(HOME, reference="book"), Fields(HOME, id="b", reference="book", city="Bonn")
    assert addresses.stands_for(kept, edited)
    assert not addresses.stands_for(HOME, Fields(HOME, id="b", city="Bonn"))  # no reference is nobody's reference


def test_an_order_goes_where_it_is_shipped_or_else_where_it_is_billed() -> None:
    abroad = Fields(HOME, country_code="FR")
    assert addresses.country(abroad, HOME) == "FR"
    assert addresses.country(None, HOME) == "DE"
    assert addresses.country(None, None) is None


@pytest.mark.parametrize(("lock", "closed"), [(None, False), ("", False), ("DE", False), ("de", False), ("FR", True)])
def test_a_lock_closes_every_other_country(lock: str | None, closed: bool) -> None:
    assert addresses.is_locked_out(HOME, lock) is closed
    assert not addresses.is_locked_out(None, lock)
