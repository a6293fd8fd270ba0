"""Ten random letters: the ids that clients expect."""

from __future__ import annotations

import secrets
import string


def new_id() -> str:
    """[A-Za-z]{10}: 57 bits, so a million records of one type collide with a chance of 1 in 300,000."""
    return "".join(secrets.choice(string.ascii_letters) for _ in range(10))
