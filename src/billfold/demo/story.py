"""The main job, as a play in two acts for each PSP: pay and save, then pay again without typing anything."""

from __future__ import annotations

import secrets
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp

from billfold.client import Answer, ApiError
from billfold.demo import props
from billfold.demo.stage import Stage, Watched

WALLET = "available_customer_payment_sources"
NAMES = {"stripe": "Stripe", "klarna": "Klarna"}
SECRET = ("client_secret", "password")

Psp = Literal["stripe", "klarna"]


@dataclass
class Play:
    """store   what a ready file says; customers are made anew for each performance
    wallet  what her wallet calls what she has saved so far, the newest first
    """

    stage: Stage
    http: aiohttp.ClientSession
    store: dict[str, Any]
    merchant: Watched
    customer: dict[str, Any]
    ada: Watched
    wallet: list[str] = field(default_factory=list)

    @classmethod
    async def begin(cls, stage: Stage, http: aiohttp.ClientSession, store: dict[str, Any]) -> Play:
        """Sign in the back office, register a customer, and sign her in."""
        stage.act("The shop opens")
        merchant = await _sign_in(stage, http, store, "The back office", "signs in", **store["integration"])
        who = {"email": f"ada.{secrets.token_hex(3)}@example.com", "password": secrets.token_urlsafe(9)}
        registered = await stage.step(
            "Ada",
            "registers in the shop",
            merchant.create("customers", who),
            lambda a: {"email": (a["email"], who["email"]), "id": (a.id, props.ID)},
        )
        ada = await _sign_in(
            stage,
            http,
            store,
            "Ada",
            "signs in; her token is good for her own orders and her own wallet",
            client_id=store["sales_channel"]["client_id"],
            scope=f"market:id:{store['market']['id']}",
            username=who["email"],
            password=who["password"],
        )
        return cls(stage, http, store, merchant, {"id": registered.id, **who}, ada)

    async def perform(self, psp: Psp) -> str:
        """Everything with one PSP. Returns the id of the wallet entry. Raises StoryEnds."""
        name = NAMES[psp]
        self.stage.act(f"{name}: Ada pays, and lets the shop keep what she paid with")
        first = await self._cart(psp)
        await self._pay(psp, first)
        await self._place(first, "places the order: the money is held, not taken")
        entry = await self._save(psp, first)

        self.stage.act(f"{name}: Ada comes back and pays without typing anything")
        second = await self._cart(psp)
        await self._reuse(psp, second, entry)
        await self._place(second, f"places the order; no form of {name}'s was opened")

        self.stage.act(f"{name}: the shop takes the money, and gives half of it back")
        for order in (first, second):
            await self.stage.step(
                "The back office",
                "captures what is held for an order",
                self.merchant.update("orders", order, {"_capture": True}),
                lambda a: {"payment_status": (a["payment_status"], "paid")},
            )
        await self.stage.step(
            "The back office",
            "refunds the second order",
            self.merchant.update("orders", second, {"_refund": True}),
            lambda a: {"payment_status": (a["payment_status"], "refunded")},
        )
        await self._compare(psp, first, second)
        return entry

    async def leave_something(self) -> tuple[str, str]:
        """(an order placed with a card that is not saved, an order without a payment source)"""
        self.stage.act("Two orders are left for you to go on with")
        placed = await self._cart("stripe")
        await self._pay("stripe", placed, props.OTHER_CARD)
        await self._place(placed, "places the order, and does not tick anything")
        return placed, await self._cart("stripe")

    # --- what the customer does -----------------------------------------------------------------------------------

    async def _cart(self, psp: Psp) -> str:
        step, ada, store = self.stage.step, self.ada, self.store
        order = await step(
            "Ada",
            "starts an order",
            ada.create("orders", {}),
            lambda a: {"status": (a["status"], "draft"), "id": (a.id, props.ID)},
        )
        for sku, quantity in props.BASKET.items():
            await self._put(order.id, sku, quantity)
        method = ("payment_methods", store["payment_methods"][f"{psp}_payments"])
        await step(
            "Ada",
            f"chooses to pay with {NAMES[psp]}",
            ada.update("orders", order.id, payment_method=method),
            lambda a: {
                "she is to pay": (a["formatted_total_amount_with_taxes"], props.euros(props.TOTAL)),
                "in cents": (a["total_amount_with_taxes_cents"], props.TOTAL),
            },
        )
        return order.id

    async def _put(self, order: str, sku: str, quantity: int) -> None:
        await self.stage.step(
            "Ada",
            f"puts {quantity} x {sku} in it",
            self.ada.create("line_items", {"sku_code": sku, "quantity": quantity}, order=("orders", order)),
            lambda a: {"formatted_total_amount": (a["formatted_total_amount"], props.euros(props.COSTS[sku]))},
        )

    async def _pay(self, psp: Psp, order: str, number: str = props.CARD["number"]) -> None:
        """Make the payment source and authorize it the way a browser does."""
        if psp == "stripe":
            source = await self.stage.step(
                "Ada's browser",
                "asks for a Stripe payment",
                self.ada.create("stripe_payments", {}, order=("orders", order)),
                lambda a: {
                    "stripe_id": (a["stripe_id"], props.INTENT),
                    "client_secret": (a["client_secret"], props.secret_of(a["stripe_id"])),
                },
            )
            await self.stage.step(
                "Stripe.js in Ada's browser",
                "sends the card straight to Stripe; the shop never sees it",
                self._confirm(source, number),
                lambda a: {"status": (a.document["status"], "requires_capture")},
            )
            return
        source = await self.stage.step(
            "Ada's browser",
            "asks for a Klarna payment",
            self.ada.create("klarna_payments", {}, order=("orders", order)),
            lambda a: {
                "session_id": (a["session_id"], props.UUID),
                "client_token": (a["client_token"][:32] + "…", props.SIGNED),
            },
        )
        agreed = await self.stage.step(
            "Klarna's window in Ada's browser",
            "asks her to agree to the purchase; she does",
            self._agree(source),
            lambda a: {"authorization_token": (a.document.get("authorization_token"), props.UUID)},
        )
        token = agreed.document["authorization_token"]
        await self.stage.step(
            "Ada's browser",
            "hands Klarna's answer to the shop",
            self.ada.update("klarna_payments", source.id, {"auth_token": token}),
            lambda a: {"auth_token": (a["auth_token"], token)},
        )

    async def _place(self, order: str, what: str) -> None:
        await self.stage.step(
            "Ada",
            what,
            self.ada.update("orders", order, {"_place": True}),
            lambda a: {
                "status": (a["status"], "placed"),
                "payment_status": (a["payment_status"], "authorized"),
                "number": (str(a["number"]), props.NUMBER),
            },
        )

    async def _save(self, psp: Psp, order: str) -> str:
        self.wallet.insert(0, props.SAVED[psp])
        entries = await self.stage.step(
            "Ada",
            "ticks “remember this for next time”",
            self.ada.update("orders", order, {"_save_payment_source_to_customer_wallet": True}, include=WALLET),
            lambda a: {
                "her wallet": (_names(a), self.wallet),
                "the order lists it": ([r["id"] for r in a.related(WALLET)], [e["id"] for e in _entries(a)]),
            },
        )
        return str(_entries(entries)[0]["id"])

    async def _reuse(self, psp: Psp, order: str, entry: str) -> None:
        await self.stage.step(
            "Ada",
            "opens her wallet",
            self.ada.get(f"orders/{order}", include=WALLET, **{"fields[orders]": WALLET}),
            lambda a: {
                "it offers": (_names(a), self.wallet),
                "her choice is there": (entry in [e["id"] for e in _entries(a)], True),
            },
        )
        await self.stage.step(
            "Ada",
            "picks what she has saved",
            self.ada.update("orders", order, {"_customer_payment_source_id": entry}, include="payment_source"),
            lambda a: {
                "payment_source": (a.related("payment_source")["type"], f"{psp}_payments"),
                "payment_instrument": (
                    a.included(f"{psp}_payments")[0]["attributes"]["payment_instrument"],
                    props.INSTRUMENTS[psp],
                ),
            },
        )

    # --- what happens elsewhere -----------------------------------------------------------------------------------

    async def _confirm(self, source: Answer, number: str) -> Answer:
        url = f"{self.store['sandbox']['stripe']}/v1/payment_intents/{source['stripe_id']}/confirm"
        form = {f"payment_method_data[card][{name}]": value for name, value in {**props.CARD, "number": number}.items()}
        form |= {"payment_method_data[type]": "card", "client_secret": source["client_secret"]}
        form["key"] = source["publishable_key"]
        self.stage.request("POST", url, {"payment_method_data[card][number]": number})
        return await _answered(self.http.post(url, data=form))

    async def _agree(self, source: Answer) -> Answer:
        url = f"{self.store['sandbox']['klarna']}/_sandbox/authorize"
        self.stage.request("POST", url)
        return await _answered(self.http.post(url, json={"client_token": source["client_token"]}))

    async def _compare(self, psp: Psp, *orders: str) -> None:
        """The PSP's own books must say what the orders say."""
        ours = dict.fromkeys(props.MOVEMENTS, 0)
        references: set[str] = set()

        async def ask() -> Answer:
            for order in orders:
                include = ",".join(transactions for transactions, _ in props.MOVEMENTS.values())
                found = await self.merchant.get(f"orders/{order}", include=include)
                for kind, (transactions, _) in props.MOVEMENTS.items():
                    made = [t["attributes"] for t in found.included(transactions)]
                    ours[kind] += sum(one["amount_cents"] for one in made)
                    references.update(one["token"] for one in made if kind == "authorization")
            url = f"{self.store['sandbox'][psp]}/_sandbox/ledger"
            self.stage.request("GET", url)
            return await _answered(self.http.get(url))

        def theirs(books: Answer, kind: str) -> int:
            return sum(books.document["references"].get(reference, {}).get(kind, 0) for reference in references)

        await self.stage.step(
            f"{NAMES[psp]}'s own books",
            "say the same as the shop's orders",
            ask(),
            lambda a: {
                f"{transactions}, in cents, theirs and ours": ([theirs(a, kind), ours[kind]], [amount, amount])
                for kind, (transactions, amount) in props.MOVEMENTS.items()
            },
        )


