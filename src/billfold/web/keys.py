"""The keys that access tokens are signed with, and that anybody may verify them by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from billfold.db import identity
from billfold.db.database import Database
from billfold.db.vault import Vault

ALGORITHM = "RS512"
BITS = 2048

# Longer ones are none of ours; a custom claim comes from an assertion of 4 KB at most.
LONGEST_TOKEN = 16_384


class SigningKeys:
    """One or more RSA keys; the first one signs.

    keys  (id, private key as PEM), newest first, at least one
    """

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        self._keys = [RSAKey.import_key(pem, {"kid": id, "alg": ALGORITHM, "use": "sig"}) for id, pem in keys]
        self._by_id = {id: key for (id, _), key in zip(keys, self._keys, strict=True)}

    @classmethod
    async def load(cls, db: Database, vault: Vault) -> SigningKeys:
        """The server's keys; the very first start makes one."""
        return cls(await identity.signing_keys(db, vault, _make))

    def sign(self, claims: dict[str, Any]) -> str:
        key = self._keys[0]
        return jwt.encode({"alg": ALGORITHM, "typ": "JWT", "kid": key.kid}, claims, key, algorithms=[ALGORITHM])

    def read(self, token: str) -> dict[str, Any]:
        """The claims of a token that one of the keys signed, expired or not. Raises ValueError for any other text."""
        if len(token) > LONGEST_TOKEN:
            raise ValueError("The token is too long to be one of ours.")
        try:
            return jwt.decode(token, self._key_of, algorithms=[ALGORITHM]).claims
        except (JoseError, LookupError, TypeError) as wrong:
            raise ValueError("The token was not signed by this server.") from wrong

    def _key_of(self, token: Any) -> RSAKey:
        return self._by_id[token.headers()["kid"]]

    def jwks(self) -> dict[str, Any]:
        """The public halves as a JWK set (RFC 7517)."""
        return {"keys": [key.as_dict(private=False) for key in self._keys]}


def _make() -> tuple[str, str]:
    key = RSAKey.generate_key(BITS, auto_kid=True)
    assert key.kid is not None
    return key.kid, key.as_pem(private=True).decode()
