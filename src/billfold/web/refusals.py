"""An error → the answer that tells it, in the form that the clients of its host and path read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec
from starlette.responses import JSONResponse, Response

from billfold.jsonapi import errors
from billfold.jsonapi.errors import ErrorObject
from billfold.web.hosts import Form

# RFC 6749 §4.1.2.1
WORDS = {500: "server_error", 503: "temporarily_unavailable"}


def refusal(error: ErrorObject, form: Form, headers: Mapping[str, str] | None = None) -> Response:
    """error  in the words of the API, whatever the form"""
    if form == "tokens":
        return token_error(replace(error, title=WORDS.get(error.status, "invalid_request")), headers)
    if form == "health" and error.status >= 500:
        return JSONResponse({"status": "unhealthy", "detail": error.detail}, 503, headers)
    return Response(errors.render([error]), error.status, headers=headers, media_type=errors.MEDIA_TYPE)


def token_error(error: ErrorObject, headers: Mapping[str, str] | None = None) -> Response:
    """As official clients know it from the authentication host: the title is an error word of RFC 6749, the status a
    number, and nothing is pointed at."""
    told = error.members() | {"status": error.status}
    told.pop("source", None)
    return token_answer(error.status, {"errors": [told]}, headers)


def token_answer(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    """JSON that no cache may keep (RFC 6749 §5.1)."""
    return Response(
        msgspec.json.encode(body),
        status,
        media_type="application/json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
