"""Where things are sent and bills are made out to."""

from __future__ import annotations

from billfold.domain import derived
from billfold.jsonapi.members import Flag, Float, One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.customers import addresses


class Address(
    Resource,
    called="addresses",
    can="list retrieve create update delete",
    guest="retrieve create update delete",
    customer="retrieve create update delete",
    create=addresses.create,
    update=addresses.update,
):
    """A postal address of a person or, when `business` is true, of a company."""

    business = Flag(
        doc="Whether a company resides there, and not a person.",
        write="both",
        filter=True,
        default=False,
        example=False,
    )
    first_name = Text(doc="The person's first name.", write="both", filter=True, example="John")
    last_name = Text(doc="The person's last name.", write="both", filter=True, example="Smith")
    company = Text(doc="The company's name.", write="both", filter=True, example="The Red Brand Inc.")
    full_name = Text(
        doc="The company's name, or the person's first and last name.", derived=derived.full_name, example="John Smith"
    )
    line_1 = Text(
        doc="Street and number, or a post office box.",
        write="both",
        required=True,
        filter=True,
        example="2883 Geraldine Lane",
    )
    line_2 = Text(doc="Apartment, staircase, floor or building.", write="both", filter=True, example="Apt.23")
    city = Text(doc="The town or city.", write="both", required=True, filter=True, sort=True, example="New York")
    zip_code = Text(doc="The postal code, where the country has such.", write="both", filter=True, example="10013")
    state_code = Text(doc="The state, province or region.", write="both", filter=True, sort=True, example="NY")
    country_code = Text(
        doc="The country, as two letters of ISO 3166-1.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="US",
    )
    phone = Text(
        doc="The number the carrier may call; needed unless the organization does without.",
        write="both",
        filter=True,
        example="(212) 646-338-1228",
    )
    full_address = Text(
        doc="Street, place, country and phone on one line, without the name.",
        derived=derived.full_address,
        example="2883 Geraldine Lane Apt.23, 10013 New York NY (US) (212) 646-338-1228",
    )
    name = Text(
        doc="The full name and the full address on one line.",
        derived=derived.addressee,
        example="John Smith, 2883 Geraldine Lane Apt.23, 10013 New York NY (US) (212) 646-338-1228",
    )
    email = Text(doc="Where to write to about deliveries.", write="both", filter=True, example="john@example.com")
    notes = Text(doc="What the courier should know.", write="both", filter=True, example="Please ring the bell twice.")
    lat = Float(
        doc="Degrees of latitude, north of the equator positive.", write="both", filter=True, example=40.6971494
    )
    lng = Float(doc="Degrees of longitude, east of Greenwich positive.", write="both", filter=True, example=-74.2598672)
    is_localized = Flag(doc="Whether latitude and longitude are known.", derived=derived.is_localized)
    is_geocoded = Flag(doc="Whether latitude and longitude were found by a geocoder.", derived=derived.is_geocoded)
    provider_name = Text(doc="The service that found latitude and longitude, if one did.", example="google")
    map_url = Text(doc="A map of the place, once a geocoder found it.", derived=derived.nothing)
    static_map_url = Text(doc="A picture of that map.", derived=derived.nothing)
    billing_info = Text(
        doc="What the tax office wants on the bill, as a VAT number.",
        write="both",
        filter=True,
        example="VAT ID IT02382940977",
    )
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()

    geocoder = One(doc="The service to find latitude and longitude with.", to="geocoders", write="both")
    events = shared.events()
    made_by = One(
        doc="The customer who typed it in: as long as it is on no order, it is theirs.",
        to="customers",
        shown=False,
        loose=True,
    )
    tags = shared.tags()
    versions = shared.versions()
    event_stores = shared.event_stores()
