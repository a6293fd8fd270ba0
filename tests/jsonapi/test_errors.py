"""What a client reads when its request cannot be understood."""

from __future__ import annotations

import json

import pytest

from billfold.jsonapi import errors
from billfold.jsonapi.errors import DocumentError, ErrorObject, render


def test_an_error_object_has_the_shape_of_the_contract() -> None:
    assert json.loads(render([errors.validation("email", "has already been taken", error="taken")])) == {
        "errors": [
            {
                "title": "has already been taken",
                "detail": "email - has already been taken",
                "code": "VALIDATION_ERROR",
                "source": {"pointer": "/data/attributes/email"},
                "status": "422",
                "meta": {"error": "taken"},
            }
        ]
    }


def test_an_error_about_a_parameter_names_the_parameter_as_it_was_sent() -> None:
    for sent in ("filter[q][nam_eq]", "filter[nam_eq]"):
        error = errors.filter_not_allowed("nam_eq", "customers", "there is no such attribute", parameter=sent)
        assert error.members()["source"] == {"parameter": sent}


def test_an_error_that_blames_nothing_has_no_source() -> None:
    assert "source" not in errors.record_not_found().members()


def test_a_refused_relationship_is_pointed_at_among_the_relationships() -> None:
    assert errors.blank("payment_method", relationship=True).pointer == "/data/relationships/payment_method"


def test_a_pointer_escapes_what_json_pointer_reserves() -> None:
    assert errors.member_not_allowed("a/b~c", "is unknown").pointer == "/data/attributes/a~1b~0c"


@pytest.mark.parametrize("sent", ["x" * 10_000, "\ud800", "\x00\n", "ünï", "“”"])
def test_whatever_a_client_sends_can_be_reported_in_bounded_space(sent: str) -> None:
    about = errors.invalid_filter_value(sent, sent, "must not be", parameter=sent)
    assert len(render([errors.param_not_allowed(sent), about])) < 3000


@pytest.mark.parametrize(
    ("statuses", "status"),
    [((422,), 422), ((400, 400), 400), ((400, 422), 400), ((422, 500), 500)],
)
def test_an_answer_with_several_errors_has_the_status_they_share_or_the_general_one(
    statuses: tuple[int, ...], status: int
) -> None:
    assert DocumentError(*(ErrorObject(s, "C", "T", "D.") for s in statuses)).status == status


def test_a_document_error_without_an_error_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="at least one"):
        DocumentError()
