"""The bodies that Klarna's three APIs take, with the limits of https://docs.klarna.com/api/payments/,
https://docs.klarna.com/api/customertoken/ and https://docs.klarna.com/api/ordermanagement/.
"""

from __future__ import annotations

from billfold.sandbox.klarna.shapes import Body, Flag, Many, OneOf, Shape, Text, Whole

_COUNTRY = Text(pattern="[A-Za-z]{2}")
_CURRENCY = Text(pattern="[A-Za-z]{3}")
_LOCALE = Text(pattern="[A-Za-z]{2}(?:-[A-Za-z]{2})*")
_URL = Text(2000)

_ADDRESS: dict[str, Shape] = {
    **dict.fromkeys(
        (
            "attention",
            "city",
            "email",
            "family_name",
            "given_name",
            "organization_name",
            "phone",
            "region",
            "street_address",
            "street_address2",
        ),
        Text(99),
    ),
    "country": _COUNTRY,
    "postal_code": Text(10),
    "title": Text(20),
}
ADDRESS = Body(_ADDRESS)
_TOKEN_ADDRESS = Body({**_ADDRESS, "phone": Text(99, least=5)})
_OM_ADDRESS = Body(
    {
        "attention": Text(255),
        "city": Text(200),
        "country": Text(),
        "email": Text(100),
        "family_name": Text(100),
        "given_name": Text(100),
        "organization_name": Text(255),
        "phone": Text(100),
        "postal_code": Text(10),
        "region": Text(200),
        "street_address": Text(100),
        "street_address2": Text(100),
        "title": Text(20),
    }
)

_IDENTIFIERS = Body(
    {
        "brand": Text(70),
        "category_path": Text(750),
        "color": Text(64),
        "global_trade_item_number": Text(50),
        "manufacturer_part_number": Text(70),
        "size": Text(64),
    }
)
_SUBSCRIPTION = Body(
    {
        "name": Text(255, least=1),
        "interval": OneOf(("DAY", "WEEK", "MONTH", "YEAR")),
        "interval_count": Whole(1),
    },
    required=frozenset({"name", "interval", "interval_count"}),
)
_ATTACHMENT = Body({"body": Text(), "content_type": Text()}, required=frozenset({"body", "content_type"}))
LINE_TYPES = (
    "physical",
    "discount",
    "shipping_fee",
    "sales_tax",
    "digital",
    "gift_card",
    "store_credit",
    "surcharge",
)
_LINE_REQUIRED = frozenset({"name", "quantity", "unit_price", "total_amount"})


def _line(most: int, *, om: bool = False) -> Body:
    """An order line; `most` is the largest amount it may have."""
    return Body(
        {
            "type": OneOf((*LINE_TYPES, "return_fee") if om else LINE_TYPES),
            "reference": Text(255),
            "name": Text(255, least=1),
            "quantity": Whole(0),
            "quantity_unit": Text(8, least=1),
            "unit_price": Whole(most=most),
            "tax_rate": Whole(0, 10_000),
            "total_amount": Whole(most=most),
            "total_discount_amount": Whole(0, most if om else None),
            "total_tax_amount": Whole(most=most if om else None),
            "image_url": Text(1024),
            "product_url": Text(1024),
            "merchant_data": Text(255 if most == _TOKEN_MOST else 1024),
            "product_identifiers": _IDENTIFIERS,
            "subscription": _SUBSCRIPTION,
        },
        required=_LINE_REQUIRED,
    )


_MOST = 200_000_000
_TOKEN_MOST = 100_000_000
_CUSTOMER = Body(
    {
        "date_of_birth": Text(),
        "gender": Text(),
        "last_four_ssn": Text(pattern="[0-9]{4}|[0-9]{9}"),
        "national_identification_number": Text(),
        "organization_entity_type": OneOf(
            (
                "LIMITED_COMPANY",
                "PUBLIC_LIMITED_COMPANY",
                "ENTREPRENEURIAL_COMPANY",
                "LIMITED_PARTNERSHIP_LIMITED_COMPANY",
                "LIMITED_PARTNERSHIP",
                "GENERAL_PARTNERSHIP",
                "REGISTERED_SOLE_TRADER",
                "SOLE_TRADER",
                "CIVIL_LAW_PARTNERSHIP",
                "PUBLIC_INSTITUTION",
                "OTHER",
            )
        ),
        "organization_registration_id": Text(),
        "title": Text(),
        "type": Text(pattern="person|organization"),
        "vat_id": Text(),
    }
)

