"""Manual gateways, and wire transfers as what is paid with."""

from __future__ import annotations

from billfold.gateways.manual.gateway import open_manual
from billfold.gateways.manual.mapping import digest
from billfold.gateways.manual.resources import GATEWAY, SOURCE
from billfold.gateways.protocol import Psp

MANUAL = Psp(
    name="manual",
    gateway=GATEWAY,
    source=SOURCE,
    instrument_name="Wire Transfer",
    open=open_manual,
    digest=digest,
)
