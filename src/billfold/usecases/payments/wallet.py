"""The customer's wallet: keep an order's payment source, pay another order with it, let it go."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from billfold.domain.errors import NOT_ALLOWED, BillfoldError, Conflict, NotAllowed, Refused
from billfold.domain.wallet import REUSE, SAVE, Entry, check_may_keep, same_instrument
from billfold.gateways.protocol import Gateway, KeepsSources, Kept, Key
from billfold.jsonapi.record import Record
from billfold.usecases.orders.orders import check_editable
from billfold.usecases.orders.totals import FOR_TOTALS, settle_totals
from billfold.usecases.payments.payment_sources import adopt, attach
from billfold.usecases.payments.purchases import FOR_PURCHASE, purchase, shopper_id
from billfold.usecases.payments.verdicts import let_go_later, note_learned
from billfold.usecases.subscriptions.subscribing import pay_from_wallet
from billfold.usecases.upkeep import try_now
from billfold.usecases.work import Work, reads

LISTED = "available_customer_payment_sources"


@reads(f"{FOR_PURCHASE} payment_source.payment_gateway customer.customer_payment_sources order_subscriptions")
async def save(work: Work, order: Record, value: object = True) -> None:
    """Keep the order's payment source in its customer's wallet, before or after placing. Saving twice is saving once.

    Raises Refused with the reason, or GatewayTrouble; the order stays as it is in both cases.
    """
    source, customer = order.one("payment_source"), order.one("customer")
    record = source.one("payment_gateway") if source is not None else None
    gateway = await work.accounts.gateway(record) if record is not None else None
    check_may_keep(
        guest=bool(order["guest"]) or work.caller.role == "guest",
        has_customer=customer is not None,
        has_source=source is not None,
        keeps=isinstance(gateway, KeepsSources),
        theirs=source is not None and source["shopper_id"] == shopper_id(order),
    )
    assert source is not None
    assert customer is not None
    assert record is not None
    assert isinstance(gateway, KeepsSources)
    await work.read_beside(customer, "customer_payment_sources")
    if (entry := _saved_before(customer, source)) is not None:
        _let_go_of_lost(work, record, entry["customer_token"], entry["payment_source_token"])
        _show_source(work, entry, source)
        await pay_from_wallet(work, order, entry)
        return
    try:
        kept = await gateway.keep(
            purchase(order, source["instrument_customer_token"]), source.values, key=Key(source.id)
        )
    except BillfoldError as trouble:
        trouble.at = SAVE
        await _note_learned(work, source, trouble, gateway)
        raise
    _let_go_of_lost(work, record, kept.customer_token, kept.payment_source_token)
    work.attempts.kept.add(kept.payment_source_token)
    entry, made = _keep(work, customer, order, source, record, kept)
    if made and LISTED in order.related:
        if _is_usable(order, record):
            order.related[LISTED].insert(0, entry)
        else:
            del order.related[LISTED]
    await pay_from_wallet(work, order, entry)


def _let_go_of_lost(work: Work, gateway: Record, customer_token: str | None, token: str) -> None:
    """An attempt before this one may have made a token of its own, and then lost the race to the wallet."""
    for lost in work.attempts.kept - {token}:
        let_go_later(work, gateway.id, customer_token, lost)


async def _note_learned(work: Work, source: Record, trouble: BillfoldError, gateway: Gateway) -> None:
    """A refused save changes nothing but what is known of its source; whoever is faster knows it too."""
    aside = Work(work.tools, work.caller)
    if trouble.learned and (fresh := await aside.read(source.type, source.id)):
        note_learned(aside, fresh, trouble, gateway)
        with suppress(Conflict):
            await aside.commit()


def _saved_before(customer: Record, source: Record) -> Record | None:
    """The entry that keeps what this very source was paid with, whatever token stands for it by now. Another card may
    have been typed for the source since; that looks different."""
    same = "payment_gateway_id", "fingerprint", "payment_instrument"
    known = customer.many("customer_payment_sources") if source["fingerprint"] else []
    return next((e for e in known if all(e[name] == source[name] for name in same)), None)


def _is_usable(order: Record, gateway: Record) -> bool:
    """Whether it is plain without asking the database that the order could be paid through this gateway now."""
    method = order.one("payment_method")
    return (
        gateway["disabled_at"] is None
        and method is not None
        and method["disabled_at"] is None
        and method["payment_gateway_id"] == gateway.id
    )


def _keep(
    work: Work, customer: Record, order: Record, source: Record, gateway: Record, kept: Kept
) -> tuple[Record, bool]:
    """(the entry, whether it is a new one): one that keeps this instrument already then points at the newest token."""
    known = customer.many("customer_payment_sources")
    same = same_instrument(
        map(_entry, known), gateway_id=gateway.id, token=kept.payment_source_token, fingerprint=kept.fingerprint
    )
    facts = {
        "name": kept.name,
        "customer_token": kept.customer_token,
        "payment_source_token": kept.payment_source_token,
        "fingerprint": kept.fingerprint,
        "payment_instrument": dict(kept.instrument),
    }
    work.set(source, **kept.details, fingerprint=kept.fingerprint)
    if source["payment_instrument"] is None:
        work.set(source, payment_instrument=dict(kept.instrument))
    if order["payment_source_details"]:
        work.set(order, payment_source_details=dict(work.accounts.psp(source).digest(source.values)))
    if same is None:
        work.guard(order)
        related = {
            "customer": customer,
            "payment_method": order.one("payment_method"),
            "payment_source": source,
            "payment_gateway": gateway,
        }
        entry = work.insert("customer_payment_sources", facts, related)
        known.append(entry)
        work.touch(order)
        work.event("customer_payment_sources.create", entry)
        return entry, True
    entry = next(e for e in known if e.id == same.id)
    _point_anew(work, entry, source, facts)
    order.related.pop(LISTED, None)
    return entry, False


def _show_source(work: Work, entry: Record, source: Record) -> None:
    """Storefronts hide entries without a payment source, as an import leaves them."""
    if entry["payment_source_id"] is None:
        work.relate(entry, "payment_source", source)


def _point_anew(work: Work, entry: Record, source: Record, facts: Mapping[str, Any]) -> None:
    """The same card, typed again: the PSP knows it by a second token now, and the order by none but that."""
    former = entry["payment_source_token"]
    if former == facts["payment_source_token"]:
        _show_source(work, entry, source)
        return
    # Two orders may do so at once: whoever comes second must let go of the token of the first.
    work.guard(entry)
    let_go_later(work, entry["payment_gateway_id"], entry["customer_token"], former)
    work.set(entry, **facts)
    work.relate(entry, "payment_source", source)


@reads(
    f"{FOR_TOTALS} {FOR_PURCHASE} payment_options available_payment_methods.payment_gateway"
    f" {LISTED}.payment_gateway {LISTED}.payment_method {LISTED}.payment_source"
)
async def reuse(work: Work, order: Record, value: object = True) -> None:
    """Pay the order with an entry of its customer's wallet, by a new payment source made from the stored tokens.

    value  the entry's id. Unknown and other people's ids get the same answer. So does every id from a guest who may go
           on with the order: the wallet is its customer's alone.
    """
    check_editable(work, order)
    entry = next((e for e in order.many(LISTED) if e.id == value and e.allowed), None)
    record = entry.one("payment_gateway") if entry is not None else None
    if entry is None or record is None:
        raise Refused("is no payment source that this order can use", at=REUSE, error="not_found")
    gateway = await work.accounts.gateway(record)
    assert isinstance(gateway, KeepsSources)
    method = _method(order, entry)
    if order["payment_method_id"] != method.id:
        work.relate(order, "payment_method", method)
    settle_totals(work, order)
    details = gateway.reuse(_kept(entry))
    source_type = work.accounts.psp(record).source.called
    values = {"payment_instrument": entry["payment_instrument"], "fingerprint": entry["fingerprint"], **details}
    values["id"] = work.attempts.id
    source = work.insert(source_type, values, {"order": order, "customer_payment_source": entry})
    try:
        await attach(work, order, source, record, entry["customer_token"])
    except BillfoldError as trouble:
        trouble.at = REUSE
        raise
    work.event("orders.payment_source", order)


def _method(order: Record, entry: Record) -> Record:
    """The payment method the entry was kept under, or another one of the same gateway that the order may use."""
    usable = [
        m for m in order.many("available_payment_methods") if m["payment_gateway_id"] == entry["payment_gateway_id"]
    ]
    return next((m for m in usable if m.id == entry["payment_method_id"]), usable[0])


async def create_entry(work: Work, entry: Record, value: object = True) -> None:
    """A back office puts an instrument into a wallet from raw tokens, e.g. when moving from another system."""
    record = await _gateway_of(work, entry)
    if record is None:
        raise Refused("can't be blank: it says whose token this is", at="relationships/payment_method", error="blank")
    work.relate(entry, "payment_gateway", record)
    await _take_from_tokens(work, entry, record)
    work.event("customer_payment_sources.create", entry)


INSTRUMENT = {"customer_token", "payment_source_token"}
WHERE_IT_BELONGS = {"customer", "payment_method", "payment_source"}


@reads("payment_gateway")
async def update_entry(work: Work, entry: Record, value: object = True) -> None:
    """Change what is noted on an entry. Only a back office may make it another instrument, or another's."""
    touched = (INSTRUMENT & work.incoming.values.keys()) | (WHERE_IT_BELONGS & work.incoming.relationships.keys())
    if not touched:
        return
    if work.caller.is_sales_channel:
        raise NotAllowed(NOT_ALLOWED)
    record = await _gateway_of(work, entry) or entry.one("payment_gateway")
    assert record is not None
    work.relate(entry, "payment_gateway", record)
    former = work.former(entry, "payment_gateway_id"), work.former(entry, "payment_source_token")
    await _take_from_tokens(work, entry, record)
    if former != (record.id, entry["payment_source_token"]):
        let_go_later(work, former[0], work.former(entry, "customer_token"), former[1])


