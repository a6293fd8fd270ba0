"""The rules of the wallet, without anything around them."""

from __future__ import annotations

import itertools

import pytest

from billfold.domain.errors import Refused
from billfold.domain.wallet import SAVE, Entry, check_may_keep, same_instrument

FINE = {"guest": False, "has_customer": True, "has_source": True, "keeps": True, "theirs": True}


@pytest.mark.parametrize(
    ("but", "reason"),
    [
        ({"has_customer": False}, "customer_missing"),
        ({"guest": True}, "guest_order"),
        ({"has_source": False, "keeps": False, "theirs": False}, "payment_source_missing"),
        ({"keeps": False, "theirs": False}, "not_reusable"),
        ({"theirs": False}, "owned_by_another"),
    ],
)
def test_each_thing_that_is_missing_has_its_own_reason(but: dict[str, bool], reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_may_keep(**{**FINE, **but})
    assert (refusal.value.error, refusal.value.at) == (reason, SAVE)


def test_only_one_of_all_combinations_may_be_kept() -> None:
    allowed = []
    for values in itertools.product((False, True), repeat=5):
        facts = dict(zip(FINE, values, strict=True))
        try:
            check_may_keep(**facts)
        except Refused:
            continue
        allowed.append(facts)
    assert allowed == [FINE]


ENTRIES = (Entry("one", "gw", "pm_1", "f1"), Entry("two", "gw", "pm_2", None), Entry("three", "other", "pm_3", "f3"))


@pytest.mark.parametrize(
    ("token", "fingerprint", "same"),
    [
        ("pm_1", "f1", "one"),
        ("pm_9", "f1", "one"),  # typed again
        ("pm_1", "f9", "one"),  # renewed by its bank: the token is what counts
        ("pm_2", "f1", "two"),  # the token before the card
        ("pm_9", None, None),
        ("pm_9", "f9", None),
        ("pm_3", "f3", None),  # known at another gateway only
    ],
)
def test_the_same_token_or_the_same_card_at_the_same_gateway_is_the_same_instrument(
    token: str, fingerprint: str | None, same: str | None
) -> None:
    found = same_instrument(ENTRIES, gateway_id="gw", token=token, fingerprint=fingerprint)
    assert (found and found.id) == same
