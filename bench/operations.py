"""What is measured: four requests, each of them for many orders and in the name of the orders' customers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import msgspec

from bench.seeding import CUSTOMERS, ENTRIES, KEPT_EACH, ORDERS, SOURCES, Seeded

MEDIA_TYPE = "application/vnd.api+json"
HOST = "127.0.0.1"
WALLET = "include=available_customer_payment_sources"
SPARE = 0  # the order whose request is watched for its statements; no load is put on it


@dataclass(frozen=True)
class Request:
    """One HTTP request, and the ids of what it is about by the names that scripts of pgbench call them."""

    method: str
    path: str
    query: str
    token: str
    body: bytes = b""
    ids: Mapping[str, str] = field(default_factory=dict)

    def headers(self) -> list[tuple[str, str]]:
        wanted = [("host", HOST), ("accept", MEDIA_TYPE), ("authorization", f"Bearer {self.token}")]
        if self.body:
            wanted += [("content-type", MEDIA_TYPE), ("content-length", str(len(self.body)))]
        return wanted

    def as_sent(self, port: int) -> bytes:
        lines = [f"{self.method} {self.path}?{self.query} HTTP/1.1"]
        lines += [f"{n}: {HOST}:{port}" if n == "host" else f"{n}: {v}" for n, v in self.headers()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True)
class Operation:
    """once     whether repeating it for the same order would be another, cheaper thing
    varied   whether it says something else each time it comes to the same order, so that each changes something
    orders   which orders it is done to
    attributes  of the document that is sent, by the order's number; None for reading
    """

    name: str
    says: str
    once: bool
    orders: Callable[[Seeded], range]
    attributes: Callable[[Seeded, int], dict[str, Any]] | None
    query: str = WALLET
    varied: bool = False

    def request(self, seeded: Seeded, n: int) -> Request:
        customer, id = n % seeded.customers, str(ORDERS + n)
        ids = {
            "order": id,
            "customer": str(CUSTOMERS + customer),
            "source": str(SOURCES + n),
            "entry": str(ENTRIES + KEPT_EACH * customer),
        }
        path, token = f"/api/orders/{id}", seeded.tokens[customer]
        if self.attributes is None:
            return Request("GET", path, self.query, token, ids=ids)
        document = {"data": {"type": "orders", "id": id, "attributes": self.attributes(seeded, n)}}
        return Request("PATCH", path, self.query, token, msgspec.json.encode(document), ids)

    def requests(self, seeded: Seeded) -> Iterator[Request]:
        """One for each of its orders but the spare one, in an order that is the same in every run; where they are to be
        varied, two, so that whoever sends them round and round says something else each time."""
        numbers = [n for n in self.orders(seeded) if n != self.orders(seeded)[SPARE]]
        random.Random(7).shuffle(numbers)
        return (self.request(seeded, n) for _ in range(2 if self.varied else 1) for n in numbers)

    def spare(self, seeded: Seeded) -> Request:
        return self.request(seeded, self.orders(seeded)[SPARE])


# Each customer has their first order for saving, the second for reusing, and all others for the rest: what one
# operation leaves behind must not make another one dearer.
def _first(seeded: Seeded) -> range:
    return range(seeded.customers)


def _second(seeded: Seeded) -> range:
    return range(seeded.customers, 2 * seeded.customers)


def _others(seeded: Seeded) -> range:
    return range(2 * seeded.customers, seeded.orders)


OPERATIONS = (
    Operation("read", "read an order with its wallet", False, _others, None),
    Operation(
        "update",
        "change an order's reference and metadata",
        False,
        _others,
        lambda _, n: {"reference": f"REF-{random.getrandbits(32)}", "metadata": {"n": n, "r": random.getrandbits(32)}},
        query="",
        varied=True,
    ),
    Operation(
        "save",
        "save the payment source to the wallet",
        True,
        _first,
        lambda *_: {"_save_payment_source_to_customer_wallet": True},
    ),
    Operation(
        "reuse",
        "pay with a source of the wallet",
        False,
        _second,
        lambda s, n: {"_customer_payment_source_id": str(ENTRIES + KEPT_EACH * (n % s.customers))},
    ),
)


async def changes(dsn: str) -> int:
    """How often orders were changed so far."""
    connection = await asyncpg.connect(dsn)
    changed: int = await connection.fetchval("SELECT sum(lock_version)::bigint FROM orders")
    await connection.close()
    return changed


async def clean_up(dsn: str) -> None:
    """Take back what saving left, so that it can be measured again, and tidy up after everything else."""
    connection = await asyncpg.connect(dsn)
    seeded = f"'^{ENTRIES // 10**9}[0-9]{{9}}$'"
    await connection.execute(f"DELETE FROM customer_payment_sources WHERE customer_id ~ '^[0-9]+$' AND id !~ {seeded}")
    for table in ("customer_payment_sources", "payment_sources", "orders"):
        await connection.execute(f"VACUUM {table}")
    await connection.close()
