"""What happened to an order's money: holds, takings, releases and refunds, each as it was asked for and answered."""

from __future__ import annotations

from billfold.db import chosen
from billfold.domain import balances
from billfold.domain.payments import Outcome
from billfold.jsonapi.members import Amount, Choice, Flag, Integer, Many, One, Text, Timestamp, Trigger
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.payments import transactions


class Transaction(
    Resource,
    called="transactions",
    customer="list retrieve",
    owner="order",
    named_filters={"succeeded": "succeeded_true"},
):
    """One request to a payment provider that moves money, with its answer; `type` says which."""

    number = Text(doc="The order's number and a count within the order.", filter=True, sort=True, example="42/T/001")
    type = Choice(
        doc="What was asked for: an authorization, a capture, a void or a refund.",
        of=("authorizations", "voids", "captures", "refunds"),
        filter=True,
        sort=True,
        example="authorizations",
    )
    payment_method_type = Text(doc="What kind of instrument was used, as the provider calls it.", example="credit card")
    currency_code = Text(doc="The order's currency, as three letters of ISO 4217.", filter=True, example="EUR")
    amount = Amount(doc="What was asked for, in minor units.", filter=True, sort=True, example=1500)
    succeeded = Flag(
        doc="Whether the provider said yes; false while no answer is known. Sending true is `_forward`.",
        write="update",
        filter=True,
        default=False,
        example=True,
    )
    message = Text(doc="What the provider said, for people to read.", filter=True, example="Accepted")
    error_code = Text(doc="The provider's code for why it said no.", filter=True, example="insufficient_funds")
    error_detail = Text(doc="More on why it said no.", filter=True, example="The card has too little credit.")
    token = Text(doc="The provider's id of the payment.", filter=True, example="pi_1234XXX")
    gateway_transaction_id = Text(
        doc="The provider's id of this very transaction, to find it in its dashboard.",
        filter=True,
        example="re_1234XXX",
    )
    _forward = Trigger(
        doc="Takes a transaction that is stuck for one that succeeded; the order follows as if its provider said so.",
        run=transactions.forward,
    )
    outcome = Choice(
        doc="What is known of the answer; unknown until the provider gave one.",
        of=tuple(Outcome),
        shown=False,
        default=Outcome.UNKNOWN.value,
    )
    asked_at = Timestamp(doc="When the provider was asked.", shown=False)
    settled_at = Timestamp(doc="When the outcome became final.", shown=False)

    order = One(doc="The order whose money it is.", to="orders", filter=True, sort=True)
    payment_source = One(doc="What was paid with.", to="payment_sources", filter=True)
    payment_gateway = One(doc="The account it went through.", to="payment_gateways", shown=False)
    reference_transaction = One(
        doc="What it acts on: a capture or void on an authorization, a refund on a capture.",
        to="transactions",
        shown=False,
    )
    attachments = shared.attachments()
    events = shared.events()
    versions = shared.versions()
    event_stores = shared.event_stores()


class Authorization(
    Transaction,
    called="authorizations",
    can="list retrieve update",
    customer="list retrieve",
    owner="order",
    update=transactions.update,
):
    """A hold on the customer's money, to be captured or voided."""

    cvv_code = Text(doc="The provider's code for how the card's security code compared.", example="M")
    cvv_message = Text(doc="How the card's security code compared, in words.", example="matched")
    avs_code = Text(doc="The provider's code for how the billing address compared.", example="Y")
    avs_message = Text(doc="How the billing address compared, in words.", example="matched")
    fraud_review = Text(doc="What the provider's fraud check came to.", example="passed")
    _capture = Trigger(
        doc="Takes the money that is held, all that is left of it unless an amount is sent along.",
        run=transactions.capture,
    )
    _capture_amount_cents = Trigger(
        doc="Takes this much of the money that is held.",
        run=transactions.capture_amount,
        takes=Integer(doc="Minor units of the transaction's currency.", example=500),
    )
    capture_amount = Amount(
        doc="What `_capture` would take now, in minor units.",
        derived=balances.left_to_capture,
        needs="captures voids",
        example=1500,
    )
    capture_balance = Amount(
        doc="What is left to capture, in minor units.",
        derived=balances.left_to_capture,
        needs="captures voids",
        example=1500,
    )
    _void = Trigger(doc="Lets go of the money that is held and was not taken.", run=transactions.void)
    void_balance = Amount(
        doc="What is left to let go, in minor units.",
        derived=balances.left_to_void,
        needs="captures voids",
        example=1500,
    )
    _cancel = Trigger(
        doc="Voids the authorization of an order that is still pending, which becomes unpaid again and drops the"
        " payment source.",
        run=transactions.cancel,
    )

    captures = Many(doc="What was taken of it.", to="captures", by="reference_transaction")
    voids = Many(doc="What was let go of it.", to="voids", by="reference_transaction")


class Capture(
    Transaction,
    called="captures",
    can="list retrieve update",
    customer="list retrieve",
    owner="order",
    update=transactions.update,
):
    """Money that was taken from the customer, wholly or in part what was held."""

    _refund = Trigger(
        doc="Gives the money back, all that is left of it unless an amount is sent along.", run=transactions.refund
    )
    _refund_amount_cents = Trigger(
        doc="Gives this much of the money back.",
        run=transactions.refund_amount,
        takes=Integer(doc="Minor units of the transaction's currency.", example=500),
    )
    refund_amount = Amount(
        doc="What `_refund` would give back now, in minor units.",
        derived=balances.left_to_refund,
        needs="refunds",
        example=1500,
    )
    refund_balance = Amount(
        doc="What is left to give back, in minor units.",
        derived=balances.left_to_refund,
        needs="refunds",
        example=1500,
    )
    _cancel = Trigger(
        doc="Refunds the capture of an order that is still pending, which becomes unpaid again and drops the"
        " payment source.",
        run=transactions.cancel,
    )

    reference_authorization = One(
        doc="The authorization it was taken from.", to="authorizations", of="reference_transaction"
    )
    refunds = Many(doc="What was given back of it.", to="refunds", by="reference_transaction")
    return_ = One(doc="The goods that came back for it.", to="returns", sort=True, filter=True, chosen=chosen.nothing)


class Void(
    Transaction,
    called="voids",
    can="list retrieve update",
    customer="list retrieve",
    owner="order",
    update=transactions.update,
):
    """The release of a hold, or of what was left of one."""

    reference_authorization = One(
        doc="The authorization that was let go.", to="authorizations", of="reference_transaction", filter=True
    )


class Refund(
    Transaction,
    called="refunds",
    can="list retrieve update",
    customer="list retrieve",
    owner="order",
    update=transactions.update,
):
    """Money that was given back to the customer, wholly or in part what was captured."""

    reference_capture = One(
        doc="The capture it was given back from.", to="captures", of="reference_transaction", filter=True
    )
    return_ = One(doc="The goods that came back for it.", to="returns", sort=True, filter=True, chosen=chosen.nothing)
