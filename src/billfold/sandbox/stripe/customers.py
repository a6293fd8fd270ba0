"""Customers (https://docs.stripe.com/api/customers): who payment methods are attached to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from billfold.sandbox.stripe.account import page
from billfold.sandbox.stripe.api import Call, Operation
from billfold.sandbox.stripe.errors import missing
from billfold.sandbox.stripe.events import emit
from billfold.sandbox.stripe.params import (
    ADDRESS,
    EXPAND,
    PAGE,
    SHIPPING,
    clearable,
    fields,
    merged_metadata,
    strings,
    text,
    whole_address,
    whole_shipping,
    word,
    words,
)
from billfold.sandbox.stripe.payment_methods import PaymentMethod, attach, detach, resolve
from billfold.sandbox.world import new_id


@dataclass(slots=True)
class Customer:
    noun: ClassVar[str] = "customer"

    created: int
    id: str = field(default_factory=lambda: new_id("cus_", 14))
    email: str | None = None
    name: str | None = None
    phone: str | None = None
    description: str | None = None
    address: dict[str, Any] | None = None
    shipping: dict[str, Any] | None = None
    preferred_locales: list[str] = field(default_factory=list)
    default_payment_method: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)

    def render(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "customer",
            "address": self.address,
            "balance": 0,
            "created": self.created,
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "description": self.description,
            "discount": None,
            "email": self.email,
            "invoice_prefix": self.id[-8:].upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": self.default_payment_method,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": False,
            "metadata": dict(self.metadata),
            "name": self.name,
            "next_invoice_sequence": 1,
            "phone": self.phone,
            "preferred_locales": list(self.preferred_locales),
            "shipping": self.shipping,
            "tax_exempt": "none",
            "test_clock": None,
        }


def _change(customer: Customer, params: dict[str, Any]) -> None:
    for name in ("email", "name", "phone", "description"):
        if name in params:
            setattr(customer, name, params[name] or None)
    if "address" in params:
        customer.address = whole_address(params["address"])
    if "shipping" in params:
        customer.shipping = whole_shipping(params["shipping"])
    if "preferred_locales" in params:
        customer.preferred_locales = params["preferred_locales"]
    customer.metadata = merged_metadata(customer.metadata, params.get("metadata"))


def create(call: Call) -> dict[str, Any]:
    customer = Customer(created=call.now)
    _change(customer, call.params)
    if "payment_method" in call.params:
        attach(call, resolve(call, call.params["payment_method"], "payment_method"), customer.id)
    _set_default(call, customer)
    call.account.add(customer)
    emit(call, "customer.created", customer)
    return customer.render()


def retrieve(call: Call) -> dict[str, Any]:
    return call.account.get(Customer, call.path["id"]).render()


def update(call: Call) -> dict[str, Any]:
    customer = call.account.get(Customer, call.path["id"])
    before = customer.render()
    _change(customer, call.params)
    _set_default(call, customer)
    emit(call, "customer.updated", customer, before)
    return customer.render()


def _set_default(call: Call, customer: Customer) -> None:
    settings = call.params.get("invoice_settings", {})
    if "default_payment_method" not in settings:
        return
    id = settings["default_payment_method"]
    method = call.account.find(PaymentMethod, id) if id else None
    if id and (method is None or method.customer != customer.id):
        raise missing("PaymentMethod", id, "invoice_settings[default_payment_method]", in_path=False)
    customer.default_payment_method = id


def delete(call: Call) -> dict[str, Any]:
    """Gone for good, with everything attached: those payment methods can never be used again."""
    customer = call.account.get(Customer, call.path["id"])
    for method in call.account.newest(PaymentMethod):
        if method.customer == customer.id:
            detach(call, method)
    call.account.remove(customer)
    emit(call, "customer.deleted", customer)
    return {"id": customer.id, "object": "customer", "deleted": True}


def list_all(call: Call) -> dict[str, Any]:
    email = call.params.get("email")
    found = [one for one in call.account.newest(Customer) if email in (None, one.email)]
    return page(found, call.params, "/v1/customers")


def payment_methods(call: Call) -> dict[str, Any]:
    customer = call.account.get(Customer, call.path["id"], "customer")
    kind = call.params.get("type")
    found = [
        one for one in call.account.newest(PaymentMethod) if one.customer == customer.id and kind in (None, one.type)
    ]
    return page(found, call.params, f"/v1/customers/{customer.id}/payment_methods")


def payment_method(call: Call) -> dict[str, Any]:
    customer = call.account.get(Customer, call.path["id"], "customer")
    method = call.account.get(PaymentMethod, call.path["payment_method"], "payment_method")
    if method.customer != customer.id:
        raise missing("PaymentMethod", method.id, "payment_method", in_path=True)
    return method.render()


_TAKES = {
    **EXPAND,
    "email": text,
    "name": text,
    "phone": text,
    "description": text,
    "address": clearable(ADDRESS),
    "shipping": clearable(SHIPPING),
    "preferred_locales": words,
    "invoice_settings": fields({"default_payment_method": clearable(word)}),
    "metadata": strings,
}
OPERATIONS = (
    Operation("POST", "/v1/customers", create, {**_TAKES, "payment_method": word}),
    Operation("GET", "/v1/customers", list_all, {**PAGE, "email": word}),
    Operation("GET", "/v1/customers/{id}", retrieve, EXPAND),
    Operation("POST", "/v1/customers/{id}", update, _TAKES),
    Operation("DELETE", "/v1/customers/{id}", delete),
    Operation("GET", "/v1/customers/{id}/payment_methods", payment_methods, {**PAGE, "type": word}),
    Operation("GET", "/v1/customers/{id}/payment_methods/{payment_method}", payment_method, EXPAND),
)
