"""Where the sandbox is not Stripe, and why: on the wire, where Stripe's published description can tell; in behaviour,
where only its documentation can.

The rules followed come from that documentation, each cited where it is kept; none was compared with the live service.
"""

from __future__ import annotations

from dataclasses import dataclass

from billfold.sandbox.stripe.api import SENT_BY_BROWSERS


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that the sandbox takes and the description lacks; or, with `value`, a value that the description
    does not let it have, while it does have `akin`. `example` is a request body that shows it.
    """

    method: str
    path: str
    parameter: str
    reason: str
    example: str
    value: str | None = None
    akin: str | None = None


_CONFIRM = "/v1/payment_intents/{intent}/confirm"
_RAW = "Stripe.js sends what the customer typed this way; the description leaves cards out of this parameter."
_BROWSER = "Stripe.js sends it with every request; the description shows only what servers send."

PARAMETERS = (
    Parameter("GET", "*", "key", _BROWSER, "key=pk_test_1"),
    *(Parameter("POST", "*", name, _BROWSER, f"{name}=x") for name in SENT_BY_BROWSERS),
    *(
        Parameter("POST", path, f"payment_method_data{name}", _RAW, first + "payment_method_data" + example, *value)
        for path, first in (
            (_CONFIRM, ""),
            ("/v1/payment_intents", "amount=100&currency=eur&"),
            ("/v1/payment_intents/{intent}", ""),
            ("/v1/setup_intents", ""),
            ("/v1/setup_intents/{intent}/confirm", ""),
        )
        for name, example, value in (
            ("[card]", "[type]=ideal&payment_method_data[card][number]=4242424242424242", ()),
            ("[type]", "[type]=card", ("card", "link")),
        )
    ),
    *(
        Parameter(
            "POST",
            path,
            f"payment_method_data[{name}]",
            _BROWSER,
            f"payment_method_data[type]=link&payment_method_data[{name}]=x",
        )
        for path in (_CONFIRM, "/v1/setup_intents/{intent}/confirm")
        for name in SENT_BY_BROWSERS
    ),
)

BEHAVIOUR = {
    "One account": "Every secret key opens the same account and every publishable key belongs to it, so that nothing "
    "has to be registered first. A key that ends in `wrong` opens nothing.",
    "Test mode only": "`livemode` is always false, whatever the key says: no money is ever moved.",
    "Test cards only": "A number that is not one of Stripe's test cards is declined as `test_mode_live_card`.",
    "Parameters": "Parameters of Stripe's that a shop with a wallet has no use for are refused as unknown rather than "
    "ignored: what is not done should not look done.",
    "Payment method types": "card, sepa_debit and ideal; `automatic_payment_methods` offers no others.",
    "Currencies": "Whatever Stripe can be paid in is taken; an account of a certain country may use fewer.",
    "SEPA debits": "They succeed at once instead of being `processing` for days.",
    "Challenge page": "It stands at `/_sandbox/challenge/…` and asks for a click where a bank asks for a secret. The "
    "content of `use_stripe_sdk`, private to Stripe.js, is made up around its address.",
    "Retries of events": "After 1, 5, 30 and 300 seconds, not for three days.",
    "Idempotency keys": "They are kept for as long as the sandbox runs, not for 24 hours.",
    "Balance transactions": "There is no balance: `balance_transaction` is always null.",
    "Over-capture, incremental authorization, several captures": "Not there; the charge says `unavailable`.",
}
