"""Relationships that are kept nowhere: rules that say which records stand at the other end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chosen:
    """condition: SQL over the aliases of child and parent. order: SQL to sort by, or "" for the usual order."""

    condition: str
    order: str = ""


def nothing(child: str, parent: str) -> Chosen:
    """For what this server makes none of."""
    return Chosen("false")


def available_payment_methods(child: str, parent: str) -> Chosen:
    """The enabled methods of an order's market and currency, each behind an enabled gateway."""
    return Chosen(f"{child}.organization_id = {parent}.organization_id AND {_usable(child, parent)}")


def available_customer_payment_sources(child: str, parent: str) -> Chosen:
    """The wallet entries of a registered order's customer whose very gateway the order may use, newest first.

    By gateway instance and not by its type: another shop's account cannot charge the instrument.
    """
    return Chosen(
        f"NOT {parent}.guest AND {child}.organization_id = {parent}.organization_id"
        f" AND {child}.customer_id = {parent}.customer_id"
        f" AND EXISTS (SELECT 1 FROM payment_methods {child}m"
        f" WHERE {child}m.organization_id = {child}.organization_id"
        f" AND {child}m.payment_gateway_id = {child}.payment_gateway_id AND {_usable(child + 'm', parent)})",
        order=f"{child}.created_at DESC, {child}.id DESC",
    )


def _usable(method: str, order: str) -> str:
    return (
        f"{method}.disabled_at IS NULL"
        f" AND ({method}.market_id IS NULL OR {method}.market_id = {order}.market_id)"
        f" AND ({method}.currency_code IS NULL OR {method}.currency_code = {order}.currency_code)"
        f" AND EXISTS (SELECT 1 FROM payment_gateways {method}g"
        f" WHERE {method}g.organization_id = {method}.organization_id"
        f" AND {method}g.id = {method}.payment_gateway_id AND {method}g.disabled_at IS NULL)"
    )


def through(table: str, column: str, by: str) -> Callable[[str, str], Chosen]:
    """What stands two steps away: the rows whose `column` names a row of `table` that names the parent in `by`."""

    def rule(child: str, parent: str) -> Chosen:
        between = f"{child}b"
        return Chosen(
            f"{child}.organization_id = {parent}.organization_id AND EXISTS (SELECT 1 FROM {table} {between}"
            f" WHERE {between}.organization_id = {child}.organization_id AND {between}.id = {child}.{column}"
            f" AND {between}.{by} = {parent}.id)"
        )

    return rule


def available_shipping_methods(child: str, parent: str) -> Chosen:
    """The enabled methods that a shipment can be sent by, the cheapest first.

    The same rule as `billfold.domain.shipping_methods.is_offered`, which decides; a test compares them.
    """
    order, to, zone = f"{child}o", f"{child}a", f"{child}z"
    patterns = " AND ".join(_matches(zone, to, part) for part in ("country_code", "state_code", "zip_code"))
    weight = f"coalesce({parent}.weight_grams, 0)"
    return Chosen(
        f"{child}.organization_id = {parent}.organization_id AND {child}.disabled_at IS NULL"
        f" AND {only(child, 'shipping_category_id', f'{parent}.shipping_category_id')}"
        f" AND {only(child, 'stock_location_id', f'{parent}.stock_location_id')}"
        f" AND {only(child, 'currency_code', f'{parent}.currency_code')}"
        f" AND ({child}.min_weight IS NULL OR {weight} >= {_grams(child, 'min_weight')})"
        f" AND ({child}.max_weight IS NULL OR {weight} <= {_grams(child, 'max_weight')})"
        f" AND EXISTS (SELECT 1 FROM orders {order} WHERE {order}.organization_id = {parent}.organization_id"
        f" AND {order}.id = {parent}.order_id AND {only(child, 'market_id', f'{order}.market_id')})"
        f" AND ({child}.shipping_zone_id IS NULL OR EXISTS (SELECT 1 FROM shipping_zones {zone}"
        f" LEFT JOIN addresses {to} ON {to}.organization_id = {parent}.organization_id"
        f" AND {to}.id = {parent}.shipping_address_id WHERE {zone}.organization_id = {child}.organization_id"
        f" AND {zone}.id = {child}.shipping_zone_id AND {patterns}))",
        order=f"{child}.price_amount_cents, {child}.created_at, {child}.id",
    )


def shipments_offered(child: str, parent: str) -> Chosen:
    """The shipments that a method is among the available ones of."""
    return Chosen(available_shipping_methods(parent, child).condition)


def shipped_line_items(child: str, parent: str) -> Chosen:
    """The positions of an order that a shipment has pieces of."""
    pieces = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} {child}b WHERE {child}b.organization_id = {child}.organization_id"
        f" AND {child}b.line_item_id = {child}.id AND {child}b.shipment_id = {parent}.id)"
        for table in ("stock_line_items", "stock_transfers")
    )
    return Chosen(f"{child}.organization_id = {parent}.organization_id AND ({pieces})")


def delivery_lead_time(child: str, parent: str) -> Chosen:
    """How long a shipment takes from where it is sent by the method that was chosen for it."""
    return _shortest(child, parent, f"{parent}.shipping_method_id", f"{parent}.stock_location_id")