# What sessions and orders have in common.
_PURCHASE: dict[str, Shape] = {
    "billing_address": ADDRESS,
    "shipping_address": ADDRESS,
    "customer": _CUSTOMER,
    "custom_payment_method_ids": Many(Text()),
    "locale": _LOCALE,
    "merchant_data": Text(6000),
    "merchant_reference1": Text(255),
    "merchant_reference2": Text(255),
    "merchant_urls": Body(dict.fromkeys(("confirmation", "notification", "push", "authorization"), _URL)),
    "order_amount": Whole(0),
    "order_lines": Many(_line(_MOST), 1, 1000),
    "order_tax_amount": Whole(0),
    "purchase_country": _COUNTRY,
    "purchase_currency": _CURRENCY,
}
_PURCHASE_REQUIRED = frozenset({"order_amount", "order_lines", "purchase_country", "purchase_currency"})
_SESSION: dict[str, Shape] = {
    **_PURCHASE,
    "acquiring_channel": OneOf(("ECOMMERCE", "IN_STORE", "TELESALES")),
    "attachment": _ATTACHMENT,
    "design": Text(),
    "intent": OneOf(("buy", "tokenize", "buy_and_tokenize")),
    "options": Body(
        {
            **dict.fromkeys(
                ("color_border", "color_border_selected", "color_details", "color_text"),
                Text(pattern="#[A-Fa-f0-9]{6}"),
            ),
            "radius_border": Text(),
        }
    ),
}

SESSION_CREATE = Body(_SESSION, required=_PURCHASE_REQUIRED)
SESSION_UPDATE = Body(_SESSION)
ORDER = Body({**_PURCHASE, "auto_capture": Flag()}, required=_PURCHASE_REQUIRED)
CUSTOMER_TOKEN = Body(
    {
        "billing_address": ADDRESS,
        "customer": _CUSTOMER,
        "description": Text(255, least=1),
        "intended_use": OneOf(("SUBSCRIPTION",)),
        "locale": _LOCALE,
        "purchase_country": _COUNTRY,
        "purchase_currency": _CURRENCY,
    },
    required=frozenset({"description", "intended_use", "locale", "purchase_country", "purchase_currency"}),
)
TOKEN_ORDER = Body(
    {
        "attachment": _ATTACHMENT,
        "auto_capture": Flag(),
        "merchant_data": Text(6000),
        "merchant_reference1": Text(255),
        "merchant_reference2": Text(255),
        "merchant_urls": Body({"confirmation": _URL, "push": _URL}, required=frozenset({"confirmation"})),
        "order_amount": Whole(1),
        "order_lines": Many(_line(_TOKEN_MOST), 1, 1000),
        "order_tax_amount": Whole(0),
        "purchase_currency": _CURRENCY,
        "shipping_address": _TOKEN_ADDRESS,
    },
    required=frozenset({"order_amount", "order_lines", "order_tax_amount", "purchase_currency"}),
)
TOKEN_STATUS = Body({"status": OneOf(("CANCELLED",))}, required=frozenset({"status"}))

_OM_LINES = Many(_line(_MOST, om=True), 0, 1000)
_SHIPPING = Body(
    {
        **dict.fromkeys(
            ("return_shipping_company", "return_tracking_number", "shipping_company", "tracking_number"), Text(100)
        ),
        **dict.fromkeys(("return_tracking_uri", "tracking_uri"), Text(1024)),
        "shipping_method": Text(
            pattern="PickUpStore|Home|BoxReg|BoxUnreg|PickUpPoint|Own|Postal|DHLPackstation|Digital|Undefined"
            "|PickUpWarehouse|ClickCollect|PalletDelivery"
        ),
    }
)
CAPTURE = Body(
    {
        "captured_amount": Whole(0, _MOST),
        "description": Text(255),
        "order_lines": _OM_LINES,
        "reference": Text(255),
        "shipping_delay": Whole(0),
        "shipping_info": Many(_SHIPPING, 0, 500),
    },
    required=frozenset({"captured_amount"}),
)
REFUND = Body(
    {
        "refunded_amount": Whole(0, _MOST),
        "description": Text(255),
        "order_lines": _OM_LINES,
        "reference": Text(255),
    },
    required=frozenset({"refunded_amount"}),
)
NEW_AMOUNT = Body(
    {"order_amount": Whole(0, _MOST), "order_lines": _OM_LINES, "description": Text(255)},
    required=frozenset({"order_amount"}),
)
REFERENCES = Body({"merchant_reference1": Text(255), "merchant_reference2": Text(255)})
CUSTOMER_DETAILS = Body({"shipping_address": _OM_ADDRESS})
SHIPPING_INFO = Body({"shipping_info": Many(_SHIPPING, 1, 500)}, required=frozenset({"shipping_info"}))
DUE_DATE = Body({"number_of_days": Whole(1)}, required=frozenset({"number_of_days"}))
