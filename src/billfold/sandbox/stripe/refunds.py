"""Refunds (https://docs.stripe.com/api/refunds): captured money given back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from billfold.sandbox.stripe.account import page
from billfold.sandbox.stripe.api import Call, Operation
from billfold.sandbox.stripe.charges import Charge
from billfold.sandbox.stripe.errors import invalid, missing, unexpected_state
from billfold.sandbox.stripe.events import emit
from billfold.sandbox.stripe.intents import PaymentIntent
from billfold.sandbox.stripe.params import EXPAND, PAGE, choice, flag, integer, merged_metadata, strings, word
from billfold.sandbox.world import World, new_id


@dataclass(slots=True)
class Refund:
    noun: ClassVar[str] = "refund"

    created: int
    amount: int
    currency: str
    charge: str
    intent: str
    status: str
    reason: str | None = None
    id: str = field(default_factory=lambda: new_id("re_3", 23))
    metadata: dict[str, str] = field(default_factory=dict)
    failure_reason: str | None = None

    def render(self) -> dict[str, Any]:
        failure = {"failure_reason": self.failure_reason} if self.failure_reason else {}
        return {
            "id": self.id,
            "object": "refund",
            "amount": self.amount,
            "balance_transaction": None,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "destination_details": {
                "card": {
                    "reference_status": "pending",
                    "reference_type": "acquirer_reference_number",
                    "type": "refund",
                },
                "type": "card",
            },
            "metadata": dict(self.metadata),
            "payment_intent": self.intent,
            "reason": self.reason,
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": self.status,
            "transfer_reversal": None,
        } | failure


def create(call: Call) -> dict[str, Any]:
    charge = _charge(call)
    if not charge.captured:
        raise unexpected_state(f"This charge ({charge.id}) has not been captured: there is nothing to refund.")
    left = charge.amount_captured - charge.amount_refunded
    if left == 0:
        raise invalid(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    amount = call.params.get("amount", left)
    if amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param="amount"
        )
    if amount > left:
        raise invalid(
            f"Refund amount ({amount} {charge.currency}) is greater than unrefunded amount on charge "
            f"({left} {charge.currency})",
            param="amount",
        )
    refund = Refund(
        created=call.now,
        amount=amount,
        currency=charge.currency,
        charge=charge.id,
        intent=charge.intent,
        status="pending" if _fate(charge) == "pending" else "succeeded",
        reason=call.params.get("reason"),
        metadata=merged_metadata({}, call.params.get("metadata")),
    )
    call.account.add(refund)
    charge.amount_refunded += amount
    if _fate(charge) == "succeeded":
        call.world.record("stripe", "refund", charge.intent, amount, charge.currency)
    emit(call, "charge.refunded", charge)
    emit(call, "refund.created", refund)
    return refund.render()


def _fate(charge: Charge) -> str:
    """What becomes of refunds to this card; https://docs.stripe.com/testing#refunds"""
    return charge.method.card.behaviour.refund if charge.method.card else "succeeded"


def settle(call: Call, refund: Refund) -> None:
    """The bank's late word. A refund that fails, Stripe first called succeeded; the money never got anywhere, so the
    ledger has not heard of it."""
    charge = call.account.get(Charge, refund.charge)
    if _fate(charge) == "failed" and refund.status == "succeeded":
        refund.status = "failed"
        refund.failure_reason = "expired_or_canceled_card"
        charge.amount_refunded -= refund.amount
        emit(call, "refund.failed", refund)
    elif refund.status == "pending":
        refund.status = "succeeded"
        call.world.record("stripe", "refund", refund.intent, refund.amount, refund.currency)
    emit(call, "refund.updated", refund)


def steering(world: World) -> list[Route]:
    """Below `/_sandbox`: `POST /stripe/refunds/{id}/settle`, where the test cards leave a refund undecided."""

    async def decide(request: Request) -> Response:
        """The bank's word on a refund that the test cards `pendingRefund` and `refundFail` leave undecided."""
        call = Call.by_itself(world)
        refund = call.account.find(Refund, request.path_params["id"])
        if refund is None:
            return JSONResponse({"sandbox_error": "The sandbox knows no such refund."}, 404)
        settle(call, refund)
        return JSONResponse(refund.render())

    return [Route("/stripe/refunds/{id}/settle", decide, methods=["POST"])]


def _charge(call: Call) -> Charge:
    if "charge" in call.params:
        return call.account.get(Charge, call.params["charge"], "charge", in_path=False)
    if "payment_intent" not in call.params:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    id = call.params["payment_intent"]
    intent = call.account.find(PaymentIntent, id)
    if intent is None:
        raise missing("payment_intent", id, "payment_intent", in_path=False)
    if intent.latest_charge is None:
        raise invalid(f"This PaymentIntent ({id}) does not have a successful charge to refund.", param="payment_intent")
    return call.account.get(Charge, intent.latest_charge)


def retrieve(call: Call) -> dict[str, Any]:
    return call.account.get(Refund, call.path["id"]).render()


def update(call: Call) -> dict[str, Any]:
    refund = call.account.get(Refund, call.path["id"])
    refund.metadata = merged_metadata(refund.metadata, call.params.get("metadata"))
    return refund.render()


def list_all(call: Call) -> dict[str, Any]:
    charge, intent = call.params.get("charge"), call.params.get("payment_intent")
    found = [
        one for one in call.account.newest(Refund) if charge in (None, one.charge) and intent in (None, one.intent)
    ]
    return page(found, call.params, "/v1/refunds")


OPERATIONS = (
    Operation(
        "POST",
        "/v1/refunds",
        create,
        {
            **EXPAND,
            "charge": word,
            "payment_intent": word,
            "amount": integer,
            "reason": choice("duplicate", "fraudulent", "requested_by_customer"),
            "metadata": strings,
            "refund_application_fee": flag,
            "reverse_transfer": flag,
        },
    ),
    Operation("GET", "/v1/refunds", list_all, {**PAGE, "charge": word, "payment_intent": word}),
    Operation("GET", "/v1/refunds/{id}", retrieve, EXPAND),
    Operation("POST", "/v1/refunds/{id}", update, {**EXPAND, "metadata": strings}),
)
