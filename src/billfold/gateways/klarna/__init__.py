"""Klarna gateways and Klarna payments."""

from __future__ import annotations

from billfold.gateways.klarna.gateway import digest, open_klarna
from billfold.gateways.klarna.resources import GATEWAY, SOURCE
from billfold.gateways.protocol import Psp

KLARNA = Psp(
    name="klarna",
    gateway=GATEWAY,
    source=SOURCE,
    instrument_name="Klarna Payment",
    open=open_klarna,
    digest=digest,
    identity="session_id",
    synchronous=True,  # a session is made for one amount; when that changes the customer must agree again
)
