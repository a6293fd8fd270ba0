"""Which promotions may concern an order, which SKUs they are about, and how they stand; rules for the declarations."""

from __future__ import annotations

from billfold.db import assortment
from billfold.db.chosen import Chosen


def promotions_in_question(child: str, parent: str) -> Chosen:
    """The enabled promotions of an order's market and currency that were not over when it was last changed.

    Not by the database's clock, but the use-case's: it looks again at those that are left.
    """
    return Chosen(
        f"{child}.organization_id = {parent}.organization_id AND {child}.disabled_at IS NULL"
        f" AND ({child}.market_id IS NULL OR {child}.market_id = {parent}.market_id)"
        f" AND ({child}.currency_code IS NULL OR {child}.currency_code = {parent}.currency_code)"
        f" AND {child}.expires_at > {parent}.updated_at"
    )


def organization(child: str, parent: str) -> Chosen:
    """Whose the record is."""
    return Chosen(f"{child}.organization_id = {parent}.organization_id")


def coupon_uses(child: str, parent: str) -> Chosen:
    """The order's own use of a coupon, and its customer's other ones of the coupon it names."""
    return Chosen(
        f"{child}.organization_id = {parent}.organization_id AND ({child}.order_id = {parent}.id"
        f" OR ({child}.coupon_id = {parent}.coupon_id AND {child}.customer_id = {parent}.customer_id))"
    )


def skus_on_list(child: str, parent: str) -> Chosen:
    """The SKUs of the list that a promotion or a rule names."""
    return Chosen(_on_list(child, parent, f"{parent}.sku_list_id"))


def skus_wanted(child: str, parent: str) -> Chosen:
    """The SKUs of a rule's list, if it wants all of them."""
    every = f"({parent}.details->>'all_skus')::boolean"
    return Chosen(f"{every} AND {_on_list(child, parent, f'{parent}.sku_list_id')}")


def gifts(child: str, parent: str) -> Chosen:
    """The SKUs of the lists that an order may have gifts of."""
    lists = f"SELECT jsonb_array_elements_text({parent}.free_gift_list_ids)"
    return Chosen(
        f"{parent}.free_gift_list_ids <> '[]' AND EXISTS (SELECT 1 FROM ({lists}) {child}g (id)"
        f" WHERE {_on_list(child, parent, f'{child}g.id')})"
    )


def gift_bundles(child: str, parent: str) -> Chosen:
    """The bundles that consist of such a list."""
    return Chosen(
        f"{child}.organization_id = {parent}.organization_id AND {parent}.free_gift_list_ids ? {child}.sku_list_id"
    )


def promoted_places(child: str, parent: str) -> Chosen:
    """The places of a SKU on lists that are made by hand and that promotions or their rules name."""
    return Chosen(
        f"{child}.organization_id = {parent}.organization_id AND {child}.sku_id = {parent}.id"
        f" AND EXISTS (SELECT 1 FROM sku_lists {child}l WHERE {child}l.organization_id = {child}.organization_id"
        f" AND {child}l.id = {child}.sku_list_id AND {child}l.manual)"
        f" AND {child}.sku_list_id IN ({_named(parent)})"
    )


def promoted_lists(child: str, parent: str) -> Chosen:
    """The lists that a SKU stands on by its code and that promotions or their rules name."""
    return Chosen(
        f"{child}.organization_id = {parent}.organization_id AND NOT {child}.manual"
        f" AND {parent}.code ~ {child}.sku_code_regex AND {child}.id IN ({_named(parent)})"
    )


def _named(row: str) -> str:
    """The lists that enabled promotions and rules of the organization name."""
    named = f"organization_id = {row}.organization_id AND sku_list_id IS NOT NULL"
    return (
        f"SELECT sku_list_id FROM promotions WHERE {named} AND disabled_at IS NULL"
        f" UNION SELECT sku_list_id FROM promotion_rules WHERE {named}"
    )


def _on_list(sku: str, row: str, list_id: str) -> str:
    return f"{sku}.organization_id = {row}.organization_id AND {assortment.is_on(sku, row, list_id)}"


def usage_reached(promotion: str) -> str:
    return f"coalesce({promotion}.total_usage_count >= {promotion}.total_usage_limit, false)"


def is_active(promotion: str) -> str:
    return f"({status(promotion)} = 'active')"


def is_expired(promotion: str) -> str:
    return f"({promotion}.expires_at <= now())"


def status(promotion: str) -> str:
    """The same as `billfold.domain.promotions.status`, at the moment it is read."""
    return (
        f"CASE WHEN {promotion}.disabled_at IS NOT NULL THEN 'disabled'"
        f" WHEN {promotion}.expires_at <= now() THEN 'expired'"
        f" WHEN {promotion}.starts_at > now() THEN 'pending'"
        f" WHEN {usage_reached(promotion)} THEN 'inactive' ELSE 'active' END"
    )