def lead_time_of_method(child: str, parent: str) -> Chosen:
    """How long a method takes from the stock location that it is for, or else from the quickest."""
    return _shortest(child, parent, f"{parent}.id", f"coalesce({parent}.stock_location_id, {child}l.stock_location_id)")


def delivery_lead_times_of_sku(child: str, parent: str) -> Chosen:
    """How long deliveries take from the stock locations that have the SKU, by methods that can carry it."""
    return Chosen(
        f"{child}.organization_id = {parent}.organization_id"
        f" AND EXISTS (SELECT 1 FROM stock_items {child}b WHERE {child}b.organization_id = {child}.organization_id"
        f" AND {child}b.stock_location_id = {child}.stock_location_id AND {child}b.sku_id = {parent}.id)"
        f" AND EXISTS (SELECT 1 FROM shipping_methods {child}m WHERE {child}m.organization_id = {child}.organization_id"
        f" AND {child}m.id = {child}.shipping_method_id"
        f" AND {only(child + 'm', 'shipping_category_id', f'{parent}.shipping_category_id')})"
    )


def default_shipping_method(child: str, parent: str) -> Chosen:
    """The method that the order's market has shipments start with."""
    return _of_market("default_shipping_method_id", child, parent)


def default_payment_method(child: str, parent: str) -> Chosen:
    """The method that orders of the order's market start with."""
    return _of_market("default_payment_method_id", child, parent)


def _of_market(column: str, child: str, order: str) -> Chosen:
    market = f"{child}b"
    return Chosen(
        f"{child}.organization_id = {order}.organization_id"
        f" AND {child}.id = (SELECT {market}.{column} FROM markets {market}"
        f" WHERE {market}.organization_id = {order}.organization_id"
        f" AND {market}.id = {order}.market_id)"
    )


def _shortest(child: str, parent: str, method: str, location: str) -> Chosen:
    """Of several lead times that were entered for the same, the shortest."""
    other = f"{child}l"
    return Chosen(
        f"{child}.organization_id = {parent}.organization_id AND {child}.id = (SELECT {other}.id"
        f" FROM delivery_lead_times {other} WHERE {other}.organization_id = {parent}.organization_id"
        f" AND {other}.shipping_method_id = {method} AND {other}.stock_location_id = {location}"
        f" ORDER BY {other}.max_hours, {other}.id LIMIT 1)"
    )


def only(restricted: str, column: str, actual: str) -> str:
    """What is restricted to one of something is for that alone; what is not is for all."""
    return f"({restricted}.{column} IS NULL OR {restricted}.{column} = {actual})"


def _grams(method: str, column: str) -> str:
    return (
        f"({method}.{column} * CASE {method}.unit_of_weight WHEN 'oz' THEN 28.349523125::double precision"
        f" WHEN 'lb' THEN 453.59237::double precision ELSE 1 END)"
    )


def _matches(zone: str, address: str, part: str) -> str:
    code = f"left(coalesce({address}.{part}, ''), 16)"
    return (
        f"({code} ~ coalesce({zone}.{part}_regex, ''))"
        f" AND NOT coalesce({code} ~ NULLIF({zone}.not_{part}_regex, ''), false)"
    )


def currency_of_tier(tier: str) -> str:
    """A tier costs in the currency of its price."""
    price = f"{tier}p"
    return (
        f"(SELECT {price}.currency_code FROM prices {price} WHERE {price}.organization_id = {tier}.organization_id"
        f" AND {price}.id = {tier}.price_id)"
    )


def subscription_model(child: str, parent: str) -> Chosen:
    """The subscription model of the market that a subscription makes its orders in."""
    market = f"{child}b"
    return Chosen(
        f"{child}.organization_id = {parent}.organization_id"
        f" AND {child}.id = (SELECT {market}.subscription_model_id FROM markets {market}"
        f" WHERE {market}.organization_id = {parent}.organization_id AND {market}.id = {parent}.market_id)"
    )


def subscription_is_active(subscription: str) -> str:
    return f"({subscription}.status IN ('active', 'running'))"


def subscription_is_over(subscription: str) -> str:
    """By the database's clock."""
    return f"coalesce({subscription}.expires_at <= now(), false)"


def subscription_is_due(subscription: str) -> str:
    """Not while an order of it is being made."""
    return (
        f"({subscription}.status = 'active' AND NOT {subscription_is_over(subscription)}"
        f" AND coalesce({subscription}.next_run_at <= now(), false))"
    )


def link_status(link: str) -> str:
    """By the database's clock."""
    return (
        f"CASE WHEN {link}.disabled_at IS NOT NULL THEN 'disabled' WHEN {link}.expires_at <= now() THEN 'expired'"
        f" WHEN {link}.starts_at > now() THEN 'pending' ELSE 'active' END"
    )


def link_is_active(link: str) -> str:
    return f"({link_status(link)} = 'active')"


def checkout_pattern(order: str) -> str:
    """Where an order's market sends customers to pay: one value, for which its whole row need not be read."""
    market = f"{order}m"
    return (
        f"(SELECT {market}.checkout_url FROM markets {market}"
        f" WHERE {market}.organization_id = {order}.organization_id AND {market}.id = {order}.market_id)"
    )
