"""Records → documents. What depends on a declaration alone is worked out once and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import repeat
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
    guest            whether the reader is a customer who has not signed in
    told             what the reader's access token says, by the names that attributes ask for it
    """

    base: str
    organization_id: str
    mode: str
    confidential: bool
    guest: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MoneyFormat:
    """How amounts are written, given by whoever knows currencies: (minor units, currency) → text or number.

    What is not known is null either way.
    """

    formatted: Callable[[int | None, str], str | None]
    as_float: Callable[[int | None, str], float | None]


@dataclass(frozen=True, slots=True)
class _Shape:
    """One type, rendered with one set of fields and one set of relationships with data.

    attributes  makes the JSON object of all attributes from their values, in this order: those that `columns` hold;
                those that `getters` find; those in `told`, of the reader; the moments in `timestamps`; the amounts in
                `numbers` and in `texts`, as such
    links       the relationships without data, as JSON members, with ID for the record's id
    data        name → the links of a relationship with data, likewise
    """

    attributes: Callable[..., msgspec.Struct]
    columns: tuple[str, ...]
    getters: tuple[Getter, ...]
    told: tuple[str, ...]
    timestamps: tuple[str, ...]
    numbers: tuple[str, ...]
    texts: tuple[str, ...]
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
        key = (record.resource, fields, tuple(found.related), site.base, site.confidential, site.guest)
        shape = self._shapes.get(key)
        if shape is None:
            if len(self._shapes) >= SHAPES_KEPT:
                self._shapes.clear()  # clients choose the fields, so the number of shapes must have an end
            shape = self._shapes[key] = self._shape(record.resource, fields, tuple(found.related), site)
        id = record.id
        return {
            "id": id,
            "type": record.type,
            "links": {"self": f"{site.base}/{record.type}/{id}"},
            "attributes": self._attributes(shape, record, site),
            "relationships": msgspec.Raw(self._relationships(shape, found, id.encode())),
            "meta": {"mode": site.mode, "organization_id": site.organization_id},
        }

    def _attributes(self, shape: _Shape, record: Record, site: Site) -> msgspec.Struct:
        kept = record.values.get
        currency = repeat(kept("currency_code") or "")
        return shape.attributes(
            *map(kept, shape.columns),
            *[get(record) for get in shape.getters],
            *map(site.told.get, shape.told),
            *[moment and timestamp(moment) for moment in map(kept, shape.timestamps)],
            *map(self.money.as_float, map(kept, shape.numbers), currency),
            *map(self.money.formatted, map(kept, shape.texts), currency),
        )

    def _relationships(self, shape: _Shape, found: _Found, id: bytes) -> bytes:
        parts = [shape.links.replace(ID, id)] if shape.links else []
        for name, links in shape.data:
            data = self._encoder.encode(_linkage(found.related[name]))
            parts.append(links.replace(ID, id)[:-1] + b',"data":' + data + b"}")
        return b"{" + b",".join(parts) + b"}"

    def _shape(
        self, resource: type[Resource], fields: frozenset[str] | None, with_data: tuple[str, ...], site: Site
    ) -> _Shape:
        columns: dict[str, str] = {}  # these by the names that are shown
        getters: dict[str, Getter] = {}
        told: dict[str, str] = {}
        timestamps: dict[str, str] = {}
        numbers: dict[str, str] = {}
        texts: dict[str, str] = {}
        for a in resource.attributes():
            if not a.shown or a.name == "id" or (a.confidential and not site.confidential):
                continue
            if site.guest and resource.guest_sees and a.name not in resource.guest_sees:
                continue
            if a.told:
                told[a.name] = a.told
            elif not a.read_as:
                getters |= self._getters(a)
            elif isinstance(a, Timestamp):
                timestamps[a.name] = a.read_as
            elif isinstance(a, Amount):
                cents, number, text = a.wire_names
                columns[cents] = numbers[number] = texts[text] = a.read_as
            else:
                columns[a.name] = a.read_as
        parts: tuple[dict[str, Any], ...] = (columns, getters, told, timestamps, numbers, texts)
        if fields is not None:
            for part in parts:
                for name in part.keys() - fields:
                    del part[name]
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
        return _Shape(
            _object_of(name for part in parts for name in part),
            tuple(columns.values()),
            tuple(getters.values()),
            tuple(told.values()),
            tuple(timestamps.values()),
            tuple(numbers.values()),
            tuple(texts.values()),
            ",".join(links).encode(),
            tuple(data),
        )

    def _getters(self, a: Attribute) -> dict[str, Getter]:
        """How to find what is shown of an attribute that is kept nowhere, by name."""
        derive = a.derived or (lambda record: None)
        if isinstance(a, Amount):
            cents, number, text = a.wire_names
            money = self.money
            return {
                cents: derive,
                number: lambda record: money.as_float(derive(record), record["currency_code"] or ""),
                text: lambda record: money.formatted(derive(record), record["currency_code"] or ""),
            }
        if isinstance(a, Timestamp):
            return {a.name: lambda record: timestamp(derive(record))}
        return {a.name: derive}


def _object_of(names: Iterable[str]) -> Callable[..., msgspec.Struct]:
    """Makes JSON objects with these members of their values, without looking up a name for each."""
    fields = {f"m{i}": name for i, name in enumerate(names)}
    return msgspec.defstruct("Attributes", fields, rename=fields, gc=False)


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


def timestamp(moment: datetime | str | None) -> str | None:
    """ISO 8601 in UTC with milliseconds, from a datetime or from how PostgreSQL writes one in JSON."""
    if moment is None:
        return None
    if isinstance(moment, str):
        whole, utc, rest = moment.partition("+00:00")
        if not utc or rest:
            return timestamp(datetime.fromisoformat(moment))
        second, _, fraction = whole.partition(".")
        return f"{second}.{fraction[:3]:0<3}Z"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
