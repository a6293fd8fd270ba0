"""What no request is to blame for: the database out of reach, the server told to stop, a mistake of ours. It is told
without saying how it came about; that stands in the log.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from billfold.db import outages
from billfold.jsonapi import errors
from billfold.jsonapi.errors import ErrorObject

log = structlog.get_logger("billfold.web")

RETRY_SECONDS = 5


def failure(trouble: Exception, method: str, path: str) -> tuple[ErrorObject, Mapping[str, str]]:
    """What to tell of an exception that nobody caught, and the headers to tell it with."""
    if outages.is_outage(trouble):
        log.error("the database cannot be reached", method=method, path=path, reason=outages.reason(trouble))
        told = _unavailable("The database cannot be reached at the moment. Please try again in a few seconds.")
        return told, {"Retry-After": str(RETRY_SECONDS)}
    log.error("unexpected error", method=method, path=path, exc_info=trouble)
    return errors.internal_server_error(), {}


def cut_off(method: str, path: str) -> ErrorObject:
    """What to tell of a request that was still under way when the server could wait no longer."""
    log.warning("a request was cut off because the server stops", method=method, path=path)
    return _unavailable("The server stops, and this took too long to be waited for. Look at what became of it.")


def _unavailable(detail: str) -> ErrorObject:
    """Clients know one code for all there is from 500 on."""
    return ErrorObject(503, "INTERNAL_SERVER_ERROR", "Service unavailable", detail)