async def _gateway_of(work: Work, entry: Record) -> Record | None:
    """The account whose tokens these are: that of the source they came from, else of the way to pay."""
    source, method = entry.related.get("payment_source"), entry.related.get("payment_method")
    for named in (source, method):
        if isinstance(named, Record):
            found = await work.read(named.type, named.id, "payment_gateway")
            return found.one("payment_gateway") if found is not None else None
    return None


async def _take_from_tokens(work: Work, entry: Record, record: Record) -> None:
    """Fill in what the PSP says of the instrument. Refused when it does not know it, or it is in the wallet already."""
    token = entry["payment_source_token"]
    gateway = await work.accounts.gateway(record)
    if not isinstance(gateway, KeepsSources):
        raise Refused(
            "cannot be kept: this payment method cannot be reused", at="payment_source_token", error="not_reusable"
        )
    if not token:
        raise Refused("can't be blank", at="payment_source_token", error="blank")
    kept = await _recognised(gateway, entry["customer_token"], token)
    customer = await work.read("customers", entry["customer_id"], "customer_payment_sources")
    assert customer is not None
    same = same_instrument(
        (_entry(e) for e in customer.many("customer_payment_sources") if e.id != entry.id),
        gateway_id=record.id,
        token=kept.payment_source_token,
        fingerprint=kept.fingerprint,
    )
    if same is not None:
        raise Refused("has already been taken", at="payment_source_token", error="taken", meta={"value": same.id})
    work.set(
        entry,
        name=kept.name,
        customer_token=kept.customer_token or entry["customer_token"],
        fingerprint=kept.fingerprint,
        payment_instrument=dict(kept.instrument),
    )
    if kept.customer_token is not None:
        await adopt(work, record, customer.id, kept.customer_token)


