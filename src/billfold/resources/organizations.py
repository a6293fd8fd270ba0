"""The organization a caller belongs to and the application it calls with: one of each per access token."""

from __future__ import annotations

from billfold.domain import derived
from billfold.jsonapi.members import Choice, Flag, Float, Integer, Object, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared


class Organization(
    Resource,
    called="organizations",
    can="retrieve",
    guest="retrieve",
    customer="retrieve",
    singleton="organization",
):
    """The merchant whose shop this is, with the settings that hold for all of it."""

    name = Text(doc="What the merchant is called inside the back office.", write="both", example="The Blue Brand")
    slug = Text(doc="The first label of the organization's host name.", example="the-blue-brand")
    domain = Text(doc="The host name the organization's API answers on.", example="the-blue-brand.example.com")
    support_phone = Text(doc="The number customers call for help.", write="both", example="+01 30800857")
    support_email = Text(doc="The address customers write to for help.", write="both", example="support@example.com")
    logo_url = Text(doc="Where storefronts fetch the logo.", write="both", example="https://example.com/img/logo.svg")
    favicon_url = Text(
        doc="Where storefronts fetch the icon of browser tabs.", write="both", example="https://example.com/favicon.ico"
    )
    primary_color = Text(doc="The brand's colour, as CSS writes it.", write="both", example="#C8984E")
    gtm_id = Text(doc="The Google Tag Manager container for live orders.", write="both", example="GTM-5FJXX6")
    gtm_id_test = Text(doc="The Google Tag Manager container for test orders.", write="both", example="GTM-5FJXX7")
    config = Object(
        doc="Settings of the storefront applications: links, countries, languages, each for all markets or for one.",
        default={},
        example={"mfe": {"default": {"links": {"cart": "https://cart.example.com/:order_id"}}}},
    )

    api_auth_redirect = Flag(doc="Whether old token addresses lead to the authentication host.", default=True)
    api_rules_engine = Flag(doc="Whether promotions and price lists may carry rules.", default=False)
    api_rules_engine_max_conditions_size = Integer(
        doc="How many conditions the rules of one record may have where no narrower limit is set.", default=150
    )
    api_rules_engine_max_rules_size = Integer(
        doc="How many rules one record may have where no narrower limit is set.", default=15
    )
    api_new_auth = Flag(doc="Whether tokens are given out by the authentication host only.", default=True)
    api_purge_single_resource = Flag(
        doc="Whether cached single records are dropped along with cached lists.", default=False
    )
    api_max_regex_length = Integer(doc="How many characters a regular expression may have.", default=5000)

    addresses_avs_check = Flag(
        doc="Whether payment providers are given the address to compare it with the card's.", default=True
    )
    addresses_phone_required = Flag(doc="Whether an address must have a phone number.", default=True)

    orders_sales_channel_guest_only = Flag(
        doc="Whether storefronts without a signed-in customer are kept to the orders of guests.", default=True
    )
    orders_min_rebuild_shipments_lapse = Float(
        doc="Seconds that must pass before shipments are planned again: none, they follow every change.",
        derived=derived.zero,
        example=0.0,
    )
    orders_min_refresh_lapse = Float(doc="Seconds that must pass before an order is refreshed again.", default=0.0)
    orders_autorefresh_cutoff_test = Integer(
        doc="The number of line items above which a test order no longer refreshes by itself: there is none, amounts"
        " follow every change.",
        derived=derived.nothing,
    )
    orders_autorefresh_cutoff_live = Integer(doc="The same for live orders.", derived=derived.nothing)
    orders_number_editable_test = Flag(doc="Whether test orders may be numbered by the merchant.", default=False)
    orders_number_editable_live = Flag(doc="Whether live orders may be numbered by the merchant.", default=False)
    orders_number_as_reference = Flag(
        doc="Whether payment providers are given the order's number as their reference.", default=True
    )
    orders_invalid_coupon_errors = Flag(doc="Whether a coupon code that does not hold is an error.", default=True)
    orders_invalid_gift_card_errors = Flag(doc="Whether a gift card code that does not hold is an error.", default=True)
    orders_validate_shipping_stock = Flag(
        doc="Whether the stock that shipments take is checked before an order is placed: always.",
        derived=derived.always,
        example=True,
    )

    bundles_max_items_count = Integer(doc="How many SKUs a bundle may hold.", default=10)
    coupons_min_code_length = Integer(doc="How many characters a coupon code has at least.", default=8)
    coupons_max_code_length = Integer(doc="How many characters a coupon code has at most.", default=40)
    gift_cards_exact_code_matching = Flag(
        doc="Whether a gift card is found by its whole code only, instead of by its first characters.", default=False
    )
    gift_cards_min_code_length = Integer(doc="How many characters a gift card code has at least.", default=8)
    gift_cards_max_code_length = Integer(doc="How many characters a gift card code has at most.", default=40)

    cleanups_max_concurrent_count = Integer(doc="How many cleanups may run at the same time.", default=10)
    exports_max_concurrent_count = Integer(doc="How many exports may run at the same time.", default=10)
    imports_max_concurrent_count = Integer(doc="How many imports may run at the same time.", default=10)
    imports_purge_cache = Flag(doc="Whether an import that succeeded empties the caches.", default=True)
    imports_skip_errors = Flag(doc="Whether an import goes on when more than a tenth of its rows fail.", default=False)
    imports_trigger_webhooks = Integer(
        doc="1 when the rows of an import call webhooks like any other change.", default=0
    )
    inventory_models_max_stock_locations_cutoff = Integer(
        doc="How many stock locations one shipment plan may draw on.", default=10
    )
    promotions_max_concurrent_count = Integer(doc="How many promotions may be active at the same time.", default=10)
    promotions_max_conditions_size = Integer(doc="How many conditions the rules of a promotion may have.", default=150)
    promotions_max_rules_size = Integer(doc="How many rules a promotion may have.", default=15)
    price_lists_max_conditions_size = Integer(
        doc="How many conditions the rules of a price list may have.", default=150
    )
    price_lists_max_rules_size = Integer(doc="How many rules a price list may have.", default=15)
    discount_engines_enabled = Flag(doc="Whether discounts are left to an external engine.", default=False)
    discount_engines_errors = Flag(doc="Whether a failing discount engine is an error for the order.", default=False)
    tags_max_name_length = Integer(doc="How many characters the name of a tag may have.", default=25)
    tags_max_allowed_number = Integer(doc="How many tags one record may bear.", default=10)
    tax_calculators_errors = Flag(doc="Whether a failing tax calculator is an error for the order.", default=False)
    external_promotions_errors = Flag(
        doc="Whether a failing external promotion is an error for the order.", default=False
    )
    external_prices_errors = Flag(doc="Whether a failing external price is an error for the line item.", default=True)

    event_stores = shared.event_stores()


