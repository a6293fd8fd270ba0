"""Ten random letters: the ids that clients expect."""

from __future__ import annotations

import secrets
import string

LETTERS = string.ascii_letters
ALL = len(LETTERS) ** 10


def new_id() -> str:
    """[A-Za-z]{10}: 57 bits, so a million records of one type collide with a chance of 1 in 300,000."""
    number, letters = secrets.randbelow(ALL), []
    for _ in range(10):  # one random number for all ten: asking for each anew takes six times as long
        number, at = divmod(number, 52)
        letters.append(LETTERS[at])
    return "".join(letters)
