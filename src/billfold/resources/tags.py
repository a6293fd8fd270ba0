"""Labels to find and group records by."""

from __future__ import annotations

from billfold.jsonapi.members import Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared
from billfold.usecases import tags


class Tag(Resource, called="tags", can="list retrieve create update delete", create=tags.create, update=tags.update):
    """A label that records of many types may bear."""

    name = Text(
        doc="Up to 25 letters without accents, digits, hyphens and underscores; no two tags share one.",
        write="both",
        required=True,
        filter=True,
        sort=True,
        unique=True,
        example="new_campaign",
    )

    event_stores = shared.event_stores()
