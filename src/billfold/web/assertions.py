"""Assertions of the JWT-bearer grant: whom a trusted storefront vouches for.

They are signed with a secret that everybody knows, so the signature proves nothing; what proves the sender is the
client secret that must come along. The signature is checked all the same, to catch what was garbled on the way.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

import msgspec

SECRET = b"cl"
CLAIMS = "https://commercelayer.io/claims"
LIMIT = 4096
"""Bytes."""


class BadAssertion(Exception):
    """The message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """At least one of the two is there."""

    customer_id: str | None
    custom_claim: dict[str, Any] | None


def read_assertion(text: str, *, now: float) -> Assertion:
    """Raises BadAssertion. now: seconds since the epoch, for assertions that expire."""
    if len(text.encode("utf-8", "replace")) > LIMIT:
        raise BadAssertion(f"It has more than {LIMIT} bytes.")
    payload = _payload(text)
    expires = payload.get("exp")
    if expires is not None and (not isinstance(expires, int | float) or expires <= now):
        raise BadAssertion("It has expired.")
    claims = payload.get(CLAIMS)
    if not isinstance(claims, dict) or not (claims.get("owner") or claims.get("custom_claim")):
        raise BadAssertion(f"It names neither an owner nor a custom_claim under {CLAIMS}.")
    custom_claim = claims.get("custom_claim")
    if custom_claim is not None and not isinstance(custom_claim, dict):
        raise BadAssertion("Its custom_claim must be an object.")
    if "\\u0000" in msgspec.json.encode(custom_claim).decode().replace("\\\\", ""):
        raise BadAssertion("Its custom_claim contains the NUL character.")
    return Assertion(_customer_id(claims.get("owner")), custom_claim)


def _customer_id(owner: Any) -> str | None:
    if owner is None:
        return None
    if not isinstance(owner, dict) or owner.get("type") != "Customer":
        raise BadAssertion("Its owner must be of type Customer; this server has no users.")
    id = owner.get("id")
    if not isinstance(id, str) or not id or "\x00" in id:
        raise BadAssertion("Its owner has no id.")
    return id


def _payload(text: str) -> dict[str, Any]:
    signed, _, signature = text.rpartition(".")
    header, _, payload = signed.partition(".")
    try:
        algorithm = msgspec.json.decode(_decoded(header), type=dict[str, Any]).get("alg")
        given = _decoded(signature)
        found = msgspec.json.decode(_decoded(payload), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError, binascii.Error, RecursionError):
        raise BadAssertion("It is no JWT.") from None
    if algorithm != "HS512" or not hmac.compare_digest(hmac.digest(SECRET, signed.encode(), hashlib.sha512), given):
        raise BadAssertion("It is not signed as an assertion must be, with HS512.")
    return found


def _decoded(part: str) -> bytes:
    return base64.b64decode(part.encode("ascii") + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
