"""Stripe's errors: which status, type and code each refusal carries (https://docs.stripe.com/api/errors)."""

from __future__ import annotations

from typing import Any


class StripeError(Exception):
    """A refusal, as Stripe would put it. `more` are further members of the error object."""

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error: dict[str, Any] = {"type": kind, "message": message}
        if code is not None:
            self.error["code"] = code
            self.error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        if param is not None:
            self.error["param"] = param
        self.error.update({name: value for name, value in more.items() if value is not None})


def invalid(
    message: str, *, code: str | None = None, param: str | None = None, status: int = 400, **more: Any
) -> StripeError:
    return StripeError(status, "invalid_request_error", message, code=code, param=param, **more)


def missing(noun: str, id: str, param: str, *, in_path: bool) -> StripeError:
    """An id nobody knows: 404 where the path names it, 400 where a parameter does."""
    return invalid(f"No such {noun}: '{id}'", code="resource_missing", param=param, status=404 if in_path else 400)


def unauthenticated(message: str, *, code: str | None = None) -> StripeError:
    return StripeError(401, "invalid_request_error", message, code=code)


def unexpected_state(message: str, **more: Any) -> StripeError:
    return invalid(message, code="payment_intent_unexpected_state", **more)


# https://docs.stripe.com/declines/codes and https://docs.stripe.com/error-codes
DECLINE_WORDS = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "lost_card": "Your card was declined.",
    "stolen_card": "Your card was declined.",
    "card_velocity_exceeded": "Your card was declined for making repeated attempts too frequently or exceeding "
    "its amount limit.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
    "test_mode_live_card": "Your card was declined. Your request was in test mode, but used a non test (live) "
    "card. For a list of valid test cards, visit: https://stripe.com/docs/testing.",
}
_CODES_OF_THEIR_OWN = frozenset({"expired_card", "incorrect_cvc", "processing_error", "authentication_required"})


def declined(decline_code: str, *, param: str | None = None, **more: Any) -> StripeError:
    """402: the issuer said no. Some declines have an error code of their own, the others are `card_declined`."""
    code = decline_code if decline_code in _CODES_OF_THEIR_OWN else "card_declined"
    return StripeError(
        402,
        "card_error",
        DECLINE_WORDS[decline_code],
        code=code,
        param=param,
        decline_code=None if decline_code in ("expired_card", "incorrect_cvc", "processing_error") else decline_code,
        **more,
    )
