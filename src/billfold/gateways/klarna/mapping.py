"""Klarna's words and ours, as pure tables.

Read on 2026-11-22 at https://docs.klarna.com/
    api/payments/, api/customertoken/, api/ordermanagement/    bodies and statuses
    klarna-payments/in-depth-knowledge/tax-handling/           how lines and taxes must add up
    resources/developer-tools/error-handling/error-codes-and-messages-for-klarna-payments/
    api/api-urls/                                              hosts
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from billfold.domain.money import Money
from billfold.domain.payments import Kind, Outcome
from billfold.gateways.protocol import Address, Kept, Line, Movements, Purchase, Reference, Verdict

Thing = Mapping[str, Any]  # a JSON object of Klarna's

# --- where ------------------------------------------------------------------------------------------------------------

LIVE: Mapping[str, str] = {
    "EU": "https://api.klarna.com",
    "US": "https://api-na.klarna.com",
    "OC": "https://api-oc.klarna.com",
}
PLAYGROUND: Mapping[str, str] = {
    "EU": "https://api.playground.klarna.com",
    "US": "https://api-na.playground.klarna.com",
    "OC": "https://api-oc.playground.klarna.com",
}
# North America and Oceania; every other country is served from Europe.
REGION_OF_COUNTRY: Mapping[str, str] = {"US": "US", "CA": "US", "MX": "US", "AU": "OC", "NZ": "OC", "OC": "OC"}


def base_url(gateway: Thing) -> str:
    """The host of the gateway's region; a playground when its credentials are test credentials."""
    region = REGION_OF_COUNTRY.get(str(gateway.get("country_code") or "EU").upper(), "EU")
    return (PLAYGROUND if _is_test(gateway) else LIVE)[region]


def _is_test(gateway: Thing) -> bool:
    told = gateway.get("test")
    if told is not None:
        return bool(told)
    return str(gateway["api_key"]).startswith(("PK", "PN", "PA")) or any(
        str(gateway[name]).startswith("klarna_test_") for name in ("api_key", "api_secret")
    )


# --- what is bought ---------------------------------------------------------------------------------------------------


# What a merchant may add by payment options: what Klarna shows and is told beside the money.
ADDED = ("attachment", "custom_payment_method_ids", "design", "merchant_data", "options")


def session(purchase: Purchase) -> dict[str, Any]:
    """The body of a payment session: https://docs.klarna.com/api/payments/. Without the intent."""
    lines, tax = order_lines(purchase)
    body: dict[str, Any] = {
        "purchase_country": purchase.country_code.upper(),
        "purchase_currency": purchase.amount.currency,
        "locale": f"{purchase.language_code[:2].lower()}-{purchase.country_code.upper()}",
        "order_amount": purchase.amount.minor,
        "order_tax_amount": tax,
        "order_lines": lines,
        "merchant_reference1": purchase.number,
        "merchant_reference2": purchase.order_id,
        **{name: purchase.parameters[name] for name in ADDED if name in purchase.parameters},
    }
    if purchase.billing_address:
        body["billing_address"] = address(purchase.billing_address, purchase.email)
    if purchase.shipping_address:
        body["shipping_address"] = address(purchase.shipping_address, purchase.email)
    return body


# What an order takes over from its session. Addresses stay behind: Klarna has those that the customer gave it.
OF_SESSION = (
    "purchase_country",
    "purchase_currency",
    "locale",
    "order_amount",
    "order_tax_amount",
    "order_lines",
    "merchant_reference1",
    "merchant_reference2",
)


def order_of(session: Thing) -> dict[str, Any]:
    """The order that pays for a session as Klarna has it, lines changed by the browser included.

    Made from nothing but the session, so that the same request can be sent again: Klarna then repeats its answer,
    and refuses another body with "already completed with different request body".
    """
    return {name: session[name] for name in OF_SESSION if session.get(name) is not None}


