"""An error → the answer that tells it, in the form that the clients of its host and path read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec
from starlette.responses import Response

from billfold.jsonapi import errors
from billfold.jsonapi.errors import ErrorObject
from billfold.web.hosts import Form


def refusal(error: ErrorObject, form: Form, headers: Mapping[str, str] | None = None) -> Response:
    """error  in the words of the API, whatever the form"""
    if form == "tokens":
        return token_error(replace(error, title="invalid_request"), headers)
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
