"""What can go wrong, in the vocabulary of payments.

    BillfoldError
    ├── Refused                    the rules forbid it; asking again will not help
    │   ├── NotAllowed             this caller may not do that
    │   ├── NotFound               there is no such thing, or not for this caller's organization
    │   ├── Locked                 other records still need this one
    │   ├── NotCapturable          nothing (or not that much) is left to capture
    │   ├── NotVoidable            captured, voided or expired already
    │   ├── NotRefundable          nothing (or not that much) is left to refund
    │   └── Unsupported            this gateway or kind of payment source cannot do that at all
    ├── Conflict                   somebody else changed the record meanwhile; asking again may help
    ├── Declined                   the issuer or PSP said no, and why
    ├── ActionRequired             the customer must do something first (SCA, redirect)
    ├── ServiceFailed              a service of the merchant's own gave no clear answer; asking again may help
    └── GatewayTrouble             no verdict could be had
        ├── GatewayUnreachable     the request was never sent; safe to repeat
        ├── GatewayMisconfigured   credentials or account settings were rejected; an operator must act
        └── OutcomeUnknown         sent, but no verdict was read: money may have moved; reconcile, never repeat blindly

Nothing here knows HTTP. The status codes stand in one table, web/problems.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# The contract's own sentences, word for word.
NOT_FOUND = "The requested resource was not found. Please double-check the resource id."
NOT_ALLOWED = "You are not authorized to perform this action on the requested resource."


class BillfoldError(Exception):
    """Base of all. `message` is a sentence or the rest of one that starts with the member's name.

    at     the member to blame, as in a document: "quantity", "_place", "relationships/market"; None for the whole
    error  a stable machine-readable word, sent as `meta.error`
    meta   more facts for the client; never a secret
    learned  what is to be stored on the payment source all the same: it was known before the trouble came
    """

    error = "invalid"
    learned: Mapping[str, object] = MappingProxyType({})

    def __init__(
        self,
        message: str,
        *,
        at: str | None = None,
        error: str | None = None,
        meta: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.error = error or type(self).error
        self.meta = dict(meta or {})


class Refused(BillfoldError):
    """Raise with `others` to report several problems at once, each with its own member."""

    others: tuple[Refused, ...] = ()

    @classmethod
    def all(cls, problems: list[Refused]) -> Refused:
        """One exception that carries every problem; `problems` must not be empty."""
        first, *rest = problems
        first.others = tuple(rest)
        return first


class NotAllowed(Refused):
    error = "unauthorized"


class NotFound(Refused):
    error = "not_found"


class Locked(Refused):
    error = "locked"


class NotCapturable(Refused):
    error = "not_capturable"


class NotVoidable(Refused):
    error = "not_voidable"


class NotRefundable(Refused):
    error = "not_refundable"


class Unsupported(Refused):
    error = "unsupported"


class Conflict(BillfoldError):
    error = "conflict"


class Declined(BillfoldError):
    error = "declined"


class ActionRequired(BillfoldError):
    error = "requires_action"


class ServiceFailed(BillfoldError):
    error = "external_service_failed"


class GatewayTrouble(BillfoldError):
    error = "gateway_trouble"


class GatewayUnreachable(GatewayTrouble):
    error = "gateway_unreachable"


class GatewayMisconfigured(GatewayTrouble):
    error = "gateway_misconfigured"


class OutcomeUnknown(GatewayTrouble):
    error = "outcome_unknown"