def token_order(purchase: Purchase) -> dict[str, Any]:
    """The body of https://docs.klarna.com/api/customertoken/: create order."""
    lines, tax = order_lines(purchase)
    body: dict[str, Any] = {
        "purchase_currency": purchase.amount.currency,
        "order_amount": purchase.amount.minor,
        "order_tax_amount": tax,
        "order_lines": lines,
        "merchant_reference1": purchase.number,
        "merchant_reference2": purchase.order_id,
    }
    if purchase.shipping_address:
        body["shipping_address"] = address(purchase.shipping_address, purchase.email)
    return body


def order_lines(purchase: Purchase) -> tuple[list[dict[str, Any]], int]:
    """(order_lines, order_tax_amount). The lines always add up to the purchase's amount.

    Taxes on top of the lines become a line of their own. Taxes within them are spread at the purchase's average
    rate, since Klarna wants a rate on every line that names a tax; the sum of what that gives is the second figure
    and may differ from the purchase's tax by the rounding.
    """
    lines = [_line(line) for line in purchase.lines]
    missing = purchase.amount.minor - sum(line["total_amount"] for line in lines)
    on_top = purchase.tax if purchase.tax and missing == purchase.tax else 0
    if on_top:
        lines.append(_single("sales_tax", "Tax", on_top))
        return lines, on_top
    if missing:
        lines.append(_single("surcharge" if missing > 0 else "discount", "Adjustment", missing))
    net = purchase.amount.minor - purchase.tax
    if not purchase.tax or net <= 0:
        return lines, 0
    rate = _rounded(purchase.tax * 10_000, net)
    for line in lines:
        line["tax_rate"] = rate
        line["total_tax_amount"] = line["total_amount"] - _rounded(line["total_amount"] * 10_000, 10_000 + rate)
    return lines, sum(line["total_tax_amount"] for line in lines)


_TYPES = frozenset(
    {"physical", "discount", "shipping_fee", "sales_tax", "digital", "gift_card", "store_credit", "surcharge"}
)


def _line(line: Line) -> dict[str, Any]:
    full = line.quantity * line.unit
    body: dict[str, Any] = {
        "type": line.type if line.type in _TYPES else "physical",
        "reference": line.reference[:64],
        "name": line.name[:255] or "Item",
        "quantity": line.quantity,
        "unit_price": line.unit,
        "total_amount": line.total,
    }
    if full > line.total and line.total >= 0:
        body["total_discount_amount"] = full - line.total
    elif full != line.total:
        body |= {"name": f"{line.quantity} x {line.name}"[:255], "quantity": 1, "unit_price": line.total}
    return body


def _single(kind: str, name: str, amount: int) -> dict[str, Any]:
    return {"type": kind, "name": name, "quantity": 1, "unit_price": amount, "total_amount": amount}


