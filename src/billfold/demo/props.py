"""What the play is played with: the basket, the card, and what answers must say of them."""

from __future__ import annotations

import re

from billfold.sample_store import ARTICLES

CARD = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2034", "cvc": "123"}
OTHER_CARD = "5555555555554444"

# SKU code → quantity; amounts are in cents.
EBOOK, ALBUM, *_ = ARTICLES
BASKET = {EBOOK: 2, ALBUM: 1}
COSTS = {sku: quantity * ARTICLES[sku][1] for sku, quantity in BASKET.items()}
TOTAL = sum(COSTS.values())

# What an order shows of the card, and of what a customer of the pretend Klarna always pays with.
INSTRUMENTS = {
    "stripe": {
        "issuer": "unknown",
        "issuer_type": "credit card",
        "card_type": "visa",
        "card_last_digits": CARD["number"][-4:],
        "card_expiry_month": CARD["exp_month"],
        "card_expiry_year": CARD["exp_year"],
    },
    "klarna": {
        "issuer": "klarna",
        "issuer_type": "klarna",
        "card_type": "visa",
        "card_last_digits": "1111",
        "card_expiry_month": "12",
        "card_expiry_year": "2030",
    },
}

# What a wallet calls them.
SAVED = {"stripe": f"XXXX-XXXX-XXXX-{CARD['number'][-4:]}", "klarna": "VISA XXXX-XXXX-XXXX-1111"}

# What the PSP's books call it → (the order's transactions, what they come to: two orders, one of them refunded)
MOVEMENTS = {
    "authorization": ("authorizations", 2 * TOTAL),
    "capture": ("captures", 2 * TOTAL),
    "refund": ("refunds", TOTAL),
}

# The shapes of what is made anew each time.
ID, NUMBER = re.compile("[A-Za-z]{10}"), re.compile("[1-9][0-9]*")
INTENT, UUID = re.compile("pi_[A-Za-z0-9]{24}"), re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SIGNED = re.compile("eyJ[A-Za-z0-9_-]{29}…")  # the beginning of a JWT


def secret_of(intent: str) -> re.Pattern[str]:
    """The shape of its client secret."""
    return re.compile(f"{intent}_secret_[A-Za-z0-9]{{25}}")


def euros(cents: int) -> str:
    return f"€{cents // 100},{cents % 100:02}"
