"""Whether a record can be shown as it stands in memory after a write, or has to be read again.

Most writes leave in memory all that the answer needs, and a second read would be the dearest part of the request. What
was read before the write may lack what the write made, or be a copy of what the write changed: a capture stands in the
order's `captures`, in its `transactions` and beside its authorization.
"""

from __future__ import annotations

from billfold.db.select import tree_of
from billfold.db.work import Written
from billfold.jsonapi.members import Attribute, Many, One
from billfold.jsonapi.query import Tree
from billfold.jsonapi.record import Record
from billfold.jsonapi.resource import Resource

# What decides who buys and where; whoever computes a relationship of an order looks at these.
DECIDING = frozenset({"customer_id", "guest", "market_id", "currency_code"})


def is_current(record: Record, include: Tree, written: Written) -> bool:
    """Whether everything that a document of `record` shows was read, and stands there as it was written."""
    return _is_current(record, include, written, shown=True)


def _is_current(record: Record, tree: Tree, written: Written, *, shown: bool) -> bool:
    """shown  whether the record's own attributes are: then what they are derived from must be current too"""
    if shown and written.anything and _has_chosen(record.resource):
        return False  # the database works them out, perhaps from what was written
    changed = written.changed.get(record.key)
    if changed is not None and changed[0] is not record:
        return False
    if shown and not _is_current(record, _derived_needs(record.resource), written, shown=False):
        return False
    for name, below in tree:
        member = record.resource.members.get(name)
        if not isinstance(member, One | Many):
            continue
        if name not in record.related:
            if isinstance(member, One) and member.columns and record[member.columns[0]] is None:
                continue
            return False
        if isinstance(member, Many) and not _lists_all(record, member, name, written):
            return False
        related = record.related[name]
        children = related if isinstance(related, list) else [related] if related else []
        if not all(_is_current(c, below, written, shown=shown) for c in children):
            return False
    return True


_HAS_CHOSEN: dict[type[Resource], bool] = {}


def _has_chosen(resource: type[Resource]) -> bool:
    """Whether the database works out anything that documents show of it, found out once."""
    if resource not in _HAS_CHOSEN:
        seen = (a for a in resource.attributes() if a.shown or a.name == "currency_code")  # amounts bear a currency
        _HAS_CHOSEN[resource] = any(a.chosen for a in seen)
    return _HAS_CHOSEN[resource]


_NEEDS: dict[type[Resource], Tree] = {}


def _derived_needs(resource: type[Resource]) -> Tree:
    """What the resource's derived attributes look at, worked out once."""
    if resource not in _NEEDS:
        _NEEDS[resource] = tree_of({path for a in resource.of(Attribute) for path in a.needs.split()})
    return _NEEDS[resource]


def _lists_all(record: Record, member: Many, name: str, written: Written) -> bool:
    """Whether nothing that was written is missing from a list, and nothing deleted is left in it.

    Something of the right kind that belongs to another list counts as missing; reading again then was for nothing.
    """
    if member.chosen is not None and record.key in written.changed and written.changed[record.key][1] & DECIDING:
        return False
    listed = {child.key for child in record.many(name)}
    made = {key for key, r in written.inserted.items() if _kinds(r).intersection(member.targets)}
    return made <= listed and not listed & written.deleted


def _kinds(record: Record) -> set[str]:
    """What the record may be called: its type, and the type of its family."""
    base = record.resource.base
    return {record.type, base.called} if base else {record.type}