def _rounded(numerator: int, denominator: int) -> int:
    """Halves away from zero, in whole numbers."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    return sign * ((2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator)))


def address(given: Address, email: str | None) -> dict[str, str]:
    known = {
        "given_name": given.first_name,
        "family_name": given.last_name,
        "organization_name": given.company,
        "street_address": given.line_1,
        "street_address2": given.line_2,
        "city": given.city,
        "postal_code": given.zip_code[:10],
        "region": given.state_code,
        "country": given.country_code,
        "phone": given.phone,
        "email": email or "",
    }
    return {name: value[:99] for name, value in known.items() if value}


# --- outcomes ---------------------------------------------------------------------------------------------------------

# A fraud status that is not here, or none, is doubt: pending.
FRAUD: Mapping[str, Outcome] = {
    "ACCEPTED": Outcome.SUCCEEDED,
    "PENDING": Outcome.PENDING,
    "REJECTED": Outcome.DECLINED,
}

# Error codes of placing an order that are Klarna's no to this customer or instrument, not to our request.
DECLINES = frozenset({"REJECTED", "PAYMENT_METHOD_FAILED", "UNAVAILABLE_PAYMENT_METHOD"})


def placed(answer: Thing, amount: Money) -> Verdict:
    """The answer to a placed order, of either API."""
    outcome = FRAUD.get(str(answer.get("fraud_status")), Outcome.PENDING)
    rejected = outcome is Outcome.DECLINED
    return Verdict(
        outcome,
        Reference(str(answer["order_id"])),
        amount=amount,
        decline="rejected" if rejected else None,
        message="Klarna rejected the order." if rejected else None,
        details={"klarna_order_id": answer["order_id"], "payment_instrument": dict(KLARNA)},
    )


def authorization(order: Thing) -> Verdict:
    """What order management says of an order that was placed."""
    currency = order["purchase_currency"]
    reference = Reference(str(order["order_id"]))
    outcome = FRAUD.get(str(order.get("fraud_status")), Outcome.PENDING)
    if outcome is Outcome.DECLINED:
        return Verdict(outcome, reference, decline="rejected", message="Klarna rejected the order.")
    captures = order.get("captures") or []
    at_once = bool(captures) and captures[0]["captured_amount"] == order["original_order_amount"]
    return Verdict(
        outcome,
        reference,
        amount=Money(order["original_order_amount"], currency),
        captured=at_once,
        capture_reference=Reference(captures[0]["capture_id"]) if at_once else None,
    )


def void(order: Thing) -> Verdict:
    reference = Reference(str(order["order_id"]))
    left = order["original_order_amount"] - order["captured_amount"]
    if left and (order["status"] == "CANCELLED" or not order["remaining_authorized_amount"]):
        return Verdict(Outcome.SUCCEEDED, reference, amount=Money(left, order["purchase_currency"]))
    return Verdict(Outcome.FAILED, decline=str(order["status"]).lower(), message=f"The order is {order['status']}.")


def movements(order: Thing) -> Movements:
    """What has become of an order's money, whoever moved it."""
    held, let_go = authorization(order), void(order)
    found = [(Kind.AUTHORIZATION, held)]
    if held.outcome is Outcome.SUCCEEDED:
        found += _made(order, Kind.CAPTURE, "captures", "capture_id", "captured_amount")
        found += [(Kind.VOID, let_go)] if let_go.outcome is Outcome.SUCCEEDED else []
        found += _made(order, Kind.REFUND, "refunds", "refund_id", "refunded_amount")
    return tuple(found)


def _made(order: Thing, kind: Kind, items: str, name: str, amount: str) -> list[tuple[Kind, Verdict]]:
    """What has no id cannot be told from what is known already."""
    currency = order["purchase_currency"]
    return [
        (kind, Verdict(Outcome.SUCCEEDED, Reference(item[name]), amount=Money(item[amount], currency)))
        for item in order.get(items) or []
        if item.get(name)
    ]


# --- instruments ------------------------------------------------------------------------------------------------------

KLARNA: Mapping[str, str] = {"issuer": "klarna", "issuer_type": "klarna"}


def kept(token_id: str, token: Thing, *, session_id: str | None, customer_token: str | None = None) -> Kept:
    """session_id  makes two tokens that were taken from one session by chance show up as the same instrument"""
    card: Thing = token.get("card") or {}
    debit: Thing = token.get("direct_debit") or {}
    shown = dict(KLARNA)
    if card:
        last = _last_digits(card["masked_number"])
        name = f"{card['brand']} XXXX-XXXX-XXXX-{last}"
        shown |= {"card_type": str(card["brand"]).lower(), "card_last_digits": last}
        shown |= dict(_expiry(str(card.get("expiry_date") or "")))
    elif debit:
        last = _last_digits(debit["masked_number"])
        name = f"Klarna direct debit XX{last}"
        shown["card_last_digits"] = last
    else:
        name = f"Klarna {str(token.get('payment_method_type') or '').replace('_', ' ').lower()}".strip()
    return Kept(
        name=name,
        customer_token=customer_token,
        payment_source_token=token_id,
        fingerprint=f"session-{session_id}" if session_id else None,
        instrument=shown,
        details={"customer_token_id": token_id, "payment_instrument": shown},
    )


def _last_digits(masked: str) -> str:
    """
    >>> _last_digits("************1111")
    '1111'
    """
    digits = [c for c in masked if c.isdigit()]
    return "".join(digits[-4:])


def _expiry(date: str) -> Iterator[tuple[str, str]]:
    """
    >>> dict(_expiry("12/2030"))
    {'card_expiry_month': '12', 'card_expiry_year': '2030'}
    """
    month, slash, year = date.partition("/")
    if slash:
        yield "card_expiry_month", month
        yield "card_expiry_year", year