async def _sign_in(
    stage: Stage, http: aiohttp.ClientSession, store: dict[str, Any], who: str, what: str, **grant: str
) -> Watched:
    grant["grant_type"] = "password" if "username" in grant else "client_credentials"
    url = f"{store['http']}/oauth/token"

    async def ask() -> Answer:
        stage.request("POST", "/oauth/token", {n: v for n, v in grant.items() if n not in SECRET})
        return await _answered(http.post(url, json=grant))

    answer = await stage.step(
        who,
        what,
        ask(),
        lambda a: {
            "token_type": (a.document["token_type"].lower(), "bearer"),
            "scope": (a.document["scope"], grant.get("scope", "market:all")),
        },
    )
    return Watched(http, f"{store['http']}/api", answer.document["access_token"], stage=stage)


async def _answered(request: AbstractAsyncContextManager[aiohttp.ClientResponse]) -> Answer:
    async with request as response:
        body = await response.json(content_type=None)
        if response.status >= 400:
            raise ApiError(response.status, body.get("errors") or [{"detail": str(body)}])
        return Answer(response.status, body)


def _entries(answer: Answer) -> list[dict[str, Any]]:
    return answer.included("customer_payment_sources")


def _names(answer: Answer) -> list[str]:
    return [entry["attributes"]["name"] for entry in _entries(answer)]
