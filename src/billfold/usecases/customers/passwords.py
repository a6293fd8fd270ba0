"""Customers' passwords: hashed with argon2id, off the event loop because that is meant to be slow."""

from __future__ import annotations

import asyncio
import functools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_HASHER = PasswordHasher()  # the library's defaults follow RFC 9106


@functools.cache
def _nobody() -> str:
    """What an unknown e-mail is checked against, so that it takes as long to refuse as a wrong password."""
    return _HASHER.hash("a password that nobody has")


async def hashed(password: str) -> str:
    """What may be stored of a password."""
    return await asyncio.to_thread(_HASHER.hash, password)


async def matches(digest: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed; never for a customer without one."""

    def verify() -> bool:
        try:
            return _HASHER.verify(digest or _nobody(), password) and digest is not None
        except (VerifyMismatchError, InvalidHashError):
            return False

    return await asyncio.to_thread(verify)
