"""What PSPs say is stored without secrets and without card numbers, whatever they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.domain.cards import where_a_card_number_is
from billfold.gateways.scrub import SECRET_MEMBERS, scrub, scrub_text

PAN = "4242 4242 4242 4242"


@pytest.mark.parametrize(
    "secret",
    [
        "sk_test_51Habcdefghij",
        "rk_live_51Habcdefghij",
        "whsec_abcdef1234567890",
        "pi_3Nabc123_secret_def456",
        "seti_1abc_secret_def",
        "klarna_test_api_abc+/def=",
        "Basic UEsxX3VzZXI6c2VjcmV0",
        "Bearer sk_test_51Habcdefghij",
    ],
)
def test_secrets_are_taken_out_of_sentences(secret: str) -> None:
    scrubbed = scrub_text(f"Your request with {secret} was refused.")
    assert secret not in scrubbed
    assert scrubbed.startswith("Your request with ")


def test_card_numbers_keep_their_last_four_digits() -> None:
    assert scrub_text(f"The card {PAN} is declined.") == "The card XXXX-XXXX-XXXX-4242 is declined."


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just(PAN) | st.just("sk_test_abc"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8) | st.sampled_from(sorted(SECRET_MEMBERS)), inner, max_size=4)
    ),
)


@given(json)
def test_nothing_that_is_kept_holds_a_secret_or_a_card_number(value: object) -> None:
    kept = scrub(value)
    assert "sk_test_abc" not in repr(kept)
    assert PAN not in repr(kept)
    assert not _members(kept) & SECRET_MEMBERS


def test_what_is_harmless_stays_as_it_is() -> None:
    card = {"brand": "visa", "last4": "4242", "exp_year": 2030, "checks": {"cvc_check": "pass"}, "networks": ["visa"]}
    assert scrub(card) == card
    assert where_a_card_number_is(scrub({"numbers": [PAN]})) is None


def _members(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for inner in value.values() for name in _members(inner)}
    if isinstance(value, list):
        return {name for inner in value for name in _members(inner)}
    return set()
