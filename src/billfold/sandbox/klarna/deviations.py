"""Where the sandbox is not Klarna, and why; and what it does without anybody having seen Klarna do it.

Everything here was built from Klarna's documentation and its published OpenAPI descriptions, never against the live
service.
"""

from __future__ import annotations

# Operations of the three APIs that the sandbox lacks, each with the reason.
MISSING: dict[tuple[str, str], str] = {}

# What is known to be different.
DIFFERENT = {
    "Credentials": "Any user name with any password opens a merchant account of its own, so that nothing has to be "
    "registered first; the user `wrong` opens nothing. Each account sees only what it made.",
    "Sums": "Amounts, lines and taxes must add up as the documentation says in every country and always; Klarna is "
    "said to be milder for some accounts.",
    "Callback URLs": "Plain http is called too, and certificates are not verified: a shop under development has "
    "neither. Klarna calls https only.",
    "Push": "`merchant_urls.push` belongs to Klarna Checkout and is never called.",
    "Redirects": "`redirect_url` leads to the sandbox, which sends the browser on to the confirmation page without "
    "setting a cookie.",
    "Denied customers": "`customer+denied@email.…` is denied as in Klarna's playground, and so is the given name "
    "Declined; everybody else is approved, whatever the amount.",
    "Instruments": "The customer pays by card unless `/_sandbox/authorize` is told otherwise; the card is always the "
    "same VISA.",
    "Risk on change": "A new order amount is always approved; Klarna assesses the risk again.",
    "Limits of rate and size": "There are none; Klarna answers 429 and 413.",
    "Hosted payment page": "Not there: the shop shows Klarna's widget itself.",
    "Expired authorizations": "Time acts on an order when somebody looks at it; the ledger learns of it then.",
    "Letters": "`trigger-send-out` sends nothing to nobody.",
}

# What the documentation leaves open, and what the sandbox does about it.
ASSUMED = {
    "The same order twice": "The same body gives the same answer for as long as the authorization lasts; only the "
    "refusal of another body is documented. An order that was refused may be corrected and sent again.",
    "Two customer tokens from one authorization": "Each request makes another token, until the order is placed.",
    "Customer token after the order": "INVALID_OPERATION, Authorization token already consumed.",
    "Order with intent tokenize": "INVALID_OPERATION; the documentation only says that there is no such order.",
    "Customer token with an unapproved authorization": "403 REJECTED, as for the order.",
    "Released remainder": "The order then is CAPTURED, as it is when everything was captured.",
    "Cancelling twice": "CANCEL_NOT_ALLOWED the second time, unless the idempotency key is the same.",
    "Capturing or refunding nothing": "Not allowed, although the description lets the amount be 0.",
    "Rejected after assessment": "The order is cancelled and the money let go.",
    "Automatic capture of a pending order": "It waits until the order is accepted.",
    "Idempotency keys": "A key belongs to one merchant, method and path, and every answer below 500 is kept for 24 "
    "hours, refusals too. Customer token orders treat it as order management does.",
    "A key still in use": "409 CONFLICT until the first request is answered.",
    "Bodies order management cannot read": "422 UNPROCESSABLE_ENTITY naming the field; 400 BAD_REQUEST for what is no "
    "JSON.",
    "Currency of a token": "A card pays in any currency, the other instruments only in the one they were kept for.",
    "Notification": "The members are called order_id, event_type and timestamp; the documentation names no names.",
    "Addresses of an order": "They are compared with what was authorized where both have the same member.",
}
