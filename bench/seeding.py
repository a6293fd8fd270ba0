"""A store full of orders: one customer's orders and wallet are made through the API, then multiplied in the database.

Copies have numbers for ids, ten digits each, so that pgbench, which knows numbers only, can name any of them:
order n of customer c = n mod `customers`, with its own lines, addresses and payment source. All copies of a payment
source stand for the same intents at the sandbox, so the server's calls find there what they would find at a PSP.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import aiohttp
import asyncpg
import msgspec

from billfold import sample_store
from billfold.client import Answer, Client
from billfold.db import identity
from billfold.db.database import Database
from billfold.db.vault import Vault
from billfold.resources import registry
from billfold.web.keys import SigningKeys

# Where the ids of copies begin.
ORDERS, CUSTOMERS, SOURCES, ENTRIES, KEPT_SOURCES = (n * 1_000_000_000 for n in range(1, 6))
LINES, ADDRESSES = 6_000_000_000, 7_000_000_000
LINES_EACH, KEPT_EACH = 4, 2  # at most; ids of one order's or customer's follow one another
BOUGHT = 3  # of the sample store's articles, the first of which need no shipping

KEPT_CARDS = ("5555555555554444", "378282246310005")
ORDERS_CARD = "4242424242424242"
DETAILS = {
    "language_code": "de",
    "cart_url": "https://www.example.com/cart",
    "return_url": "https://www.example.com/thank-you",
    "terms_url": "https://www.example.com/terms",
    "privacy_url": "https://www.example.com/privacy",
    "metadata": {"campaign": "autumn", "gift": True, "delivery_note": "Leave it with the neighbours, please."},
    "reference": "WEB-2024-000123",
    "reference_origin": "web shop",
}


@dataclass(frozen=True)
class Seeded:
    """tokens  of customer 0, 1, 2…"""

    orders: int
    customers: int
    tokens: list[str]


async def seed(dsn: str, secret_key: str, url: str, sandbox: str, orders: int, customers: int) -> Seeded:
    """Fill the empty, migrated database behind the running server.

    url, sandbox  where the API and the sandbox are, without a slash at the end
    """
    db = await Database.connect(dsn, size=2)
    await identity.create_organization(db, registry(), name="Acme", slug="acme")
    async with aiohttp.ClientSession() as http:
        # Nobody listens to the sandbox's events here.
        fault = {"do": "deliver_never", "times": None}
        async with http.post(f"{sandbox}/_sandbox/faults", json=fault) as answer:
            answer.raise_for_status()
        shop = await _Shop.open(db, http, url, sandbox)
        for card in KEPT_CARDS:
            order = await shop.order(card)
            await shop.ada.update("orders", order, {"_save_payment_source_to_customer_wallet": True})
        template = await shop.order(ORDERS_CARD)
    async with db.transaction() as connection:
        await _multiply(connection, template, shop.customer_id, orders, customers)
    await db.pool.execute("VACUUM (ANALYZE)")
    keys = await SigningKeys.load(db, Vault(secret_key))
    await db.close()
    return Seeded(orders, customers, [_token(keys, shop.ada.token, CUSTOMERS + c) for c in range(customers)])


@dataclass(frozen=True)
class _Shop:
    """The sample store and the one customer in it whose orders are the model."""

    http: aiohttp.ClientSession
    sandbox: str
    ada: Client
    customer_id: str
    method: str
    skus: list[str]

    @classmethod
    async def open(cls, db: Database, http: aiohttp.ClientSession, url: str, sandbox: str) -> _Shop:
        applications = {
            kind: await identity.create_application(db, registry(), organization_slug="acme", kind=kind, name=kind)
            for kind in ("sales_channel", "integration")
        }
        base, office = f"{url}/api", applications["integration"]
        credentials = {"client_id": office["client_id"], "client_secret": office["client_secret"]}
        back_office = await Client.sign_in(http, base, grant_type="client_credentials", **credentials)
        made = await sample_store.fill(back_office)
        ada = await Client.sign_in(
            http,
            base,
            grant_type="password",
            client_id=applications["sales_channel"]["client_id"],
            scope=f"market:id:{made['market']['id']}",
            username=made["customer"]["email"],
            password=made["customer"]["password"],
        )
        method = made["payment_methods"]["stripe_payments"]
        return cls(http, sandbox, ada, made["customer"]["id"], method, made["skus"][:BOUGHT])

    async def order(self, card: str) -> str:
        """A whole order, paid with the card as far as the browser can: authorized at the PSP, not placed."""
        ada, address = self.ada, await self._address()
        order = await ada.create("orders", DETAILS)
        for quantity, code in enumerate(self.skus, 1):
            await ada.create("line_items", {"sku_code": code, "quantity": quantity}, order=("orders", order.id))
        await ada.update(
            "orders",
            order.id,
            payment_method=("payment_methods", self.method),
            billing_address=("addresses", address),
            shipping_address=("addresses", address),
        )
        source = await ada.create("stripe_payments", {}, order=("orders", order.id))
        await self._confirm(source, card)
        await ada.update("stripe_payments", source.id, {"_refresh": True})
        return order.id

    async def _address(self) -> str:
        address = {
            "first_name": "Ada", "last_name": "Lovelace", "line_1": "12 St James's Square", "line_2": "Second floor",
            "city": "London", "zip_code": "SW1Y 4JH", "country_code": "GB", "phone": "+44 20 7946 0000",
            "email": "ada@example.com", "notes": "Please ring the bell twice.",
        }  # fmt: skip
        return (await self.ada.create("addresses", address)).id

    async def _confirm(self, source: Answer, card: str) -> None:
        numbers = {"number": card, "exp_month": "12", "exp_year": "2034", "cvc": "1234" if card[0] == "3" else "123"}
        form = {f"payment_method_data[card][{name}]": value for name, value in numbers.items()}
        form |= {"key": source["publishable_key"], "client_secret": source["client_secret"]}
        form |= {"payment_method_data[type]": "card"}
        url = f"{self.sandbox}/stripe/v1/payment_intents/{source['stripe_id']}/confirm"
        async with self.http.post(url, data=form) as answer:
            answer.raise_for_status()


async def _multiply(connection: asyncpg.Connection, order: str, customer: str, orders: int, customers: int) -> None:
    """Copy one order `orders` times and its customer `customers` times, each with all that belongs to it."""
    # Copies point at one another in circles, and the constraints are not deferrable.
    await connection.execute("SET LOCAL session_replication_role = replica")
    copier = _Copier(connection, orders, customers)
    await copier.customers(
        "customers", "id = $3", customer, id=f"{CUSTOMERS} + c", email="'customer-' || c || '@example.com'"
    )
    await copier.customers("gateway_customers", "customer_id = $3", customer, customer_id=f"{CUSTOMERS} + c")
    await copier.customers(
        "customer_payment_sources",
        "customer_id = $3",
        customer,
        id=f"{ENTRIES} + {KEPT_EACH} * c + rank",
        customer_id=f"{CUSTOMERS} + c",
        payment_source_id=f"{KEPT_SOURCES} + {KEPT_EACH} * c + rank",
    )
    await copier.customers(
        "payment_sources",
        "id IN (SELECT payment_source_id FROM customer_payment_sources WHERE customer_id = $3)",
        customer,
        id=f"{KEPT_SOURCES} + {KEPT_EACH} * c + rank",
        order_id=f"{ORDERS} + c",
        shopper_id=f"{CUSTOMERS} + c",
        gateway_reference=f"{KEPT_SOURCES} + {KEPT_EACH} * c + rank",
    )
    address = f"{ADDRESSES} + n"
    await copier.orders(
        "orders",
        "id = $3",
        order,
        id=f"{ORDERS} + n",
        number=f"{ORDERS} + n",
        token="md5(n::text)",
        payment_status="'unpaid'",  # the bank holds the money, and nobody told the order yet: it may be paid otherwise
        customer_id=f"{CUSTOMERS} + n % $2",
        customer_email="'customer-' || n % $2 || '@example.com'",
        payment_source_id=f"{SOURCES} + n",
        billing_address_id=address,
        shipping_address_id=address,
    )
    await copier.orders(
        "line_items", "order_id = $3", order, id=f"{LINES} + {LINES_EACH} * n + rank", order_id=f"{ORDERS} + n"
    )
    await copier.orders(
        "addresses", "id = (SELECT billing_address_id FROM orders WHERE id = $3)", order, id=f"{ADDRESSES} + n"
    )
    await copier.orders(
        "payment_sources",
        "order_id = $3",
        order,
        id=f"{SOURCES} + n",
        order_id=f"{ORDERS} + n",
        shopper_id=f"{CUSTOMERS} + n % $2",
        gateway_reference=f"{SOURCES} + n",
    )


@dataclass(frozen=True)
class _Copier:
    """Copies rows with other values in some columns, which are given as SQL over the number of the copy and the
    `rank` of the row among those that are copied together."""

    connection: asyncpg.Connection
    how_many_orders: int
    how_many_customers: int

    async def orders(self, table: str, which: str, key: str, **columns: str) -> None:
        await self._copy(table, which, key, columns, "generate_series(0, $1::bigint - 1) n, (SELECT $2::bigint) s")

    async def customers(self, table: str, which: str, key: str, **columns: str) -> None:
        await self._copy(table, which, key, columns, "generate_series(0, $2::bigint - 1) c, (SELECT $1::bigint) s")

    async def _copy(self, table: str, which: str, key: str, columns: dict[str, str], copies: str) -> None:
        changed = ", ".join(f"'{name}', ({value})::text" for name, value in columns.items())
        ranked = f"SELECT t AS row, row_number() OVER (ORDER BY t.created_at) - 1 AS rank FROM {table} t WHERE {which}"
        await self.connection.execute(
            f"INSERT INTO {table} SELECT (jsonb_populate_record(m.row, jsonb_build_object({changed}))).*"
            f" FROM ({ranked}) m, {copies}",
            self.how_many_orders,
            self.how_many_customers,
            key,
        )


def _token(keys: SigningKeys, model: str, customer: int) -> str:
    """The access token that this customer would get by signing in, without the work of checking a password."""
    body = model.split(".")[1]
    claims: dict[str, Any] = msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return keys.sign({**claims, "owner": {"type": "Customer", "id": str(customer)}})
