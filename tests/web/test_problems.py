"""Every kind of trouble has a status, a code and a pointer that official clients understand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from billfold.domain import errors as domain
from billfold.domain.errors import BillfoldError, Conflict, Locked, NotAllowed, NotFound, OutcomeUnknown, Refused
from billfold.web.problems import STATUSES, error_objects

# Codes that official clients know, by status. Source: contract, protocol.md §7.
KNOWN = {
    401: {"UNAUTHORIZED"},
    404: {"RECORD_NOT_FOUND"},
    409: {"RECORD_NOT_UNIQUE"},
    422: {"VALIDATION_ERROR"},
    423: {"LOCKED"},
}


def tree(root: type[BillfoldError]) -> Iterator[type[BillfoldError]]:
    yield root
    for below in root.__subclasses__():
        if below.__module__ == domain.__name__:
            yield from tree(below)


def test_every_class_of_the_tree_has_a_row_of_its_own() -> None:
    assert set(STATUSES) == set(tree(BillfoldError))


def test_every_row_is_a_pair_that_clients_know() -> None:
    for status, code in STATUSES.values():
        assert code in KNOWN[status]


def test_every_class_has_a_word_for_machines() -> None:
    for kind in tree(BillfoldError):
        (told,) = error_objects(kind("went wrong"))
        assert told.meta["error"] == kind.error


@pytest.mark.parametrize(
    ("at", "pointer"),
    [
        ("quantity", "/data/attributes/quantity"),
        ("_place", "/data/attributes/_place"),
        ("relationships/market", "/data/relationships/market"),
        (None, "/data"),
    ],
)
def test_a_refusal_points_at_the_member_to_blame(at: str | None, pointer: str) -> None:
    (told,) = error_objects(Refused("can't be blank", at=at, error="blank", meta={"count": 1}))
    name = pointer.rpartition("/")[2] if at else "base"
    assert told.members() == {
        "title": "can't be blank",
        "detail": f"{name} - can't be blank",
        "code": "VALIDATION_ERROR",
        "source": {"pointer": pointer},
        "status": "422",
        "meta": {"error": "blank", "count": 1},
    }


def test_several_problems_are_told_at_once() -> None:
    together = Refused.all([Refused("can't be blank", at="a"), Refused("is odd", at="b")])
    assert [e.pointer for e in error_objects(together)] == ["/data/attributes/a", "/data/attributes/b"]


@pytest.mark.parametrize(
    ("trouble", "title"),
    [(NotAllowed("no"), "Access denied"), (NotFound("no"), "Record not found"), (Locked("no"), "Locked")],
)
def test_what_is_about_the_whole_request_points_at_nothing(trouble: BillfoldError, title: str) -> None:
    (told,) = error_objects(trouble)
    assert (told.title, told.detail, told.pointer) == (title, "no", None)


def test_trouble_with_a_provider_is_told_as_a_refusal_of_the_verb() -> None:
    (told,) = error_objects(OutcomeUnknown("is not known to have gone through", at="_place"))
    assert (told.status, told.pointer, told.meta["error"]) == (422, "/data/attributes/_place", "outcome_unknown")


def test_a_lost_race_is_a_conflict() -> None:
    (told,) = error_objects(Conflict("was changed meanwhile"))
    assert (told.status, told.code) == (409, "RECORD_NOT_UNIQUE")
