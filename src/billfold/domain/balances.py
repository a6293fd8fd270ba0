"""What is left of one transaction, worked out from those that refer to it: minor units of its currency.

A balance is what the server would let pass now. So it counts what surely came in, less what may already have gone out:
an attempt whose outcome is open lowers it, and one that was declined does not.
"""

from __future__ import annotations

from billfold.domain.facts import Facts
from billfold.domain.money import Money
from billfold.domain.payments import Kind, Outcome, Position, Transaction, position


def left_to_capture(authorization: Facts) -> int:
    """Looks at the authorization's `captures` and `voids`."""
    return _of_authorization(authorization).capturable.minor


def left_to_void(authorization: Facts) -> int:
    """What was captured can no more be let go, so it is the same amount as is left to capture."""
    return _of_authorization(authorization).capturable.minor


def left_to_refund(capture: Facts) -> int:
    """Looks at the capture's `refunds`."""
    history = [_transaction(Kind.CAPTURE, capture)]
    history += [_transaction(Kind.REFUND, r) for r in capture.many("refunds")]
    return position(history, capture["currency_code"]).refundable.minor


def _of_authorization(authorization: Facts) -> Position:
    history = [_transaction(Kind.AUTHORIZATION, authorization)]
    history += [_transaction(Kind.CAPTURE, c) for c in authorization.many("captures")]
    history += [_transaction(Kind.VOID, v) for v in authorization.many("voids")]
    return position(history, authorization["currency_code"])


def _transaction(kind: Kind, facts: Facts) -> Transaction:
    return Transaction(kind, Money(facts["amount_cents"], facts["currency_code"]), Outcome(facts["outcome"]))
