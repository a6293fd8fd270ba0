"""What can be wrong with a document or a parameter, as JSON:API error objects that point at the culprit.

The codes and titles are the contract's; the details are sentences for whoever reads a log.
https://jsonapi.org/format/1.1/#error-objects
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

MEDIA_TYPE = "application/vnd.api+json"


@dataclass(frozen=True, slots=True)
class ErrorObject:
    """One problem.

    pointer    JSON pointer to the culprit in the request document
    parameter  name of the culprit in the query string, as sent: "filter[q][nam_eq]"
    meta       more facts for the client; never a secret
    """

    status: int
    code: str
    title: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    def members(self) -> dict[str, Any]:
        """The object as documents carry it."""
        shown: dict[str, Any] = {"title": self.title, "detail": self.detail, "code": self.code}
        if self.pointer is not None:
            shown["source"] = {"pointer": self.pointer}
        elif self.parameter is not None:
            shown["source"] = {"parameter": _printable(self.parameter)}
        shown["status"] = str(self.status)
        shown["meta"] = dict(self.meta)
        return shown


class DocumentError(Exception):
    """The request cannot be understood as it stands; carries every problem that was found, at least one."""

    def __init__(self, *errors: ErrorObject) -> None:
        if not errors:
            raise ValueError("A DocumentError needs at least one error object.")
        super().__init__("; ".join(e.detail for e in errors))
        self.errors = errors

    @property
    def status(self) -> int:
        """The HTTP status of the whole answer: that of all its errors, or the general one when they differ."""
        found = {e.status for e in self.errors}
        return found.pop() if len(found) == 1 else (500 if max(found) >= 500 else 400)


def render(errors: Iterable[ErrorObject]) -> bytes:
    """The body of an answer that reports these errors."""
    return _encoder.encode({"errors": [e.members() for e in errors]})


_encoder = msgspec.json.Encoder()


def _printable(text: str) -> str:
    """What a client sent, cut to a length that suits a message; half a surrogate pair could not be encoded."""
    kept = text if len(text) <= 120 else f"{text[:119]}…"
    return kept.encode("utf-8", "replace").decode("utf-8")


def _quoted(given: object) -> str:
    return f"“{_printable(given if isinstance(given, str) else repr(given))}”"


def _any_of(words: Collection[str]) -> str:
    return f" Possible: {', '.join(words)}." if words else ""


# --- parameters -------------------------------------------------------------------------------------------------


def param_not_allowed(name: str) -> ErrorObject:
    return ErrorObject(
        400, "PARAM_NOT_ALLOWED", "Param not allowed", f"{_quoted(name)} is no parameter of this path.", parameter=name
    )


def param_missing(name: str, *, pointer: str | None = None) -> ErrorObject:
    return ErrorObject(
        400, "PARAM_MISSING", "Missing Parameter", f"The required {_quoted(name)} is missing.", pointer=pointer
    )


def invalid_include(path: str, problem: str) -> ErrorObject:
    return ErrorObject(
        400,
        "INVALID_INCLUDE",
        "Invalid include",
        f"{_quoted(path)} cannot be included: {problem}.",
        parameter="include",
    )


def unknown_field(name: str, type_name: str, *, parameter: str) -> ErrorObject:
    detail = f"{_quoted(name)} is no attribute or relationship of {type_name}."
    return ErrorObject(400, "INVALID_FIELD", "Invalid field", detail, parameter=parameter)


def invalid_field_format(parameter: str) -> ErrorObject:
    detail = f"{_quoted(parameter)} must name a type, as in fields[orders]=number,status."
    return ErrorObject(400, "INVALID_FIELD_FORMAT", "Invalid field format", detail, parameter=parameter)


def filter_not_allowed(name: str, type_name: str, problem: str, *, parameter: str) -> ErrorObject:
    detail = f"{_quoted(name)} is no filter of {type_name}: {problem}."
    return ErrorObject(400, "FILTER_NOT_ALLOWED", "Filter not allowed", detail, parameter=parameter)


def invalid_filters_syntax(parameter: str) -> ErrorObject:
    detail = f"{_quoted(parameter)} is not written as filter[q][<attributes>_<matcher>]."
    return ErrorObject(400, "INVALID_FILTERS_SYNTAX", "Invalid filters syntax", detail, parameter=parameter)


def invalid_filter_value(name: str, given: str, problem: str, *, parameter: str) -> ErrorObject:
    detail = f"{_quoted(given)} is no value for {_quoted(name)}: it {problem}."
    return ErrorObject(400, "INVALID_FILTER_VALUE", "Invalid filter value", detail, parameter=parameter)


def invalid_sort_criteria(name: str, type_name: str) -> ErrorObject:
    detail = f"{type_name} cannot be sorted by {_quoted(name)}."
    return ErrorObject(400, "INVALID_SORT_CRITERIA", "Invalid sort criteria", detail, parameter="sort")


def invalid_page_object(parameter: str) -> ErrorObject:
    detail = f"{_quoted(parameter)} is neither page[number] nor page[size]."
    return ErrorObject(400, "INVALID_PAGE_OBJECT", "Invalid Page Object", detail, parameter=parameter)


def invalid_page_value(parameter: str, given: str, *, most: int) -> ErrorObject:
    detail = f"{_quoted(given)} is no value for {parameter}: it must be a whole number from 1 to {most}."
    return ErrorObject(400, "INVALID_PAGE_VALUE", "Invalid page value", detail, parameter=parameter)


# --- documents --------------------------------------------------------------------------------------------------


def invalid_data_format(problem: str, *, pointer: str = "") -> ErrorObject:
    """The body is no JSON, or not a document; `problem` is a sentence. The pointer "" is the whole document."""
    return ErrorObject(400, "INVALID_DATA_FORMAT", "Invalid data format", problem, pointer=pointer)


def invalid_links_object(relationship: str, problem: str) -> ErrorObject:
    """What stands under a relationship is not {"data": …} with resource identifiers; `problem` ends the sentence."""
    return ErrorObject(
        400,
        "INVALID_LINKS_OBJECT",
        "Invalid Links Object",
        f"{_quoted(relationship)} {problem}.",
        pointer=f"/data/relationships/{relationship}",
    )


def type_mismatch(given: object, expected: Collection[str], *, pointer: str = "/data/type") -> ErrorObject:
    detail = f"{_quoted(given)} is not a valid type here.{_any_of(expected)}"
    return ErrorObject(400, "TYPE_MISMATCH", "Type Mismatch", detail, pointer=pointer)


def key_not_included_in_url(key: object) -> ErrorObject:
    detail = f"The document is about {_quoted(key)}, which is not the id in the URL."
    return ErrorObject(400, "KEY_NOT_INCLUDED_IN_URL", "Key is not included in URL", detail, pointer="/data/id")


def member_not_allowed(name: str, problem: str, *, relationship: bool = False) -> ErrorObject:
    """A member that does not exist, is read-only, or is not for this caller; `problem` ends the sentence."""
    return ErrorObject(
        400,
        "PARAM_NOT_ALLOWED",
        "Param not allowed",
        f"{_quoted(name)} {problem}.",
        pointer=_member_pointer(name, relationship=relationship),
    )


def restricted(name: str, *, relationship: bool = False) -> ErrorObject:
    """A member that a sales channel may not send."""
    return replace(unauthorized(), pointer=_member_pointer(name, relationship=relationship))


def client_id_not_allowed() -> ErrorObject:
    detail = "A new record is given its id by the server."
    return ErrorObject(400, "PARAM_NOT_ALLOWED", "Param not allowed", detail, pointer="/data/id")


def invalid_resource(type_name: str) -> ErrorObject:
    return ErrorObject(
        404, "INVALID_RESOURCE", "Invalid resource", f"There is no resource type {_quoted(type_name)} on this server."
    )


def validation(
    name: str,
    message: str,
    *,
    error: str,
    relationship: bool = False,
    meta: Mapping[str, Any] | None = None,
) -> ErrorObject:
    """A rule of the trade is broken.

    name     the member to blame, "base" when it is none in particular
    message  the rest of a sentence that starts with the name: "can't be blank"
    error    stable machine-readable word, sent as `meta.error`
    """
    return ErrorObject(
        422,
        "VALIDATION_ERROR",
        message,
        f"{name} - {message}",
        pointer="/data" if name == "base" else _member_pointer(name, relationship=relationship),
        meta={"error": error, **(meta or {})},
    )


def blank(name: str, *, relationship: bool = False) -> ErrorObject:
    return validation(name, "can't be blank", error="blank", relationship=relationship)


def taken(name: str, value: object) -> ErrorObject:
    return validation(name, "has already been taken", error="taken", meta={"value": value})


def _member_pointer(name: str, *, relationship: bool) -> str:
    escaped = _printable(name).replace("~", "~0").replace("/", "~1")
    return f"/data/{'relationships' if relationship else 'attributes'}/{escaped}"


# --- the request as a whole -------------------------------------------------------------------------------------


def unauthorized() -> ErrorObject:
    return ErrorObject(
        401,
        "UNAUTHORIZED",
        "Access denied",
        "You are not authorized to perform this action on the requested resource.",
    )


def invalid_token() -> ErrorObject:
    """Official clients renew their token on this code and on no other."""
    return ErrorObject(401, "INVALID_TOKEN", "Invalid token", "The access token you provided is invalid.")


def record_not_found() -> ErrorObject:
    return ErrorObject(
        404,
        "RECORD_NOT_FOUND",
        "Record not found",
        "The requested resource was not found. Please double-check the resource id.",
    )


def method_not_allowed(method: str, allowed: Collection[str]) -> ErrorObject:
    detail = f"{method} is not possible on this path.{_any_of(allowed)}"
    return ErrorObject(405, "METHOD_NOT_ALLOWED", "Method not allowed", detail)


def not_acceptable(accept: str) -> ErrorObject:
    detail = f"This server answers in {MEDIA_TYPE} only; the request accepts {_quoted(accept)}."
    return ErrorObject(406, "NOT_ACCEPTABLE", "Not acceptable", detail)


def body_too_large(limit: int) -> ErrorObject:
    """limit  bytes"""
    return ErrorObject(
        413, "BODY_TOO_LARGE", "Body too large", f"The body of a request may have {limit} bytes at most.", pointer=""
    )


def unsupported_media_type(content_type: str) -> ErrorObject:
    detail = f"The body must be sent as {MEDIA_TYPE}, not as {_quoted(content_type)}."
    return ErrorObject(415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported media type", detail)


def too_many_requests(detail: str) -> ErrorObject:
    return ErrorObject(429, "TOO_MANY_REQUESTS", "Too many requests", detail)


def internal_server_error() -> ErrorObject:
    """Says nothing of the cause: that stands in the log."""
    return ErrorObject(
        500, "INTERNAL_SERVER_ERROR", "Internal Server Error", "Something went wrong on the server. It has been logged."
    )
