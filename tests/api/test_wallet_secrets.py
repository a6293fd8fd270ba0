"""What must stand nowhere after a whole story: card numbers, credentials, passwords; not in a table, not in a log."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog
from tests.api.steps import (
    KEPT_BUT_DECLINED,
    MASTERCARD,
    VISA,
    brought_along,
    kept,
    kept_at_klarna,
    placed,
    raw_tokens,
    reuse,
)
from tests.store import Contents, Store, open_store

from billfold import logs
from billfold.client import ApiError

# The credentials of the second accounts are like nothing else; those of the sample store are told apart by Stripe's.
STRIPE_KEY = "sk_test_unmistakable"
KLARNA_SECRET = "an-unmistakable-secret"


async def whole_story(store: Store) -> None:
    create = store.back_office.create
    second = {"name": "Second", "login": STRIPE_KEY, "publishable_key": "pk_test_second"}
    await create("stripe_gateways", second)
    klarna = {"name": "Second", "country_code": "EU", "api_key": "K_second", "api_secret": KLARNA_SECRET}
    gateway = await create("klarna_gateways", klarna)
    await store.back_office.update("klarna_gateways", gateway.id, {"api_secret": f"{KLARNA_SECRET}-2"})

    ada = await store.customer()
    entries = [await kept(store, ada), await kept_at_klarna(store, ada), await kept(store, ada, MASTERCARD)]
    for entry in entries:
        order = await store.order(ada)
        await reuse(ada, order.id, entry["id"])
        await placed(ada, order.id)
        await store.back_office.update("orders", order.id, {"_capture": True})
        await store.back_office.update("orders", order.id, {"_refund": True})
    declined = await store.order(ada)
    bad = await brought_along(store, await raw_tokens(store, KEPT_BUT_DECLINED))
    await reuse(ada, declined.id, bad.id)
    with pytest.raises(ApiError, match="declined"):
        await ada.update("orders", declined.id, {"_place": True})
    with pytest.raises(ApiError, match="card number"):
        await ada.update("orders", declined.id, {"metadata": {"note": f"my card is {VISA}"}})
    await trouble(store, declined.id, bad.id)
    await ada.delete("customer_payment_sources", entries[0]["id"])
    store.clock.advance(hours=25)
    await store.worker().once()


async def trouble(store: Store, order: str, entry: str) -> None:
    """A PSP that is down, and one that repeats what it should not."""
    ada = await store.customer()
    said = {"error": {"type": "card_error", "code": "card_declined", "message": f"{VISA} and {STRIPE_KEY} are no good"}}
    await store.fault("status", psp="stripe", path="/confirm", status=402, body=said)
    with pytest.raises(ApiError) as refusal:
        await ada.update("orders", order, {"_place": True})
    assert refusal.value.error == "declined"
    assert VISA not in str(refusal.value.errors)
    assert STRIPE_KEY not in str(refusal.value.errors)
    await store.fault("refuse", psp="stripe", times=None)
    with pytest.raises(ApiError):
        await ada.update("orders", order, {"_place": True})
    await ada.delete("customer_payment_sources", entry)
    store.clock.advance(minutes=1)
    await store.worker().once()
    await store.clear_faults()


async def every_row(store: Store) -> dict[str, str]:
    """Table → all its rows as text."""
    db = store.tools.db
    tables = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {
        t["tablename"]: await db.fetchval(
            f"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM \"{t['tablename']}\" t"
        )
        for t in tables
    }


@pytest.fixture
def chatty(capfd: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """What a server writes, with all that it and its libraries have to say."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    logs.configure("console")
    structlog.configure(cache_logger_on_first_use=False)  # so that the next test gets its own
    root.setLevel(logging.DEBUG)
    yield capfd
    structlog.reset_defaults()
    root.handlers = handlers
    root.setLevel(level)


async def test_no_table_and_no_log_line_holds_a_card_number_or_a_credential(
    filled_database: tuple[str, Contents], chatty: pytest.CaptureFixture[str]
) -> None:
    async with open_store(*filled_database) as store:
        await whole_story(store)
        rows = await every_row(store)
    out, err = chatty.readouterr()
    written = {**rows, "standard output": out, "standard error": err}
    assert len(rows["payment_sources"]) > 1000
    assert "left to the worker" in err
    assert "will be tried again" in err
    secrets = {
        "a card number": (VISA, MASTERCARD, "4242 4242", "5555 5555"),
        "a key of Stripe": ("sk_test_", "whsec_"),
        "a secret of Klarna": (KLARNA_SECRET,),
        "a password": (store.made["customer"]["password"], store.made["second_customer"]["password"]),
        "a client's secret": (store.integration["client_secret"],),
        "an access token": (store.back_office.token, store.back_office.token.rpartition(".")[2]),
    }
    found = [
        (what, place) for what, words in secrets.items() for place, text in written.items() for w in words if w in text
    ]
    assert found == []
