"""Asking the toys' library something, and what comes back."""

from __future__ import annotations

import pytest
from tests.jsonapi.toys import library

from billfold.jsonapi.errors import DocumentError
from billfold.jsonapi.query import Query, parse
from billfold.jsonapi.resource import Resource

LIBRARY = library()


def ask(resource: type[Resource], *params: tuple[str, str], listing: bool = True) -> Query:
    return parse(LIBRARY, resource, params, listing=listing)


def refusal(resource: type[Resource], *params: tuple[str, str], listing: bool = True) -> tuple[str, str]:
    """Code and detail of the one error that such a request gets."""
    with pytest.raises(DocumentError) as refused:
        ask(resource, *params, listing=listing)
    (error,) = refused.value.errors
    assert error.status == 400
    assert error.parameter in dict(params)  # as it was sent
    assert error.detail.endswith(".")
    return error.code, error.detail
