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
    """What a later feature will fill."""
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
