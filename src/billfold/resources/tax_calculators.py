"""What taxes are worked out by: calculators, and the rules by which our own kind of them goes."""

from __future__ import annotations

from billfold.domain import taxes
from billfold.jsonapi.members import Choice, Flag, Float, Many, Object, One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases.orders import tax_rules


class TaxCalculator(Resource, called="tax_calculators", can="list retrieve"):
    """Whatever works out a market's taxes; each kind says how it is set up."""

    name = Text(
        doc="What the calculator is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Personal tax calculator",
    )
    type = Choice(
        doc="Which kind of calculator it is; this server has the manual ones, which go by tax rules.",
        of=(
            "avalara_accounts",
            "stripe_tax_accounts",
            "vertex_accounts",
            "taxjar_accounts",
            "manual_tax_calculators",
            "external_tax_calculators",
        ),
        filter=True,
        sort=True,
        example="avalara_accounts",
    )

    markets = Many(doc="The markets whose taxes it works out.", to="markets", by="tax_calculator")
    attachments = shared.attachments()
    events = shared.events()
    versions = shared.versions()
    event_stores = shared.event_stores()


class ManualTaxCalculator(TaxCalculator, called="manual_tax_calculators", can="list retrieve create update delete"):
    """A list of tax rules, of which the first that fits an order's address says what its taxes are."""

    tax_rules = Many(
        doc="Its rules; they are tried in the order in which they were made.",
        to="tax_rules",
        by="manual_tax_calculator",
        write="both",
        filter=True,
    )


class TaxRule(
    Resource,
    called="tax_rules",
    can="list retrieve create update delete",
    create=tax_rules.create,
    update=tax_rules.update,
):
    """A tax rate for the addresses that fit all of the rule's expressions; one without any fits every address."""

    name = Text(
        doc="What the rule is called in the back office.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        example="Fixed 22%",
    )
    tax_rate = Float(
        doc="The rate as a fraction: 0.22 for 22 percent.",
        write="both",
        filter=True,
        sort=True,
        default=0.0,
        example=0.22,
    )
    freight_taxable = Flag(
        doc="Whether shipping costs are taxed too.", write="both", filter=True, default=False, example=False
    )
    payment_method_taxable = Flag(
        doc="Whether the fee for the way to pay is taxed too.",
        write="both",
        filter=True,
        default=False,
        example=False,
    )
    gift_card_taxable = Flag(
        doc="Whether gift cards that are bought are taxed.", write="both", filter=True, default=False, example=False
    )
    adjustment_taxable = Flag(
        doc="Whether positive adjustments are taxed too.", write="both", filter=True, default=False, example=False
    )
    breakdown = Object(
        doc="The rate under the rule's id, as line items show it.",
        derived=taxes.breakdown,
        example={"XAyRWNUzyN": {"tax_rate": 0.22}},
    )
    country_code_regex = Text(
        doc="What some part of the country code must match.", write="both", example="AT|BE|BG|CZ|DK|EE|DE|HU|LV|LT"
    )
    not_country_code_regex = Text(
        doc="What the country code must not match.", write="both", example="AT|BE|BG|CZ|DK|EE|DE"
    )
    state_code_regex = Text(doc="What the state code must match.", write="both", example="A[KLRZ]|C[AOT]|D[CE]|FL")
    not_state_code_regex = Text(doc="What the state code must not match.", write="both", example="A[KLRZ]|C[AOT]")
    zip_code_regex = Text(doc="What the zip code must match.", write="both", example="(?i)(JE1|JE2|JE3|JE4|JE5)")
    not_zip_code_regex = Text(doc="What the zip code must not match.", write="both", example="(?i)(JE1|JE2|JE3)")

    manual_tax_calculator = One(
        doc="The calculator whose rule it is.",
        to="manual_tax_calculators",
        write="both",
        required=True,
        filter=True,
        sort=True,
    )
    versions = shared.versions()
    event_stores = shared.event_stores()
