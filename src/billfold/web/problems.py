"""Whatever was raised → HTTP status and error objects. The one table of statuses."""

from __future__ import annotations

from billfold.domain import errors as domain
from billfold.jsonapi.errors import ErrorObject

# error class → (HTTP status, code); the nearest ancestor that stands here counts.
STATUSES: dict[type[domain.BillfoldError], tuple[int, str]] = {
    domain.BillfoldError: (422, "VALIDATION_ERROR"),
    domain.Refused: (422, "VALIDATION_ERROR"),
    domain.NotAllowed: (401, "UNAUTHORIZED"),
    domain.NotFound: (404, "RECORD_NOT_FOUND"),
    domain.Locked: (423, "LOCKED"),
    domain.NotCapturable: (422, "VALIDATION_ERROR"),
    domain.NotVoidable: (422, "VALIDATION_ERROR"),
    domain.NotRefundable: (422, "VALIDATION_ERROR"),
    domain.Unsupported: (422, "VALIDATION_ERROR"),
    domain.Conflict: (409, "RECORD_NOT_UNIQUE"),
    domain.Declined: (422, "VALIDATION_ERROR"),
    domain.ActionRequired: (422, "VALIDATION_ERROR"),
    domain.ServiceFailed: (422, "VALIDATION_ERROR"),
    # What a PSP fails at is told as a refusal of the verb: official clients read errors of a 422 and give up on a 5xx.
    domain.GatewayTrouble: (422, "VALIDATION_ERROR"),
    domain.GatewayUnreachable: (422, "VALIDATION_ERROR"),
    domain.GatewayMisconfigured: (422, "VALIDATION_ERROR"),
    domain.OutcomeUnknown: (422, "VALIDATION_ERROR"),
}

TITLES = {"UNAUTHORIZED": "Access denied", "RECORD_NOT_FOUND": "Record not found", "LOCKED": "Locked"}


def error_objects(trouble: domain.BillfoldError) -> list[ErrorObject]:
    """One error object per problem that the exception carries."""
    others = trouble.others if isinstance(trouble, domain.Refused) else ()
    return [_one(t) for t in (trouble, *others)]


def _one(trouble: domain.BillfoldError) -> ErrorObject:
    status, code = next(STATUSES[c] for c in type(trouble).__mro__ if c in STATUSES)
    name = (trouble.at or "base").rpartition("/")[2]
    return ErrorObject(
        status=status,
        code=code,
        title=TITLES.get(code, trouble.message),
        detail=f"{name} - {trouble.message}" if status in (409, 422) else trouble.message,
        pointer=pointer(trouble.at) if trouble.at or status in (409, 422) else None,
        meta={"error": trouble.error, **trouble.meta},
    )


def pointer(at: str | None) -> str | None:
    """ "quantity" → "/data/attributes/quantity", "relationships/order" → "/data/relationships/order"."""
    if at is None:
        return "/data"
    return f"/data/{at}" if at.startswith("relationships/") else f"/data/attributes/{at}"
