"""The way back in for customers who forgot their password."""

from __future__ import annotations

from billfold.jsonapi.members import One, Text, Timestamp
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.customers import customer_password_resets


class CustomerPasswordReset(
    Resource,
    called="customer_password_resets",
    can="list retrieve create update delete",
    guest="create update",
    customer="create update",
    create=customer_password_resets.create,
    update=customer_password_resets.update,
):
    """A customer's request for a new password, to be proven by a token that reaches them by e-mail alone."""

    customer_email = Text(
        doc="The e-mail address of whoever cannot sign in; the answer does not tell whether it is known.",
        write="create",
        required=True,
        example="john@example.com",
    )
    reset_password_token = Text(
        doc="What proves that the request is the customer's, to be sent to them by e-mail; it works once.",
        confidential=True,
        filter=True,
        example="xhFfkmfybsLxzaAP6xcs",
    )
    customer_password = Text(
        doc="The password to sign in with from now on; it is taken only together with the right token.",
        write="update",
        shown=False,
        transient=True,
        example="correct horse battery staple",
    )
    _reset_password_token = Text(
        doc="The token that the customer got, to prove that the new password is theirs.",
        write="update",
        shown=False,
        transient=True,
        example="xhFfkmfybsLxzaAP6xcs",
    )
    reset_password_at = Timestamp(
        doc="When the new password was set; null until then.", filter=True, example="2018-01-01T12:00:00.000Z"
    )

    customer = One(
        doc="Who cannot sign in; null when nobody is known by the e-mail address.",
        to="customers",
        filter=True,
        sort=True,
        loose=True,
    )
    events = shared.events()
    event_stores = shared.event_stores()
