"""Secrets at rest: PSP credentials and signing keys are encrypted before they reach the database."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Vault:
    """Seals and opens texts with a key derived from the server's secret.

    secret  at least 16 characters; whoever has it and the database has the credentials
    """

    def __init__(self, secret: str) -> None:
        if len(secret) < 16:
            raise ValueError("The server's secret must have at least 16 characters.")
        key = HKDF(hashes.SHA256(), 32, salt=None, info=b"billfold vault 1").derive(secret.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def __repr__(self) -> str:
        return "Vault(…)"

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises ValueError when the text was sealed with another secret."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise ValueError(
                "A stored secret cannot be opened: the server's secret is not the one it was sealed with."
            ) from None
