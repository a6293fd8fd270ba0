"""The address book: which addresses customers keep for their next order."""

from __future__ import annotations

from billfold.domain import derived
from billfold.jsonapi.members import One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.customers import customer_addresses


class CustomerAddress(
    Resource,
    called="customer_addresses",
    can="list retrieve create update delete",
    customer="list retrieve create update delete",
    owner="customer",
    named_filters={"country_code": "address_country_code_in"},
    create=customer_addresses.create,
    update=customer_addresses.update,
    delete=customer_addresses.delete,
):
    """An address in a customer's address book."""

    name = Text(
        doc="The full name and the full address on one line, as the address has it.",
        derived=derived.addressee_of_entry,
        needs="address",
        example="John Smith, 2883 Geraldine Lane Apt.23, 10013 New York NY (US) (212) 646-338-1228",
    )
    customer_email = Text(
        doc="The customer's e-mail address; it may be sent instead of the relationship.",
        write="create",
        example="john@example.com",
    )

    customer = One(
        doc="Whose address book it is in; always the one who signed in, when somebody did.",
        to="customers",
        write="both",
        filter=True,
        sort=True,
    )
    address = One(
        doc="The address that is kept; it stays when the entry is deleted.",
        to="addresses",
        write="both",
        required=True,
        filter=True,
        sort=True,
    )
    events = shared.events()
    versions = shared.versions()
    event_stores = shared.event_stores()
