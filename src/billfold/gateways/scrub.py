"""What a PSP says, made fit to be stored or logged: no card numbers, no secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from billfold.domain.cards import masked

# Members that hold a secret whoever sends them. A client's secret is what its browser needs, and is kept on purpose
# where it is stored as a member of its own; in a PSP's answer it has no business.
SECRET_MEMBERS = frozenset(
    {
        "client_secret",
        "client_token",
        "authorization_token",
        "api_key",
        "api_secret",
        "secret",
        "password",
        "cvc",
        "cvv",
        "number",
        "iban",
        "account_number",
    }
)

# Stripe's keys and secrets (https://docs.stripe.com/keys), Klarna's (https://docs.klarna.com/api/authentication/),
# and whatever an Authorization header carries.
_SECRETS = re.compile(
    r"\b(?:sk|rk)_(?:test|live)_\w+|\bwhsec_\w+|\b(?:pi|seti)_\w+?_secret_\w+"
    r"|\bklarna_(?:test|live)_api_[\w=+/-]+|\b(?:Basic|Bearer)\s+[\w.=+/-]{8,}"
)

REMOVED = "[removed]"


def scrub_text(text: str) -> str:
    """A sentence of a PSP without secrets, and with card numbers cut down to their last four digits."""
    return masked(_SECRETS.sub(REMOVED, text))


def scrub(value: Any) -> Any:
    """A JSON value of a PSP without the members that hold secrets; every text in it goes through `scrub_text`."""
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, Mapping):
        return {masked(str(name)): scrub(inner) for name, inner in value.items() if name not in SECRET_MEMBERS}
    if isinstance(value, list | tuple):
        return [scrub(inner) for inner in value]
    return value
