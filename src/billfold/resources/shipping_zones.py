"""Where a shipping method reaches."""

from __future__ import annotations

from billfold.jsonapi.members import Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.shipping import shipping_setup


def _pattern(of: str, example: str) -> Text:
    return Text(
        doc=f"A regular expression that the shipping address's {of} must match; null for any.",
        write="both",
        example=example,
    )


def _exclusion(of: str, example: str) -> Text:
    return Text(
        doc=f"A regular expression that the shipping address's {of} must not match; null for no exclusion.",
        write="both",
        example=example,
    )


class ShippingZone(
    Resource,
    called="shipping_zones",
    can="list retrieve create update delete",
    create=shipping_setup.check_zone,
    update=shipping_setup.check_zone,
):
    """A part of the world, told by the country, state and postal codes of shipping addresses."""

    name = Text(
        doc="What the shipping zone is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Europe (main countries)",
    )
    country_code_regex = _pattern("country code", "AT|BE|BG|CZ|DK|EE|DE|HU|LV|LT")
    not_country_code_regex = _exclusion("country code", "AT|BE|BG|CZ|DK|EE|DE")
    state_code_regex = _pattern("state code", "A[KLRZ]|C[AOT]|D[CE]|FL")
    not_state_code_regex = _exclusion("state code", "A[KLRZ]|C[AOT]")
    zip_code_regex = _pattern("postal code", "(?i)(JE1|JE2|JE3|JE4|JE5)")
    not_zip_code_regex = _exclusion("postal code", "(?i)(JE1|JE2|JE3)")

    attachments = shared.attachments()
    versions = shared.versions()
    event_stores = shared.event_stores()