APPLICATION_KINDS = (
    "dashboard",
    "user",
    "contentful",
    "bundles",
    "customers",
    "datocms",
    "exports",
    "external",
    "generic",
    "gift_cards",
    "imports",
    "integration",
    "inventory",
    "metrics",
    "orders",
    "price_lists",
    "promotions",
    "resources",
    "returns",
    "sales_channel",
    "sanity",
    "shipments",
    "skus",
    "sku_lists",
    "stock_transfers",
    "subscriptions",
    "tags",
    "webapp",
    "webhooks",
    "zapier",
)


class Application(
    Resource,
    called="applications",
    can="retrieve",
    guest="retrieve",
    customer="retrieve",
    singleton="application",
):
    """The API client that an access token was given to."""

    name = Text(doc="What the application is called in the back office.", write="both", filter=True, example="My shop")
    kind = Choice(
        doc="What the application is trusted with: “sales_channel” is a storefront, “integration” a back office.",
        of=APPLICATION_KINDS,
        write="both",
        filter=True,
        example="sales_channel",
    )
    public_access = Flag(doc="Whether tokens are given out without a client secret.", filter=True, default=False)
    redirect_uri = Text(
        doc="Where a user comes back to after granting access.", write="both", example="https://example.com/callback"
    )
    scopes = Text(
        doc="What its tokens may be good for, separated by spaces.", filter=True, example="market:all stock_location:6"
    )

    client_id = Text(doc="What the application names itself by when it asks for a token.", shown=False, unique=True)
    secret_digest = Text(
        doc="The SHA-256 of the client secret, hexadecimal; the secret itself is kept nowhere.", shown=False
    )
