"""Records → documents. What depends on a declaration alone is worked out once and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import msgspec

from billfold.jsonapi.members import Amount, Attribute, Many, Relationship, Timestamp
from billfold.jsonapi.query import Query, Tree
from billfold.jsonapi.record import Record
from billfold.jsonapi.resource import Resource

Getter = Callable[[Record], Any]
SHAPES_KEPT = 2048
ID = b"\x00"  # stands for a record's id in a block that was rendered beforehand


@dataclass(frozen=True, slots=True)
class Site:
    """Where and for whom documents are rendered.

    base             absolute URL up to and with "/api"
    confidential     whether the reader may see confidential attributes
    """

    base: str
    organization_id: str
    mode: str
    confidential: bool


@dataclass(frozen=True, slots=True)
class MoneyFormat:
    """How amounts are written, given by whoever knows currencies: (minor units, currency) → text or number."""

    formatted: Callable[[int, str], str]
    as_float: Callable[[int, str], float]


@dataclass(frozen=True, slots=True)
class _Shape:
    """One type, rendered with one set of fields and one set of relationships with data.

    columns  names of what is shown as it is kept, each with its column
    getters  names of what is not, with how to get their values
    amounts  the three names of an amount, with how to get its minor units
    links    the relationships without data, as JSON members, with ID for the record's id
    data     name → the links of a relationship with data, likewise
    """

    columns: tuple[tuple[str, str], ...]
    getters: tuple[tuple[str, Getter], ...]
    amounts: tuple[tuple[str, str, str, Getter], ...]
    links: bytes
    data: tuple[tuple[str, bytes], ...]


class Renderer:
    """Renders records of any declared type."""

    def __init__(self, money: MoneyFormat) -> None:
        self.money = money
        self._shapes: dict[Any, _Shape] = {}
        self._encoder = msgspec.json.Encoder()

    def one(self, record: Record | None, query: Query, site: Site) -> bytes:
        """The document of one record, or of none: {"data": null}."""
        if record is None:
            return b'{"data":null}'
        return self._encoder.encode(self._document([record], query, site, many=False))

    def page(self, records: list[Record], total: int, query: Query, site: Site, path: str, params: str) -> bytes:
        """The document of one page of a list.

        total   all records that match
        path    absolute URL of the list
        params  the query string's other parameters, without those of the page
        """
        document = self._document(records, query, site, many=True)
        pages = max(1, -(-total // query.size))
        document["meta"] = {"record_count": total, "page_count": pages}
        document["links"] = {
            rel: f"{path}?{params}{'&' if params else ''}{quote('page[number]')}={n}&{quote('page[size]')}={query.size}"
            for rel, n in (
                ("first", 1),
                *([("prev", query.number - 1)] if query.number > 1 else []),
                *([("next", query.number + 1)] if query.number < pages else []),
                ("last", pages),
            )
        }
        return self._encoder.encode(document)

    def _document(self, records: list[Record], query: Query, site: Site, *, many: bool) -> dict[str, Any]:
        fields = dict(query.fields)
        found: dict[tuple[str, str], _Found] = {}
        for record in records:
            _collect(record, query.include, fields, found)
        objects = {key: self._object(f, fields.get(key[0]), site) for key, f in found.items()}
        primary = [objects.pop((r.type, r.id)) for r in records]
        document: dict[str, Any] = {"data": primary if many else primary[0]}
        if query.include:
            document["included"] = list(objects.values())
        return document

    def _object(self, found: _Found, fields: frozenset[str] | None, site: Site) -> dict[str, Any]:
        record = found.record
        key = (record.resource, fields, tuple(found.related), site.base, site.confidential)
        shape = self._shapes.get(key)
        if shape is None:
            if len(self._shapes) >= SHAPES_KEPT:
                self._shapes.clear()  # clients choose the fields, so the number of shapes must have an end
            shape = self._shapes[key] = self._shape(record.resource, fields, tuple(found.related), site)
        value = record.values.get
        attributes = {name: value(column) for name, column in shape.columns}
        for name, get in shape.getters:
            attributes[name] = get(record)
        currency = value("currency_code") or ""
        written: dict[int | None, tuple[float | None, str | None]] = {None: (None, None)}
        for cents_name, float_name, formatted_name, get in shape.amounts:
            cents = get(record)
            if cents not in written:  # most amounts of an order are 0
                written[cents] = self.money.as_float(cents, currency), self.money.formatted(cents, currency)
            attributes[cents_name] = cents
            attributes[float_name], attributes[formatted_name] = written[cents]
        if fields is not None:
            attributes = {n: v for n, v in attributes.items() if n in fields}
        id = record.id
        return {
            "id": id,
            "type": record.type,
            "links": {"self": f"{site.base}/{record.type}/{id}"},
            "attributes": attributes,
            "relationships": msgspec.Raw(self._relationships(shape, found, id.encode())),
            "meta": {"mode": site.mode, "organization_id": site.organization_id},
        }

    def _relationships(self, shape: _Shape, found: _Found, id: bytes) -> bytes:
        parts = [shape.links.replace(ID, id)] if shape.links else []
        for name, links in shape.data:
            data = self._encoder.encode(_linkage(found.related[name]))
            parts.append(links.replace(ID, id)[:-1] + b',"data":' + data + b"}")
        return b"{" + b",".join(parts) + b"}"

    def _shape(
        self, resource: type[Resource], fields: frozenset[str] | None, with_data: tuple[str, ...], site: Site
    ) -> _Shape:
        columns: list[tuple[str, str]] = []
        getters: list[tuple[str, Getter]] = []
        amounts: list[tuple[str, str, str, Getter]] = []
        for a in resource.attributes():
            if not a.shown or a.name == "id" or (a.confidential and not site.confidential):
                continue
            wanted = fields is None or not fields.isdisjoint(a.wire_names)
            if not wanted:
                continue
            if isinstance(a, Amount):
                cents, as_float, formatted = a.wire_names
                amounts.append((cents, as_float, formatted, _getter(a)))
            elif a.read_as and not isinstance(a, Timestamp):
                columns.append((a.name, a.read_as))
            else:
                getters.append((a.name, _getter(a)))
        links, data = [], []
        for m in resource.of(Relationship):
            if not m.shown or (fields is not None and m.name not in fields):
                continue
            here = f"{site.base}/{resource.called}/{ID.decode()}"
            block = f'"{m.name}":{{"links":{{"self":"{here}/relationships/{m.name}","related":"{here}/{m.name}"}}}}'
            if m.name in with_data:
                data.append((m.name, block.encode()))
            else:
                links.append(block)
        return _Shape(tuple(columns), tuple(getters), tuple(amounts), ",".join(links).encode(), tuple(data))


@dataclass(slots=True)
class _Found:
    """A record that the document carries once, with every relationship it was included with anywhere."""

    record: Record
    related: dict[str, Any]


def _collect(
    record: Record, tree: Tree, fields: dict[str, frozenset[str]], found: dict[tuple[str, str], _Found]
) -> None:
    here = found.setdefault((record.type, record.id), _Found(record, {}))
    listed = fields.get(record.type)
    for name, below in tree:
        member = record.resource.members.get(name)
        if not isinstance(member, Relationship) or (listed is not None and name not in listed):
            continue
        here.related[name] = related = _shown(record, name, member)
        for child in _each(related):
            _collect(child, below, fields, found)


def _shown(record: Record, name: str, member: Relationship) -> Record | list[Record] | None:
    """What stands at a relationship, as far as its reader may see it."""
    related: Record | list[Record] | None = record.related.get(name)
    if isinstance(member, Many):
        return [r for r in related or [] if r.allowed] if isinstance(related, list) else []
    return related if isinstance(related, Record) and related.allowed else None


def _each(related: Record | list[Record] | None) -> Iterable[Record]:
    if related is None:
        return ()
    return related if isinstance(related, list) else (related,)


def _linkage(related: Record | list[Record] | None) -> Any:
    if isinstance(related, list):
        return [{"type": r.type, "id": r.id} for r in related]
    return related and {"type": related.type, "id": related.id}


def _getter(attribute: Attribute) -> Getter:
    if attribute.derived:
        derive = attribute.derived
        if isinstance(attribute, Timestamp):
            return lambda record: timestamp(derive(record))
        return derive
    if not attribute.read_as:
        return lambda record: None
    column = attribute.read_as
    if isinstance(attribute, Timestamp):
        return lambda record: timestamp(record.values.get(column))
    return lambda record: record.values.get(column)


def timestamp(moment: datetime | str | None) -> str | None:
    """ISO 8601 in UTC with milliseconds, from a datetime or from how PostgreSQL writes one in JSON."""
    if moment is None or isinstance(moment, str):
        return moment and _timestamp(moment)
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


@lru_cache(maxsize=4096)
def _timestamp(written: str) -> str:
    return str(timestamp(datetime.fromisoformat(written)))
