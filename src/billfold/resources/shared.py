"""Members that many types have in common, each of them said once."""

from __future__ import annotations

from billfold.db import chosen
from billfold.domain import derived
from billfold.jsonapi.members import Integer, Many, Object, One, Text, Timestamp, Trigger
from billfold.usecases import tags as tags_usecases
from billfold.usecases import toggles
from billfold.usecases.services import circuits


def attachments() -> Many:
    return Many(doc="Files and notes that were attached to the record.", to="attachments", by="attachable", filter=True)


def events() -> Many:
    return Many(doc="What happened to the record, for webhooks to tell of.", to="events", filter=True)


def versions() -> Many:
    return Many(doc="The record as it was before each change.", to="versions")


def event_stores() -> Many:
    return Many(
        doc="The raw log of changes; it has links but is never included.",
        to="event_stores",
        chosen=chosen.nothing,
        includable=False,
    )


def notifications() -> Many:
    return Many(
        doc="Messages that integrations left for whoever shows the record.",
        to="notifications",
        by="notifiable",
        filter=True,
    )


def links() -> Many:
    return Many(doc="Shareable links that lead to the record.", to="links", by="item", filter=True)


def tags() -> Many:
    return Many(
        doc="Labels to find and group records by; storefronts may not set them.",
        to="tags",
        through="taggings",
        by="tag_id",
        write="both",
        restricted=True,
        filter=True,
    )


def add_tags() -> Trigger:
    return Trigger(
        doc="Puts labels on the record; storefronts may not.",
        restricted=True,
        run=tags_usecases.add,
        takes=Text(doc="The names of existing tags, separated by commas.", example="sale,summer"),
    )


def remove_tags() -> Trigger:
    return Trigger(
        doc="Takes labels off the record; storefronts may not.",
        restricted=True,
        run=tags_usecases.remove,
        takes=Text(doc="The names of tags, separated by commas.", example="sale"),
    )


def disable() -> Trigger:
    return Trigger(
        doc="Takes the record out of use and notes when, in `disabled_at`.", write="both", run=toggles.disable
    )


def enable() -> Trigger:
    return Trigger(doc="Puts a disabled record back to use.", write="both", run=toggles.enable)


def disabled_at() -> Timestamp:
    return Timestamp(doc="Since when the record is out of use; null while it is in use.", filter=True, sort=True)


def circuit_state() -> Text:
    return Text(
        doc="“open” once calls to the external service failed too often in a row, and no more are made; else “closed”.",
        filter=True,
        sort=True,
        default="closed",
        example="closed",
    )


def circuit_failure_count() -> Integer:
    return Integer(
        doc="How many calls to the external service failed in a row.", filter=True, sort=True, default=0, example=0
    )


def reset_circuit() -> Trigger:
    return Trigger(
        doc="Has the external service called again after too many failures.", restricted=True, run=circuits.reset
    )


def jwt_custom_claim() -> Object:
    return Object(
        doc="The custom claim of the access token that reads the record, if any.",
        told="custom_claim",
        example={"loyalty": "gold"},
    )


def jwt_customer() -> One:
    return One(doc="The customer named in the access token that reads the record.", to="customers", told="customer")


def jwt_markets() -> Many:
    return Many(doc="The markets in the scope of the token that reads the record.", to="markets", told="markets")


def jwt_stock_locations() -> Many:
    return Many(
        doc="The stock locations in the scope of the token that reads the record.",
        to="stock_locations",
        told="stock_locations",
    )


def rules() -> Object:
    return Object(
        doc="Conditions and the actions they lead to, for the rules engine; kept as sent and not yet acted on.",
        write="both",
        filter=True,
        default={},
        example={},
    )


def rule_outcomes() -> Object:
    return Object(doc="What the rules came to for this record; null as long as no rule ran.", derived=derived.nothing)


def resource_payload() -> Object:
    return Object(doc="The facts the rules were judged by; null as long as no rule ran.", derived=derived.nothing)
