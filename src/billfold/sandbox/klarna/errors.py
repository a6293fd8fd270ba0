"""Klarna's refusals: which status, code and message each carries.

https://docs.klarna.com/resources/developer-tools/error-handling/error-codes-and-messages-for-klarna-payments/
https://docs.klarna.com/resources/error-details/errors-in-order-management/
"""

from __future__ import annotations


class KlarnaError(Exception):
    """A refusal, as Klarna would put it."""

    def __init__(self, status: int, code: str, *messages: str) -> None:
        super().__init__(f"{status} {code}: {'; '.join(messages)}")
        self.status = status
        self.code = code
        self.messages = messages


def bad_value(*fields: str) -> KlarnaError:
    return KlarnaError(400, "BAD_VALUE", *(f"Bad value: {field}" for field in fields))


def not_matching(*fields: str) -> KlarnaError:
    """The order is not what was authorized."""
    return KlarnaError(409, "BAD_VALUE", f"Not matching fields: [{', '.join(fields)}]")


def invalid_operation(message: str) -> KlarnaError:
    return KlarnaError(403, "INVALID_OPERATION", message)


def not_found(message: str) -> KlarnaError:
    return KlarnaError(404, "NOT_FOUND", message)


def session_completed() -> KlarnaError:
    return KlarnaError(404, "SESSION_COMPLETED", "Session has already been completed")


def no_such_order(order_id: str) -> KlarnaError:
    return KlarnaError(404, "NO_SUCH_ORDER", f"Order {order_id} cannot be found")


def not_allowed(message: str) -> KlarnaError:
    return KlarnaError(403, "NOT_ALLOWED", message)


def unprocessable(*messages: str) -> KlarnaError:
    """What Order Management says of a body it cannot read; the payments API says BAD_VALUE."""
    return KlarnaError(422, "UNPROCESSABLE_ENTITY", *messages)