async def _recognised(gateway: KeepsSources, customer_token: str | None, token: str) -> Kept:
    try:
        return await gateway.recognise(customer_token, token)
    except BillfoldError as trouble:
        trouble.at = "payment_source_token"
        raise


@reads("payment_gateway")
async def delete_entry(work: Work, entry: Record, value: object = True) -> None:
    """Forget an instrument, here and at the PSP: at once if the PSP answers, else as soon as it does."""
    dropped = drop_entry(work, entry)
    if dropped is None:
        return
    await work.commit()
    await try_now(work, dropped[0], "let_go", dropped[1])


def drop_entry(work: Work, entry: Record) -> tuple[str, Mapping[str, Any]] | None:
    """Take an entry out of its wallet and have its instrument let go at the PSP: returns that job's id and payload."""
    record = entry.one("payment_gateway")
    work.delete(entry)
    work.event("customer_payment_sources.destroy", entry)
    if record is None:
        return None
    payload = {
        "gateway_id": record.id,
        "customer_token": entry["customer_token"],
        "token": entry["payment_source_token"],
    }
    return work.job("let_go", work.now, payload), payload


def _entry(record: Record) -> Entry:
    return Entry(record.id, record["payment_gateway_id"], record["payment_source_token"], record["fingerprint"])


def _kept(entry: Record) -> Kept:
    source = entry.one("payment_source")
    return Kept(
        name=entry["name"] or "",
        customer_token=entry["customer_token"],
        payment_source_token=entry["payment_source_token"],
        fingerprint=entry["fingerprint"],
        instrument=entry["payment_instrument"] or {},
        details=source.values if source is not None else {},
    )
