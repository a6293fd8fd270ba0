"""What went wrong after a request had been answered already."""

from __future__ import annotations

from billfold.jsonapi.members import One, Text
from billfold.jsonapi.resource import Resource
from billfold.resources import shared


class ResourceError(Resource, called="resource_errors"):
    """One problem with a record that was worked on in the background, as an order that is placed asynchronously."""

    name = Text(doc="The member of the record that the problem lies with.", filter=True, sort=True, example="number")
    code = Text(doc="The kind of problem, for programs to go by.", filter=True, sort=True, example="BLANK")
    message = Text(doc="What is wrong, for people to read.", filter=True, example="can't be blank")

    resource = One(doc="The record that has the problem.", to=("orders", "returns"))
    event_stores = shared.event_stores()
